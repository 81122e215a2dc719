"""Bounds of a run: time in proportion to size, no room, no rights, no network."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
import time

import pytest

from cpecnlp import running
from cpecnlp.document import Document
from cpecnlp.errors import OutputError
from cpecnlp.executors import store
from cpecnlp.pipeline import load
from tests.conftest import ROOT
from tests.fakes import load_small

# what makes a regular expression backtrack or a loop over lines grow with the square
EXPLOSIVE = [
    "a", " ", "\t", "\n", "\r\n", "(", "((a)", "- ", "–", "A.", "A.B ", "1,", "0", '"', "'", "aA", "http://a.",
    "a@b.", "www.", "@", "ISLAMABAD: ", "ISLAMABAD, June 7 (APP): ", "BEIJING, (APP - 7th Jun, 2024) ", "By ",
    "Published in Dawn, ", "Share: ", "2024-06-07 ", "Jun 7, ", "Monday, ", "<b>", "&nbsp;", "\\n", "\xad",
    "\u200b", "e\u0301", ", ", "Mr. ", "? ", "x\n", "Must Read\n", "Karachi\n\n", "Business 2 days ago\n",
    "Read Full Story: http://a.b/c\n", "Dr. A. B. ", "$1.5 ", "The Ministry of ", "and the ",
    "Copyright © 2024. ", ". ", "|", "* ", "Title Title ", "1 minute ago ", "\ud7ff", "*/",
]  # fmt: skip
SMALL, LARGE = 10_000, 80_000


@pytest.fixture(scope="module")
def nlp():
    return load(stages=("strip", "topics"))


def seconds(nlp, text):
    begin = time.process_time()
    nlp(Document("explosive", text))
    return time.process_time() - begin


def grown(nlp, piece, at_most, small_size=SMALL, large_size=LARGE):
    """Eight times the text takes some eight times as long; a loop in a loop would take sixty-four."""
    shapes = (lambda size: (piece * size)[:size], lambda size: "Title\n\n" + (piece * size)[:size] + "\nEnd of it!")
    for shape in shapes:
        # the least of some tries: other work on the machine and the garbage of other tests only add
        small = min(seconds(nlp, shape(small_size)) for _ in range(2))
        large = seconds(nlp, shape(large_size))
        for _ in range(3):
            if large < max(at_most, 20 * small):
                break
            large = min(large, seconds(nlp, shape(large_size)))
        said = f"{piece!r}: {small:.3f} s for {small_size:,}, {large:.3f} s for {large_size:,}"
        assert large < max(at_most, 20 * small), said


@pytest.mark.parametrize("piece", EXPLOSIVE, ids=ascii)
def test_time_is_in_proportion_to_size(nlp, piece):
    grown(nlp, piece, at_most=0.5)


@pytest.mark.parametrize("piece", ["a", "A.B ", "Pakistan ", "\u200b", "x\n"], ids=ascii)
def test_time_of_the_whole_pipeline(piece):
    grown(load(), piece, at_most=3.0, small_size=4_000, large_size=32_000)


def cli(*arguments, cwd, environment=None, **more):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "400", **(environment or {})}
    command = [sys.executable, "-m", "cpecnlp", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, **more)


@pytest.fixture
def source(tmp_path):
    rows = [
        {"id": f"a{n}", "text": f"Title {n}\n\nPakistan and China met in Gwadar, said {n} people."} for n in range(400)
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path / "in.jsonl"


FAST = ("--pipeline", "strip", "--no-explorer")


def test_a_file_size_limit_is_one_sentence_and_can_be_mended(source, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    run = cli("run", source, "-o", "out", *FAST, cwd=tmp_path, preexec_fn=limit)
    assert run.returncode == 2
    (sentence,) = run.stderr.strip().splitlines()
    assert sentence.startswith("cpecnlp: cannot write to out: File too large")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [store.FOLDER]
    run = cli("run", source, "-o", "out", *FAST, cwd=tmp_path)
    assert run.returncode == 0
    assert "from an interrupted run" in run.stdout
    assert cli("run", source, "-o", "whole", *FAST, cwd=tmp_path).returncode == 0
    one, two = ((tmp_path / name / "documents.jsonl").read_bytes() for name in ("out", "whole"))
    assert one == two


@pytest.mark.parametrize("file", ["zip", "documents.jsonl", "entities.parquet", "run.json"])
def test_a_full_disk_at_any_file(source, tmp_path, monkeypatch, file):
    monkeypatch.setattr(running, "load", load_small)
    out = tmp_path / "out"
    running.run([source], out, explorer=False)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file() and path.name != "run.json"}
    real = store.whole_file

    def full(path, **more):
        if path.name.endswith(file):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(store, "whole_file", full)
        patch.setattr("cpecnlp.report.tables.whole_file", full)
        with pytest.raises(OutputError, match="No space left on device.*same command goes on"):
            running.run([source], out, explorer=False)
    for path, data in before.items():
        assert path.read_bytes() == data
    assert running.run([source], out, explorer=False).resumed == (0 if file == "zip" else 400)


def test_an_output_that_cannot_be_a_folder(source, tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    run = cli("run", source, "-o", "taken", *FAST, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("cpecnlp: cannot write to taken: ")
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_folder_without_rights(source, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    run = cli("run", source, "-o", "shut/out", *FAST, cwd=tmp_path)
    assert run.returncode == 2
    assert "Permission denied" in run.stderr


# found by every Python process, the workers' too, through PYTHONPATH
GUARD = """
import sys

def forbid(name, arguments):
    if name.startswith("socket.") and name != "socket.__new__" or name == "urllib.Request":
        sys.stderr.write("NETWORK " + name + chr(10))
        sys.stderr.flush()
        import os
        os._exit(77)

sys.addaudithook(forbid)
"""


def test_a_run_makes_no_network_call(tmp_path):
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    environment = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "guard"), str(ROOT)])}
    text = "ISLAMABAD, June 7 (APP): Pakistan and China signed an MoU on 5G in Beijing on Monday."
    rows = [json.dumps({"text": f"{text} {n}"}) for n in range(70)]
    (tmp_path / "in.jsonl").write_text("\n".join(rows), encoding="utf-8")
    for workers in (1, 2):
        run = cli("run", "in.jsonl", "-o", f"o{workers}", "--workers", workers, cwd=tmp_path, environment=environment)
        assert run.returncode == 0, run.stderr
        assert "NETWORK" not in run.stderr
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    env = {**os.environ, **environment}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True).returncode == 77, "guard asleep"
