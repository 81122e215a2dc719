"""Blocks: the non-empty lines of a raw text, with their offsets.

A line that holds literal ``\\n`` (a backslash and an n, left by a careless scraper) is cut
there as well, so that what stands between two of them can be judged like a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_MARGIN = " \t\u00a0\u3000\u00ad\u200b\u200c\u200d\u2060\ufeff"
PARAGRAPH = 90  # least characters of a block that reads like body
UNSTOPPED = 240  # the same for one without a full stop
_ENDS = (".", "!", "?", '"', "”")
_POINTED = re.compile(r"[.!?”\"] ?(?:continue reading|keep reading|read more|more)(?:\.\.\.|…)$")
_LINE = re.compile(r"[^\n\r]+")
_ESCAPE = "\\n"
# every character that reads as a space becomes one, every invisible one goes
_FOLD = {ord(c): None for c in INVISIBLE} | dict.fromkeys(range(8192, 8203), " ")
_FOLD |= {ord(c): " " for c in "\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"}
_FOLD |= {ord("\u2019"): "'", ord("\u2018"): "'", ord("\u00b4"): "'"}
_FOLDED = re.compile("[" + "".join(map(chr, _FOLD)) + "]")


@dataclass(slots=True)
class Block:
    """A line, or the part of a line between two literal ``\\n``.

    Attributes:
        start: raw offset of its first character, margins left out.
        end: one past its last.
        line: number of the line it stands in.
        text: the raw slice.
        plain: the slice without invisible characters, with plain spaces and apostrophes.
        low: ``plain`` in lower case.
        kind: empty while it counts as body, else the kind of furniture.
        source: the rule or model that said so.
        score: probability that the removal is right, where known.
        cut: inline furniture ``(start, end, kind, source)`` in offsets of ``plain``.
        rest: ``plain`` behind the furniture that was cut from its beginning.
        rest_low: the same of ``low``.
        paragraph: what :func:`is_paragraph` says, once it was asked.
    """

    start: int
    end: int
    line: int
    text: str
    plain: str = ""
    low: str = ""
    kind: str = ""
    source: str = ""
    score: float | None = None
    cut: list[tuple[int, int, str, str]] = field(default_factory=list)
    rest: str = ""
    rest_low: str = ""
    paragraph: bool | None = None

    def __post_init__(self) -> None:
        self.plain = _folded(self.text)
        low = self.plain.lower()
        # a few capitals grow when lowered (İ): offsets into ``plain`` must hold for ``low``
        self.low = low if len(low) == len(self.plain) else "".join(_lower(c) for c in self.plain)
        self.rest, self.rest_low = self.plain, self.low

    @property
    def key(self) -> str:
        """``low`` with single spaces, for rules that take the whole line."""
        return " ".join(self.low.split()) if "  " in self.low else self.low

    @property
    def shown(self) -> str:
        """The text as a reader would copy it: no invisible characters, single plain spaces."""
        return " ".join("".join(c for c in self.text if c not in INVISIBLE).split())

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Raw offsets of ``plain[start:end]``."""
        if len(self.plain) == len(self.text):
            return self.start + start, self.start + end
        at = [i for i, c in enumerate(self.text) if c not in INVISIBLE]
        return self.start + at[start], self.start + at[end - 1] + 1


def _folded(text: str) -> str:
    """The text with each character folded as :data:`_FOLD` says."""
    if not text.isascii():
        # the one that nearly every page has, by the quick way
        text = text.replace("\u2019", "'")
        return text.translate(_FOLD) if _FOLDED.search(text) else text
    return text.translate(_FOLD) if "\t" in text else text


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char


def split_blocks(text: str) -> list[Block]:
    """The blocks of ``text``, in order; lines of white space alone are none."""
    out: list[Block] = []
    escaped = _ESCAPE in text
    for number, match in enumerate(_LINE.finditer(text)):
        if escaped and _ESCAPE in match.group():
            for start, part in _parts(match.group()):
                _add(out, match.start() + start, part, number)
        else:
            _add(out, match.start(), match.group(), number)
    return out


def _parts(line: str) -> list[tuple[int, str]]:
    at, out = 0, []
    for part in line.split(_ESCAPE):
        out.append((at, part))
        at += len(part) + len(_ESCAPE)
    return out


def _add(out: list[Block], offset: int, part: str, number: int) -> None:
    text = part.strip(_MARGIN)
    if text and not text.isspace():
        start = offset + part.index(text)
        out.append(Block(start, start + len(text), number, text))


def is_paragraph(block: Block) -> bool:
    """Whether a block reads like body: long enough, closed by a full stop (or too long for a lead), not cut off."""
    if block.paragraph is None:
        block.paragraph = _reads_like_body(block.low)
    return block.paragraph


def _reads_like_body(low: str) -> bool:
    if len(low) < PARAGRAPH or low.count(" ") < 14 or is_truncated(low):
        return False
    return low.endswith(_ENDS) or (len(low) >= UNSTOPPED and "  " not in low)


def is_truncated(low: str) -> bool:
    """Whether a text was cut off with dots; those of a pointer behind its last sentence are not its own."""
    if low.endswith(("reading...", "reading…", "more...", "more…")) and _POINTED.search(low):
        return False
    return low.endswith(("...", "…", "[…]", "[...]", "....", "… →"))
