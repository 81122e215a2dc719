from __future__ import annotations

import pytest

from cpecnlp.document import Document, Span
from cpecnlp.errors import ModelError
from cpecnlp.stages.topics import TopicRule, TopicStage, reading, sentences
from tests.fakes import Lengths

SOLAR = (
    "Solar plant starts in Punjab\n\nThe solar power plant sent its first electricity to the national grid on Monday."
    " Engineers said that it will add 300 megawatts.\n\nThe minister praised the weather of the day."
)


@pytest.fixture(scope="module")
def stage() -> TopicStage:
    return TopicStage.load()


def article(text: str, title: str = "", removed: tuple[Span, ...] = ()) -> Document:
    return Document("a", text, fields={"title": title}, removed=removed)


class TestRule:
    rule = TopicRule({"a": 0.5, "b": 0.2, "none": 0.4}, alone=("none",))

    @pytest.mark.parametrize(
        ("scores", "given"),
        [
            ({"a": 0.6, "b": 0.3, "none": 0.1}, ["a", "b"]),
            ({"a": 0.4, "b": 0.1, "none": 0.1}, ["a"]),  # none reaches its threshold: the nearest
            ({"a": 0.1, "b": 0.1, "none": 0.1}, ["b"]),  # nearest by its own threshold, not by probability
            ({"a": 0.6, "b": 0.3, "none": 0.8}, ["none"]),  # off-topic wins: alone
            ({"a": 0.9, "b": 0.1, "none": 0.5}, ["a"]),  # off-topic does not win: not at all
            ({"a": 0.1, "b": 0.1, "none": 0.3}, ["none"]),
            ({}, []),
        ],
    )
    def test_given(self, scores, given):
        found = self.rule.given(scores)
        assert list(found) == given
        assert all(found[topic] == scores[topic] for topic in given)

    def test_exclusive_gives_exactly_one(self):
        assert TopicRule(exclusive=True).given({"a": 0.9, "b": 0.95}) == {"b": 0.95}

    def test_settings_come_back(self):
        assert TopicRule.from_settings(self.rule.settings()) == self.rule

    def test_refuses_a_threshold_that_is_no_probability(self):
        with pytest.raises(ModelError, match="threshold"):
            TopicRule.from_settings({"thresholds": {"a": 0.0}})


class TestReading:
    def test_the_title_stands_on_a_line_of_its_own(self):
        text = "Title here\n\nBody."
        assert reading(article(text, "Title here", (Span(0, 10, "title"),))) == "Title here\nBody."

    def test_a_title_that_was_not_removed_is_not_said_twice(self):
        assert reading(article("Title here\nBody.", "Title here")) == "Title here\nBody."

    def test_removed_text_is_not_read(self):
        assert reading(article("Body. Read more", removed=(Span(5, 15, "teaser"),))) == "Body."


class TestSentences:
    def test_are_raw_slices_and_never_cross_what_was_removed(self):
        text = "One two three four five. Six seven eight nine ten! AD AD\nDr. Ali said that U.S. aid came in."
        doc = article(text, removed=(Span(51, 56, "promo"),))
        assert [text[a:b] for a, b in sentences(doc)] == [
            "One two three four five.",
            "Six seven eight nine ten!",
            "Dr. Ali said that U.S. aid came in.",
        ]

    def test_short_ones_count_when_there_is_no_other(self):
        assert sentences(article("Rain. Snow.")) == [(0, 5), (6, 11)]
        assert sentences(article(" \n ")) == []


class TestStage:
    def test_gives_the_topic_and_every_score(self, stage):
        layers = stage.predict([article(SOLAR, removed=())])[0]
        assert "energy-climate" in layers["topics"]
        assert "health-biotech" not in layers["topics"]
        assert set(layers["topic_scores"]) == set(stage.predictor.labels)
        assert all(0 <= score <= 1 for score in layers["topic_scores"].values())

    def test_an_article_without_a_letter_is_off_topic(self, stage):
        for text in ("", " \n", "12 345 —"):
            assert list(stage.predict([article(text)])[0]["topics"]) == ["none"]

    def test_reads_a_long_article_whole(self, stage):
        weather = "The sky was clear over the city on the day. " * 120
        power = "The coal power plant sends electricity to the national grid, energy officials said. " * 120
        alone = stage.predict([article(weather)])[0]["topic_scores"]["energy-climate"]
        behind = stage.predict([article(weather + power)])[0]["topic_scores"]["energy-climate"]
        assert behind > alone + 0.2

    def test_thresholds_can_be_replaced(self):
        strict = TopicStage.load(thresholds={"energy-climate": 1.0})
        assert strict.rule.thresholds["energy-climate"] == 1.0
        with pytest.raises(TypeError, match="colour"):
            TopicStage.load(colour="red")

    def test_takes_any_probability_predictor(self):
        layers = TopicStage(Lengths()).predict([article("x" * 400)])[0]
        assert list(layers["topics"]) == ["long"]


class TestExplain:
    def test_the_evidence_speaks_of_the_topic(self, stage):
        doc = stage.annotate([article(SOLAR, removed=())])[0]
        spans = stage.explain(doc, k=1)["energy-climate"]
        assert [doc.surface(span) for span in spans] == [
            "The solar power plant sent its first electricity to the national grid on Monday."
        ]
        assert spans[0].label == "energy-climate"
        assert spans[0].score is None

    def test_a_topic_each_at_most_k_in_the_order_of_the_text(self, stage):
        doc = stage.annotate([article(SOLAR)])[0]
        found = stage.explain(doc, k=2)
        assert set(found) == set(doc.topics)
        assert all(len(spans) <= 2 and spans == sorted(spans) for spans in found.values())

    def test_nothing_to_quote(self, stage):
        assert stage.explain(article("")) == {"none": []}

    def test_two_topics_are_proved_by_sentences_of_their_own(self, stage):
        loan = "The International Monetary Fund approved a loan of $1bn to refinance the external debt of Pakistan."
        crops = "Farmers of the district sowed cotton and wheat on twice as much land as in the last season."
        doc = stage.annotate([article(f"{loan} It had been asked for. {crops} Harvest is in May, they hoped.")])[0]
        found = stage.explain(doc, k=1)
        assert {"finance-debt", "agriculture"} <= set(found)
        assert doc.surface(found["finance-debt"][0]) == loan
        assert doc.surface(found["agriculture"][0]) == crops
