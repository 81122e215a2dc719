"""The benchmarks run, and their figures are of this run."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.conftest import ROOT


def script(name, *arguments):
    command = [sys.executable, str(ROOT / "benchmarks" / name), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def cells(markdown):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in markdown.splitlines() if "|" in line]


def table(*arguments):
    return cells(script("scale.py", *arguments))


def module(name):
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", ROOT / "benchmarks" / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


def test_cases():
    found = table("--sizes", "60", "--workers", "1,2", "--pipeline", "strip")
    rows = [row for row in found if row[1].startswith("local")]
    assert [row[:2] for row in rows] == [["60", "local, 1 worker"], ["60", "local, 2 workers"]]
    for row in rows:
        assert float(row[2]) > 0
        assert float(row[3].replace(",", "")) > 1
        assert 50 < int(row[5].split()[0]) < 1500, "megabytes of the main process"
    assert rows[0][6] == "–"
    assert 50 < int(rows[1][6].split()[0]) < 1500


def test_profile():
    rows = {row[0]: row[-1] for row in table("--sizes", "40", "--profile", "--pipeline", "strip,topics")}
    assert {"reading", "stage strip", "stage topics", "records and tables", "all that is no stage"} <= set(rows)


def test_speed_on_one_and_two_cores():
    rows = {row[0]: row[1:] for row in cells(script("speed.py", "--articles", 30, "--systems", "strip and topics"))}
    one, two, memory, load = rows["cpecnlp, strip and topics"]
    assert int(one.replace(",", "")) > 500
    assert int(two.replace(",", "")) > 500
    assert 20 < int(memory.split()[0].replace(",", "")) < 1500
    assert 0 < float(load.split()[0]) < 120


def test_speed_says_what_is_not_installed(monkeypatch):
    speed = module("speed")
    assert speed.articles(180)[3] != speed.articles(180)[179]
    assert len({*speed.articles(400)}) == 400
    monkeypatch.setattr(speed, "measure", lambda *_: (_ for _ in ()).throw(RuntimeError("no such thing")))
    assert speed.rows(["NLTK, entities"], 1)[-1] == "NLTK, entities was not measured: no such thing."


def test_footprint_follows_what_a_package_requires():
    footprint = module("footprint")
    assert footprint.needed("jinja2") == {"jinja2", "markupsafe"}
    small, ours = footprint.install("jinja2"), footprint.install("cpecnlp")
    assert 0.1 < small.megabytes < 10
    assert ours.packages > small.packages
    assert ours.megabytes > sum(path.stat().st_size for path in (ROOT / "models").rglob("*.onnx")) / 1e6
    assert not footprint.needed("cpecnlp") & {"torch", "spacy", "ray"}
    with pytest.raises(metadata.PackageNotFoundError):
        footprint.needed("no-such-package-anywhere")


def test_duplicates_beside_minhash():
    text = script("duplicates.py", "--shared", "nowhere")
    rows = {row[0]: row[1:] for row in cells(text)}
    assert [float(value) for value in rows["cpecnlp.duplicates"]] >= [0.9, 0.9, 0.95]
    assert "MinHash" in text, "measured, or said to be missing"


def test_one_command_for_all_says_what_it_lacks(monkeypatch, tmp_path):
    run = module("run")
    assert "Near-duplicates" in script("run.py", "--only", "duplicates", "--shared", tmp_path)
    for part in run.PARTS.values():
        assert run.printed(part.script + ".gone") == f"Not measured: there is no {part.script}.gone here."
    (tmp_path / "bad.py").write_text("print('| a |')\nraise ValueError('no gold')\n")
    (tmp_path / "good.py").write_text("import sys\nprint('# Head')\nprint(sys.argv[1:])\n")
    monkeypatch.setattr(run, "HERE", tmp_path)
    assert run.printed("bad.py") == "| a |\n\nNot measured: bad.py ended with ValueError: no gold"
    found = run.section(run.Part("Names", "good.py", ("-x",), gold=True), Path("nowhere"))
    assert found.startswith("## Names\n\n### On the shipped corpus\n\n## Head\n['corpus', '-x']")
    assert "no folder of shared data" in found
