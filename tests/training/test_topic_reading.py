"""The stack that weighs article, headline and passages: what it learns, when it is used, what is remembered for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.stacking import CLUES
from cpecnlp.models import model_path
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training import topic_gate
from cpecnlp.training.topic_data import TopicExample
from cpecnlp.training.topic_fit import FittedTopics, expected_threshold, nested_decisions
from cpecnlp.training.topic_gate import compare_remembered
from cpecnlp.training.topic_passages import PassageRows
from cpecnlp.training.topic_reading import STACK_ROWS, Evidence, fit_reading, fit_stack, stackable
from cpecnlp.training.topic_rows import ALWAYS, TopicRows

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
    passages = PassageRows(np.zeros((3, 4), np.float32), ends, 2)
    blank = np.zeros((size, 0))
    one = np.ones_like(targets)
    folds = np.arange(size) % 5
    return TopicRows(
        blank, blank, targets, one, LABELS, tuple(map(str, range(size))), folds, passages, np.full_like(one, np.nan)
    ), clues


class TestPassageRows:
    def test_of_judged_articles_alone(self, rows):
        assert rows.passages.known.tolist() == [True, True, True, False]
        start, long, short, end = rows.passages.ends[0]
        assert (start, long) == (0, 1)
        assert start < long < short < end

    def test_saved_and_loaded_they_are_nearly_the_same(self, rows, tmp_path):
        some = rows.take([2, 3, 0])
        replace(some, scores=np.full(some.targets.shape, 0.25)).save(tmp_path)
        again = TopicRows.load(tmp_path)
        assert (again.scores == 0.25).all()
        assert again.passages.known.tolist() == [True, False, True]
        for old, new in zip(some.passages.ends, again.passages.ends, strict=True):
            before, after = some.passages.dense[old[0] : old[3]], again.passages.dense[new[0] : new[3]]
            assert (old - old[0]).tolist() == (new - new[0]).tolist()
            np.testing.assert_allclose(before, after, atol=2e-3)

    def test_joined_they_stay_with_their_articles(self, rows):
        both = rows.take([1]).join(rows.take([3, 2]))
        for place, number in enumerate([1, 3, 2]):
            mine, old = both.passages.ends[place], rows.passages.ends[number]
            np.testing.assert_array_equal(both.passages.dense[mine[0] : mine[3]], rows.passages.dense[old[0] : old[3]])

    def test_a_memory_of_an_older_model_has_none(self, rows, tmp_path):
        rows.save(tmp_path)
        with np.load(tmp_path / "memory.npz") as arrays:
            old = {name: arrays[name] for name in arrays.files if name != "scores" and "passages" not in name}
        np.savez(tmp_path / "memory.npz", **old)
        again = TopicRows.load(tmp_path)
        assert not again.passages.known.any()
        assert np.isnan(again.scores).all()
        both = again.join(rows)
        assert both.passages.known.tolist() == [False] * 4 + [True, True, True, False]
        both.save(tmp_path)
        assert TopicRows.load(tmp_path).passages.known.tolist() == both.passages.known.tolist()


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
        np.testing.assert_array_equal(scores[rows.folds == 0], flipped[rows.folds == 0])  # its own labels play no part

    def test_used_with_enough_articles_that_all_have_passages(self):
        rows, _ = many(STACK_ROWS)
        every = np.arange(STACK_ROWS)
        assert stackable(rows, every, False)
        assert not stackable(rows, every, True)
        assert not stackable(rows, every[1:], False)
        ends = rows.passages.ends.copy()
        ends[7] = 3
        assert not stackable(replace(rows, passages=replace(rows.passages, ends=ends)), every, False)


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
    fitted = FittedTopics(None, rule, None, 1 - said[judged], judged)
    monkeypatch.setattr(topic_gate, "fit_topics", lambda *_: pytest.fail("cross-validated once more"))
    changes = compare_remembered(memory, fitted, None, rule)
    assert {change.topic for change in changes} == {*LABELS, "micro"}
    assert changes[-1].before == 1.0 > changes[-1].after
