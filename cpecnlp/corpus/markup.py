"""Articles written with inline marks (``.ann``), and their compilation to raw text and gold.

A file is a TOML front matter between two ``+++`` lines and the lines of the page. A line is a
block: ``kind> text`` gives it a kind, a line without is ``body``. In a body line
``[LABEL:surface]`` is an entity and ``{{kind:text}}`` is furniture; `` \\`` at its end joins the
next line with one space. ``&shy;`` and the like stand for their characters. The full notation
is in ``corpus/README.md``.
"""

from __future__ import annotations

import html.entities
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cpecnlp.document import FIELDS, Document, Span
from cpecnlp.errors import InputError

BLOCK_KINDS = ("title", "repeat", "metadata", "caption", "teaser", "promo", "share", "legal", "comment", "nav")
INLINE_KINDS = ("dateline", "metadata", "caption", "teaser", "promo", "share", "legal", "nav")
LABELS = ("PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY")
METADATA = ("outlet", "url", "genre", "published", "story")
GENRES = ("wire", "report", "oped", "feature", "press-release", "brief", "interview")
SPACE = " \t\u00a0"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

_FENCE = "+++"
_KIND = re.compile(r"([a-z]+)>(?: |$)")
_MARK = re.compile(r"(?:\[|\{\{)(?P<open>[A-Za-z]+):|\[|\]|\{\{|\}\}|&(?P<char>#?\w{1,30});")


class MarkupError(InputError):
    """Notation that cannot be read; the message names the file and the line."""

    def __init__(self, where: str, line: int, message: str) -> None:
        super().__init__(f"{where}:{line}: {message}")
        self.where, self.line, self.message = where, line, message


@dataclass(frozen=True, slots=True)
class Article:
    """One compiled article.

    Attributes:
        id: the name of its file.
        text: the raw text, as a scraper would have brought it.
        metadata: outlet, url, genre, published, and story on copies of one story.
        fields: what the text states; all five keys, empty where it states nothing.
        removed: furniture and blocks that are not body, sorted.
        entities: marked names, sorted.
        topics: topic ids, sorted.
        lines: for every source line that begins a piece of text, ``(offset, line number)``.
    """

    id: str
    text: str
    metadata: Mapping[str, str]
    fields: Mapping[str, str]
    removed: tuple[Span, ...]
    entities: tuple[Span, ...]
    topics: tuple[str, ...]
    lines: tuple[tuple[int, int], ...] = field(default=(), repr=False, compare=False)

    def line_of(self, offset: int) -> int:
        """The line of the ``.ann`` file that holds the raw character ``offset``."""
        at = bisect_right(self.lines, offset, key=lambda pair: pair[0]) - 1
        return self.lines[max(at, 0)][1] if self.lines else 1

    def raw_record(self, split: str) -> dict[str, Any]:
        """What a reader of the corpus gets: id, text and metadata."""
        return {"id": self.id, "text": self.text, "metadata": {**self.metadata, "split": split}}

    def gold_record(self, split: str) -> dict[str, Any]:
        """The raw record with its gold layers; spans are ``[start, end, label]``."""
        return {
            **self.raw_record(split),
            "fields": dict(self.fields),
            "removed": [[s.start, s.end, s.label] for s in self.removed],
            "entities": [[s.start, s.end, s.label] for s in self.entities],
            "topics": list(self.topics),
        }

    def document(self) -> Document:
        """The article as a gold document."""
        return Document(
            self.id, self.text, self.metadata, self.fields, self.removed, self.entities, dict.fromkeys(self.topics, 1.0)
        )


def parse_file(path: Path) -> Article:
    """Compile one ``.ann`` file.

    Raises:
        MarkupError: the notation is broken; the message names file and line.
    """
    try:
        source = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise MarkupError(str(path), 1, f"not UTF-8 (byte {error.start})") from None
    return parse(source, path.stem, where=str(path))


def parse(source: str, identifier: str, where: str = "") -> Article:
    """Compile the text of an ``.ann`` file; see :func:`parse_file`."""
    where = where or identifier
    front, first, body = _split(source, where)
    page = _Page(where)
    for number, kind, parts in _blocks(body, first, where):
        page.add(number, kind, parts)
    metadata, fields, topics = _front_matter(front, where)
    removed, entities = tuple(sorted(page.removed)), tuple(sorted(page.entities))
    return Article(identifier, page.text, metadata, fields, removed, entities, topics, tuple(page.lines))


def compile_folder(markup: Path) -> list[Article]:
    """Compile every ``.ann`` file of a folder, in the order of their names.

    Raises:
        MarkupError: the notation of a file is broken.
        InputError: there is no ``.ann`` file.
    """
    files = sorted(markup.glob("*.ann"))
    if not files:
        raise InputError(f"{markup}: no .ann files")
    return [parse_file(path) for path in files]


def _split(source: str, where: str) -> tuple[str, int, list[str]]:
    if "\r" in source:
        raise MarkupError(where, source[: source.index("\r")].count("\n") + 1, "a carriage return: lines end with LF")
    lines = source.removesuffix("\n").split("\n")
    if lines[0] != _FENCE:
        raise MarkupError(where, 1, "the file does not begin with +++")
    try:
        end = lines.index(_FENCE, 1)
    except ValueError:
        raise MarkupError(where, 1, "the front matter has no closing +++") from None
    return "\n".join(lines[1:end]), end + 2, lines[end + 1 :]


