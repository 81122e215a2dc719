"""The benchmark of scale runs, and its figures are of this run."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def table(*arguments):
    command = [sys.executable, str(ROOT / "benchmarks" / "scale.py"), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if "|" in line]


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
