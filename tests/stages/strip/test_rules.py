"""The furniture file: read, versioned, refused in one sentence when it is not well formed."""

from __future__ import annotations

import re

import pytest

from cpecnlp.errors import ModelError
from cpecnlp.stages.strip.rules import KINDS, load_rules


def test_every_rule_has_a_version_and_a_kind():
    rules = load_rules().rules
    assert len(rules) > 50
    names = [rule.name for rule in rules]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+_v\d+", name) for name in names)
    assert {rule.kind for rule in rules} <= set(KINDS)


def test_no_rule_takes_nothing():
    for rule in load_rules().rules:
        assert not rule.pattern.fullmatch(""), rule.name


RULE = "[[rule]]\nname = 'x_v1'\nkind = 'promo'\npattern = 'x'\n"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[[rule]", "not valid TOML"),
        (RULE.replace("'x'", "'('"), "'x_v1' is not well formed"),
        (RULE.replace("pattern", "pettern"), "'x_v1' is not well formed"),
        (RULE + "colour = 'red'", "'x_v1' is not well formed"),
        (RULE.replace("promo", "advert"), "'advert' is none of"),
        (RULE + "where = 'middle'", "'middle' is none of"),
        (RULE + "zone = 'foot'", "'foot' is none of"),
    ],
)
def test_faults_are_named(tmp_path, toml, says):
    path = tmp_path / "furniture.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(ModelError, match="rule|TOML") as error:
        load_rules(path)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_rule_of_ones_own(tmp_path):
    path = tmp_path / "furniture.toml"
    path.write_text(RULE.replace("'x'", "'buy [a-z]+ now!'"), encoding="utf-8")
    rules = load_rules(path)
    assert rules.line("buy goats now!", ("",)).name == "x_v1"
    assert rules.line("do not buy goats now!", ("",)) is None
    assert rules.line("", ("",)) is None