def _front_matter(front: str, where: str) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    try:
        head = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        raise MarkupError(where, 2, f"the front matter is not TOML ({error})") from None
    topics, fields = head.pop("topics", []), head.pop("fields", {})
    if not isinstance(topics, list) or not isinstance(fields, dict):
        raise MarkupError(where, 2, "topics must be a list and fields a table")
    for name in [*(k for k in head if k not in METADATA), *(k for k in fields if k not in FIELDS)]:
        raise MarkupError(where, 2, f"unknown key {name!r} in the front matter")
    metadata = {name: _plain(head[name], name, where) for name in METADATA if name in head}
    stated = {name: _plain(fields.get(name, ""), name, where) for name in FIELDS}
    return metadata, stated, tuple(sorted(str(topic) for topic in topics))


def _plain(value: Any, name: str, where: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise MarkupError(where, 2, f"{name} must be a string")
    return value


def _blocks(lines: list[str], first: int, where: str) -> Iterator[tuple[int, str, list[tuple[int, str]]]]:
    """(line number, kind, parts as (line number, text)) of each block; continued lines are one."""
    at = 0
    while at < len(lines):
        number, line = first + at, lines[at]
        kind = "body"
        if match := _KIND.match(line):
            kind, line = match[1], line[match.end() :]
            if kind != "body" and kind not in BLOCK_KINDS:
                raise MarkupError(where, number, f"unknown kind {kind!r}")
        parts = [(number, line)]
        while kind == "body" and parts[-1][1].endswith(" \\"):
            at += 1
            if at == len(lines):
                raise MarkupError(where, first + at - 1, "a trailing backslash with no line behind it")
            parts[-1] = (parts[-1][0], parts[-1][1][:-1])
            if _KIND.match(lines[at]):
                raise MarkupError(where, first + at, "a continued line begins with a kind")
            parts.append((first + at, lines[at]))
        yield number, kind, parts
        at += 1


class _Page:
    """The raw text as it grows, with its spans."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.text = ""
        self.lines: list[tuple[int, int]] = []
        self.removed: list[Span] = []
        self.entities: list[Span] = []

    def add(self, number: int, kind: str, parts: list[tuple[int, str]]) -> None:
        if self.lines:
            self.text += "\n"
        start = len(self.text)
        for line, part in parts:
            self.lines.append((len(self.text), line))
            self._add_part(line, part, kind)
        if kind != "body":
            span = self._trimmed(start, kind)
            if span is None:
                raise MarkupError(self.where, number, f"an empty {kind} block")
            self.removed.append(span)

    def _add_part(self, line: int, part: str, kind: str) -> None:
        at, start, label, closer = 0, 0, "", ""
        for mark in _MARK.finditer(part):
            self.text += part[at : mark.start()]
            at = mark.end()
            if mark["char"]:
                self.text += self._character(line, mark["char"])
            elif mark[0] == closer:
                self._close(line, start, label, closer)
                closer = ""
            elif mark[0] in "[]" and (kind != "body" or closer == "}}"):
                self.text += mark[0]  # brackets are plain characters in furniture
            elif closer or kind != "body" or not mark["open"]:
                shown = part[max(0, mark.start() - 20) : at + 20]
                raise MarkupError(self.where, line, f"{mark[0]!r} out of place: …{shown}…")
            else:
                start, closer = len(self.text), "]" if mark[0][0] == "[" else "}}"
                label = self._known(line, mark["open"], closer)
        if closer:
            raise MarkupError(self.where, line, f"the mark of {label} is not closed on its line")
        self.text += part[at:]

    def _known(self, line: int, label: str, closer: str) -> str:
        if label not in (LABELS if closer == "]" else INLINE_KINDS):
            raise MarkupError(self.where, line, f"unknown {'label' if closer == ']' else 'furniture kind'} {label!r}")
        return label

    def _close(self, line: int, start: int, label: str, closer: str) -> None:
        if start == len(self.text):
            raise MarkupError(self.where, line, f"an empty {label}")
        if closer == "]":
            self.entities.append(Span(start, len(self.text), label))
        elif span := self._trimmed(start, label):
            self.removed.append(span)

    def _character(self, line: int, name: str) -> str:
        try:
            if name.startswith("#"):
                return chr(int(name[2:], 16) if name[1] in "xX" else int(name[1:]))
            return html.entities.html5[name + ";"]
        except (KeyError, ValueError, OverflowError):
            raise MarkupError(self.where, line, f"unknown character &{name};") from None

    def _trimmed(self, start: int, label: str) -> Span | None:
        """From ``start`` to the end of the text so far, less the white space at both ends."""
        piece = self.text[start:]
        left = len(piece) - len(piece.lstrip(SPACE + INVISIBLE))
        right = len(piece.rstrip(SPACE + INVISIBLE))
        return Span(start + left, start + right, label) if left < right else None
