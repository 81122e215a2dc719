"""The stack that weighs article, headline and passages: what it learns, when it is used, what is remembered for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.backends.passages import parts_of
from cpecnlp.backends.stacking import ARTICLE_CLUES, CLUES, NOTHING, clues_of, part_clues
from cpecnlp.corpus.reader import read
from cpecnlp.models import model_path
from cpecnlp.paths import shipped
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training import topic_fit, topic_gate, topic_reading
from cpecnlp.training.logistic import Coordinates, fit_logistic
from cpecnlp.training.topic_data import TopicExample
from cpecnlp.training.topic_fit import FittedTopics, expected_threshold, nested_decisions
from cpecnlp.training.topic_gate import compare_remembered
from cpecnlp.training.topic_passages import PassageRows
from cpecnlp.training.topic_reading import (
    STACK_ROWS,
    Evidence,
    fit_reading,
    fit_stack,
    gather_clues,
    readable,
    stackable,
)
from cpecnlp.training.topic_rows import ALWAYS, Scaling, TopicRows, nothing_said
from cpecnlp.training.topics import train_topics

LABELS = ("road", "farm", "none")
TEXTS = (
    "Road\nThe road is new. It is long.",
    "Farm\nWheat and rice grow on the farm near the river.",
    "A bank\nMoney.",
)


@pytest.fixture(scope="module")
def features():
    return TextFeatures.load(model_path("topics"))


@pytest.fixture(scope="module")
def rows(features):
    examples = [TopicExample(text, (LABELS[n],), f"a{n}", fold=n) for n, text in enumerate(TEXTS)]
    return TopicRows.of(features, [*examples, replace(examples[0], id="more", fold=ALWAYS)], LABELS)


def many(size, seed=0):
    """Rows of random topics, and clues in which the best passage tells what the article does not."""
    rng = np.random.default_rng(seed)
    targets = (rng.random((size, 3)) < 0.4).astype(float)
    clues = rng.normal(size=(size, 3, len(CLUES)))
    clues[:, :, CLUES.index("long")] += np.where(targets > 0.5, 2.0, -2.0)
    ends = np.tile([0, 1, 2, 3], (size, 1))
    passages = PassageRows(np.zeros((3, 4), np.float32), ends)
    blank = np.zeros((size, 0))
    one = np.ones_like(targets)
    folds = np.arange(size) % 5
    return TopicRows(
        blank, blank, targets, one, LABELS, tuple(map(str, range(size))), folds, passages, *nothing_said(size, 3)
    ), clues


class TestPassageRows:
    def test_of_judged_articles_alone(self, rows):
        assert rows.passages.known.tolist() == [True, True, True, False]
        start, long, short, end = rows.passages.ends[0]
        assert (start, long) == (0, 1)
        assert start < long < short < end

    def test_joined_they_stay_with_their_articles(self, rows):
        both = rows.take([1]).join(rows.take([3, 2]))
        for place, number in enumerate([1, 3, 2]):
            mine, old = both.passages.ends[place], rows.passages.ends[number]
            np.testing.assert_array_equal(both.passages.dense[mine[0] : mine[3]], rows.passages.dense[old[0] : old[3]])

    def test_a_memory_keeps_what_was_said_and_no_passages(self, rows, tmp_path):
        heard = np.random.default_rng(0).normal(size=rows.heard.shape)
        heard[3] = np.nan
        replace(rows, heard=heard, scores=np.full(rows.targets.shape, 0.25)).save(tmp_path)
        again = TopicRows.load(tmp_path)
        assert not again.passages.known.any()
        np.testing.assert_allclose(again.heard, heard, atol=2e-3)
        assert (again.scores == 0.25).all()
        assert readable(again).tolist() == [True, True, True, False]
        with np.load(tmp_path / "memory.npz") as arrays:
            assert not [name for name in arrays.files if "passage" in name]

    def test_a_memory_of_an_older_model_is_not_readable(self, rows, tmp_path):
        rows.save(tmp_path)
        with np.load(tmp_path / "memory.npz") as arrays:
            old = {name: arrays[name] for name in arrays.files if name not in ("scores", "heard")}
        np.savez(tmp_path / "memory.npz", **old)
        again = TopicRows.load(tmp_path)
        assert np.isnan(again.scores).all()
        assert readable(again.join(rows)).tolist() == [False] * 4 + [True, True, True, False]

    def test_a_new_topic_is_not_heard_in_old_articles(self, rows):
        wide = replace(rows, heard=np.ones_like(rows.heard)).widen((*LABELS, "sea"))
        assert np.isnan(wide.heard[:, 3]).all()
        assert (wide.heard[:, :3] == 1).all()
        clues = gather_clues(np.zeros((4, 4)), wide.heard, wide.labels, ("none",))
        assert (clues[:, 3, ARTICLE_CLUES:] == NOTHING).all()


class TestStack:
    def test_learns_which_clue_tells(self):
        rows, clues = many(300)
        train, test = np.arange(200), np.arange(200, 300)
        stack = fit_stack(clues[train], rows.take(train))
        right = (stack.logits(clues[test]) > 0) == (rows.targets[test] > 0.5)
        assert right.mean() > 0.93
        plain = fit_reading(Evidence(clues[train, :, 0]), rows.take(train))
        chance = plain.probabilities(Evidence(clues[test, :, 0]))
        assert ((chance > 0.5) == (rows.targets[test] > 0.5)).mean() < 0.75

    def test_leaves_out_cells_that_no_person_decided(self):
        rows, clues = many(200)
        wrong = rows.targets.copy()
        wrong[:, 1] = 1 - wrong[:, 1]
        unsure = np.ones_like(wrong)
        unsure[:, 1] = 0.5
        ours = fit_stack(clues, replace(rows, targets=wrong, weights=unsure))
        without = fit_stack(clues[:, [0, 2]], replace(rows, targets=rows.targets[:, [0, 2]], weights=unsure[:, [0, 2]]))
        np.testing.assert_allclose(ours.weights, without.weights, atol=1e-9)

    def test_probabilities_and_topics_come_from_the_other_folds(self):
        rows, clues = many(400)
        scores, given = nested_decisions(Evidence(clues[:, :, 0], clues), rows)
        assert ((scores > 0.5) == (rows.targets > 0.5)).mean() > 0.93
        assert given.any(1).all()
        other = clues.copy()
        other[rows.folds == 0] = 0.0
        again, _ = nested_decisions(Evidence(other[:, :, 0], other), rows)
        assert not np.allclose(
            scores[rows.folds == 1], again[rows.folds == 1]
        )  # fold 0 is one of the others for fold 1
        mine = replace(rows, targets=np.where(rows.folds[:, None] == 0, 1 - rows.targets, rows.targets))
        flipped, _ = nested_decisions(Evidence(clues[:, :, 0], clues), mine)
        np.testing.assert_array_equal(
            scores[rows.folds == 0], flipped[rows.folds == 0]
        )  # its own labels play no part in the stack

    def test_used_with_enough_articles_that_all_have_passages(self):
        rows, _ = many(STACK_ROWS)
        every = np.arange(STACK_ROWS)
        assert stackable(rows, every, False)
        assert not stackable(rows, every, True)
        assert not stackable(rows, every[1:], False)
        ends = rows.passages.ends.copy()
        ends[7] = 3
        silent = replace(rows, passages=replace(rows.passages, ends=ends))
        assert not stackable(silent, every, False)
        heard = silent.heard.copy()
        heard[7] = 0.0
        assert stackable(replace(silent, heard=heard), every, False)


class TestExpectedThreshold:
    def test_half_of_the_best_expected_f1(self):
        scores = np.random.default_rng(0).beta(0.3, 1.2, 20_000)
        found = expected_threshold(scores)
        given = scores >= found
        best = 2 * scores[given].sum() / (given.sum() + scores.sum())
        assert found == pytest.approx(best / 2, abs=0.015)

    def test_sure_probabilities_need_no_fine_threshold(self):
        assert 0.1 <= expected_threshold(np.array([0.01] * 90 + [0.95] * 10)) <= 0.8


def test_what_the_present_model_said_is_not_computed_again(rows, monkeypatch):
    judged = np.arange(3)
    said = np.where(rows.targets > 0.5, 0.9, 0.1)
    memory = replace(rows, scores=np.where(rows.folds[:, None] == ALWAYS, np.nan, said))
    rule = TopicRule(dict.fromkeys(LABELS, 0.5), ("none",))
    fitted = FittedTopics(None, rule, None, 1 - said[judged], judged, rows.heard[judged])
    monkeypatch.setattr(topic_gate, "fit_topics", lambda *_: pytest.fail("cross-validated once more"))
    changes = compare_remembered(memory, fitted, None, rule)
    assert {change.topic for change in changes} == {*LABELS, "micro"}
    assert changes[-1].before == 1.0 > changes[-1].after


@pytest.fixture(scope="module")
def articles():
    """Of the shipped corpus, some of each topic first."""
    found = [TopicExample.of(doc) for doc in read(shipped("corpus") / "gold" / "train.jsonl", gold=True)]
    found.sort(key=lambda example: "none" not in example.topics)
    return [replace(example, fold=None) for example in found[:10] + found[30:]]


@pytest.fixture(scope="module")
def first(articles, tmp_path_factory):
    """A model with a stack, and one that goes on from it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topic_reading, "STACK_ROWS", 60)
        patch.setattr(topic_fit, "LANDMARKS", 80)
        folder = tmp_path_factory.mktemp("stack")
        before = train_topics(articles[:110], from_scratch=True, out=folder / "first", name="first")
        after = train_topics(articles[110:150], base=folder / "first", out=folder / "second", name="second")
        yield before, after


