"""Blocks: where they begin and end in the raw text, and how their plain form maps back."""

from __future__ import annotations

import pytest
from hypothesis import given

from cpecnlp.stages.strip.blocks import INVISIBLE, split_blocks
from tests.conftest import hostile_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\n\u00a0\n", []),
        ("\u200b\n\ufeff\n", []),
        ("One line", [(0, 8)]),
        ("  One line  \n", [(2, 10)]),
        ("One\n\nTwo", [(0, 3), (5, 8)]),
        ("One\r\nTwo\r", [(0, 3), (5, 8)]),
        ("\ufeffOne\u00a0\nTwo", [(1, 4), (6, 9)]),
        ("One\\nTwo", [(0, 3), (5, 8)]),
        ("One\\n\\n Two\nThree", [(0, 3), (8, 11), (12, 17)]),
        ("\u00adOne\u00ad", [(1, 4)]),
    ],
)
def test_borders(text, expected):
    assert [(block.start, block.end) for block in split_blocks(text)] == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Is\u00adlam\u00adabad", "Islamabad"),
        ("Rs\u00a0500", "Rs 500"),
        ("the\tminister\u2019s", "the minister's"),
        ("\u200fعربی\u200e text", "عربی text"),
        ("a\u2003b\u3000c", "a b c"),
    ],
)
def test_plain_form(text, plain):
    (block,) = split_blocks(text)
    assert block.plain == plain
    assert text[block.start : block.end] == block.text


def test_lower_case_keeps_its_length():
    # İ has two characters in lower case
    (block,) = split_blocks("İSTANBUL: İzmir")
    assert len(block.low) == len(block.plain)
    assert block.low == "İstanbul: İzmir"


@pytest.mark.parametrize(
    ("text", "start", "end", "slice_"),
    [
        ("BEIJING: The", 0, 8, "BEIJING:"),
        ("BEI\u00adJING: The", 0, 8, "BEI\u00adJING:"),
        ("  \u00a0BEI\u00adJING: The", 0, 8, "BEI\u00adJING:"),
        ("a\u200bb\u200bc", 1, 2, "b"),
    ],
)
def test_raw_offsets(text, start, end, slice_):
    (block,) = split_blocks(text)
    a, b = block.raw(start, end)
    assert text[a:b] == slice_


def test_lines_are_numbered_so_that_parts_of_one_line_are_known():
    assert [block.line for block in split_blocks("One\\nTwo\nThree")] == [0, 0, 1]


@given(hostile_text)
def test_blocks_are_slices_in_order(text):
    at = 0
    for block in split_blocks(text):
        assert at <= block.start < block.end <= len(text)
        assert text[block.start : block.end] == block.text
        assert block.text.strip()
        assert len(block.low) == len(block.plain)
        assert not set(block.plain) & set(INVISIBLE)
        if block.plain:
            a, b = block.raw(0, len(block.plain))
            assert block.start <= a < b <= block.end
        at = block.end


@given(hostile_text)
def test_what_stands_in_no_block_is_margin(text):
    rest, at = [], 0
    for block in split_blocks(text):
        rest.append(text[at : block.start])
        at = block.end
    rest.append(text[at:])
    for between in rest:
        assert not "".join(c for c in between.replace("\\n", "") if c not in INVISIBLE).strip()
