"""The rules of ``resources/furniture.toml``, read and compiled once."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cpecnlp.errors import ModelError
from cpecnlp.paths import resource

KINDS = (
    "title", "repeat", "metadata", "caption", "teaser", "promo", "share", "legal", "comment", "nav", "dateline"
)  # fmt: skip
PLACES = ("line", "start", "end", "sentence")
ZONES = ("", "head", "tail", "edge")
DEFAULT_MAX = 160
FURNITURE = "furniture.toml"


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern; see the head of ``furniture.toml`` for what each field means."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    where: str = "line"
    max: int = DEFAULT_MAX
    zone: str = ""
    opens: str = ""
    has: tuple[str, ...] = ()
    unless: re.Pattern[str] | None = None

    def holds(self, low: str) -> bool:
        """Whether the line has one of the pieces that it must have, and nothing that speaks against the rule."""
        return (not self.has or any(map(low.__contains__, self.has))) and not (self.unless and self.unless.search(low))


class Group:
    """Rules of one ``where`` tried together: one expression says whether any matches."""

    def __init__(self, rules: Iterable[Rule], whole: bool) -> None:
        self.rules = tuple(rules)
        end = r"\Z" if whole else ""
        free = [rule for rule in self.rules if not rule.has]
        joined = "|".join(f"(?:{rule.pattern.pattern})" for rule in free)
        self._any = re.compile(f"(?:{joined}){end}", re.DOTALL) if free else None
        # patterns that would walk through every line: a plain search says first whether it is worth it
        self._keyed = tuple(rule for rule in self.rules if rule.has)
        self._match = re.Pattern.fullmatch if whole else re.Pattern.match

    def find(self, low: str, zones: tuple[str, ...], length: int, at: int = 0) -> tuple[Rule, int] | None:
        """The first rule that matches ``low`` from ``at`` in one of ``zones``, and where its match ends."""
        likely: Sequence[Rule] = [rule for rule in self._keyed if length <= rule.max and rule.holds(low)]
        if self._any is not None and self._any.match(low, at):
            likely = self.rules
        for rule in likely:
            if length <= rule.max and rule.zone in zones:
                match = self._match(rule.pattern, low, at)
                if match and rule.holds(low):
                    return rule, match.end()
        return None


class RuleSet:
    """Every rule and word list of a furniture file."""

    def __init__(self, data: dict[str, Any]) -> None:
        rules = [_rule(row) for row in data.get("rule", [])]
        lines = [rule for rule in rules if rule.where == "line"]
        # most body paragraphs are longer than most rules allow: they meet only the few long ones
        self.short = Group(lines, True)
        self.long = Group([rule for rule in lines if rule.max > DEFAULT_MAX], True)
        self.starts = Group([rule for rule in rules if rule.where == "start"], False)
        self.ends = Group([rule for rule in rules if rule.where == "end"], True)
        self.sentences = Group([rule for rule in rules if rule.where == "sentence"], True)
        self.longest = max((rule.max for rule in lines), default=0)
        self.rules = tuple(rules)
        self.agencies: dict[str, str] = dict(data.get("agencies", {}))
        self.outlets = {alias: name for name, aliases in data.get("outlets", {}).items() for alias in aliases}
        self.places = frozenset(
            place.strip() for text in data.get("places", {}).values() for place in text.split(";") if place.strip()
        )
        # word list by name; a missing one is empty
        self.words: dict[str, frozenset[str]] = defaultdict(frozenset)
        for name, text in data.get("words", {}).items():
            self.words[name] = frozenset(text.split())
        self.not_places = self.words["not_places"]

    def with_outlets(self, named: Mapping[str, str]) -> RuleSet:
        """These rules for a page that names outlets of its own (lower case → as written)."""
        if not named:
            return self
        out = copy(self)
        out.outlets = {**self.outlets, **{low: name for low, name in named.items() if low not in self.outlets}}
        return out

    def line(self, low: str, zones: tuple[str, ...]) -> Rule | None:
        """The rule that takes the whole line, if any."""
        if len(low) > self.longest:
            return None
        found = (self.short if len(low) <= DEFAULT_MAX else self.long).find(low, zones, len(low))
        return found[0] if found else None


def _rule(row: dict[str, Any]) -> Rule:
    name = row.get("name", "?")
    try:
        patterns: dict[str, Any] = {key: re.compile(row[key], re.DOTALL) for key in ("pattern", "unless") if key in row}
        rule = Rule(**{**row, **patterns, "has": tuple(row.get("has", ()))})
    except (KeyError, TypeError, re.error) as error:
        raise ModelError(f"{FURNITURE}: rule {name!r} is not well formed ({error})") from None
    for value, allowed in ((rule.kind, KINDS), (rule.where, PLACES), (rule.zone, ZONES)):
        if value not in allowed:
            raise ModelError(f"{FURNITURE}: rule {name!r}: {value!r} is none of {', '.join(allowed)}")
    return rule


@cache
def load_rules(path: Path | None = None) -> RuleSet:
    """The rules of ``path``, or the shipped ones."""
    path = path or resource(FURNITURE)
    try:
        return RuleSet(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{path} is not valid TOML ({error})") from None
