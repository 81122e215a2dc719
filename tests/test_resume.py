"""Killed at any moment, the same command goes on and writes what an undisturbed run writes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cpecnlp import running
from cpecnlp.errors import OutputError
from cpecnlp.executors.store import FOLDER, PartStore
from tests.conftest import ROOT
from tests.fakes import load_small

ARTICLES = 400
KILLS = 20
LIVES = 5  # kills in one output folder before its run is left to end


@pytest.fixture
def source(tmp_path):
    rows = [
        {"id": f"a{n}", "text": f"Title {n}\n" + f"Pakistan, China and CPEC {n}. " * (n % 17)} for n in range(ARTICLES)
    ]
    rows[44]["text"] = "Title\nFAIL"
    rows[45]["text"] = ""
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n{bad\n", encoding="utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    """Every file's bytes; of run.json all but the seconds."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    if "run.json" in found:
        record = json.loads(found["run.json"])
        assert record.pop("seconds") >= 0
        found["run.json"] = json.dumps(record).encode()
    return found


def child(source, output, workers, event=0):
    command = [sys.executable, "-m", "tests.killable", str(source), str(output), str(workers), str(event)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


def to_the_end(source, output, workers):
    """Let a run end; how many articles it found, how often it changed the folder, and its seconds."""
    run = child(source, output, workers)
    assert run.stdout.readline() == "begin\n"
    begin = time.monotonic()
    _, resumed, events = run.stdout.readline().split()
    seconds = time.monotonic() - begin
    assert run.wait() == 0
    run.stdout.close()
    return int(resumed), int(events), seconds


def test_killed_at_twenty_random_moments(source, tmp_path):
    _, events, seconds = to_the_end(source, tmp_path / "whole", 1)
    wanted = files(tmp_path / "whole")
    assert "run.json" in wanted
    assert len(wanted) == 6
    chance = random.Random(8)
    killed = resumed = 0
    for life in range(KILLS // LIVES):
        output = tmp_path / f"out{life}"
        for turn in range(LIVES):
            workers = 1 + turn % 2
            event = chance.randint(1, events) if turn % 2 == life % 2 else 0
            run = child(source, output, workers, event)
            assert run.stdout.readline() == "begin\n"
            if not event:
                time.sleep(chance.uniform(0, seconds))
                run.kill()
            killed += run.wait() == -9
            run.stdout.close()
            seen = files(output) if output.exists() else {}
            for name, data in seen.items():
                assert name.startswith(FOLDER) or data == wanted[name], f"{name} is half-written"
        resumed += to_the_end(source, output, 1 + life % 2)[0]
        assert files(output) == wanted
        assert sorted(p.name for p in output.iterdir()) == ["documents.jsonl", "run.json", "tables"]
    assert killed >= KILLS // 2, "most runs ended before they could be killed"
    assert resumed > 0


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(running, "load", load_small)


class Stop(Exception):
    pass


def stop_after(count):
    def progress(corpus, counts):
        if counts.documents >= count:
            raise Stop

    return progress


def interrupted(source, output, count=100):
    with pytest.raises(Stop):
        running.run([source], output, progress=stop_after(count))


def test_other_workers_other_options_other_input(small, source, tmp_path):
    out = tmp_path / "out"
    interrupted(source, out)
    assert running.run([source], out, workers=2).resumed >= 100
    interrupted(source, out)
    assert running.run([source], out, options={"strip": {"mode": "recall"}}).resumed == 0
    interrupted(source, out, 200)
    rows = source.read_text("utf-8").splitlines()
    rows.insert(30, json.dumps({"id": "new", "text": "New in Pakistan."}))
    source.write_text("\n".join(rows), encoding="utf-8")
    report = running.run([source], out)
    assert 50 < report.resumed < 200
    assert report.counts.documents == 399
    assert running.run([source], out).resumed == 0, "a finished run leaves nothing behind"


def test_a_damaged_part_is_done_again(small, source, tmp_path):
    running.run([source], tmp_path / "whole")
    out = tmp_path / "out"
    interrupted(source, out, 300)
    parts = sorted((out / FOLDER).rglob("*.zip"))
    assert len(parts) > 4
    parts[0].write_bytes(parts[0].read_bytes()[:100])
    parts[1].write_bytes(b"")
    report = running.run([source], out)
    assert 0 < report.resumed < 300
    assert files(out) == files(tmp_path / "whole")


def test_two_runs_into_one_folder(small, source, tmp_path):
    with PartStore(tmp_path / "out").locked(), pytest.raises(OutputError, match="another run is writing"):
        running.run([source], tmp_path / "out")
