"""Furniture of outlets far away, and sentences of an article that look like it."""

from __future__ import annotations

import pytest

from cpecnlp.document import Document
from cpecnlp.stages.strip import StripStage
from tests.stages.strip.articles import BODY, TITLE, article


def gone(text: str) -> list[str]:
    (layers,) = StripStage.load(learned=False).predict([Document("a", text)])
    return [text[span.start : span.end] for span in layers["removed"]]


@pytest.mark.parametrize(
    "line",
    [
        "[2/3]Workers lower the intake pipe of the new unit into the bay at Gwadar, May 8, 2024.",
        "Engineers look at the new unit on the day of the trial run. Photograph: Omar Dar/Bay Pictures",
        "A lorry waits for its load of pipes at the gate of the plant. /CGTN",
        "The post Gwadar desalination unit starts trial run appeared first on Bay Herald.",
        "Thanks for reading The Bay Ledger! This post is public so feel free to share it.",
        "The Tide Tables newsletter brings the week on the coast to you. Sign up here.",
        "Source: https://bay.example/news/2024/desalination-unit-starts",
        "This news was published in Bay Herald newspaper. Read complete newspaper of 17-Jan-2018 here.",
        "Omar Dar is a senior reporter who covers water and energy on the coast.",
        "Omar Dar joined the Herald in 2019 and covers water and energy on the coast.",
    ],
)
def test_furniture_that_outlets_far_away_share(line: str) -> None:
    assert line in gone(article(tail=(line,)))


@pytest.mark.parametrize(
    "line",
    [
        "Omar Dar, who joined the authority in 2019 and covers the night shift, said the pumps had held.",
        "The post of director has been empty since the plant appeared on the list of delayed works.",
        "The authority put the source of the leak at kilometre 12/3 of the pipe.",
        "Photographs of the pipe, he told the meeting, were taken by the crew of a trawler.",
    ],
)
def test_sentences_that_look_like_it_stay(line: str) -> None:
    assert line not in gone(article(middle=(line,)))


def test_a_column_or_number_right_above_the_headline_is_no_headline() -> None:
    for slug in ("The Tide", "Press Release No. 24/417"):
        text = "\n".join([slug, TITLE, "By Omar Dar", "June 7, 2024", "", *BODY])
        (layers,) = StripStage.load(learned=False).predict([Document("a", text)])
        assert layers["fields"]["title"] == TITLE
    text = "\n".join(["Waves of slow change", "", TITLE, "By Omar Dar", "June 7, 2024", "", *BODY])
    (layers,) = StripStage.load(learned=False).predict([Document("a", text)])
    assert layers["fields"]["title"] == "Waves of slow change"


def test_a_sentence_glued_behind_a_pointer_is_not_lost() -> None:
    glued = "ALSO READ: Duty on pipes revised"
    sentence = "The port authority had earlier asked for a cut in the duty on pumps, valves and the steel of the pipe."
    assert not any(sentence[4:] in part for part in gone(article(middle=(f"{glued} {sentence}",))))


def test_a_text_without_a_headline_keeps_its_first_sentence() -> None:
    assert BODY[0] not in gone("\n\n".join(BODY))
    lead = "The president has underlined the need for more cooperation between the two ports in the study of tides."
    assert lead not in gone("\n\n".join((lead, *BODY)))
