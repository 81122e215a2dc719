"""The block model is asked about English pages alone."""

from __future__ import annotations

import pytest

from cpecnlp.stages.strip.blocks import split_blocks
from cpecnlp.stages.strip.judge import Page
from cpecnlp.stages.strip.language import reads_english
from cpecnlp.stages.strip.rules import load_rules

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
