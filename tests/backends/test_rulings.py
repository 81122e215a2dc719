"""Rulings of the annotation guide, on spans as a model might give them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cpecnlp.backends import rulings
from cpecnlp.backends.agreement import FoundSpan

LETTERS = {"P": "PERSON", "O": "ORG", "G": "GPE", "L": "LOC", "D": "DATE", "E": "EVENT", "J": "PROJECT", "M": "MONEY"}
MARK = re.compile(r"\[([A-Z])([?]?) ([^]]*)\]")


def read(marked: str) -> tuple[str, list[FoundSpan]]:
    """``"[G China]"`` is a sure GPE, ``"[G? China]"`` an unsure one."""
    text, spans, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        start = len(text)
        text += match[3]
        spans.append(FoundSpan(start, len(text), LETTERS[match[1]], 0.5 if match[2] else 0.99))
        at = match.end()
    return text + marked[at:], spans


CASES: list[tuple[Callable[..., list[FoundSpan]], str, str]] = [
    (rulings.join_ranges, "from [D Monday] to [D Thursday]", "from [D Monday to Thursday]"),
    (rulings.join_ranges, "[D April 1, 2024], to [D May 6]", "[D April 1, 2024, to May 6]"),
    (rulings.join_ranges, "[D 2018]-[D 2022]", "[D 2018-2022]"),
    (rulings.join_ranges, "[D Tuesday] and [D Wednesday]", "[D Tuesday] and [D Wednesday]"),
    (rulings.join_ranges, "[D 2018] to [M $2m]", "[D 2018] to [M $2m]"),
    (rulings.split_days, "[D April 8 and 9]", "[D April 8] and [D 9]"),
    (rulings.split_days, "on [D April 29] and 30.", "on [D April 29] and [D 30]."),
    (rulings.split_days, "on [D April 29] and 30 men", "on [D April 29] and 30 men"),
    (rulings.split_days, "on [D April 29] and 30,000 men", "on [D April 29] and 30,000 men"),
    (rulings.split_days, "on [D April 29] and [D 30]", "on [D April 29] and [D 30]"),
    (rulings.name_children, "[G Imran Ali] s/o [O Noor Ali] of [G Kurram]",
     "[P Imran Ali] s/o [P Noor Ali] of [G Kurram]"),
    (rulings.name_children, "[G Lahore] w/out [G Imran]", "[G Lahore] w/out [G Imran]"),
    (rulings.drop_in_addresses, "see pser.[G punjab].gov.pk now", "see pser.punjab.gov.pk now"),
    (rulings.drop_in_addresses, "www.facebook.com/SEAD.[G Pakistan].", "www.facebook.com/SEAD.Pakistan."),
    (rulings.drop_in_addresses, "says [O Dawn].com, [G China].", "says [O Dawn].com, [G China]."),
    (rulings.split_compounds, "[G Karachi-Hyderabad]; [G Karachi], [G Hyderabad]",
     "[G Karachi]-[G Hyderabad]; [G Karachi], [G Hyderabad]"),
    (rulings.split_compounds, "[G Karachi-Hyderabad]; [G Karachi]", "[G Karachi-Hyderabad]; [G Karachi]"),
    (rulings.split_compounds, "[G Gilgit-Baltistan] [G Gilgit] [G Baltistan]",
     "[G Gilgit-Baltistan] [G Gilgit] [G Baltistan]"),
    (rulings.leave_occupied_out, "in [G Occupied Kashmir]", "in Occupied [G Kashmir]"),
    (rulings.leave_occupied_out, "in [O Occupied Kashmir]", "in [O Occupied Kashmir]"),
    (rulings.follow_full_names, "[P Bilal Bhutto] and [G? Bhutto]", "[P Bilal Bhutto] and [P? Bhutto]"),
    (rulings.follow_full_names, "[P Bilal Punjab] and [G Punjab]", "[P Bilal Punjab] and [G Punjab]"),
    (rulings.follow_rivers, "[L River Chenab]; [G Chenab]", "[L River Chenab]; [L Chenab]"),
    (rulings.follow_rivers, "[L Ravi River]; [G Multan]", "[L Ravi River]; [G Multan]"),
    (rulings.share_plural_heads, "[G Karachi] and [G Gwadar] ports", "[L Karachi] and [L Gwadar] ports"),
    (rulings.share_plural_heads, "[G Karachi] and [G Gwadar] porters", "[G Karachi] and [G Gwadar] porters"),
    (rulings.follow_long_forms, "[E World Economic Forum] ([O? WEF]). [O WEF]",
     "[E World Economic Forum] ([E? WEF]). [E WEF]"),
    (rulings.follow_long_forms, "[E World Economic Forum] ([O WEF])", "[E World Economic Forum] ([O WEF])"),
    (rulings.follow_long_forms, "[E World Economic Forum] ([O? IMF])", "[E World Economic Forum] ([O? IMF])"),
    (rulings.drop_peoples, "[G Chinese] in [G China]", "Chinese in [G China]"),
    (rulings.drop_peoples, "[O Indian]", "[O Indian]"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after"), CASES)
def test_rule(rule: Callable[..., list[FoundSpan]], before: str, after: str) -> None:
    text, spans = read(before)
    wanted_text, wanted = read(after)
    assert text == wanted_text
    key = [(span.start, span.end, span.label) for span in wanted]
    found = rule(text, spans)
    assert [(span.start, span.end, span.label) for span in found] == key
    assert [(span.start, span.end, span.label) for span in rule(text, found)] == key, "twice is once"


@pytest.mark.parametrize("rule", rulings.RULES)
def test_nothing_comes_of_nothing(rule: Callable[..., list[FoundSpan]]) -> None:
    assert rule("", []) == []
    assert rule("Zhao left.", []) == []


def test_all_rules_leave_sorted_spans_apart() -> None:
    for _, before, _ in CASES:
        text, spans = read(before)
        found = rulings.follow_rulings(text, spans)
        assert found == sorted(found, key=lambda span: span.start)
        assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
        assert all(0 <= span.start < span.end <= len(text) and 0 <= span.sure <= 1 for span in found)
