"""The characters that a regular expression can begin with, so that most need not be tried on a line."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

# the standard library's own parser; where a later Python moves it, every pattern is tried, as without this module
try:
    _parser: Any = import_module("re._parser")
except ImportError:  # pragma: no cover
    _parser = None
OTHER = "\x80"  # stands for every character outside ASCII
_ASCII = frozenset(map(chr, range(128)))
ANY = _ASCII | {OTHER, ""}
_CATEGORIES = {
    "CATEGORY_DIGIT": frozenset(c for c in _ASCII if c.isdigit()) | {OTHER},
    "CATEGORY_WORD": frozenset(c for c in _ASCII if c.isalnum() or c == "_") | {OTHER},
    "CATEGORY_SPACE": frozenset(c for c in _ASCII if c.isspace()) | {OTHER},
    "CATEGORY_NOT_DIGIT": frozenset(c for c in _ASCII if not c.isdigit()) | {OTHER},
    "CATEGORY_NOT_WORD": frozenset(c for c in _ASCII if not (c.isalnum() or c == "_")) | {OTHER},
    "CATEGORY_NOT_SPACE": frozenset(c for c in _ASCII if not c.isspace()) | {OTHER},
}
_ZERO_WIDTH = ("AT", "ASSERT", "ASSERT_NOT")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def opening(text: str) -> str:
    """The character that stands for the first of ``text``: itself, or :data:`OTHER`; empty for an empty text."""
    first = text[:1]
    return first if first < OTHER else OTHER


def openings(pattern: re.Pattern[str]) -> frozenset[str]:
    """What :func:`opening` can be of a text that ``pattern`` matches; rather more than less."""
    if _parser is None or pattern.flags & (re.IGNORECASE | re.ASCII):
        return ANY
    found, empty = _of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    return ANY if empty else found


def _of_sequence(items: Any) -> tuple[frozenset[str], bool]:
    """The openings of items one behind the other, and whether all of them together can match nothing."""
    out: frozenset[str] = frozenset()
    for operation, argument in items:
        if str(operation) in _ZERO_WIDTH:
            continue
        found, empty = _of_item(str(operation), argument)
        out |= found
        if not empty:
            return out, False
    return out, True


def _of_item(operation: str, argument: Any) -> tuple[frozenset[str], bool]:
    if operation == "LITERAL":
        return frozenset(opening(chr(argument))), False
    if operation == "IN":
        return _of_class(argument), False
    if operation == "SUBPATTERN":
        return (ANY, True) if argument[1] else _of_sequence(argument[-1])
    if operation in _REPEATS:
        found, empty = _of_sequence(argument[2])
        return found, empty or argument[0] == 0
    if operation == "BRANCH":
        parts = [_of_sequence(branch) for branch in argument[1]]
        return frozenset().union(*(found for found, _ in parts)), any(empty for _, empty in parts)
    # a dot, a reference back, whatever else there may be
    return ANY, True


def _of_class(members: Any) -> frozenset[str]:
    """The openings of a class of characters; ``[^…]`` leaves out what it names, if that is in ASCII."""
    out: set[str] = set()
    negated = False
    for operation, argument in members:
        if str(operation) == "NEGATE":
            negated = True
        elif str(operation) == "LITERAL":
            out.add(opening(chr(argument)))
        elif str(operation) == "RANGE":
            out.update(map(chr, range(argument[0], min(argument[1], 127) + 1)))
            if argument[1] > 127:
                out.add(OTHER)
        else:
            out |= _CATEGORIES.get(str(argument), ANY)
    return (_ASCII - out) | {OTHER} if negated else frozenset(out)
