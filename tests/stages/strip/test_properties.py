"""What holds for every text: spans within it, in order, apart; the text untouched; all of it accounted for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpecnlp.document import FIELDS, Document
from cpecnlp.stages.strip.blocks import INVISIBLE
from cpecnlp.stages.strip.dates import iso_date
from cpecnlp.stages.strip.rules import KINDS
from tests.conftest import HOSTILE, hostile_text
from tests.stages.strip.articles import BODY, TITLE, annotated, article, stage

LINES = [
    TITLE, *BODY, "Must Read", "Most Popular", "-", "Rupee gains four paisas -", "Comments are closed.",
    "Published in Dawn, June 7th, 2024", "GWADAR, (APP - 7th Jun, 2024 ) :", " date 2024-06-07 Share: ",
    "HBL 128.44 Increased By ▲ 2.04 (1.61%)", "Facebook Twitter", "Rabia Tungekar", "XA", "Short Url",
    "https://makranledger.example/81", "(adsbygoogle = window.adsbygoogle || []).push({});", "1 minute ago",
    "An actress said on Thursday that she ...", "\u00ad\u200b", "“", "İ", "\u200fعربی", "\U0001f1f5\U0001f1f0", "…",
]  # fmt: skip
BREAKS = ["\n", "\n\n", "\r\n", "\r", "\\n", " \u00a0\n", "\u2028", " "]
pages = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(BREAKS)), max_size=25).map(
    lambda parts: "".join(line + end for line, end in parts)
)


def check(text):
    document = annotated(text)
    assert document.text == text
    at = 0
    for span in document.removed:
        assert at <= span.start < span.end <= len(text)
        assert span.label in KINDS
        assert span.source
        assert span.score is None or 0 <= span.score <= 1
        surface = document.surface(span)
        assert surface == surface.strip(" \t\r\n\u00a0")
        assert surface.strip(INVISIBLE)
        at = span.end
    kept = document.slices()
    assert "".join(text[a:b] for a, b in kept) == document.clean_text
    parts = sorted([*kept, *((span.start, span.end) for span in document.removed)])
    assert "".join(text[a:b] for a, b in parts) == text, "clean text and what went are the whole text"
    assert set(document.fields) == set(FIELDS)
    for name, value in document.fields.items():
        assert value == value.strip()
        assert not set(value) & set(INVISIBLE), name
    published = document.fields["published"]
    assert not published or iso_date(published) == published
    if text.strip() and any(c.isalnum() for c in text) and not document.removed:
        assert document.clean_text == text
    return document


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(text):
    check(text)


@settings(max_examples=150)
@given(hostile_text)
def test_any_text(text):
    check(text)


@settings(max_examples=200)
@given(pages)
def test_any_page(text):
    check(text)


@given(st.lists(st.sampled_from(LINES), max_size=6), st.lists(st.sampled_from(LINES), max_size=6))
def test_the_first_paragraphs_outlive_what_stands_around_them(head, tail):
    above = [line for line in head if line not in BODY]
    document = annotated(article(head=above, tail=tail))
    for paragraph in BODY:
        assert paragraph in document.clean_text


@given(pages)
def test_twice_is_once_and_alone_is_in_company(text):
    one = annotated(text)
    other = Document("other", article())
    (first, _), (again,) = stage().annotate([Document("x", text), other]), stage().annotate([one])
    assert (first.removed, first.fields) == (one.removed, one.fields)
    assert (again.removed, again.fields) == (one.removed, one.fields)


@given(pages)
def test_white_space_around_the_text_moves_spans_and_no_more(text):
    before = annotated(text)
    after = annotated(f"\n \n{text}\n\n")
    assert [(s.start + 3, s.end + 3, s.label) for s in before.removed] == [
        (s.start, s.end, s.label) for s in after.removed
    ]
