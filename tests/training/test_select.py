from __future__ import annotations

import csv

import numpy as np
import pytest

import cpecnlp
from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import model_path
from cpecnlp.paths import shipped
from cpecnlp.training.select import common, select, spread, worth_of
from cpecnlp.training.topic_data import read_examples
from cpecnlp.training.topic_rows import TopicRows


class TestWorth:
    def test_what_is_unsure_counts_and_most_in_the_middle(self):
        worth = worth_of(np.array([[0.0], [0.1], [0.5], [0.9], [1.0]]), np.ones(1)).sum(1)
        assert worth[2] == pytest.approx(np.log(2))
        assert worth[2] > worth[1] == pytest.approx(worth[3])
        assert worth[1] > worth[0] >= 0
        assert np.isfinite(worth).all()

    def test_a_rare_topic_counts_more(self):
        worth = worth_of(np.array([[0.5, 0.0], [0.0, 0.5]]), np.array([0.5, 0.05])).sum(1)
        assert worth[1] > 5 * worth[0]

    def test_rates_of_what_a_person_labelled_alone(self):
        rows = TopicRows.load(model_path("topics"))
        rates = common(rows)
        known = rows.take(np.flatnonzero((rows.weights > 0.99).all(1)))
        assert rates == pytest.approx(((known.targets > 0.5).sum(0) + 1) / (len(known) + 1))


class TestSpread:
    # two tight groups and one article by itself
    points = np.array([[1, 0, 0], [0.99, 0.05, 0], [0.98, 0.1, 0], [0, 1, 0], [0, 0.99, 0.05], [0, 0, 1]], float)
    nobody = np.zeros((0, 3))

    def test_one_of_each_group_before_a_second_of_any(self):
        chosen = spread(np.array([1.0, 0.99, 0.98, 0.5, 0.4, 0.3]), self.points, self.nobody, 3)
        assert chosen == [0, 3, 5]

    def test_what_lies_by_a_labelled_article_comes_last(self):
        assert spread(np.ones(6), self.points, self.points[:1], 2)[0] not in (0, 1, 2)

    def test_worth_decides_between_those_equally_far(self):
        assert spread(np.array([1.0, 0, 0, 0.2, 0, 0.9]), self.points, self.nobody, 2) == [0, 5]

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
