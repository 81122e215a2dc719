"""What the topic model counts in a text, and that it answers alike in any company."""

from __future__ import annotations

import numpy as np
import pytest

from cpecnlp.backends.features import LatentWords, TextFeatures
from cpecnlp.backends.multilabel import LinearWeights, MultilabelPredictor
from cpecnlp.backends.words import Lexicon, words
from cpecnlp.errors import ModelError
from cpecnlp.models import model_path
from cpecnlp.training.topic_features import fit_latent, place_keywords

POWER = "Grid grows\nThe solar plant feeds the grid. Engineers wired the plant."
SEA = "The harbour took two ships. The ships left the harbour with wheat."


def latent() -> LatentWords:
    vectors = np.array([[127, 0], [127, 20], [0, 127]], np.int8)
    step = np.full(3, 1 / 127, np.float32)
    return LatentWords({"solar": 0, "grid": 1, "harbour": 2}, vectors, step, np.array([2, 1, 2], np.float32))


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    vectors = rng.integers(-127, 128, (3, 4)).astype(np.int8)
    idf, lexicon = np.ones(1 << 8, np.float32), Lexicon({"power": ("solar plant", "grid")})
    return TextFeatures(("solar", "ships", "wheat"), vectors, np.ones(3, np.float32), idf, lexicon, latent=latent())


class TestLatentWords:
    def test_of_length_one_in_the_direction_of_its_words(self):
        mixed = latent().embed({"solar": 3.0, "harbour": 1.0, "the": 9.0})
        assert np.linalg.norm(mixed) == pytest.approx(1)
        assert mixed[0] > mixed[1] > 0
        np.testing.assert_allclose(mixed[0] / mixed[1], 1 + np.log(3), rtol=1e-4)

    @pytest.mark.parametrize("terms", [{}, {"unknown": 2.0}])
    def test_nothing_known_gives_zeros(self, terms):
        assert latent().embed(terms).tolist() == [0, 0]


class TestFeatures:
    def test_embeddings_come_first_then_keywords(self, features):
        row = features.row(POWER)
        assert features.embedding_sizes == (4, 2)
        assert len(row.dense) == features.dense_size == 4 + 2 + Lexicon.features
        np.testing.assert_allclose(row.dense[4:6], latent().embed({"solar": 1.0, "grid": 1.0 + 3.0}), rtol=1e-6)
        assert (row.dense[6:] > 0).any()
        assert not features.row(SEA).dense[6:].any()

    @pytest.mark.parametrize("text", ["", " \n", "123 —", POWER, SEA])
    def test_saved_and_loaded_gives_the_same_row(self, features, text, tmp_path):
        features.save(tmp_path)
        before, after = features.row(text), TextFeatures.load(tmp_path).row(text)
        np.testing.assert_array_equal(before.dense, after.dense)
        np.testing.assert_array_equal(before.index, after.index)
        np.testing.assert_array_equal(before.value, after.value)

    def test_a_folder_without_latent_words_loads_too(self, features, tmp_path):
        features.latent = None
        features.save(tmp_path)
        old = TextFeatures.load(tmp_path)
        assert old.latent is None
        assert old.embedding_sizes == (4,)
        assert len(old.row(POWER).dense) == old.dense_size

    def test_refuses_a_torn_file(self, features, tmp_path):
        features.save(tmp_path)
        (tmp_path / "features.npz").write_bytes((tmp_path / "features.npz").read_bytes()[:200])
        with pytest.raises(ModelError, match="text features"):
            TextFeatures.load(tmp_path)


class TestPredictor:
    def test_the_same_answer_alone_and_in_company(self):
        predictor = MultilabelPredictor.from_folder(model_path("topics"))
        texts = [POWER, SEA, "", "The IMF approved a loan for Pakistan.\n" * 40]
        together = predictor.predict_proba(texts)
        assert together.shape == (4, len(predictor.labels))
        assert ((together > 0) & (together < 1)).all()
        for text, row in zip(texts, together, strict=True):
            np.testing.assert_array_equal(predictor.predict_proba([text])[0], row)

    def test_refuses_weights_of_other_features(self, features):
        weights = LinearWeights.load(model_path("topics"))
        with pytest.raises((ModelError, IndexError)):
            MultilabelPredictor(features, weights, ("a", "b"), "x")


class TestFitLatent:
    power = ["solar plant grid power electricity"] * 6 + ["grid electricity power wind turbine"] * 6
    rest = ["market price rupee bank trade"] * 12
    sea = ["ship harbour cargo sailor tide"] * 6 + ["tide sailor cargo vessel captain"] * 6

    def test_words_of_like_articles_are_near(self):
        found = fit_latent([*self.power, *self.sea, *self.rest], dimension=3, least=2)
        table = np.array([found.embed({word: 1.0}) for word in ("solar", "turbine", "ship", "vessel")])
        near = table @ table.T
        assert near[0, 1] > 0.5 > abs(near[0, 2])
        assert near[2, 3] > 0.5 > abs(near[1, 3])

    def test_the_same_every_time(self):
        one, two = (fit_latent([*self.power, *self.sea, *self.rest], dimension=3, least=2) for _ in range(2))
        np.testing.assert_array_equal(one.vectors, two.vectors)
        assert one.vocabulary == two.vocabulary

    def test_refuses_a_collection_without_common_words(self):
        with pytest.raises(ValueError, match="no word"):
            fit_latent(["one two", "three four"])


class TestPlaces:
    @pytest.mark.parametrize(
        ("name", "group"),
        [("Lahore", "(Pakistan)"), ("Gwadar", "(Pakistan)"), ("Beijing", "(China)"), ("India", "(elsewhere)")],
    )
    def test_a_place_stands_in_its_group_alone(self, name, group):
        found = place_keywords()
        assert [g for g, names in found.items() if name.lower() in {n.lower() for n in names}] == [group]

    def test_but_for_the_country_us_no_name_is_a_word_of_every_text(self):
        everyday = set(words("us in is it so to at on or no me may of and the its our this that new one"))
        names = {name.lower() for found in place_keywords().values() for name in found}
        assert everyday & names == {"us"}
