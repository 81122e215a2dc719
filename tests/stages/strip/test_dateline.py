"""Datelines in their many spellings: where they end, and the place, agency and date that they state."""

from __future__ import annotations

import pytest

from cpecnlp.stages.strip.dateline import find_dateline
from cpecnlp.stages.strip.rules import load_rules
from tests.stages.strip.articles import BODY, TITLE, article, fields, kept, removed

REST = "The minister said on Friday that work would begin."

# dateline, place, agency, published
DATELINES = [
    ("ISLAMABAD:", "Islamabad", "", ""),
    ("ISLAMABAD –", "Islamabad", "", ""),
    ("ISLAMABAD —", "Islamabad", "", ""),
    ("ISLAMABAD --", "Islamabad", "", ""),
    ("ISLAMABAD -", "Islamabad", "", ""),
    ("ISLAMABAD, June 7 (APP):", "Islamabad", "APP", ""),
    ("ISLAMABAD, Jun 7 (APP) :", "Islamabad", "APP", ""),
    ("ISLAMABAD: (APP)", "Islamabad", "APP", ""),
    ("ISLAMABAD (APP):", "Islamabad", "APP", ""),
    ("ISLAMABAD, (APP - 7th Jun, 2024)", "Islamabad", "APP", "2024-06-07"),
    ("ISLAMABAD, (APP - UrduPoint / Pakistan Point News - 7th Jun, 2024 ) :", "Islamabad", "APP", "2024-06-07"),
    ("ISLAMABAD, (UrduPoint / Pakistan Point News - 7th Jun, 2024 ) :", "Islamabad", "UrduPoint", "2024-06-07"),
    ("BEIJING, June 7 (Xinhua) --", "Beijing", "Xinhua", ""),
    ("BEIJING, June 7, 2024 (Xinhua) --", "Beijing", "Xinhua", "2024-06-07"),
    ("BEIJING (Reuters) -", "Beijing", "Reuters", ""),
    ("BEIJING (China Economic Net) -", "Beijing", "China Economic Net", ""),
    ("KARACHI: (INP):", "Karachi", "INP", ""),
    ("KARACHI - INP -", "Karachi", "INP", ""),
    ("LAHORE/KARACHI:", "Lahore/Karachi", "", ""),
    ("XI'AN, May 3 (APP):", "Xi'an", "APP", ""),
    ("Quetta:", "Quetta", "", ""),
    ("DERA GHAZI KHAN:", "Dera Ghazi Khan", "", ""),
    ("GILGIT, 7 June 2024:", "Gilgit", "", "2024-06-07"),
    ("(Reuters) -", "", "Reuters", ""),
    ("ISLAMABAD (June 7):", "Islamabad", "", ""),
    ("Gwadar, Pakistan –", "Gwadar", "", ""),
    ("Gwadar [Pakistan], June 7 (ANI):", "Gwadar", "ANI", ""),
    ("GWADAR, Pakistan, June 7, 2024 /PRNewswire/ --", "Gwadar", "PRNewswire", "2024-06-07"),
]


@pytest.fixture(scope="module")
def rules():
    return load_rules()


@pytest.mark.parametrize(("dateline", "place", "agency", "published"), DATELINES)
def test_spellings(dateline, place, agency, published, rules):
    found = find_dateline(f"{dateline} {REST}", rules)
    assert found is not None
    assert dateline[: found.end] == dateline
    assert (found.place, found.agency, found.published) == (place, agency, published)


@pytest.mark.parametrize(
    ("dateline", "place", "agency", "published"), [row for row in DATELINES if row[0].endswith(":")]
)
def test_glued_to_the_first_word(dateline, place, agency, published, rules):
    found = find_dateline(dateline + REST, rules)
    assert found is not None
    assert (dateline + REST)[found.end :] == REST


@pytest.mark.parametrize(
    "line",
    [
        "",
        REST,
        "Editorial: the port needs water.",
        "NOTE: The figures are provisional.",
        "CPEC: the next decade will show whether it pays.",
        "The minister said: work begins on Friday.",
        "“Islamabad: a city of parks” is the title of his book.",
        "China – Pakistan’s largest creditor – has agreed.",
        "Water and power: two things the port has lacked.",
        "Asked about Karachi: “We shall see.”",
        "WATCH: Divers raise the cable off Gwadar.",
        "(The figures were published in June.) They show a fall.",
    ],
)
def test_no_dateline(line, rules):
    assert find_dateline(line, rules) is None


def test_only_the_first_paragraphs_have_one():
    late = (
        "KARACHI: A second desk filed this paragraph, which stands far below the first one of the report and is kept."
    )
    text = "\n".join([TITLE, "", f"GWADAR: {BODY[0]}", *BODY[1:], *BODY[:0], late])
    assert removed(text) == [("dateline", "GWADAR:")]


def test_on_a_line_of_its_own_it_is_metadata():
    text = "\n".join([TITLE, "", "GWADAR, June 7, 2024 (APP):", *BODY])
    assert removed(text) == [("metadata", "GWADAR, June 7, 2024 (APP):")]
    found = fields(text)
    assert (found["agency"], found["published"]) == ("APP", "2024-06-07")


@pytest.mark.parametrize("line", ["(June 7): ", "GWADAR ( - ): ", "(, 7 June): ", "()", "( )", "GWADAR ("])
def test_brackets_that_hold_a_date_or_nothing(line, rules):
    """They name no agency, and stop nothing."""
    found = find_dateline(line + REST, rules)
    assert found is None or not found.agency


@pytest.mark.parametrize("line", ["GWADAR", "GWADAR:", "Gwadar, Pakistan:", "GWADAR —"])
def test_a_place_on_its_own_line_above_the_report(line):
    text = article(head=["By Zarak Buriro", line])
    assert ("metadata", line) in removed(text)
    assert fields(text)["place"] == "Gwadar"


@pytest.mark.parametrize(
    ("head", "cut"),
    [
        ("June 7, 2024 GWADAR: ", [("metadata", "June 7, 2024"), ("dateline", "GWADAR:")]),
        ("From our correspondentGWADAR: ", [("metadata", "From our correspondent"), ("dateline", "GWADAR:")]),
        (f"{TITLE}GWADAR: ", [("repeat", TITLE), ("dateline", "GWADAR:")]),
    ],
)
def test_what_is_glued_before_it(head, cut):
    text = article(body=(head + BODY[0], *BODY[1:]))
    assert removed(text) == cut
    assert fields(text)["place"] == "Gwadar"


def test_a_headline_that_stands_only_before_the_dateline():
    text = article(title="", body=(f"{TITLE}GWADAR, June 7 (Xinhua) -- {BODY[0]}", *BODY[1:]))
    assert fields(text) == {"title": TITLE, "place": "Gwadar", "agency": "Xinhua"}
    assert kept(text) == list(BODY)
