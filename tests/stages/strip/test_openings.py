"""What a pattern can begin with is never told too narrowly."""

from __future__ import annotations

import re

import pytest

from cpecnlp.stages.strip.openings import ANY, OTHER, opening, openings
from cpecnlp.stages.strip.rules import Group, Pieces, Rule, load_rules


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("abc", "a"),
        ("(?:ab|cd)e", "ac"),
        ("a?b", "ab"),
        ("(?:the |an? )?story", "tas"),
        ("[a-c]x", "abc"),
        (r"^\bfoo", "f"),
        ("(?=x)y|z", "yz"),
        ("(?<!q)x{2,3}", "x"),
        ("x{0,3}y", "xy"),
        ("é", OTHER),
    ],
)
def test_openings_of_simple_patterns(pattern: str, expected: str) -> None:
    assert openings(re.compile(pattern)) == frozenset(expected)


@pytest.mark.parametrize("pattern", [".x", "x*", "(?i)abc", "(?i:a)bc", r"(a)?\1", "(?:|a)"])
def test_what_cannot_be_told_may_begin_with_anything(pattern: str) -> None:
    assert openings(re.compile(pattern)) == ANY


def test_classes_and_categories() -> None:
    digits = openings(re.compile(r"\d+"))
    assert digits == frozenset("0123456789") | {OTHER}
    assert openings(re.compile(r"[^\w ]")) == ANY - openings(re.compile(r"[\w ]")) | {OTHER}
    assert openings(re.compile("[–a]")) == {OTHER, "a"}
    assert (opening("Ünder"), opening(""), opening("x")) == (OTHER, "", "x")


def test_no_rule_is_lost_by_its_opening() -> None:
    """Each rule of the shipped file is tried on every line of its kind that begins as its matches may."""
    rules = load_rules()
    lines = [
        "share this article", "© 2024 dawn", "“read more: the road", "10 comments", "(photo: app)", "— reuters",
        "published in dawn, may 4th, 2024", "▲ 1.2 (3%)", "follow us on twitter", "京icp 12345678",
    ]  # fmt: skip
    for line in lines:
        zones = ("", "edge", "head", "tail")
        plain = next(
            (
                rule
                for rule in rules.rules
                if rule.where == "line"
                and len(line) <= rule.max
                and (not rule.has or any(piece in line for piece in rule.has))
                and rule.pattern.fullmatch(line)
                and not rule.is_barred(line)
            ),
            None,
        )
        assert rules.line(line, zones) is plain, line


def test_groups_try_rules_in_order_and_ask_for_pieces() -> None:
    keyed = Rule("keyed", "legal", re.compile(".*rights.*"), has=("rights", "©"))
    barred = Rule("barred", "legal", re.compile("all .*"), unless=re.compile("human"))
    group = Group([keyed, barred], whole=True)
    assert group.find("all rights", ("",), 10) == (keyed, 10)
    assert group.find("all that", ("",), 8) == (barred, 8)
    assert group.find("all human", ("",), 9) is None
    assert group.find("all rights", ("head",), 10) is None
    assert group.find("all that", ("",), 1000) is None


def test_pieces_are_found_where_they_overlap() -> None:
    assert sorted(Pieces(["photo", "photograph", "(ap)", "("]).found("a photograph (ap)")) == [
        "(", "(ap)", "photo", "photograph"
    ]  # fmt: skip
