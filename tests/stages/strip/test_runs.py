"""What stands in rows: openers and what they bring, headline lists, cut-off leads, tickers, the guard."""

from __future__ import annotations

import pytest

from cpecnlp.document import Document
from cpecnlp.stages.strip import StripStage
from tests.stages.strip.articles import BODY, TITLE, annotated, article, kept, removed

OTHERS = ["Lollywood star Mehru Sanam buys a vineyard", "Singer Taimoor Lashari denies split from drummer"]
CUT = [
    "Lollywood star Mehru Sanam has bought a vineyard in the hills above Swat, her agent told this newspaper on ...",
    "Singer Taimoor Lashari denied on Thursday that the band had parted ways with its drummer after the last ...",
]
TICKER = [
    "BAFL 50.10 Decreased By ▼ -0.25 (-0.5%)",
    "HBL 128.44 Increased By ▲ 2.04 (1.61%)",
    "TRG 27.92 Increased By ▲ 0.61 (2.23%)",
    "KSE100 41,204 Increased By ▲ 310.2 (0.76%)",
]


@pytest.mark.parametrize(
    "opener",
    ["Most Popular", "Recent News", "Trending now", "More From Business"],
)
def test_a_list_of_headlines_behind_an_opener(opener):
    assert removed(article(tail=[opener, *OTHERS])) == [("teaser", line) for line in (opener, *OTHERS)]


def test_two_leads_that_were_cut_off():
    assert removed(article(tail=CUT)) == [("teaser", line) for line in CUT]


def test_an_opener_takes_no_paragraph_with_it():
    text = article(middle=["ALSO READ", OTHERS[0]])
    assert removed(text) == [("teaser", "ALSO READ"), ("teaser", OTHERS[0])]
    assert kept(text) == list(BODY)


def test_one_last_paragraph_that_ends_in_dots_is_the_articles_own():
    last = "Whether the shrimp will come back is another question, and the fishermen have asked it since the spring ..."
    assert kept(article(tail=[last])) == [*BODY, last]


def test_headlines_that_end_in_a_dash():
    lines = ["-", *(f"{line} -" for line in OTHERS), "Why actress Gulnar Shinwari left the stage -"]
    assert removed(article(tail=lines)) == [("nav", "-"), *(("teaser", line) for line in lines[1:])]


def test_sections_with_their_age_and_headlines():
    lines = ["Business 2 days ago", "Rupee gains four paisas", "Sports 3 days ago", "Captain rests a sore knee"]
    found = removed(article(tail=lines))
    assert [line for _, line in found] == lines
    assert {kind for kind, _ in found} == {"teaser"}


@pytest.mark.parametrize("place", ["above", "tail"])
def test_tickers(place):
    found = removed(article(**{place: TICKER}))
    assert [line for _, line in found] == TICKER
    assert len({kind for kind, _ in found}) == 1


def test_prices_in_the_articles_own_words_are_no_ticker():
    own = [
        "Shares of the water company rose 2.1 per cent to Rs 41.20 in Karachi.",
        "Wheat 3,900 rupees a maund, up from 3,400 in April",
    ]
    assert kept(article(middle=own)) == [BODY[0], *own, *BODY[1:]]


def test_comments_behind_a_form_go_with_it():
    lines = ["Comments (3)", "Salman_K: why not from Sonmiani??", "Proud Karachiite: Well done", "View more comments"]
    assert removed(article(tail=lines)) == [("comment", line) for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "Must Read",
        "Copyright © 2024. All Rights Reserved",
        "BEIJING, (APP - 7th Jun, 2024)",
        "Read more: Goat prices cross Rs80,000 ahead of Eid",
        "Share\nTweet\nPrint",
        TITLE,
        BODY[0],
    ],
)
def test_a_text_of_one_kind_is_read_without_error(text):
    document = annotated(text)
    assert document.text == text
    assert all(0 <= span.start < span.end <= len(text) for span in document.removed)


def test_the_body_is_never_stripped_whole():
    for body in (BODY[:1], BODY):
        assert kept("\n".join(body)) == list(body)
    long = (
        "The port authority said on Tuesday that the first line of the unit had begun a trial run, and it named no date"
    )
    assert kept(f"{TITLE}\n\n{long}") == [long]


def test_all_at_once_and_the_body_is_whole():
    text = article(
        above=[*TICKER, "Home > Business > Energy"],
        head=["Rabia Tungekar Published June 7, 2024", "Facebook Twitter WhatsApp"],
        middle=["ADVERTISEMENT", "Read more: Goat prices cross Rs80,000 ahead of Eid"],
        tail=[
            "Published in Makran Coast Ledger, June 7th, 2024",
            "Must Read",
            *CUT,
            "Comments are closed.",
            "Short Url",
        ],
    )
    assert kept(text) == list(BODY)


def test_a_list_in_the_middle_ends_where_a_sentence_stands():
    sentence = "Because the old pipe has become the costly choice."
    text = article(
        middle=["Recommended Stories", "list of 2 items", *OTHERS, "end of list", "Why a new pipe?", sentence]
    )
    assert kept(text) == [BODY[0], "Why a new pipe?", sentence, *BODY[1:]]
    text = article(middle=["MORE ON GWADAR", *OTHERS, sentence])
    assert kept(text) == [BODY[0], sentence, *BODY[1:]]


def test_a_count_of_comments_above_the_article_opens_nothing():
    lead = "So I am back, and the tap is as dry as it was."
    assert lead in kept(article(head=["June 7, 2024", "3 Comments", lead]))


def test_a_subheading_between_a_list_and_its_paragraph():
    assert kept(article(middle=["MORE ON GWADAR", *OTHERS, "WHO PAYS?"])) == [BODY[0], "WHO PAYS?", *BODY[1:]]


def test_short_sentences_behind_a_button_are_the_article():
    lines = ["The pipe was laid in the spring of that year.", "No one has seen the contractor since he was paid."]
    for opener in ("Read more", "Related", "Comments"):
        assert kept(article(tail=[opener, *lines])) == [*BODY, *lines]


def test_cells_of_a_table_are_no_form():
    document = annotated(article(middle=["Name", "Seats", "Karim Dad", "12", "Rahim Dad", "9"]))
    assert not [span for span in document.removed if span.source.startswith(("comment_", "behind_"))]


def test_names_in_a_row_are_no_authors():
    names = ["Muhammad Kashif", "Ahmed Khan", "Imran Malik", "Bilal Shah"]
    assert not [line for kind, line in removed(article(tail=names)) if kind == "metadata"]
    assert ("metadata", names[0]) in removed(article(tail=names[:1]))


def test_lines_wrapped_behind_a_button_are_the_article():
    lines = [
        "of the same has come from the ministry, which said that the plant",
        "is on course and will open by the spring.",
    ]
    assert kept(article(tail=["Related", *lines])) == [*BODY, *lines]


def test_a_line_between_two_dashes_is_a_subheading() -> None:
    text = article(middle=("- A long wait -",), tail=("- Walking home -", BODY[0]))
    (layers,) = StripStage.load(learned=False).predict([Document("a", text)])
    gone = [text[span.start : span.end] for span in layers["removed"]]
    assert "- A long wait -" not in gone
    assert "- Walking home -" not in gone
