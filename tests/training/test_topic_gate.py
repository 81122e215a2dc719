from __future__ import annotations

import numpy as np
import pytest

from cpecnlp.models import model_path, open_model
from cpecnlp.training.topic_gate import Gate, TopicChange, changes_of, compare_topics, regression_set


def flags(size, given):
    out = np.zeros((size, 1), bool)
    out[list(given), 0] = True
    return out


class TestChanges:
    def test_nothing_changed(self):
        gold = flags(40, range(10))
        (topic, every) = changes_of(gold, gold, gold, ["a"])
        assert (topic.before, topic.after, topic.low, topic.high) == (1, 1, 0, 0)
        assert not topic.fell
        assert not every.fell
        assert (topic.articles, every.articles) == (10, 40)

    @pytest.mark.parametrize("articles", [1, 2, 3, 6])
    def test_a_topic_that_is_lost_altogether_has_fallen_however_rare_it_is(self, articles):
        gold = flags(40, range(articles))
        assert changes_of(gold, gold, flags(40, []), ["a"])[0].fell

    def test_one_article_of_two_is_within_the_interval(self):
        gold = flags(40, [0, 1])
        topic = changes_of(gold, gold, flags(40, [0]), ["a"])[0]
        assert topic.after < topic.before
        assert not topic.fell

    def test_many_false_ones_are_a_fall(self):
        gold = flags(40, range(8))
        assert changes_of(gold, gold, flags(40, range(30)), ["a"])[0].fell

    def test_better_is_no_fall_and_the_worse_side_tells(self):
        gold = flags(60, range(20))
        worse, better = flags(60, range(10)), flags(60, range(20))
        up, down = changes_of(gold, worse, better, ["a"])[0], changes_of(gold, better, worse, ["a"])[0]
        assert up.low > 0
        assert down.high < 0
        assert down.fell
        assert not up.fell
        assert up.high == pytest.approx(-down.low)


class TestGate:
    kept = TopicChange("a", 5, 0.8, 0.8, -0.1, 0.1)
    fallen = TopicChange("b", 5, 0.8, 0.4, -0.6, -0.2, "remembered")

    def test_passes_when_nothing_fell(self):
        gate = Gate(20, 0, 0, (self.kept,))
        assert gate.passed
        assert gate.reason == ""

    def test_says_what_fell_and_where(self):
        gate = Gate(20, 0, 30, (self.kept, self.fallen))
        assert not gate.passed
        assert gate.reason == "F1 fell: b from 0.80 to 0.40 (remembered articles)"

    def test_a_topic_that_is_gone_has_fallen_too(self):
        assert Gate(20, 0, 0, (self.kept,), dropped=("c",)).reason == "the new model does not know c"

    def test_what_was_not_measured_is_not_passed(self):
        assert not Gate(20, 0, 0, ()).passed


class TestComparison:
    def test_a_model_against_itself(self):
        model = open_model(model_path("topics"), "topics")
        gate = compare_topics(model, model)
        assert gate.passed
        assert gate.articles == len(regression_set()) > 20
        assert all(change.before == change.after for change in gate.changes)
        assert gate.unmeasured == ()

    def test_topics_that_the_regression_set_does_not_name_are_not_measured(self):
        model = open_model(model_path("topics"), "topics")
        some = [example for example in regression_set() if "energy-climate" in example.topics]
        gate = compare_topics(model, model, some)
        named = {topic for example in some for topic in example.topics}
        assert {change.topic for change in gate.changes} == named | {"micro"}
        assert set(gate.unmeasured) == set(model.labels) - named
