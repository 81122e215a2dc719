"""The block model is asked about English pages alone."""

from __future__ import annotations

import pytest

from cpecnlp.document import Document, Span
from cpecnlp.stages.strip.blocks import split_blocks
from cpecnlp.stages.strip.judge import Page
from cpecnlp.stages.strip.language import reads_english
from cpecnlp.stages.strip.rules import load_rules
from cpecnlp.stages.strip.stage import StripStage

GERMAN = (
    "Die Regierung in Berlin hat am Montag angekündigt, dass der neue Hafen erst im kommenden Jahr eröffnet wird. "
    "Der Minister erklärte, die Arbeiten an der Mole seien weiter fortgeschritten, als viele Beobachter glaubten. "
    "Man müsse aber mit weiteren Verzögerungen rechnen, sagte er vor Journalisten in der Hauptstadt."
)
SPANISH = (
    "El gobierno anunció el lunes que el puerto abrirá sus puertas a principios del próximo año. "
    "La ministra explicó a los periodistas que las obras avanzan a buen ritmo y que no se esperan nuevos retrasos, "
    "aunque varios empresarios de la región pidieron más información sobre el coste final de la carretera de acceso."
)
HEADLINES = "\n".join(
    [
        "Minister opens port road after long delay",
        "Rains flood the lower town as river rises",
        "Traders in Quetta ask for a new customs shed",
        "Ship with wheat from the north docks at dawn",
        "Students win prize for water pump in Lahore",
        "Council to vote on the budget by Friday",
        "Old railway station is to be a museum",
        "Bank cuts rate for the third time this year",
    ]
)


def stripped(text: str) -> tuple[Span, ...]:
    (doc,) = StripStage.load().annotate([Document("x", text)])
    return doc.removed or ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", True), ("Nur wenige Worte.", True), (GERMAN, False), (SPANISH, False), (HEADLINES, True)],
)
def test_reads_english(text: str, expected: bool) -> None:
    assert reads_english(split_blocks(text)) is expected


def test_no_line_of_another_language_is_asked_about() -> None:
    rules = load_rules()
    short = "\n".join(f"Kurze Zeile Nummer {number}" for number in range(6))
    assert Page.read(f"Der neue Hafen\n\n{GERMAN}\n{short}", rules).asked == []
    assert Page.read(f"The new port\n\n{HEADLINES}", rules).asked


CHINESE = "港口将于明年开放，部长周一在首都对记者说，工程进展顺利，但费用仍不清楚。当地商人要求公布更多的细节。"


def test_lines_in_the_script_of_the_page_stay() -> None:
    removed = stripped(f"{CHINESE}\n项目的背景\n{CHINESE}")
    assert "foreign_line_v1" not in {span.source for span in removed}


def test_a_line_in_another_script_goes_from_an_english_page() -> None:
    body = "The port will open next year, the minister told reporters in the capital on Monday, and the work goes well."
    removed = stripped(f"The new port\n\n{body}\n{body.replace('port', 'road')}\n中文版")
    assert "foreign_line_v1" in {span.source for span in removed}
