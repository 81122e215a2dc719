from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError
from cpecnlp.training import topic_data
from cpecnlp.training.topic_data import TopicExample, copies, data_digest, lay_folds, read_examples

TEXT = "Port opens\n\nGWADAR: The port opened on Monday, officials said.\n\nIt cost more than was planned, they added."


def table(path, rows, delimiter=",", head=("id", "text", "topics")):
    lines = [delimiter.join(head)]
    lines += [delimiter.join(f'"{cell}"' if cell else "" for cell in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


class TestReading:
    @pytest.mark.parametrize(
        ("cell", "topics"),
        [
            ("energy-climate", ("energy-climate",)),
            ("a, b ,a", ("a", "b")),
            ("a; b", ("a", "b")),
            ("a|b", ("a", "b")),
            ("['a', 'b']", ("a", "b")),
        ],
    )
    @pytest.mark.parametrize("delimiter", [",", ";"])
    def test_topics_in_a_cell(self, cell, topics, delimiter, tmp_path):
        found = read_examples(table(tmp_path / "l.csv", [("x", TEXT, cell)], delimiter))
        assert [(e.id, e.topics) for e in found] == [("x", topics)]

    def test_lists_and_strings_in_json_lines(self, tmp_path):
        rows = [{"text": TEXT, "topics": ["a", "b"]}, {"text": TEXT, "topics": "a, b"}]
        (tmp_path / "l.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        assert [e.topics for e in read_examples(tmp_path / "l.jsonl")] == [("a", "b")] * 2

    def test_a_raw_article_is_stripped_as_it_will_be_when_the_model_runs(self, tmp_path):
        (example,) = read_examples(table(tmp_path / "l.csv", [("x", TEXT, "a")]))
        assert example.text.splitlines()[0] == "Port opens"
        assert "GWADAR" not in example.text
        assert "The port opened on Monday" in example.text

    def test_a_gold_record_is_read_as_it_was_stripped_by_hand(self):
        doc = Document("g", "Port opens\nKeep this. Not this.", removed=(Span(21, 31, "promo"),), topics={"a": 1.0})
        (example,) = read_examples([doc])
        assert example.text == "Port opens\nKeep this."

    def test_a_title_beside_the_text_is_read_too(self, tmp_path):
        rows = [("x", TEXT.split("\n\n", 1)[1], "a", "Ships at last")]
        (example,) = read_examples(table(tmp_path / "l.csv", rows, head=("id", "text", "topics", "title")))
        assert example.text.startswith("Ships at last\n")

    def test_what_is_not_labelled_is_left_out_and_said(self, tmp_path):
        said: list[str] = []
        found = read_examples(table(tmp_path / "l.csv", [("x", TEXT, "a"), ("y", TEXT, "")]), said)
        assert [e.id for e in found] == ["x"]
        assert said == ["1 of 2 articles have no topics (or no text) and were left out"]

    def test_answers_of_a_model_are_not_taken_for_labels_in_silence(self):
        said: list[str] = []
        read_examples([Document("g", TEXT, removed=(), topics={"a": 0.9}, topic_scores={"a": 0.9, "b": 0.1})], said)
        assert said == ["1 articles carry the topics that a model gave them, not a person's"]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            ("id,text\nx,y\n", "none of 1 articles has topics"),
            ("id,topics\nx,a\n", 'no column "text"'),
            ("", 'no column "text"'),
            ("id,text,topics\n", "there is no article in it"),
            ("text,topics\nGwadar,a\n", "nothing is left of the labelled articles"),
        ],
    )
    def test_nothing_labelled_is_one_sentence_that_names_the_file(self, data, says, tmp_path):
        (tmp_path / "l.csv").write_text(data, encoding="utf-8")
        with pytest.raises(InputError, match="l.csv: ") as caught:
            read_examples(tmp_path / "l.csv")
        assert says in str(caught.value)


def rows(*texts):
    words = sorted({word for text in texts for word in text.split()})
    table = np.array([[text.split().count(word) for word in words] for text in texts], float)
    return csr_matrix(table / np.linalg.norm(table, axis=1, keepdims=True))


@pytest.mark.parametrize("block", [1, 2, 100])
def test_copies_chain_and_do_not_depend_on_the_block(block, monkeypatch):
    monkeypatch.setattr(topic_data, "BLOCK", block)
    hashed = rows("a b c d e f g h i j", "x y z", "a b c d e f g h i k", "a b c d e f g h l k", "x q w")
    assert copies(hashed) == [0, 1, 0, 0, 4]
    assert (hashed[0] @ hashed[3].T).sum() <= 0.81  # the ends of the chain are joined by its middle


def test_folds_keep_copies_together_and_spread_the_topics():
    topics = [["a"]] * 30 + [["a", "rare"]] * 5 + [["b"]] * 15
    groups = [0 if n < 4 else n for n in range(50)]
    folds = lay_folds(topics, groups, 5, seed=1)
    assert len(set(folds[:4])) == 1
    assert sorted(folds[30:35]) == [0, 1, 2, 3, 4]
    assert np.bincount(folds).max() - np.bincount(folds).min() <= 4
    assert (folds == lay_folds(topics, groups, 5, seed=1)).all()
    assert (folds != lay_folds(topics, groups, 5, seed=2)).any()


def test_the_digest_knows_texts_and_topics_but_not_their_order():
    one, two = TopicExample("x", ("a", "b")), TopicExample("y", ("a",))
    assert data_digest([one, two]) == data_digest([two, TopicExample("x", ("b", "a"))])
    assert data_digest([one, two]) != data_digest([one, TopicExample("y", ("b",))])
