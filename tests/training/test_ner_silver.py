"""Choosing articles to label, and labelling them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from cpecnlp.document import Document, Span
from cpecnlp.training.ner.silver import LONGEST, choose_articles, label_articles

WORDS = [f"word{number}" for number in range(3000)]


def article(index: int, subject: str = "") -> Document:
    text = " ".join(random.Random(index).choices(WORDS, k=120))
    return Document(f"a{index}", f"{subject} {text}")


class FirstWord:
    """A predictor that calls the first word of a text a person."""

    labels = ("PERSON",)
    source = "first"

    def predict_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[Span(0, len(text.split()[0]), "PERSON", 0.9, self.source)] for text in texts]


def test_most_chosen_articles_are_on_the_subject() -> None:
    subject = "China signs MoU on solar"
    candidates = [*(article(n) for n in range(40)), *(article(n, subject) for n in range(40, 80))]
    chosen = choose_articles(candidates, [], 20)
    assert len(chosen) == 20
    assert sum(document.text.startswith(subject) for document in chosen) == 15
    assert chosen == choose_articles(candidates, [], 20)


def test_near_copies_are_left_out() -> None:
    measured = [article(1), article(2)]
    copy = Document("other", measured[0].text + " and a new end")
    candidates = [copy, article(2), article(3), Document("b", article(3).text), Document("short", "China")]
    assert [document.id for document in choose_articles(candidates, measured, 10)] in (["a3"], ["b"])


def test_long_articles_are_cut() -> None:
    text = " ".join(random.Random(0).choices(WORDS, k=4000))
    assert len(choose_articles([Document("a", text)], [], 1)[0].text) == LONGEST


def test_labelled_articles_are_gold_like() -> None:
    labelled = label_articles([Document("a", "Zhao left."), Document("b", "Li stayed.")], FirstWord())
    assert [document.removed for document in labelled] == [(), ()]
    assert [document.entities[0].end for document in labelled if document.entities] == [4, 2]
