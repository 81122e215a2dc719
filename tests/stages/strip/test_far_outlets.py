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
