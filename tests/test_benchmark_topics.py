"""The benchmark of topics runs on the shipped corpus, and its figures are of this run."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

CLASSES = {"weather": "Rain and snow fell in the hills", "chess": "The queen took the bishop on the board"}


def table(*arguments):
    command = [sys.executable, str(ROOT / "benchmarks" / "topics.py"), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if "|" in line]


def test_ours_beats_the_bag_of_words_on_the_corpus():
    rows = {row[0]: row[1:] for row in table("--articles", 0)}
    ours, words = (float(rows[name][0]) for name in ("ours", "TF-IDF + logistic regression (scikit-learn)"))
    assert 0.75 < ours < 1
    assert words < ours
    assert {"`none`", "`telecom`"} <= set(rows)


def test_another_scheme_is_trained_and_judged(tmp_path):
    for name, text in CLASSES.items():
        (tmp_path / name).mkdir()
        for number in range(60):
            (tmp_path / name / f"{number:02}.txt").write_text(f"Report {number}\n\n{text}, day {'x' * (number + 1)}.")
    last = table("--bbc", tmp_path, "--draws", 1)[-1]
    assert last[1:3] == ["100", "20"]
    assert float(last[3]) == 1.0
