"""Counts add up, and count articles, spans and characters."""

from __future__ import annotations

from cpecnlp.document import Document, Span
from cpecnlp.report.summary import Counts

DOC = Document(
    "d",
    "Menu Lahore",
    removed=(Span(0, 5, "nav"),),
    entities=(Span(5, 11, "GPE"),),
    topics={"telecom": 0.6, "none": 0.9},
)


def test_counts_are_whole_numbers_that_add_up():
    one, two = Counts(), Counts()
    one.add(DOC)
    two.add(DOC)
    two.add(Document("bare", "two words"))
    one.merge(two)
    assert (one.documents, one.words, one.characters) == (3, 4, 31)
    assert one.topics == {"telecom": 2, "none": 2}
    assert one.removed_characters == {"nav": 10}
    assert one.entities == {"GPE": 2}
    assert Counts.from_json(one.to_json()) == one
    assert all(isinstance(count, int) for count in one.topics.values())
