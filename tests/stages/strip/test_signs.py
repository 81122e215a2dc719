"""What the block model reads from words, marks and runs."""

from __future__ import annotations

import pytest

from cpecnlp.stages.strip.blocks import is_paragraph, split_blocks
from cpecnlp.stages.strip.features import candidates
from cpecnlp.stages.strip.lists import Lists
from cpecnlp.stages.strip.signs import SIGNS, addressed, credit, signs, speaks, unquoted

PARAGRAPH = (
    "The road from the coast to the hills was closed for the third week, and {} lorries stood in a line at the gate."
)
PLEA = "If you value what you read here, sign up for our newsletter, and our reporters will write to you on Fridays."


def found(text):
    return {sign for sign, count in zip(SIGNS, signs(text.lower().split()), strict=True) if count}


class TestSigns:
    def test_nothing_in_nothing(self):
        assert signs([]) == [0] * len(SIGNS)
        assert addressed([]) == 0
        assert unquoted("") == ""

    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("No part may be reproduced without permission", "legal"),
            ("Sign up and donate", "promo"),
            ("She can be reached at her office", "bio"),
            ("A firm headquartered in the hills", "company"),
            ("Your browser has no javascript", "screen"),
        ],
    )
    def test_words_and_pairs_tell(self, text, sign):
        assert sign in found(text)

    def test_prose_tells_nothing(self):
        assert not speaks(PARAGRAPH.format(3).lower())
        assert speaks(PLEA.lower())

    def test_what_is_quoted_does_not_count(self):
        assert not speaks(f"“{PLEA}” said the man at the gate.".lower())

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("Boats lie on the sand at dawn. (Stringer/Wire)", 2),
            ("Boats lie on the sand at dawn. Photo by A Hand", 2),
            ("Boats lie on the sand at dawn /Wire", 2),
            ("Boats lie on the sand at dawn. WIRE", 1),
            ("Boats lie on the sand (all of them since the storm of last year)", 0),
            ("Boats lie on the sand at dawn.", 0),
            ("", 0),
        ],
    )
    def test_the_credit_of_a_picture(self, text, says):
        assert credit(text) == says


class TestLists:
    def rows(self, *lines):
        lists = Lists(split_blocks("\n".join(lines)), 0)
        return [dict(zip(Lists.NAMES, lists.row(i), strict=True)) for i in range(len(lines))]

    def test_no_block_no_row(self):
        assert self.rows() == []

    def test_a_list_knows_its_length_and_what_leads_to_it(self):
        rows = self.rows("Headline", "The men asked for this:", "1) a jetty", "2) ice", "3) a school", "They left.")
        assert [row["list_size"] for row in rows] == [0, 0, 3, 3, 3, 0]
        assert [row["list_led"] for row in rows] == [0, 0, 1, 1, 1, 0]
        assert [row["since_colon"] for row in rows][2:5] == [0, 1, 2]

    def test_lines_that_nothing_ends(self):
        loose = "Minister tells the house that the bridge will open before the rains"
        rows = self.rows("Headline", "A sentence that is long enough, with a stop at its end.", loose, loose, loose)
        assert [row["open_run"] for row in rows][1:] == [0, 3, 3, 3]


class TestAsked:
    def asked(self, *lines):
        blocks = split_blocks("\n".join(lines))
        assert all(is_paragraph(block) for block in blocks[1:] if len(block.text) > 90)
        return [blocks[i].text for i in candidates(blocks, 0)]

    def test_a_plea_is_asked_about_wherever_it_stands(self):
        story = [PARAGRAPH.format(n) for n in range(200, 206)]
        longer = [f"{line} Nobody came to count them, and nobody will pay the men who wait." for line in story]
        assert self.asked("Headline", *longer[:3], PLEA, *longer[3:]) == [PLEA]

    def test_paragraphs_that_go_on_are_not(self):
        odd = ["More from the coast", "A word from the hills"]
        story = [PARAGRAPH.format(n) for n in range(200, 206)]
        longer = [f"{line} Nobody came to count them, and nobody will pay the men who wait." for line in story]
        assert self.asked("Headline", *longer[:2], *odd, *longer[2:]) == odd
