"""Retraining, on the shipped corpus: what it learns, what it must not forget, what it says."""

from __future__ import annotations

import csv
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest

import cpecnlp
from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.corpus.reader import read
from cpecnlp.errors import InputError, ModelError, OutputError
from cpecnlp.models import list_models, model_path, open_model, sha256
from cpecnlp.paths import shipped, user_models
from cpecnlp.training.topic_data import TopicExample
from cpecnlp.training.topic_join import OPINION, join_examples, spelled
from cpecnlp.training.topic_rows import TopicRows
from cpecnlp.training.topics import TopicTraining, train_topics

SCRATCH = 75  # articles of the first model


@pytest.fixture(scope="module")
def articles():
    found = [TopicExample.of(doc) for doc in read(shipped("corpus") / "gold" / "train.jsonl", gold=True)]
    random.Random(1).shuffle(found)
    return [replace(example, fold=None) for example in found]


@pytest.fixture(scope="module")
def trained(articles, tmp_path_factory) -> TopicTraining:
    folder = tmp_path_factory.mktemp("first") / "topics"
    return train_topics(articles[:SCRATCH], from_scratch=True, out=folder, name="first")


@pytest.fixture
def home(trained, tmp_path, monkeypatch):
    """The user's own models, with the first model as the present one."""
    monkeypatch.setenv("CPECNLP_MODELS", str(tmp_path / "own"))
    shutil.copytree(trained.model.path, tmp_path / "own" / "topics")
    return tmp_path / "own"


def chances(model, examples, topic):
    predictor = MultilabelPredictor.from_folder(model)
    return predictor.predict_proba([e.text for e in examples])[:, predictor.labels.index(topic)]


class TestFromScratch:
    def test_judges_every_article_once_and_beats_the_commonest_topics(self, trained, articles):
        figures = trained.figures
        assert figures.articles == SCRATCH == trained.new
        assert {t.topic for t in figures.topics} == {t for e in articles[:SCRATCH] for t in e.topics}
        assert figures.micro_low <= figures.micro <= figures.micro_high
        assert figures.micro > 0.5
        assert all(t.low <= t.f1 <= t.high for t in figures.topics)

    def test_warns_of_topics_with_few_articles(self, trained):
        few = [t for t in trained.figures.topics if t.articles < 10]
        (said,) = [warning for warning in trained.warnings if warning.startswith("too few")]
        assert few
        assert all(f"{t.topic} ({t.articles})" in said for t in few)

    def test_the_folder_is_whole_and_its_card_says_what_was_measured(self, trained):
        model = open_model(trained.model.path, "topics")
        card = (model.path / "README.md").read_text(encoding="utf-8")
        assert f"{trained.figures.micro:.3f}" in card
        assert "Trained on 75 labelled articles" in card
        assert model.manifest["training"]["articles"] == SCRATCH
        assert model.manifest["training"]["base"] == ""
        assert model.settings["alone"] == ["none"]

    def test_labels_of_ones_own_one_an_article(self, articles, tmp_path):
        own = [replace(e, topics=("far" if "energy-climate" in e.topics else "Near",)) for e in articles[:60]]
        own[0] = replace(own[0], topics=(own[0].topics[0].upper(),))  # another spelling of the same
        done = train_topics(own, from_scratch=True, out=tmp_path / "own", folds=3)
        assert done.labels == ("Near", "far")
        assert done.model.settings["exclusive"]
        found = cpecnlp.load(tmp_path / "own", stages=["strip", "topics"])("Solar power plants feed the grid.")
        assert len(found.topics) == 1
        assert done.gate.dropped
        assert not done.gate.passed
        assert "does not know" in done.gate.reason

    @pytest.mark.parametrize(
        ("change", "count", "says"),
        [(("a",), 40, "one topic 'a'"), (None, 3, "3 articles are too few"), (None, 0, "no article")],
    )
    def test_too_little_to_learn_from(self, change, count, says, articles, tmp_path):
        some = [replace(e, topics=change or e.topics) for e in articles[:count]]
        with pytest.raises(InputError, match=says):
            train_topics(some, from_scratch=True, out=tmp_path / "m")
        assert not (tmp_path / "m").exists()

    def test_twelve_times_the_same_article_cannot_be_judged(self, articles, tmp_path):
        same = [replace(articles[0], id=str(n), topics=("a" if n % 2 else "b",)) for n in range(12)]
        with pytest.raises(InputError, match="copies of one another"):
            train_topics(same, from_scratch=True, out=tmp_path / "m")

    def test_never_writes_over_a_folder_that_is_no_model(self, articles, tmp_path):
        (tmp_path / "thesis.txt").write_text("years of work")
        with pytest.raises(OutputError, match="no model folder"):
            train_topics(articles[:20], from_scratch=True, out=tmp_path)
        assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.fixture(scope="module")
