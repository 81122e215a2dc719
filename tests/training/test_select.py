from __future__ import annotations

import csv

import numpy as np
import pytest

import cpecnlp
from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.paths import shipped
from cpecnlp.training.select import select, spread, worth_of
from cpecnlp.training.topic_data import read_examples


class TestWorth:
    def test_what_is_unsure_counts_and_most_in_the_middle(self):
        worth = worth_of(np.array([[0.0], [0.1], [0.5], [0.9], [1.0]])).sum(1)
        assert worth[2] == pytest.approx(np.log(2))
        assert worth[2] > worth[1] == pytest.approx(worth[3])
        assert worth[1] > worth[0] >= 0
        assert np.isfinite(worth).all()


class TestSpread:
    # two tight groups and one article by itself
    points = np.array([[1, 0, 0], [0.99, 0.05, 0], [0.98, 0.1, 0], [0, 1, 0], [0, 0.99, 0.05], [0, 0, 1]], float)
    nobody = np.zeros((0, 3))

    def test_one_of_each_group_before_a_second_of_any(self):
        chosen = spread(np.array([1.0, 0.99, 0.98, 0.5, 0.4, 0.3]), self.points, self.nobody, 3)
        assert sorted(map({0: "a", 1: "a", 2: "a", 3: "b", 4: "b", 5: "c"}.get, chosen)) == ["a", "b", "c"]

    def test_an_article_counts_for_those_it_resembles(self):
        assert spread(np.array([0.5, 0.5, 0.5, 0, 0, 0.9]), self.points, self.nobody, 1)[0] in (0, 1, 2)
        assert spread(np.array([0.1, 0.1, 0.1, 0, 0, 0.9]), self.points, self.nobody, 1) == [5]

    def test_what_lies_by_a_labelled_article_comes_last(self):
        assert spread(np.ones(6), self.points, self.points[:1], 2)[0] not in (0, 1, 2)

    def test_what_is_sure_is_not_asked(self):
        assert spread(np.array([1.0, 0, 0, 0, 0, 0.9]), self.points, self.nobody, 2) == [0, 5]

    def test_no_more_than_there_are_and_none_twice(self):
        assert sorted(spread(np.ones(6), self.points, self.nobody, 99)) == list(range(6))


@pytest.fixture(scope="module")
def pool():
    return list(read(shipped("corpus") / "gold" / "test.jsonl", gold=True))[:30]


class TestSelect:
    def test_a_sheet_that_can_be_filled_in_and_given_back(self, pool, tmp_path):
        bare = [document.bare() for document in pool]
        found = select(bare, 5, output=tmp_path / "to_label.csv")
        with (tmp_path / "to_label.csv").open(encoding="utf-8-sig", newline="") as file:
            sheet = list(csv.DictReader(file))
        assert [row["id"] for row in sheet] == [row.id for row in found.rows]
        assert len(sheet) == 5
        assert all(row["topics"] == "" and row["suggested"] and row["why"] for row in sheet)
        for row in sheet:
            row["topics"] = "agriculture"
        with (tmp_path / "filled.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, sheet[0])
            writer.writeheader()
            writer.writerows(sheet)
        back = read_examples(tmp_path / "filled.csv")
        assert [(e.id, e.topics) for e in back] == [(row.id, ("agriculture",)) for row in found.rows]
        assert all(len(set(e.text.split()) ^ set(r.text.split())) <= 12 for e, r in zip(back, found.rows, strict=True))

    def test_the_same_question_gets_the_same_answer(self, pool):
        bare = [document.bare() for document in pool]
        assert cpecnlp.select(bare, 6) == select(bare, 6)
        assert select(bare, 3).rows == select(bare, 6).rows[:3]

    def test_labelled_articles_and_copies_are_passed_over(self, pool):
        bare = [document.bare() for document in pool[:10]]
        copy = Document("copy", pool[0].text + "\nOne more line stands here.")
        found = select([*bare, copy, *pool[10:14]], 50)
        ids = [row.id for row in found.rows]
        assert found.labelled == 4
        assert found.copies >= 1
        assert "copy" not in ids
        assert not set(ids) & {document.id for document in pool[10:14]}

    def test_what_a_model_answered_is_not_labelled(self, pool):
        answered = Document("x", pool[0].text, removed=(), fields={}, topics={"none": 0.6}, topic_scores={"none": 0.6})
        assert [row.id for row in select([answered], 5).rows] == ["x"]

    def test_nothing_to_choose_from(self, pool, tmp_path):
        with pytest.raises(InputError, match="all 4 articles have topics already"):
            select(pool[:4], 5)
        with pytest.raises(InputError, match="no such file"):
            select(tmp_path / "nowhere.csv", 5)
