"""What a pattern can begin with is never told too narrowly."""

from __future__ import annotations

import copy
import pickle
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from cpecnlp.errors import ModelError
from cpecnlp.stages.strip.openings import ANY, OTHER, opening, openings
from cpecnlp.stages.strip.rules import Group, Pieces, Rule, RuleSet, load_rules

# of the rules with pieces those whose pieces narrow nothing down
ONLY_QUICKER = ("adsbygoogle_v1", "caption_start_v1", "house_notice_v1", "reader_supported_v1")


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
        ("[à-ü]x", OTHER),
        ("[a-c\u0600-\u06ff]", "abc" + OTHER),
    ],
)
def test_openings_of_simple_patterns(pattern: str, expected: str) -> None:
    assert openings(re.compile(pattern)) == frozenset(expected)


@pytest.mark.parametrize("pattern", [".x", "x*", "(?i)abc", "(?a)a", "(?i:a)bc", r"(a)?\1", "(?:|a)"])
def test_what_cannot_be_told_may_begin_with_anything(pattern: str) -> None:
    assert openings(re.compile(pattern)) == ANY


def test_classes_and_categories() -> None:
    digits = openings(re.compile(r"\d+"))
    assert digits == frozenset("0123456789") | {OTHER}
    assert openings(re.compile(r"[^\w ]")) == ANY - openings(re.compile(r"[\w ]")) - {""} | {OTHER}
    assert openings(re.compile("[–a]")) == {OTHER, "a"}
    assert (opening("Ünder"), opening(""), opening("x")) == (OTHER, "", "x")


@pytest.mark.parametrize("rule", load_rules().rules, ids=lambda rule: rule.name)
def test_no_rule_is_lost_by_its_opening_or_its_pieces(rule: Rule) -> None:
    """What a pattern matches begins as its openings say; pieces that only save time stand in all that it matches."""
    known = openings(rule.pattern)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(text=st.from_regex(rule.pattern, fullmatch=True))
    def check(text: str) -> None:
        assert opening(text) in known
        assert rule.name not in ONLY_QUICKER or any(piece in text for piece in rule.has)

    try:
        check()
    except Unsatisfiable:
        pytest.skip("no example can be drawn for this pattern")


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


def test_rules_can_be_copied_and_sent_to_other_processes() -> None:
    rules = pickle.loads(pickle.dumps(load_rules()))
    found = copy.deepcopy(rules).line("photo: app", ("",))
    assert found is not None
    assert found.kind == "caption"


def test_a_rule_with_an_empty_piece_is_refused() -> None:
    rule = {"name": "x", "kind": "nav", "pattern": "x", "has": [""]}
    with pytest.raises(ModelError, match="empty piece"):
        RuleSet({"rule": [rule]})