def joined(trained, articles):
    asked = ("energy-climate", "agriculture")
    new = [replace(e, topics=tuple(t for t in e.topics if t in asked)) for e in articles[SCRATCH:]]
    new = [e for e in new if e.topics]
    features = MultilabelPredictor.from_folder(trained.model).features
    return new, features, join_examples(new, features, trained.model)


class TestJoin:
    """What stays unknown when only some topics were asked about."""

    def test_topics_that_nobody_named_keep_the_models_opinion(self, joined, trained):
        new, _, found = joined
        assert set(found.asked) == {"energy-climate", "agriculture"}
        added = found.rows.take(range(found.known, len(found.rows)))
        assert len(added) == len(new)
        opinions = MultilabelPredictor.from_folder(trained.model).predict_proba([e.text for e in new])
        for column, label in enumerate(found.rows.labels):
            if label in found.asked:
                assert (added.weights[:, column] == 1).all()
                assert (added.targets[:, column] == [label in e.topics for e in new]).all()
            else:
                assert (added.weights[:, column] == OPINION).all()
                assert added.targets[:, column] == pytest.approx(opinions[:, column])

    def test_about_all_makes_them_absent(self, joined, trained):
        new, features, _ = joined
        found = join_examples(new, features, trained.model, ["all"])
        assert found.left == ()
        added = found.rows.take(range(found.known, len(found.rows)))
        assert (added.weights == 1).all()
        assert set(np.unique(added.targets)) == {0.0, 1.0}

    def test_a_new_topic_is_unknown_for_the_remembered_articles(self, joined, trained):
        new, features, _ = joined
        found = join_examples([replace(e, topics=("fodder",)) for e in new], features, trained.model)
        column = found.rows.labels.index("fodder")
        assert (found.rows.weights[: found.known, column] == 0).all()
        assert (found.rows.weights[found.known :, column] == 1).all()

    def test_a_slip_of_the_pen_is_no_new_topic(self, joined, trained):
        new, features, _ = joined
        with pytest.raises(InputError, match="'agricultur' is new .* did you mean 'agriculture'"):
            join_examples([replace(new[0], topics=("agricultur",)), *new[1:]], features, trained.model)
        with pytest.raises(InputError, match="--about names fodder"):
            join_examples(new, features, trained.model, ["fodder"])

    def test_case_is_no_difference(self):
        known = spelled([TopicExample("x", ("ENERGY", "Own")), TopicExample("y", ("own",))], ("energy",))
        assert [e.topics for e in known] == [("energy", "Own"), ("Own",)]

    def test_an_article_that_comes_again_is_replaced_and_a_namesake_is_not(self, trained, articles):
        features = MultilabelPredictor.from_folder(trained.model).features
        again = replace(articles[0], topics=("none",))
        namesake = replace(articles[90], id=articles[1].id)
        found = join_examples([again, namesake], features, trained.model)
        assert found.replaced == 1
        assert found.rows.ids.count(articles[0].id) == 1
        assert found.rows.ids.count(articles[1].id) == 2


