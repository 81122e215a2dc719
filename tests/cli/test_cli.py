"""The command line as a user meets it, on the shipped models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from cpecnlp.cli import app
from cpecnlp.paths import shipped
from tests.conftest import ROOT

ARTICLE = (
    "Pakistan, China sign deal on 5G\n\nISLAMABAD, June 7 (APP): Pakistan and China signed a memorandum of"
    " understanding on 5G in Islamabad on Monday, the Ministry of Information Technology said.\n\n"
    "The Special Technology Zones Authority (STZA) will spend $2 million on laboratories.\n\n"
    "Must Read\nCopyright © 2024. All Rights Reserved\n"
)


def cpecnlp(*arguments, stdin=b"", cwd=None):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "160", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "cpecnlp", *map(str, arguments)]
    run = subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=env)
    return run.returncode, run.stdout.decode("utf-8"), run.stderr.decode("utf-8")


def commands(command, path=()):
    """Every command with the words that call it, those of groups too."""
    inner = getattr(command, "commands", None)
    if not inner:
        yield " ".join(path), command
    for name, each in (inner or {}).items():
        yield from commands(each, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(words):
    shown = CliRunner().invoke(app, [*words.split(), "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.output
    command = COMMANDS[words]
    assert command.help
    assert all(option.help for option in command.params if option.name != "help"), "an option without a word on it"
    assert f"cpecnlp {words}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_help_of_the_whole():
    code, out, _ = cpecnlp("--help")
    assert code == 0
    assert all(words.split()[0] in out for words in COMMANDS)


def test_run_from_standard_input(tmp_path):
    code, out, err = cpecnlp("run", "-", "-o", "res", stdin=ARTICLE.encode(), cwd=tmp_path)
    assert code == 0, err
    assert "1 articles" in out
    assert "GPE" in out
    (line,) = (tmp_path / "res" / "documents.jsonl").read_text("utf-8").splitlines()
    record = json.loads(line)
    assert record["text"] == ARTICLE
    assert record["fields"]["place"] == "Islamabad"
    assert any(ARTICLE[row[0] : row[1]] == "STZA" and row[2] == "ORG" for row in record["entities"])


def test_quiet_is_silent(tmp_path):
    code, out, err = cpecnlp("run", "-", "-q", "-o", "res", stdin=ARTICLE.encode(), cwd=tmp_path)
    assert (code, out, err) == (0, "", "")


def test_bad_files_are_named_and_the_others_done(tmp_path):
    (tmp_path / "good.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "junk.txt").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "lines.jsonl").write_text('{"text": "Pakistan and China met."}\n{oops\n', encoding="utf-8")
    code, _, err = cpecnlp("run", "good.txt", "empty.txt", "junk.txt", "lines.jsonl", "-o", "res", cwd=tmp_path)
    assert code == 1
    assert len((tmp_path / "res" / "documents.jsonl").read_text("utf-8").splitlines()) == 2
    failed = [line for line in err.splitlines() if line.startswith("failed: ")]
    assert [line.split(": ")[1] for line in failed] == ["empty.txt", "junk.txt", "lines.jsonl:2"]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "-", "--models", "nowhere"], "no model folder at nowhere"),
        (["run", "-", "--pipeline", "strip,magic"], "unknown stage 'magic'"),
        (["run", "-", "--ner", "magic"], "unknown entity backend"),
        (["run", "-", "--workers", "0"], "workers"),
        (["show", "nowhere.txt"], "no such file"),
        (["frobnicate"], "No such command"),
    ],
)
def test_wrong_use_is_exit_2_and_one_sentence(arguments, says, tmp_path):
    code, _, err = cpecnlp(*arguments, stdin=ARTICLE.encode(), cwd=tmp_path)
    assert code == 2
    assert says in err
    assert "Traceback" not in err


def test_two_workers_write_what_one_writes(tmp_path):
    rows = [{"id": f"a{n}", "text": ARTICLE.replace("5G", f"{n}G")} for n in range(40)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for workers in (1, 2):
        code, _, err = cpecnlp("run", "in.jsonl", "-q", "-o", f"o{workers}", "--workers", workers, cwd=tmp_path)
        assert code == 0, err
    one, two = (tmp_path / f"o{n}" / "documents.jsonl" for n in (1, 2))
    assert one.read_bytes() == two.read_bytes()


def test_show_strikes_and_names(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    code, out, err = cpecnlp("show", "a.txt", cwd=tmp_path)
    assert code == 0, err
    assert "[GPE:Islamabad]" in out
    assert "{{title:" in out
    code, out, _ = cpecnlp("show", "--diff", "a.txt", cwd=tmp_path)
    assert code == 0
    lines = [line.split() for line in out.splitlines() if line.startswith("- ")]
    assert ["0", "title"] in [line[1:3] for line in lines]
    assert any("Must Read" in line for line in out.splitlines())


def test_show_takes_results_as_they_are(tmp_path):
    record = {"id": "g", "text": "Title\nQuetta waits.", "removed": [[0, 5, "title"]], "entities": [[6, 12, "ORG"]]}
    (tmp_path / "r.jsonl").write_text(json.dumps(record), encoding="utf-8")
    code, out, _ = cpecnlp("show", "r.jsonl", cwd=tmp_path)
    assert code == 0
    assert "[ORG:Quetta]" in out


def test_list():
    code, out, _ = cpecnlp("list")
    assert code == 0
    assert all(name in out for name in ("strip", "ner", "topics"))
    code, out, _ = cpecnlp("list", "models")
    assert code == 0
    assert all(f"models/{task}" in out for task in ("ner", "topics"))


def test_list_names_a_damaged_model_and_shows_the_others(tmp_path):
    shutil.copytree(shipped("models") / "strip", tmp_path / "good")
    shutil.copytree(shipped("models") / "strip", tmp_path / "bad")
    (tmp_path / "bad" / "weights.npz").write_bytes(b"torn")
    code, out, problems = cpecnlp("list", "models", "--models", str(tmp_path))
    assert code == 1
    assert "good" in out
    assert "bad" not in out
    assert problems.startswith("cpecnlp: ")
    assert "bad" in problems
