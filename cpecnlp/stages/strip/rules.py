"""The rules of ``resources/furniture.toml``, read and compiled once."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from cpecnlp.errors import ModelError
from cpecnlp.paths import resource
from cpecnlp.stages.strip.openings import opening, openings

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

    def is_barred(self, low: str) -> bool:
        """Whether something in the line speaks against the rule."""
        return self.unless is not None and self.unless.search(low) is not None


class Pieces:
    """Plain pieces of text that are looked for all at once (Aho and Corasick, 1975)."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._all = tuple(pieces)
        self._search = AhoCorasick(self._all, implementation=Implementation.DFA)

    def __reduce__(self) -> tuple[type[Pieces], tuple[tuple[str, ...]]]:
        return Pieces, (self._all,)

    def found(self, text: str) -> list[str]:
        """Those that stand in ``text``, each as often as it does."""
        return self._search.find_matches_as_strings(text, overlapping=True)


class Group:
    """Rules of one ``where``, tried in order.

    Which are worth trying is told by the first character and the length of a line, and by the pieces that some
    must have.
    """

    def __init__(self, rules: Iterable[Rule], whole: bool) -> None:
        self._openings = [(rule, openings(rule.pattern)) for rule in rules]
        self._limits = sorted({rule.max for rule, _ in self._openings})
        pieces = {piece for rule, _ in self._openings for piece in rule.has}
        self._pieces = Pieces(pieces) if pieces else None
        self._opened: dict[str, list[Rule]] = {}
        self._likely: dict[tuple[str, tuple[str, ...], int], _Likely] = {}
        self._match = re.Pattern.fullmatch if whole else re.Pattern.match

    def find(self, low: str, zones: tuple[str, ...], length: int, at: int = 0) -> tuple[Rule, int] | None:
        """The first rule that matches ``low`` from ``at`` in one of ``zones``, and where its match ends."""
        key = opening(low[at : at + 1]), zones, bisect_left(self._limits, length)
        likely = self._likely.get(key)
        if likely is None:
            likely = self._likely.setdefault(key, self._worth_trying(*key))
        pieces = self._pieces.found(low) if self._pieces is not None else ()
        for rule in likely.with_pieces(pieces) if pieces else likely.free:
            match = self._match(rule.pattern, low, at)
            if match and not rule.is_barred(low):
                return rule, match.end()
        return None

    def _worth_trying(self, first: str, zones: tuple[str, ...], limit: int) -> _Likely:
        if first not in self._opened:
            self._opened[first] = [rule for rule, known in self._openings if first in known]
        shortest = self._limits[limit] if limit < len(self._limits) else inf
        rules = tuple(rule for rule in self._opened[first] if rule.max >= shortest and rule.zone in zones)
        return _Likely(rules, tuple(rule for rule in rules if not rule.has))


class _Likely(NamedTuple):
    """The rules that can match a line with a certain beginning, and those of them that need no piece."""

    rules: tuple[Rule, ...]
    free: tuple[Rule, ...]

    def with_pieces(self, found: Iterable[str]) -> list[Rule]:
        """The rules that a line can match which has no other pieces."""
        there = set(found)
        return [rule for rule in self.rules if not rule.has or not there.isdisjoint(rule.has)]


class RuleSet:
    """Every rule and word list of a furniture file."""

    def __init__(self, data: dict[str, Any]) -> None:
        rules = [_rule(row) for row in data.get("rule", [])]
        lines = [rule for rule in rules if rule.where == "line"]
        self.lines = Group(lines, True)
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
        buttons = ("share", "share_more", "nav", "nav_more")
        self.button_words = frozenset[str]().union(*(self.words[name] for name in buttons))

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
        found = self.lines.find(low, zones, len(low))
        return found[0] if found else None


def _rule(row: dict[str, Any]) -> Rule:
    name = row.get("name", "?")
    try:
        patterns: dict[str, Any] = {key: re.compile(row[key], re.DOTALL) for key in ("pattern", "unless") if key in row}
        rule = Rule(**{**row, **patterns, "has": tuple(row.get("has", ()))})
    except (KeyError, TypeError, re.error) as error:
        raise ModelError(f"{FURNITURE}: rule {name!r} is not well formed ({error})") from None
    if "" in rule.has:
        raise ModelError(f"{FURNITURE}: rule {name!r} has an empty piece")
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