class TestAdding:
    def test_goes_on_from_the_present_model_and_says_so(self, home, trained, articles):
        done = train_topics(articles[SCRATCH:100], folds=3, promote=True)
        assert (done.new, done.known) == (25, SCRATCH)
        assert done.model.manifest["training"]["base"] == trained.model.source
        assert {change.on for change in done.gate.changes} == {"regression", "remembered"}
        assert done.gate.remembered == SCRATCH
        assert done.promoted == done.gate.passed
        assert len(TopicRows.load(done.model.path)) == 100
        names = {model.name for model in list_models() if model.path.is_relative_to(user_models())}
        assert names == {"first", done.model.name}

    def test_two_topics_alone_do_not_unteach_the_others(self, home, articles):
        """The labels of the others are taken away; were they read as absent, their chances would fall."""
        two = ("trade-investment", "diplomacy-governance")
        told = [e for e in articles[SCRATCH:] if set(two) & set(e.topics)]
        asked = [replace(e, topics=tuple(t for t in e.topics if t in two)) for e in told]
        other = [(e, t) for e in told for t in e.topics if t not in two]
        assert len(other) > 5
        before = np.mean([chances(open_model(home / "topics"), [e], t)[0] for e, t in other])
        kept = train_topics(asked, folds=3)
        taken = train_topics(asked, folds=3, about=["all"])
        assert kept.model.path != taken.model.path
        after, lost = (np.mean([chances(done.model, [e], t)[0] for e, t in other]) for done in (kept, taken))
        assert after > before - 0.05
        assert lost < before - 0.1
        assert any("taken as not asked" in warning for warning in kept.warnings)
        assert not any("taken as not asked" in warning for warning in taken.warnings)

    def test_wrong_labels_do_not_pass_the_gate(self, home, articles):
        """Twenty articles on energy are said to be about health."""
        turned = {"energy-climate": "health-biotech", "transport-infrastructure": "culture-people"}
        wrong = [replace(e, topics=tuple(turned.get(t, t) for t in e.topics), id=f"w{e.id}") for e in articles]
        wrong = [e for e, old in zip(wrong, articles, strict=True) if set(old.topics) & set(turned)]
        digest = sha256(home / "topics" / "model.json")
        done = train_topics(wrong, folds=3, promote=True, about=["all"])
        assert not done.promoted
        assert done.gate.fell
        assert all(change.topic in done.gate.reason for change in done.gate.fell)
        assert sha256(model_path("topics") / "model.json") == digest
        assert done.model.path.is_dir()  # it is kept, under its own name

    def test_labels_that_look_wrong_are_found_and_written_to_be_corrected(self, home, articles, tmp_path):
        new = [replace(e, id=f"n{number}") for number, e in enumerate(articles[SCRATCH:])]
        energy = [n for n, e in enumerate(new) if "energy-climate" in e.topics][:3]
        for number in energy:
            new[number] = replace(new[number], topics=("health-biotech",))
        done = train_topics(new, folds=3, review=tmp_path / "review.csv")
        assert len({f"n{number}" for number in energy} & {doubt.id for doubt in done.doubts}) >= 2
        assert all(doubt.id.startswith("n") for doubt in done.doubts)
        with (tmp_path / "review.csv").open(encoding="utf-8-sig", newline="") as file:
            sheet = {row["id"]: row for row in csv.DictReader(file)}
        assert set(sheet) == {doubt.id for doubt in done.doubts}
        for number in energy:
            if row := sheet.get(f"n{number}"):
                assert row["topics"] == "health-biotech"
                assert row["suggested"] != "health-biotech"
                assert row["text"] == new[number].text

    def test_near_copies_are_said(self, home, articles):
        copy = replace(articles[0], id="copy", text=articles[0].text + "\nOne more sentence stands here.")
        done = train_topics([copy, *articles[SCRATCH : SCRATCH + 15]], folds=3)
        assert any("copy" in pair for pair in done.duplicates)
        assert any("near-copies" in warning for warning in done.warnings)

    def test_the_same_articles_give_the_same_model(self, home, articles, tmp_path):
        one, two = (train_topics(articles[SCRATCH:95], folds=3, out=tmp_path / name, name="same") for name in "ab")
        assert one.model.manifest["files"]["weights.npz"] == two.model.manifest["files"]["weights.npz"]
        assert one.figures == two.figures


def test_a_model_of_another_backend_cannot_be_trained_further(tmp_path, articles):
    with pytest.raises(ModelError, match="no model of that name"):
        train_topics(articles[:20], base="nowhere")
    with pytest.raises(ModelError, match="not for 'topics'"):
        train_topics(articles[:20], base=shipped("models") / "ner")
