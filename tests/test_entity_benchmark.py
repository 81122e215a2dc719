"""The benchmark of entities runs, on small sets of our own, and its figures are of this run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cpecnlp.document import Document, Span
from tests.conftest import ROOT

TEXT = "BEIJING: Zhao Lijian met Ahsan Iqbal in Islamabad. CPEC was praised by China and Pakistan on Monday."
ENTITIES = {"Zhao Lijian": "PERSON", "Ahsan Iqbal": "PERSON", "Islamabad": "GPE", "CPEC": "PROJECT", "Monday": "DATE"}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    start = TEXT.index("Zhao")
    spans = tuple(Span(TEXT.index(name), TEXT.index(name) + len(name), label) for name, label in ENTITIES.items())
    facts = {"outlet": "Dawn", "published": "2024-06-07"}
    document = Document("a", TEXT, facts, removed=(Span(0, start, "dateline"),), entities=spans)
    (tmp_path / "gold.jsonl").write_text(document.to_json() + "\n", encoding="utf-8")
    sets = tmp_path / "sets" / "conll2003"
    sets.mkdir(parents=True)
    rows = "-DOCSTART- -X- O O\n\nLahore NNP I-NP I-LOC\nbeat VB I-VP O\nMISC NNP I-NP I-MISC\n"
    (sets / "eng.testb").write_text(rows, encoding="utf-8")
    lines = (json.dumps({"text": f"Xi Jinping visited Karachi {n} times."}) + "\n" for n in range(3))
    (tmp_path / "news.jsonl").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def test_every_part_is_in_the_report(gold: Path) -> None:
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "entities.py"),
        str(gold / "gold.jsonl"),
        "-o",
        str(gold / "o.md"),
    ]
    command += ["--sets", str(gold / "sets"), "--news", str(gold / "news.jsonl"), "--articles", "3"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    assert (gold / "o.md").read_text(encoding="utf-8") == run.stdout
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if "|" in line]
    found = {row[0]: row for row in rows}
    assert found["PERSON"][1].startswith("1.000")
    assert found["PERSON"][-1] == "2"
    assert {"Dawn", "2024", "CoNLL-2003, testb", "largest memory, MB"} <= found.keys()
    assert [row[-1] for row in rows if row[0] == "CoNLL-2003, testb" and row[1] == "LOC"] == ["1"]
    median = float(found["words a second of processor time, median"][1].replace(",", ""))
    low, high = found["– lowest and highest of 5 alternating passes"][1].replace(",", "").split("–")
    assert 10 < float(low) <= median <= float(high)
    assert "Expected calibration error" in run.stdout
