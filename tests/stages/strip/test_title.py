"""The headline, what its outlet hangs behind it, and what stands in the article twice."""

from __future__ import annotations

import pytest

from cpecnlp.stages.strip.outlets import clean_title, named_outlet
from cpecnlp.stages.strip.rules import load_rules
from tests.stages.strip.articles import BODY, TITLE, annotated, article, fields, kept, removed


@pytest.fixture(scope="module")
def rules():
    return load_rules()


@pytest.mark.parametrize(
    ("line", "title", "outlet"),
    [
        ("", "", ""),
        (TITLE, TITLE, ""),
        (f"{TITLE} - DAWN.COM", TITLE, "Dawn"),
        (f"{TITLE} - Pakistan - DAWN.COM", TITLE, "Dawn"),
        (f"{TITLE} | Makran Coast Ledger", TITLE, "Makran Coast Ledger"),
        (f"{TITLE} – The Express Tribune", TITLE, "The Express Tribune"),
        (f"{TITLE} | makranledger.example", TITLE, "makranledger.example"),
        (f"{TITLE} - Makran Coast Ledger | makranledger.example", TITLE, "Makran Coast Ledger"),
        (f"  {TITLE}   -  Business  - Indus Business Daily ", TITLE, "Indus Business Daily"),
        # a dash of the headline's own
        ("Pakistan - China trade falls", "Pakistan - China trade falls", ""),
        ("Gwadar port - a history in ten ships", "Gwadar port - a history in ten ships", ""),
        ("China's 5G – who pays?", "China's 5G – who pays?", ""),
    ],
)
def test_suffix(line, title, outlet, rules):
    assert clean_title(line, rules) == (title, outlet)


@pytest.mark.parametrize(
    ("name", "outlet"),
    [
        ("", ""),
        ("Dawn", "Dawn"),
        ("Makran Coast Ledger", "Makran Coast Ledger"),
        ("makranledger.example", "makranledger.example"),
        ("a history in ten ships", ""),
        ("Ten Ships", ""),
        ("the daily press", ""),
    ],
)
def test_outlets(name, outlet, rules):
    if not name:
        return
    assert named_outlet(name, rules) == outlet


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        "‘No load on consumers’: minister defends new tariff",
        "Why does Gwadar thirst?",
        "PM, Chinese envoy discuss CPEC-II, ML-1 & agriculture",
        "5G: the long wait",
        "Read this before you buy a solar panel",
        "Photo of the year: a dhow and a crane",
        "Copyright law to be amended: minister",
    ],
)
def test_the_first_line_is_the_headline(title):
    text = article(title=title)
    document = annotated(text)
    assert [(span.label, document.surface(span)) for span in document.removed] == [("title", title)]
    assert document.fields["title"] == title


def test_lines_above_the_headline_are_furniture():
    text = article(above=["Home > Business > Energy", "June 7, 2024"])
    assert fields(text)["title"] == TITLE
    assert [kind for kind, _ in removed(text)] == ["nav", "metadata"]


def test_a_text_without_a_headline_keeps_its_first_sentence():
    text = article(title="")
    assert kept(text) == list(BODY)
    assert "title" not in fields(text)


def test_the_headline_twice():
    for again in (TITLE, TITLE.upper(), TITLE + "."):
        assert removed(article(head=[again])) == [("repeat", again)]


def test_the_outlets_suffix_in_one_of_the_two():
    text = article(title=f"{TITLE} - Makran Coast Ledger", head=[TITLE])
    assert removed(text) == [("repeat", TITLE)]
    assert fields(text) == {"title": TITLE, "agency": "Makran Coast Ledger"}


def test_a_paragraph_twice():
    text = article(tail=[BODY[1]])
    assert removed(text) == [("repeat", BODY[1])]
    document = annotated(text)
    assert document.removed[-1].start > text.index(BODY[2]), "of two the later goes"
    assert kept(text) == list(BODY)


def test_a_pull_quote():
    said = (
        "“We have carried water on donkeys since my grandfather’s day,” said Dad Karim, a net mender, “and now they"
        " bring us a meter before they bring us a tap.”"
    )
    quote = "“We have carried water on donkeys since my grandfather’s day”"
    assert removed(article(middle=[said, quote])) == [("repeat", quote)]


@pytest.mark.parametrize(
    "lines",
    [
        [
            "The first phase will bring 5 million gallons a day.",
            "The second phase will bring 10 million gallons a day.",
            "The third phase will bring 25 million gallons a day.",
        ],
        [
            "Punjab won the first match by 34 runs at Multan, where the crowd stayed until the last ball.",
            "Sindh won the second match by 4 wickets at Sukkur, where the crowd left before the tea break.",
        ],
        ["“We shall see.”", "The fishermen shrugged when they heard of the tariff and said that they would see."],
        ["How the plant works: intake", "How the plant works: membranes", "How the plant works: outfall"],
    ],
)
def test_lines_alike_that_say_different_things_stay(lines):
    assert kept(article(middle=lines)) == [BODY[0], *lines, *BODY[1:]]


MENUS = [
    ["Skip to content", "Home", "About", "My Books", "Gwadar Diaries", "notes from the harbour wall"],
    ["Live TV", "Latest", "Pakistan", "Business"],
    ["Home", "Current Issue", "Conference Proceedings"],
    ["CoastSouth Coast", "Week on the Coast"],
    [f"HomeCoast{TITLE}"],
]


@pytest.mark.parametrize("menu", MENUS)
def test_menus_above_the_headline(menu):
    text = article(above=menu, head=["Zarak Buriro", "June 7, 2024"])
    assert fields(text)["title"] == TITLE
    assert kept(text) == list(BODY)


def test_a_short_headline_above_its_standfirst():
    standfirst = "As the port opens its gates, the old town waits for water"
    text = article(title="Gwadar rising", head=["Zarak Buriro", standfirst, "June 7, 2024"])
    assert fields(text)["title"] == "Gwadar rising"
    assert standfirst in kept(text)
