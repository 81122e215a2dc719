"""The mentions of one article, in groups of one name each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cpecnlp.document import Document, Span
from cpecnlp.stages.link.normal import INVISIBLE, key, plain
from cpecnlp.stages.link.short import ends_in, is_short, stands_for

# amounts and days are values, not things that have a name
VALUES = frozenset({"DATE", "MONEY"})
_OPEN = re.compile(r"\s*[(\[]\s*(?:the\s|or\s)?[\"“'‘]?")
_INNER = re.compile(r"^(.{4,120}?)\s*\(([^()]{2,12})\)")
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[.!?;:()\[\]\n]")
_BEFORE = re.compile(r"(\w+)(?:['’]s|['’])? (?:the )?$", re.I)
_AFTER = re.compile(r" (?:of|in) (?:the )?(\w+)", re.I)
GAP = 8


@dataclass(slots=True)
class Group:
    """All mentions of one normalised name under one label.

    Attributes:
        label: entity type.
        key: the normalised name.
        surface: the first mention as written.
        places: which spans of the document they are.
        ref: the id that the group was given, or empty.
        rule: what gave it.
        closed: nothing may give it an id any more, because it may mean several things.
    """

    label: str
    key: str
    surface: str
    places: list[int] = field(default_factory=list)
    ref: str = ""
    rule: str = ""
    closed: bool = False

    @property
    def open(self) -> bool:
        """Whether the group still waits for an id."""
        return not self.ref and not self.closed

    def give(self, ref: str, rule: str) -> None:
        """Link the whole group."""
        self.ref, self.rule = ref, rule


class Article:
    """One document seen by the rules: its groups, its definitions, its words."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.spans: Sequence[Span] = document.entities or ()
        self.groups: dict[tuple[str, str], Group] = {}
        self.surfaces: list[str] = []
        for place, span in enumerate(self.spans):
            surface = document.surface(span)
            self.surfaces.append(surface)
            if span.label in VALUES or not (name := key(surface, span.label)):
                continue
            group = self.groups.get((span.label, name))
            if group is None:
                group = self.groups[span.label, name] = Group(span.label, name, plain(surface))
            group.places.append(place)
        self._words = ""
        self._has: dict[str, bool] = {}

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups.values())

    def group_of(self, place: int) -> Group | None:
        """The group that holds the span at ``place``."""
        span = self.spans[place]
        return self.groups.get((span.label, key(self.surfaces[place], span.label)))

    def has(self, phrase: str) -> bool:
        """Whether the words of ``phrase`` stand in the kept text, in order, case aside."""
        if not self._words:
            kept = self.document.clean_text.translate(INVISIBLE).casefold()
            self._words = f" {' '.join(_WORD.findall(kept))} "
        found = self._has.get(phrase)
        if found is None:  # asked again at every mention, answered from the whole text once
            found = self._has[phrase] = _folded(phrase) in self._words
        return found

    def beside(self, place: int) -> set[str]:
        """The two words in front of a mention, and those behind it after "of" or "in", in lower case."""
        text, span = self.document.text, self.spans[place]
        before = _BREAK.split(text[max(0, span.start - 40) : span.start].translate(INVISIBLE))[-1]
        after = _BREAK.split(text[span.end : span.end + 40].translate(INVISIBLE), maxsplit=1)[0]
        words = [word.casefold() for word in _WORD.findall(before) if word not in {"s", "the", "and"}][-2:]
        behind = [word.casefold() for word in _WORD.findall(after)]
        return {*words, *(behind[1:5] if behind[:1] in (["of"], ["in"]) else ())}

    def attributes(self, place: int) -> list[str]:
        """The word right in front of a mention ("Indian …", "Iran's …") and the one behind "of" or "in"."""
        text, span = self.document.text, self.spans[place]
        before = _BEFORE.search(text[max(0, span.start - 40) : span.start].translate(INVISIBLE))
        after = _AFTER.match(text[span.end : span.end + 40].translate(INVISIBLE))
        return [found[1].casefold() for found in (before, after) if found]

    def definitions(self) -> Iterator[tuple[str, Group | str, str]]:
        """(short form, its long form, label) wherever the text puts one of them in brackets behind the other.

        The long form is a group where it is a mention, else its words (a short form inside a longer
        name: "14th Joint Coordination Committee (JCC) meeting").
        """
        for place, surface in enumerate(self.surfaces):
            if "(" in surface and (inner := _INNER.match(plain(surface))) and is_short(inner[2]):
                long = _cut(inner[1], inner[2])
                if long:
                    yield inner[2], long, self.spans[place].label
            if place and self._in_brackets(place):
                yield from self._pair(place - 1, place)

    def _in_brackets(self, place: int) -> bool:
        between = self.document.text[self.spans[place - 1].end : self.spans[place].start]
        return len(between) <= GAP and bool(_OPEN.fullmatch(between.translate(INVISIBLE)))

    def _pair(self, first: int, second: int) -> Iterator[tuple[str, Group | str, str]]:
        for long, short in ((first, second), (second, first)):
            name, whole = plain(self.surfaces[short]), plain(self.surfaces[long])
            if not is_short(name) or not (stands_for(name, whole) or ends_in(name, whole)):
                continue
            if group := self.group_of(long):
                yield name, group, self.spans[short].label
                return


def _cut(text: str, short: str) -> str:
    """The end of ``text`` that ``short`` stands for, or nothing."""
    words = text.split()
    for at in range(len(words) - 1, -1, -1):
        if stands_for(short, " ".join(words[at:])):
            return " ".join(words[at:])
    return ""


@lru_cache(1 << 12)
def _folded(phrase: str) -> str:
    return f" {' '.join(_WORD.findall(phrase.casefold()))} "
