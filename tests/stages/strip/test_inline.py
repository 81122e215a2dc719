"""Furniture inside a paragraph: glued before its first word or behind its last."""

from __future__ import annotations

import pytest

from tests.stages.strip.articles import BODY, TITLE, annotated, article, kept, removed

FIRST, *REST = BODY


@pytest.mark.parametrize(
    ("glued", "expected"),
    [
        ("date 2024-06-07 ", [("metadata", "date 2024-06-07")]),
        (" date 2024-06-07 ", [("metadata", "date 2024-06-07")]),
        (" date 2024-06-07 Share: ", [("metadata", "date 2024-06-07"), ("share", "Share:")]),
        ("date 2024-06-07 GWADAR: ", [("metadata", "date 2024-06-07"), ("dateline", "GWADAR:")]),
        ("GWADAR: ", [("dateline", "GWADAR:")]),
        ("GWADAR:", [("dateline", "GWADAR:")]),
        ("GWADAR, (APP - 7th Jun, 2024) ", [("dateline", "GWADAR, (APP - 7th Jun, 2024)")]),
        (
            "GWADAR, (UrduPoint / Pakistan Point News - 7th Jun, 2024 ) : ",
            [("dateline", "GWADAR, (UrduPoint / Pakistan Point News - 7th Jun, 2024 ) :")],
        ),
        ("GWA\u00adDAR:\u00a0", [("dateline", "GWA\u00adDAR:")]),
    ],
)
def test_before_the_first_word(glued, expected):
    text = article(body=(glued + FIRST, *REST))
    assert removed(text) == expected
    assert kept(text) == list(BODY)


@pytest.mark.parametrize(
    ("glued", "kind"),
    [
        ("Read more", "teaser"),
        ("Read more: Goat prices cross Rs80,000 ahead of Eid", "teaser"),
        ("Also Read: Water tanker mafia, who gets what", "teaser"),
        ("Continue reading...", "teaser"),
        ("(adsbygoogle = window.adsbygoogle || []).push({});", "promo"),
        ("Follow us on Twitter and Facebook", "promo"),
        ("Published in Dawn, June 7th, 2024", "metadata"),
    ],
)
@pytest.mark.parametrize("paragraph", [0, 2])
def test_behind_the_last_word(glued, kind, paragraph):
    body = [text + (" " + glued if number == paragraph else "") for number, text in enumerate(BODY)]
    text = article(body=body)
    assert removed(text) == [(kind, glued)]
    assert kept(text) == list(BODY)


@pytest.mark.parametrize(
    ("glued", "kind"),
    [
        ("The writer is a lawyer based in Turbat.", "metadata"),
        ("Reporting by Zarmina Baloch; editing by Asad Qizilbash.", "metadata"),
        ("The views expressed are the author's own and do not reflect the policy of this newspaper.", "legal"),
    ],
)
def test_last_sentences_of_the_article(glued, kind):
    text = article(body=(*BODY[:2], f"{BODY[2]} {glued}"))
    assert removed(text) == [(kind, glued)]
    assert kept(text) == list(BODY)


def test_an_image_code_before_the_dateline():
    text = article(body=(f"XA GWADAR: {FIRST}", *REST))
    assert removed(text) == [("nav", "XA"), ("dateline", "GWADAR:")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Those who wish to read more can find the report in the library of the university.",
        "He told the crowd to follow us, the fishermen, and not the engineers.",
        "The list was published in Dawn on Sunday and in two Sindhi dailies, and nobody has denied it since.",
        "The photo went round the world.",
    ],
)
def test_the_articles_own_sentences_stay(sentence):
    body = (*BODY[:2], f"{BODY[2]} {sentence}")
    assert kept(article(body=body)) == list(body)


def test_what_is_cut_leaves_the_paragraph_one_block():
    text = article(body=(f"GWADAR: {FIRST} Read more", *REST))
    document = annotated(text)
    assert document.clean_text.count(FIRST) == 1
    assert [span.label for span in document.removed] == ["title", "dateline", "teaser"]
    assert text.startswith(TITLE)


POINTERS = [
    "READ MORE: Ormara jetty lies half built for third year",
    "Also read: Pakistan asks China to dredge the bay",
    "Related: How the last coppersmiths lost their street",
]


@pytest.mark.parametrize("pointer", POINTERS)
@pytest.mark.parametrize("space", [" ", ""])
def test_a_pointer_in_the_middle_of_a_paragraph(pointer, space):
    text = article(middle=[f"The pipe is to be laid by June.{space}{pointer} The contractor did not reply to letters."])
    assert removed(text) == [("teaser", pointer)]


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_pointer_before_a_paragraph(pointer):
    text = article(
        middle=[f"{pointer} The contractor, a firm from Karachi, did not reply to letters of this newspaper."]
    )
    assert removed(text) == [("teaser", pointer)]


def test_a_pointer_whose_end_cannot_be_told_stays_with_its_sentence():
    line = "The pipe is to be laid by June. READ MORE: Ormara Jetty Lies Half Built In Third Year Nobody said why."
    assert removed(article(middle=[line])) == []
