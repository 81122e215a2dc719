"""Fields: as the text states them, exact; empty when it does not. Nothing is guessed."""

from __future__ import annotations

import pytest

from tests.stages.strip.articles import BODY, TITLE, article, fields

FIRST, *REST = BODY


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published June 7, 2024", "2024-06-07"),
        ("June 7th, 2024", "2024-06-07"),
        ("Fri 07th June 2024 | 09:47 PM", "2024-06-07"),
        ("2024-06-07", "2024-06-07"),
        ("Last Updated: June 8, 2024", "2024-06-08"),
        # no year, or no date at all
        ("June 7", ""),
        ("Friday", ""),
        ("2 days ago", ""),
        ("10:05 am", ""),
    ],
)
def test_published(line, expected):
    assert fields(article(head=[line])).get("published", "") == expected


def test_published_is_the_day_of_publication_and_not_of_the_update():
    lines = ["Updated June 9, 2024", "Published June 7, 2024"]
    assert fields(article(head=lines))["published"] == "2024-06-07"
    assert fields(article(head=lines[::-1]))["published"] == "2024-06-07"


@pytest.mark.parametrize(
    "sentence",
    [
        "The plant was ordered on March 3, 2015, and paid for two years later.",
        "On June 7, 2024, the pumps ran for an hour.",
    ],
)
def test_a_date_in_the_body_is_no_date_of_publication(sentence):
    assert "published" not in fields(article(body=(*BODY, sentence)))


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("Published in Dawn, June 7th, 2024", {"published": "2024-06-07", "agency": "Dawn"}),
        (
            "Published in Makran Coast Ledger, June 7th, 2024",
            {"published": "2024-06-07", "agency": "Makran Coast Ledger"},
        ),
        ("Copyright Makran Coast Ledger, 2024", {"agency": "Makran Coast Ledger"}),
        ("© 2024 Makran Coast Ledger. All rights reserved", {"agency": "Makran Coast Ledger"}),
        ("Copyright © 2024. All Rights Reserved", {}),
    ],
)
def test_outlet_and_date_behind_the_end(tail, expected):
    assert fields(article(tail=[tail])) == {"title": TITLE, **expected}


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Rabia Tungekar", "Rabia Tungekar"),
        ("BY RABIA TUNGEKAR", "Rabia Tungekar"),
        ("Rabia Tungekar", "Rabia Tungekar"),
        ("By Dr Rabia Tungekar", "Rabia Tungekar"),
        ("Rabia Tungekar Published June 7, 2024", "Rabia Tungekar"),
        ("Rabia Tungekar | June 7, 2024 | Reading time: 2 mins", "Rabia Tungekar"),
        ("Photo by Rabia Tungekar", ""),
        ("Edited by Rabia Tungekar", ""),
    ],
)
def test_author(line, author):
    assert fields(article(head=[line])).get("author", "") == author


def test_the_signed_agency_before_the_outlet():
    text = article(body=(f"GWADAR, June 7 (Xinhua) -- {FIRST}", *REST), tail=["Copyright Makran Coast Ledger, 2024"])
    assert fields(text) == {"title": TITLE, "place": "Gwadar", "agency": "Xinhua"}


def test_place_is_that_of_the_dateline_alone():
    assert "place" not in fields(article())
    assert fields(article(body=(f"Gwadar: {FIRST}", *REST)))["place"] == "Gwadar"
    assert fields(article(body=(f"DERA GHAZI KHAN: {FIRST}", *REST)))["place"] == "Dera Ghazi Khan"


def test_invisible_characters_stay_out_of_fields():
    text = article(title="Gwadar de\u00adsalination unit\u00a0starts", body=(f"GWA\u00adDAR:\u00a0{FIRST}", *REST))
    assert fields(text) == {"title": "Gwadar desalination unit starts", "place": "Gwadar"}


def test_no_field_of_an_empty_text():
    assert fields("") == {}
    assert fields("\n\n") == {}


@pytest.mark.parametrize(
    ("head", "author"),
    [
        (["June 7, 2024", "Zorak Tumpi"], "Zorak Tumpi"),
        (["Zorak Tumpi in Ormara", "June 7, 2024"], "Zorak Tumpi"),
        (["Zorak Tumpi", "Coast correspondent", "3 days ago"], "Zorak Tumpi"),
        (["By ZORAK TUMPI in Ormara and LIN MEI in Kashgar | Updated: 2024-06-07 09:12"], "ZORAK TUMPI and LIN MEI"),
        (["Zorak Tumpi in Ormara and Lin Mei in Kashgar", "June 7, 2024"], "Zorak Tumpi and Lin Mei"),
        (["By MCL Staff", "June 7, 2024"], "MCL Staff"),
        (["Posted by: Staff Reporter in Makran, Latest News June 7, 2024"], "Staff Reporter"),
        (["By Zorak Tumpi Source:Makran Times Published: 2024/6/7 22:38:39"], "Zorak Tumpi"),
    ],
)
def test_authors_of_other_outlets(head, author):
    found = fields(article(head=head))
    assert found["author"].casefold() == author.casefold()


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Published On 7 Jun 20247 Jun 2024", "2024-06-07"),
        ("06.17.2024", "2024-06-17"),
        ("17/06/2024", "2024-06-17"),
        ("06/06/2024", "2024-06-06"),
        ("06/07/2024", ""),  # day and month cannot be told
    ],
)
def test_dates_glued_and_in_figures(line, published):
    assert fields(article(head=[line])).get("published", "") == published


def test_a_section_is_no_outlet():
    assert "agency" not in fields(article(above=["World News"], tail=["Industry News"]))