class TestTrainedWithAStack:
    """Small numbers in place of large ones, so that a test's training takes every path."""

    def test_the_model_has_one_and_says_so(self, first):
        for done in first:
            assert MultilabelPredictor.from_folder(done.model).weights.stack is not None
            assert "second logistic regression" in (done.model.path / "README.md").read_text("utf-8")
            assert not [said for said in done.warnings if "passages" in said]

    def test_what_it_said_is_remembered_of_the_right_articles(self, first, articles):
        for done, count in zip(first, (110, 150), strict=True):
            rows = TopicRows.load(done.model.path)
            assert rows.ids == tuple(example.id for example in articles[:count])
            assert loss(rows.scores, rows.targets) < loss(rows.scores[::-1], rows.targets) - 0.1
            given = rows.targets > 0.5
            assert rows.heard[given].mean() > rows.heard[::-1][given].mean() + 0.5

    def test_clues_are_those_of_a_predictor_that_has_not_seen_the_fold(self, articles, features, monkeypatch):
        seen = {}
        monkeypatch.setattr(topic_reading, "STACK_ROWS", 60)

        def spy(logits, heard, labels, alone):
            seen["clues"] = gather_clues(logits, heard, labels, alone)
            return seen["clues"]

        monkeypatch.setattr(topic_fit, "gather_clues", spy)
        labels = sorted({topic for example in articles[:80] for topic in example.topics})
        laid = [replace(example, fold=n % 3) for n, example in enumerate(articles[:80])]
        rows = TopicRows.of(features, laid, labels)
        topic_fit.fit_topics(rows, features, ("none",))
        outside = rows.take(np.flatnonzero(rows.folds != 1))
        scaling = Scaling.of(rows, features.embedding_sizes)
        space = Coordinates.of(scaling.gram(rows, len(rows)))
        mine = rows.folds != 1
        fit = fit_logistic(space.values[mine], outside.targets, outside.weights, strength=topic_fit.STRENGTH)
        weights = topic_fit.Weigher.of(rows, space, scaling, len(rows)).weights(fit)
        predictor = MultilabelPredictor(features, weights, labels, "x")
        for number in np.flatnonzero(rows.folds == 1).tolist()[:6]:
            text = laid[number].text
            chance = np.clip(predictor.predict_proba([text])[0], 1e-12, 1 - 1e-12)
            parts, long, short = parts_of(text)
            said = weights.dense_logits(features.dense(parts))
            expected = clues_of(np.log(chance / (1 - chance)), part_clues(said, long, short), [labels.index("none")])
            np.testing.assert_allclose(seen["clues"][number], expected, atol=2e-3)

    def test_a_new_topic_stays_doubted_in_old_articles_that_have_it(self, first, articles, tmp_path, monkeypatch):
        monkeypatch.setattr(topic_reading, "STACK_ROWS", 60)
        topic = "energy-climate"
        have = {example.id for example in articles[:110] if topic in example.topics}
        without = [replace(e, topics=tuple(t for t in e.topics if t != topic) or ("none",)) for e in articles[:110]]
        base = train_topics(without, from_scratch=True, out=tmp_path / "base", name="base")
        more = train_topics(articles[110:], base=tmp_path / "base", out=tmp_path / "more", name="more", about=["all"])
        assert base.model.labels != more.model.labels
        rows = TopicRows.load(more.model.path)
        column = rows.labels.index(topic)
        open_cells = {rows.ids[n] for n in np.flatnonzero(rows.weights[:110, column] == 0).tolist()}
        assert len(open_cells & have) > len(have) / 2

    def test_a_base_that_remembers_no_passages_is_told_of(self, first, articles, tmp_path, monkeypatch):
        monkeypatch.setattr(topic_reading, "STACK_ROWS", 60)
        load = TopicRows.load

        def forgetful(path):
            rows = load(path)
            return replace(rows, heard=np.full_like(rows.heard, np.nan))

        monkeypatch.setattr(TopicRows, "load", forgetful)
        done = train_topics(articles[150:170], base=first[0].model.path, out=tmp_path / "third", name="third")
        assert MultilabelPredictor.from_folder(done.model).weights.stack is None
        assert [said for said in done.warnings if said.startswith("of 110 remembered articles")]


def loss(scores, targets):
    chance = np.clip(scores, 1e-6, 1 - 1e-6)
    return -np.where(targets > 0.5, np.log(chance), np.log(1 - chance)).mean()
