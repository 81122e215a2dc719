"""Titles off, and one label for one name in one text."""

from __future__ import annotations

import pytest

from cpecnlp.backends.agreement import FoundSpan, agree, without_title


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", ""),
        ("Zhao", "Zhao"),
        ("Dr. He Bin", "He Bin"),
        ("Brig Dr Sana Gul", "Sana Gul"),
        ("Allama Iqbal", "Iqbal"),
        ("Ayatollah Ali Khamenei", "Ali Khamenei"),
        ("Dr", "Dr"),
        ("Drake Ali", "Drake Ali"),
        ("Syed Ali", "Syed Ali"),
        ("Mr\u00a0Hu", "Hu"),
    ],
)
def test_without_title(text: str, name: str) -> None:
    span = without_title(text, FoundSpan(0, len(text), "PERSON", 0.9))
    assert text[span.start : span.end] == name
    other = FoundSpan(0, len(text), "ORG", 0.9)
    assert without_title(text, other) is other


def test_sure_mentions_outvote_unsure_ones() -> None:
    text = "Jhelum Jhelum Indus Jhelum"
    spans = [
        FoundSpan(0, 6, "GPE", 0.4),
        FoundSpan(7, 13, "LOC", 0.9),
        FoundSpan(14, 19, "GPE", 0.3),
        FoundSpan(20, 26, "LOC", 0.5),
    ]
    found = agree(text, spans)
    assert [span.label for span in found] == ["LOC", "LOC", "GPE", "LOC"]
    assert found[1:] == spans[1:]
    assert 0 < found[0].sure < 1
    assert agree(text, found) == found
    assert agree("", []) == []
