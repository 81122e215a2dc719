"""The notebooks run top to bottom from a clean kernel, and are what a reader wants them to be."""

from __future__ import annotations

import json

import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = (
    "01_corpus", "02_stripping", "03_entities", "04_topics", "05_retraining", "06_relations", "07_whole_corpus",
)  # fmt: skip
LONGEST_CELL = 15
LARGEST = 1_000_000


def cells(path, kind):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def test_all_are_there():
    assert [path.stem for path in NOTEBOOKS] == list(NAMES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_thin(path):
    code = ["".join(cell["source"]) for cell in cells(path, "code")]
    assert all(len(source.splitlines()) <= LONGEST_CELL for source in code)
    assert not any(line.lstrip().startswith(("def ", "class ")) for source in code for line in source.splitlines())
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in cells(path, "code")) == 1
    assert len(cells(path, "markdown")) >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_there_small_and_without_warnings(path):
    assert path.stat().st_size < LARGEST
    outputs = [output for cell in cells(path, "code") for output in cell["outputs"]]
    assert outputs
    assert not any(output.get("name") == "stderr" or output["output_type"] == "error" for output in outputs)
    text = path.read_text(encoding="utf-8")
    assert "Traceback" not in text
    assert "/site-packages/" not in text
    assert all(cell["execution_count"] for cell in cells(path, "code"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_a_clean_kernel(path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    for needed in ("ipykernel", "matplotlib", "pandas", "duckdb", "networkx"):
        pytest.importorskip(needed)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    warned = [o.text for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert not warned, warned
