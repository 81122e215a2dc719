"""The simulation of selection runs, both choices start from the same articles, and its figures are of this run."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_simulation():
    command = [sys.executable, str(ROOT / "benchmarks" / "selection.py"), "--start", "30", "--step", "8"]
    run = subprocess.run([*command, "--rounds", "1", "--seeds", "1"], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if "|" in line][2:]
    assert [row[:2] for row in rows[::3]] == [["30", "micro F1"], ["38", "micro F1"], ["mean of rounds", "micro F1"]]
    for number, row in enumerate(rows):
        random, chosen, change = float(row[2]), float(row[3]), float(row[4])
        assert 0.05 < random < 1
        assert abs(chosen - random - change) < 0.002
        assert (change == 0) == (number < 3)
