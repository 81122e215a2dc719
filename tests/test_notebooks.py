"""The notebooks run top to bottom from a clean kernel, and are what a reader wants them to be."""

from __future__ import annotations

import json
import re

import pytest

import cpecnlp
from cpecnlp.corpus.writer import write_jsonl
from tests import notebooks
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


@pytest.fixture(scope="module")
def runs():
    """Every notebook's run from a clean kernel, two at a time, begun before the first is waited for."""
    for needed in ("nbformat", "nbclient", "ipykernel", "matplotlib", "pandas", "duckdb", "networkx"):
        pytest.importorskip(needed)
    return notebooks.execute_all(NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_a_clean_kernel(path, runs):
    notebook = runs[path].result()
    assert not notebooks.warnings(notebook)
    plots = sum("image/png" in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", []))
    committed = sum("image/png" in o.get("data", {}) for cell in cells(path, "code") for o in cell["outputs"])
    assert plots == committed


def test_the_gate_of_the_retraining_notebook_refuses_swapped_labels(runs):
    notebook = runs[ROOT / "notebooks" / "05_retraining.ipynb"].result()
    cell = next(cell for cell in notebook.cells if cell.source.startswith("wrong = "))
    said = "".join(output.get("text", "") for output in cell.outputs)
    assert said.startswith("not promoted: F1 fell: diplomacy-governance")


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """What a user has: texts without outlet or date, and a few gold records, in a folder of their own."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "texts").mkdir()
    for document in list(cpecnlp.read("corpus"))[:6]:
        (folder / "texts" / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    write_jsonl(list(cpecnlp.read("corpus", gold=True))[6:10], folder / "gold.jsonl")
    return {"SOURCE": str(folder / "texts"), "GOLD": str(folder / "gold.jsonl")}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_works_on_a_folder_of_ones_own(path, own, runs):
    source = "".join(next(c for c in cells(path, "code") if "parameters" in c["metadata"].get("tags", []))["source"])
    parameters = {name: value for name, value in own.items() if re.search(rf"^{name} = ", source, re.MULTILINE)}
    assert "SOURCE" in parameters
    assert notebooks.execute(path, **parameters).cells
