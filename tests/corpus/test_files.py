"""Which files of a folder are articles."""

from __future__ import annotations

import os

import cpecnlp
from cpecnlp import running
from tests.fakes import load_small

GOOD = "Title\nPakistan and China met in Gwadar."


def test_what_a_run_wrote_is_not_its_input(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "load", load_small)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    for output in (tmp_path / "out", tmp_path):
        for again in (False, True):
            report = running.run([tmp_path], output)
            assert report.counts.documents == 2
            said = [problem.message for problem in report.problems]
            assert said == ["the results of a run that lie here are left out"] * (again + (output == tmp_path))
            assert report.lost == 0
    assert [doc.id for doc in cpecnlp.read(tmp_path / "out")] == ["a", "b"], "its articles, when it alone is named"


def test_a_folder_of_other_things(tmp_path):
    for name in ("a.txt", "b.docx", "c.docx", "d.PDF", "README", ".hidden"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    corpus = cpecnlp.read(tmp_path)
    assert [doc.id for doc in corpus] == ["a"]
    (problem,) = corpus.problems
    assert problem.message == "4 of its files are of other kinds and left out (.docx: 2, .pdf: 1, no suffix: 1)"
    assert not problem.lost


def test_a_name_cannot_break_the_line_or_steer_the_terminal(tmp_path):
    (tmp_path / "a\n\x1b[31mb.txt").write_text("", encoding="utf-8")
    corpus = cpecnlp.read(tmp_path)
    assert list(corpus) == []
    assert str(corpus.problems[0]) == f"{tmp_path}/a\\n\\x1b[31mb.txt: the article is empty"
