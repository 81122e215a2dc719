"""An article is cut into passages without loss, and what is said of them is weighed the same way every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import BLOCK, LinearWeights, MultilabelPredictor, sigmoid
from cpecnlp.backends.passages import LONG, SHORT, parts_of, passages
from cpecnlp.backends.stacking import CLUES, NOTHING, Stack, clues_of, part_clues, terms_of
from cpecnlp.models import model_path

SENTENCE = "The two sides agreed to build a new road to the port."  # 12 words
PARAGRAPH = " ".join([SENTENCE] * 5)


def sizes(text, fewest, most):
    return [len(passage.split()) for passage in passages(text, fewest, most)]


class TestPassages:
    @pytest.mark.parametrize(
        "text", ["", " \n\t ", SENTENCE, f"{PARAGRAPH}\n\n{SENTENCE}\n{PARAGRAPH} And?", "x " * 500]
    )
    @pytest.mark.parametrize("size", [LONG, SHORT, (1, 2)])
    def test_every_word_stands_in_one_passage_in_order(self, text, size):
        assert " ".join(passages(text, *size)).split() == text.split()

    def test_holds_whole_sentences_up_to_the_most_words(self):
        assert sizes(PARAGRAPH, 20, 30) == [24, 24, 12]
        assert all(passage.endswith("port.") for passage in passages(PARAGRAPH, 20, 30))

    def test_a_line_that_brings_enough_words_closes_a_passage(self):
        assert sizes(f"{SENTENCE}\n{SENTENCE}\n{PARAGRAPH}", 20, 90) == [24, 60]
        assert sizes(f"{SENTENCE}\n{SENTENCE}\n{PARAGRAPH}", 12, 90) == [12, 12, 60]

    def test_a_short_last_one_joins_the_one_before(self):
        assert sizes(f"{PARAGRAPH}\nNothing more was said.", 20, 60) == [64]
        assert sizes(f"{PARAGRAPH}\n{SENTENCE}", 20, 60) == [60, 12]
        assert sizes("Nothing more was said.", 20, 60) == [4]

    def test_a_sentence_longer_than_a_passage_stays_whole(self):
        assert sizes(f"{SENTENCE} {'word ' * 200}", 20, 45) == [12, 200]

    def test_parts_are_headline_long_and_short_passages(self):
        parts, long, short = parts_of(f"Road to the port\n{PARAGRAPH}")
        assert parts[0] == "Road to the port"
        assert parts[long:short] == [PARAGRAPH]
        assert [len(part.split()) for part in parts[short:]] == [36, 24]

    @pytest.mark.parametrize("text", ["", "no headline here", "-"])
    def test_a_text_without_headline_or_words_has_parts_too(self, text):
        parts, long, short = parts_of(text)
        assert parts == [text, text, text]
        assert (long, short) == (1, 2)


class TestClues:
    article = np.array([1.0, -2.0, 0.5])
    parts = np.array([[0.1, 0.2, 0.3], [3.0, -1.0, -5.0], [-1.0, 2.0, -6.0], [7.0, 8.0, 9.0]])

    def test_one_column_a_clue(self):
        found = clues_of(self.article, part_clues(self.parts, 1, 3), [2])
        assert found.shape == (3, len(CLUES))
        assert dict(zip(CLUES, found[0].tolist(), strict=True)) == {
            "article": 1.0,
            "best other label": 0.5,
            "label that stands alone": 0.5,
            "headline": 0.1,
            "long": 3.0,
            "long 2": -1.0,
            "short": 7.0,
            "short 2": 7.0,
        }
        assert found[2, :3].tolist() == [0.5, 1.0, NOTHING]

    def test_without_a_label_that_stands_alone_or_any_other_label(self):
        assert (clues_of(self.article, part_clues(self.parts, 1, 3), [])[:, 2] == NOTHING).all()
        assert clues_of(self.article[:1], part_clues(self.parts[:, :1], 1, 3), [])[0, 1] == NOTHING

    def test_squares_and_products_stand_behind_the_values(self):
        assert terms_of(np.array([2.0, 3.0])).tolist() == [2.0, 3.0, 4.0, 6.0, 9.0]


class TestStack:
    stack = Stack(np.arange(8.0), np.full(8, 2.0), np.linspace(-1, 1, 44), 0.25)

    def test_read_from_the_arrays_that_it_writes(self):
        again = Stack.read(self.stack.arrays())
        clues = np.random.default_rng(0).normal(size=(4, 3, 8))
        np.testing.assert_array_equal(again.logits(clues), self.stack.logits(clues))
        assert self.stack.logits(clues).shape == (4, 3)
        assert Stack.read({"index": np.zeros(3)}) is None

    def test_weighs_what_the_model_says_of_the_parts(self):
        predictor = MultilabelPredictor.from_folder(model_path("topics"))
        text = f"Road to the port\n{PARAGRAPH}\nThe bank lent the money for it at a low rate of interest."
        parts, long, short = parts_of(text)
        said = predictor.weights.dense_logits(predictor.features.dense(parts))
        plain = MultilabelPredictor(predictor.features, replace(predictor.weights, stack=None), predictor.labels, "x")
        chance = np.clip(plain.predict_proba([text])[0], 1e-12, 1 - 1e-12)
        article = (np.log(chance / (1 - chance)) - plain.weights.offset) / plain.weights.slope
        clues = clues_of(article, part_clues(said, long, short), [predictor.labels.index("none")])
        expected = sigmoid(predictor.weights.stack.logits(clues[None])[0])
        np.testing.assert_allclose(predictor.predict_proba([text])[0], expected, atol=1e-4)

    def test_a_paragraph_at_the_end_of_a_long_article_is_heard(self):
        predictor = MultilabelPredictor.from_folder(model_path("topics"))
        plain = MultilabelPredictor(predictor.features, replace(predictor.weights, stack=None), predictor.labels, "x")
        talks = "The foreign ministers of Pakistan and China discussed relations and regional peace in Beijing. "
        farm = "Farmers will get seed, fertiliser and training to raise the yield of wheat, cotton and rice crops. "
        text = f"Foreign ministers meet in Beijing\n{talks * 20}\n{farm * 3}"
        column = predictor.labels.index("agriculture")
        assert predictor.predict_proba([text])[0, column] > plain.predict_proba([text])[0, column]

    def test_saved_with_the_weights(self, tmp_path):
        weights = replace(LinearWeights.load(model_path("topics")), stack=self.stack)
        weights.save(tmp_path)
        np.testing.assert_array_equal(LinearWeights.load(tmp_path).stack.weights, self.stack.weights)
        replace(weights, stack=None).save(tmp_path)
        assert LinearWeights.load(tmp_path).stack is None

    def test_many_parts_are_read_in_blocks_with_the_same_answer(self):
        predictor = MultilabelPredictor.from_folder(model_path("topics"))
        dense = np.tile(predictor.features.dense([SENTENCE, PARAGRAPH]), (BLOCK, 1))
        said = predictor.weights.dense_logits(dense)
        assert said.shape == (2 * BLOCK, len(predictor.labels))
        np.testing.assert_allclose(said, np.tile(predictor.weights.dense_logits(dense[:2]), (BLOCK, 1)), atol=1e-4)

    def test_dense_features_of_no_text_have_their_width(self):
        features = TextFeatures.load(model_path("topics"))
        assert features.dense([]).shape == (0, features.dense_size)
        np.testing.assert_array_equal(features.dense([SENTENCE])[0], features.row(SENTENCE).dense)
