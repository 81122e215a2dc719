# make run    the main job over the shipped corpus, into output/
# make test   the tests, with ruff and mypy
# make notebooks   Jupyter with the notebooks
# make clean  remove the virtual environment and the results

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LIGHT := $(VENV)/.light
TESTS := $(VENV)/.test
# what the tests install; those that need another extra (train, html, spacy …) skip without it
EXTRAS ?= test,notebooks

.PHONY: run test lint notebooks clean

run: $(LIGHT)
	$(BIN)/cpecnlp run -o output

test: $(TESTS) lint
	$(BIN)/python -m pytest

lint: $(TESTS)
	$(BIN)/ruff check cpecnlp tests benchmarks
	$(BIN)/ruff format --check cpecnlp tests benchmarks
	$(BIN)/mypy

notebooks: $(LIGHT)
	$(BIN)/pip install --quiet -e ".[notebooks]"
	$(BIN)/jupyter lab notebooks

clean:
	rm -rf $(VENV) output

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(LIGHT): pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[explorer]"
	touch $@

$(TESTS): pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[$(EXTRAS)]"
	touch $@
