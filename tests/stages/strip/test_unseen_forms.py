"""Pages of sites that no rule was written for: headline, outlet, author and what stands below."""

from __future__ import annotations

import pytest

from cpecnlp.document import Document
from cpecnlp.stages.strip import StripStage

TITLE = "Gwadar desalination unit starts trial run"
BODY = (
    "A desalination unit built with Chinese help began a trial run at the port of Gwadar on Friday, officials said.",
    "The unit can make 1.2 million gallons of sweet water a day, enough for a third of the town, the authority added.",
    "Fishermen said that the pipe to their quarter had not been laid, and that tankers still came twice a week.",
    "A second unit is planned for next year, when the power line from Pasni is to be ready, according to the plan.",
)


def layers(*lines: str, outlet: str = ""):
    document = Document("a", "\n".join(lines), metadata={"outlet": outlet} if outlet else {})
    return StripStage.load(learned=False).predict([document])[0]


def kept(*lines: str, outlet: str = "") -> str:
    document = Document("a", "\n".join(lines), metadata={"outlet": outlet} if outlet else {})
    return StripStage.load(learned=False).annotate([document])[0].clean_text


@pytest.mark.parametrize(
    ("above", "headline"),
    [
        (("Expand Menu", "Topics  Regions  Experts"), TITLE),
        (("Read The Pelican, Know the Coast", "Regions  Topics  Blogs"), TITLE),
        (("Corridor Portal : Projects : Waterworks",), TITLE),
    ],
)
def test_the_headline_is_the_line_that_speaks_of_the_subject(above: tuple[str, ...], headline: str) -> None:
    assert layers(*above, headline, "By Omar Dar", "June 7, 2024", *BODY)["fields"]["title"] == headline


def test_a_figurative_headline_above_an_empty_line_stays_the_headline() -> None:
    assert layers("Waves of slow change", "", TITLE, *BODY)["fields"]["title"] == "Waves of slow change"


@pytest.mark.parametrize(
    ("first", "last", "outlet"),
    [
        (f"{TITLE} - The Quoin", "© 2024 The Quoin. All rights reserved.", "The Quoin"),
        (f"{TITLE} | Quoin", "Terms of use", "Quoin"),
        (f"{TITLE} - Business & Finance - Quoin Register", "Copyright 2024 Quoin Register", "Quoin Register"),
        (TITLE, "© 2024 Quoin Register Ltd.", "Quoin Register"),
    ],
)
def test_an_outlet_that_no_list_knows(first: str, last: str, outlet: str) -> None:
    fields = layers(first, "", *BODY, last)["fields"]
    assert (fields["title"], fields["agency"]) == (TITLE, outlet)


def test_what_the_scraper_calls_the_outlet_helps_to_recognise_it_and_is_never_given_by_itself() -> None:
    assert layers(f"{TITLE} - Quoin", "", *BODY, outlet="Quoin")["fields"]["title"] == TITLE
    assert layers(f"{TITLE} - minister", "", *BODY, outlet="Quoin")["fields"]["title"] == f"{TITLE} - minister"
    assert layers(TITLE, "", *BODY, outlet="Quoin")["fields"]["agency"] == ""


@pytest.mark.parametrize(
    "line",
    [
        "Katrin Obermoser, Contributing writer",
        "By Katrin Obermoser | Edited by R Sunita Nair",
        "Commentary by Katrin Obermoser",
        "By Katrin Obermoser, a former adviser who teaches in Antwerp.",
    ],
)
def test_by_lines(line: str) -> None:
    found = layers(TITLE, "", line, *BODY)
    assert found["fields"]["author"] == "Katrin Obermoser"
    assert line not in kept(TITLE, "", line, *BODY)


@pytest.mark.parametrize(
    ("bio", "goes"),
    [
        ("Katrin Obermoser covers water and power from Lahore. Before that she edited a daily in Multan.", True),
        ("Katrin is an economist who has advised two governments.", True),
        ("Dr Katrin Obermoser, a lawyer, teaches at a college in Quetta and writes on rivers of the region.", True),
        ("Omar Dar is an engineer of the plant and has worked on pipes since 2016.", False),
    ],
)
def test_a_paragraph_below_the_article_that_speaks_of_its_author(bio: str, goes: bool) -> None:
    assert (bio not in kept(TITLE, "", "By Katrin Obermoser", *BODY, bio)) is goes


