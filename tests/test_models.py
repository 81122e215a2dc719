from __future__ import annotations

import json

import pytest

from cpecnlp.errors import ModelError
from cpecnlp.models import TASKS, find_model, list_models, model_path, open_model, promote, write_model
from cpecnlp.paths import shipped, user_models


def make(path, name="m-1", task="topics", body="weights"):
    return write_model(
        path,
        task=task,
        backend="test",
        name=name,
        labels=("a", "b"),
        write_files=lambda folder: (folder / "w.bin").write_text(body) and None,
        card="# A card\n",
        settings={"threshold": 0.5},
        metrics={"f1": 0.9},
        libraries=("numpy", "no-such-library"),
    )


def test_written_and_opened_again(tmp_path):
    written = make(tmp_path / "topics")
    opened = open_model(tmp_path / "topics", "topics")
    assert opened == written
    assert opened.labels == ("a", "b")
    assert opened.settings == {"threshold": 0.5}
    assert opened.manifest["libraries"]["no-such-library"] == "not installed"
    assert opened.source.startswith("m-1@")
    assert (tmp_path / "topics" / "README.md").read_text() == "# A card\n"
    assert [p.name for p in tmp_path.iterdir()] == ["topics"]


def test_an_altered_or_missing_file_is_refused(tmp_path):
    make(tmp_path / "m")
    (tmp_path / "m" / "w.bin").write_text("other")
    with pytest.raises(ModelError, match="sha256 differs"):
        open_model(tmp_path / "m")
    (tmp_path / "m" / "w.bin").unlink()
    with pytest.raises(ModelError, match="is missing"):
        open_model(tmp_path / "m")


def test_wrong_task_no_folder_and_bad_manifest(tmp_path):
    make(tmp_path / "m")
    with pytest.raises(ModelError, match="not for 'ner'"):
        open_model(tmp_path / "m", "ner")
    with pytest.raises(ModelError, match="model.json is missing"):
        open_model(tmp_path)
    (tmp_path / "m" / "model.json").write_text("{")
    with pytest.raises(ModelError, match="not valid JSON"):
        open_model(tmp_path / "m")
    (tmp_path / "m" / "model.json").write_text(json.dumps({"task": "ner"}))
    with pytest.raises(ModelError, match="lacks"):
        open_model(tmp_path / "m")


def test_a_failed_write_leaves_the_old_model(tmp_path):
    make(tmp_path / "m", "old")

    def fail(folder):
        (folder / "w.bin").write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        write_model(tmp_path / "m", task="ner", backend="x", name="new", labels=(), write_files=fail, card="")
    assert open_model(tmp_path / "m").name == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["m"]
    make(tmp_path / "m", "newer")
    assert open_model(tmp_path / "m").name == "newer"
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_paths_fall_back_to_the_shipped_models(tmp_path):
    make(tmp_path / "topics")
    assert model_path("topics", tmp_path) == tmp_path / "topics"
    assert model_path("ner", tmp_path) == shipped("models") / "ner"
    assert model_path("topics", tmp_path / "topics") == tmp_path / "topics"
    assert model_path("ner", tmp_path / "topics") == shipped("models") / "ner"
    assert model_path("strip") == shipped("models") / "strip"


@pytest.mark.parametrize("text", ["{", "[]", '{"task": "magic"}'])
def test_a_damaged_model_does_not_stand_for_the_shipped_one(tmp_path, text):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(ModelError, match="does not describe a model"):
        model_path("ner", tmp_path)


def test_listing(tmp_path):
    make(tmp_path / "b" / "topics", "two")
    make(tmp_path / "a" / "ner", "one", task="ner")
    assert [(m.task, m.name) for m in list_models(tmp_path)] == [("ner", "one"), ("topics", "two")]


def test_every_shipped_model_is_whole_and_small():
    models = list_models()
    assert {m.task for m in models} == set(TASKS)
    for model in models:
        card = (model.path / "README.md").read_text(encoding="utf-8")
        assert len(card) > 400
        assert model.metrics
        assert "/work/" not in json.dumps(model.manifest)
    size = sum(p.stat().st_size for p in shipped("models").rglob("*") if p.is_file())
    assert size < 120e6


class TestOwnModels:
    """The folder of the user's own models, and what promotion does in it."""

    @pytest.fixture
    def own(self, tmp_path, monkeypatch):
        monkeypatch.setenv("CPECNLP_MODELS", str(tmp_path / "own"))
        return tmp_path / "own"

    def test_the_promoted_one_is_the_present_one_and_the_one_before_stays(self, own, tmp_path):
        assert model_path("topics") == shipped("models") / "topics"
        one, two = make(tmp_path / "a", "one"), make(own / "two", "two", body="other weights")
        assert promote(one).path == own / "topics" == model_path("topics")
        assert (tmp_path / "a" / "model.json").is_file()  # copied from outside
        promote(two)
        assert open_model(model_path("topics")).name == "two"
        assert sorted(p.name for p in own.iterdir()) == ["one", "topics"]
        promote(find_model("one"))
        assert open_model(model_path("topics")).name == "one"
        assert sorted(p.name for p in own.iterdir()) == ["topics", "two"]

    def test_promoting_what_is_present_changes_nothing(self, own, tmp_path):
        model = promote(make(tmp_path / "a", "one"))
        assert promote(model) == model
        assert [p.name for p in own.iterdir()] == ["topics"]

    def test_the_way_back_to_the_shipped_model(self, own, tmp_path):
        promote(make(tmp_path / "a", "one"))
        assert promote(open_model(shipped("models") / "topics")).path == shipped("models") / "topics"
        assert model_path("topics") == shipped("models") / "topics"
        assert [p.name for p in own.iterdir()] == ["one"]

    def test_by_name(self, own):
        model = make(own / "some-folder", "one")
        assert model_path("topics", "one") == own / "some-folder"
        assert find_model(model.source).path == own / "some-folder"
        assert model_path("ner", "one") == shipped("models") / "ner"
        with pytest.raises(ModelError, match="no model of that name"):
            model_path("topics", "three")
        with pytest.raises(ModelError, match="not for 'ner'"):
            find_model("one", "ner")

    def test_listed_with_the_shipped_ones_but_not_while_they_are_written(self, own):
        make(own / "two", "two")
        make(own / ".two.half", "half")
        names = [m.name for m in list_models()]
        assert "two" in names
        assert "half" not in names
        assert {m.task for m in list_models()} >= {"ner", "topics"}

    def test_where_it_is(self, own, monkeypatch):
        assert user_models() == own
        monkeypatch.delenv("CPECNLP_MODELS")
        monkeypatch.setenv("HOME", "/somewhere")
        assert user_models().parts[-2:] == (".cpecnlp", "models")


def test_no_file_tells_where_on_its_makers_machine_it_was_made():
    for file in shipped("models").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"site-packages" not in content, file
            assert b'File "/' not in content, file
