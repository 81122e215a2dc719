# make run    the main job over the shipped corpus, into output/
# make test   the tests, with ruff and mypy
# make notebooks   Jupyter with the notebooks
# make notebooks-refresh   every notebook from a clean kernel, outputs written in place
# make benchmarks   everything beside its peers, as Markdown
# make clean  remove the virtual environment and the results

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LIGHT := $(VENV)/.light
TESTS := $(VENV)/.test
# what the tests install; those that need another extra (train, html, spacy …) skip without it
EXTRAS ?= test,notebooks

.PHONY: run test lint notebooks notebooks-refresh benchmarks clean

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

notebooks-refresh: $(TESTS)
	$(BIN)/python -m tests.notebooks

benchmarks: $(TESTS)
	$(BIN)/python benchmarks/run.py

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