def test_a_company_about_itself_goes_and_a_subheading_stays() -> None:
    about = ("About Quoin Pipes", "Quoin Pipes is a maker of pipes in Hub. It was founded in 1998.")
    assert about[1] not in kept(TITLE, "", *BODY, *about)
    subhead = ("About the pipe", "The pipe is eleven kilometres long and crosses two nullahs, the plan says.")
    assert all(line in kept(TITLE, "", *BODY[:2], *subhead, *BODY[2:]) for line in subhead)


@pytest.mark.parametrize(
    "line",
    [
        "Editor's note: The number of gallons is that of the authority. A union in the town puts it lower.",
        "Share this report with your minister, said a merchant.",
        "Subscribe to the journals. I mean it. Half of the engineers borrow a password.",
        "Follow the water, he told visitors in April, and do not subscribe to any one pump.",
    ],
)
def test_sentences_of_the_article_that_sound_like_furniture_stay(line: str) -> None:
    assert line in kept(TITLE, "", BODY[0], line, *BODY[1:])


def test_a_list_behind_a_colon_and_long_paragraphs_without_a_full_stop_end_a_list_of_stories() -> None:
    points = ("What they will study:", "(a) pipes, 80 places", "(b) pumps, 75 places")
    long = (
        BODY[2].rstrip(".") + ", " + BODY[3].rstrip(".") + ", and nobody could say when the tankers would stop coming"
    )
    text = kept(TITLE, "", *BODY[:2], "Related Topics", "Pakistan   Gwadar   Water", *points, long)
    assert all(line in text for line in (*points, long))


def test_of_a_web_page_the_stated_headline_is_taken_and_the_model_is_not_asked() -> None:
    teasers = ("Cricket: Bhutta stuns top seed", "Gold price up again", "Who wore what in Doha", "Rain in Lahore")
    text = "\n".join(("via Bay News", TITLE, "", *BODY, *teasers))
    plain = StripStage.load().annotate([Document("a", "\n".join((TITLE, "", *BODY, *teasers)))])[0]
    page = StripStage.load().annotate([Document("a", text, {"html_title": TITLE})])[0]
    assert page.fields is not None
    assert page.fields["title"] == TITLE
    assert all(line in page.clean_text for line in teasers)
    assert not any(line in plain.clean_text for line in teasers)


@pytest.mark.parametrize(
    ("author", "last"),
    [
        (
            "By China Correspondent",
            "China is the largest lender to the port and has been so since 2016, the bank said.",
        ),
        ("By Gwadar Desk", "Gwadar has waited for water for thirty years, and it will wait for some more of them."),
        ("By Imran Ali", "Imran is expected to appear before the court on Monday, when the case is heard again."),
    ],
)
def test_a_paragraph_of_the_article_that_begins_like_its_author_stays(author: str, last: str) -> None:
    assert last in kept(TITLE, "", author, *BODY, last)


@pytest.mark.parametrize(
    ("heading", "below"),
    [
        ("About The Project", "The project will cost three billion rupees, and half of it was paid last year already."),
        ("About Gwadar", "We visited Gwadar in May, when the tankers came twice a week and the pipe was not laid."),
        ("About Gwadar: the minister said nothing that the town had not heard before.", ""),
    ],
)
def test_a_subheading_of_the_article_is_no_company(heading: str, below: str) -> None:
    text = kept(TITLE, "", *BODY, heading, *([below] if below else []))
    assert heading in text
    assert below in text


@pytest.mark.parametrize(
    "headline",
    [
        "Pakistan to Host Summit on 12 May 2024",
        "Launch of Gwadar Airport on 20 January 2025",
        "Safe harbour for overseas Pakistanis proposed in budget",
        "Port opens for trade | \u2003\u2003",
    ],
)
def test_headlines_that_look_like_furniture(headline: str) -> None:
    assert layers(headline, "", *BODY)["fields"]["title"] == headline.strip(" \u2003")


def test_a_line_of_a_broken_paragraph_is_no_pull_quote() -> None:
    broken = ("The way to the port of Gwadar is", BODY[0].rstrip("."), "and that is how it was in the old days too.")
    assert all(line in kept(TITLE, "", *BODY, *broken) for line in broken)
