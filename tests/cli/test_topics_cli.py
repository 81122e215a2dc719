"""Retraining, selection and discovery as a user meets them; the models are those of a small base."""

from __future__ import annotations

import csv
import shutil

import pytest
from typer.testing import CliRunner

from cpecnlp.cli import GROUPS, app
from cpecnlp.cli.options import NOT_PROMOTED
from cpecnlp.cli.train import TASKS
from cpecnlp.corpus.reader import read
from cpecnlp.errors import CpecnlpError
from cpecnlp.models import model_path, open_model, sha256
from cpecnlp.paths import shipped
from cpecnlp.training.topics import train_topics
from tests.cli.test_cli import cpecnlp
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def gold():
    return list(read(shipped("corpus") / "gold" / "train.jsonl", gold=True))


@pytest.fixture(scope="module")
def base(gold, tmp_path_factory):
    """A small model: quick to add to."""
    return train_topics(gold, from_scratch=True, out=tmp_path_factory.mktemp("base") / "topics", name="small").model


@pytest.fixture
def home(base, tmp_path, monkeypatch):
    """An empty working folder, with the small model as the present one."""
    monkeypatch.setenv("CPECNLP_MODELS", str(tmp_path / "own"))
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(base.path, tmp_path / "own" / "topics")
    return tmp_path


def write(path, documents, topics):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "topics"])
        for number, document in enumerate(documents):
            writer.writerow([f"{path.stem}{number}", document.text, topics(document)])
    return str(path)


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_help_and_the_group_stands_in_the_readme(group, task):
    result = run(group, task, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.stdout
    assert f"cpecnlp {group} {task}" in (ROOT / "README.md").read_text(encoding="utf-8")


def table(*topics):
    places = ("Gwadar", "Quetta", "Lahore")
    rows = (
        f"{place} waits for the rain promised on Monday.,{topic}\n"
        for place, topic in zip(places, topics, strict=False)
    )
    return "text,topics\n" + "".join(rows)


class TestTrain:
    def test_labels_in_a_csv(self, home, gold):
        path = write(home / "new.csv", gold[:12], lambda d: "; ".join(d.topics))
        result = run("train", "topics", path, "--folds", 3, "--review", "review.csv")
        assert result.exit_code == 0, result.output
        assert "12 new articles and 224 that small remembers" in result.stdout
        assert "energy-climate" in result.stdout
        assert "95 % interval" in result.stdout
        assert "Against small, on 42 regression articles and 224 remembered ones" in result.stdout
        assert "near-copies" in result.stdout
        assert "note: " in result.stderr
        assert open_model(model_path("topics")).name == "small"  # not asked to promote
        new = next(path for path in (home / "own").iterdir() if path.name.startswith("topics-"))
        listed = run("list", "models").stdout
        assert new.name in listed
        assert run("run", "-o", "out", "--models", new.name, "--pipeline", "strip,topics", "-q").exit_code == 0
        promoted = run("promote", new.name, "--anyway")
        assert f"{new.name} is the present model for topics now" in promoted.stdout
        assert open_model(model_path("topics")).name == new.name
        assert open_model(home / "own" / "small").name == "small"

    def test_what_falls_is_said_and_the_present_model_stays(self, home, gold):
        path = write(home / "wrong.csv", gold[:60], lambda _: "none")
        before = sha256(model_path("topics") / "model.json")
        result = run("train", "topics", path, "--folds", 3, "--about", "all", "--promote", "-q", "-o", "kept")
        assert result.exit_code == NOT_PROMOTED == 3
        assert result.stdout == ""
        assert "not promoted, small stays in use: F1 fell: " in result.stderr
        assert sha256(model_path("topics") / "model.json") == before
        again = run("promote", "kept")
        assert again.exit_code == NOT_PROMOTED
        assert sha256(model_path("topics") / "model.json") == before

    @pytest.mark.parametrize(
        ("data", "more", "says"),
        [
            ("id,text\n1,Gwadar waits for the rain.\n", (), "none of 1 articles has topics"),
            ("id,topics\n1,a\n", (), 'no column "text" (there are: id, topics)'),
            ("", (), "in.csv"),
            ("text,topics\n", (), "there is no article in it"),
            (table("enrgy-climate"), (), "did you mean 'energy-climate'"),
            (table("a", "a"), ("--from-scratch",), "the one topic 'a'"),
            (table("a", "b", "a"), ("--from-scratch",), "3 articles are too few"),
            (table("none"), ("--about", "fodder"), "fodder"),
            (table("none"), ("--models", "nowhere"), "no model folder at nowhere"),
            (table("none"), ("--regression", "nowhere.jsonl"), "nowhere.jsonl: no such file"),
            (table("none"), ("-o", "."), "is no model folder"),
        ],
    )
    def test_wrong_use_is_one_sentence(self, data, more, says, home):
        (home / "in.csv").write_text(data, encoding="utf-8")
        result = run("train", "topics", "in.csv", *more)
        assert isinstance(result.exception, CpecnlpError)  # main() makes exit code 2 of it: see the next test
        assert says in str(result.exception)
        assert "\n" not in str(result.exception)
        assert sorted(path.name for path in (home / "own").iterdir()) == ["topics"]


def test_wrong_use_is_exit_code_2(tmp_path):
    for arguments in (["train", "topics", "no.csv"], ["train", "topics"], ["select", "no.csv"], ["discover", "no.csv"]):
        code, out, err = cpecnlp(*arguments, cwd=tmp_path)
        assert (code, out) == (2, ""), arguments
        assert "Traceback" not in err
        assert "no.csv: no such file" in err or "NEW" in err


class TestSelect:
    def test_a_sheet_to_fill_in_and_never_over_one_that_is_filled(self, home):
        result = run("select", "corpus", "-n", 4)
        assert result.exit_code == 0, result.output
        assert "cpecnlp train topics to_label.csv" in result.stdout
        rows = list(csv.DictReader((home / "to_label.csv").open(encoding="utf-8-sig", newline="")))
        assert len(rows) == 4
        assert all(row["topics"] == "" for row in rows)
        again = run("select", "corpus", "-n", 4)
        assert "is there already, perhaps with labels" in str(again.exception)
        assert run("select", "corpus", "-n", 4, "--force", "-q").stdout == ""


def test_discover_prints_clusters_and_writes_a_row_an_article(home):
    result = run("discover", "corpus", "--least", 4, "-o", "found.csv")
    assert result.exit_code == 0, result.output
    assert "key terms" in result.stdout
    assert "336 articles: " in result.stdout
    rows = list(csv.DictReader((home / "found.csv").open(encoding="utf-8-sig", newline="")))
    assert len(rows) == 336
    assert {row["cluster"] for row in rows} > {"1", "none"}
