"""Words found the quick way are those that the regular expression finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpecnlp.stages.strip.blocks import split_blocks
from cpecnlp.stages.strip.dates import is_date_line
from cpecnlp.stages.strip.lines import by_words
from cpecnlp.stages.strip.rules import load_rules
from cpecnlp.stages.strip.signs import signs
from cpecnlp.stages.strip.tokens import ALPHANUMERIC, IDENTIFIERS, JOINED, LETTERS, Runs

ALL = (ALPHANUMERIC, IDENTIFIERS, JOINED, LETTERS)
TEXT = st.text(alphabet="abcXYZ é’'“”–-_. \t\n019•…ß", max_size=60)


@pytest.mark.parametrize("runs", ALL)
@given(text=TEXT)
def test_runs_are_what_the_pattern_finds(runs: Runs, text: str) -> None:
    assert runs(text) == runs.pattern.findall(text)


@pytest.mark.parametrize("runs", ALL)
@given(text=st.text(max_size=40))
def test_any_text_at_all(runs: Runs, text: str) -> None:
    assert runs(text) == runs.pattern.findall(text)


def test_words_keep_what_joins_them() -> None:
    assert JOINED("the author's co-operation - 'so' he said, 24-hour") == [
        "the", "author's", "co-operation", "so", "he", "said", "hour"
    ]  # fmt: skip
    assert JOINED("one--two 'three'-four") == ["one", "two", "three", "four"]


def test_what_was_read_before_the_quick_ways_came() -> None:
    """Odd characters on which a shortcut had gone astray."""
    rules = load_rules()
    assert is_date_line("may ²")
    assert sum(signs(["the-company's"])) == 0
    for line in ("Ali Khan, Views", "Ali Khan, words", "Views:, Ali Khan"):
        found = by_words(split_blocks(line)[0], rules, True, False)
        assert found is not None, line
        assert found.source == "byline_v2"
    found = by_words(split_blocks("Associated\x0cPress")[0], rules, True, False)
    assert found is not None
    assert found.source == "agency_line_v1"
