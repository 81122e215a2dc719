"""What the page holds: a small index of all articles, and the articles themselves in packed chunks."""

from __future__ import annotations

import base64
import gzip
import json
import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from cpecnlp.document import Document, Span
from cpecnlp.paths import resource
from cpecnlp.report.explorer.places import Places, fold
from cpecnlp.report.render import given_topics
from cpecnlp.stages.link.names import LOCAL, is_kind_of_agreement

CHUNK = 64  # articles that are packed, and in the browser unpacked, together
NAME_CHARS = 120
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)")

Evidence = Mapping[str, Sequence[Span]]


def pack(value: Any) -> str:
    """JSON, gzipped, in base64: inert in a page whatever the articles contain, and small."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # a lone surrogate (from metadata) has no UTF-8; the page shows a question mark
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")


def utf16(text: str) -> Callable[[int], int]:
    """From an offset in characters to the offset in JavaScript's UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return lambda at: at
    astral = [at for at, char in enumerate(text) if char > "\uffff"]
    return lambda at: at + bisect_left(astral, at)


def published(document: Document) -> str:
    """The ISO date (or month, or year) of an article, from its text or its metadata; else empty."""
    candidates = [(document.fields or {}).get("published"), *map(document.metadata.get, ("published", "date"))]
    for value in candidates:
        if found := _DATE.match(str(value or "")):
            year, month, day = (int(part or 1) for part in found.groups())
            try:
                date(year, month, day)
            except ValueError:
                continue
            return found.group()
    return ""


def topic_names() -> dict[str, str]:
    """Topic id → name, in the order of the scheme."""
    scheme = tomllib.loads(resource("topics.toml").read_text(encoding="utf-8"))
    return {topic["id"]: topic["name"] for topic in scheme["topic"]}


class Table:
    """Values numbered in the order in which they first came."""

    def __init__(self, values: Sequence[str] = ()) -> None:
        self.numbers: dict[str, int] = {value: number for number, value in enumerate(values)}

    def __call__(self, value: str) -> int:
        return self.numbers.setdefault(value, len(self.numbers))


class Catalog:
    """The index of the articles that were added: all that stays in memory while a page is built.

    Args:
        places: names and coordinates for linked entities and known places.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._topic_names = topic_names()
        self._outlets, self._labels = Table(), Table()
        self._topics = Table(list(self._topic_names))
        self._entities = Table()
        self._names: list[str] = []
        self._kinds: list[int] = []
        self._kinds_only: list[int] = []
        self._spots: dict[int, tuple[float, float]] = {}
        self._columns: dict[str, list[Any]] = {
            name: [] for name in ("ids", "titles", "outlet", "dates", "topic", "entity")
        }

    def add(self, document: Document, evidence: Evidence | None = None) -> dict[str, Any]:
        """Index a document.

        Returns:
            What the page needs to draw the article, with offsets in UTF-16 units.
        """
        at = utf16(document.text)
        fields, metadata = document.fields or {}, document.metadata
        outlet = str(metadata.get("outlet") or "")
        topics = [(self._topics(topic), score) for topic, score in given_topics(document)]
        numbers = self._numbers(document)
        row = {
            "ids": document.id,
            "titles": (fields.get("title") or _first_line(document))[: NAME_CHARS * 2],
            "outlet": self._outlets(outlet) if outlet else -1,
            "dates": published(document),
            "topic": [number for number, _ in topics],
            "entity": [part for pair in sorted(Counter(numbers).items()) for part in pair],
        }
        for name, value in row.items():
            self._columns[name].append(value)
        return {
            "text": document.text,
            "url": str(metadata.get("url") or ""),
            "fields": {name: value for name, value in fields.items() if value and name != "title"},
            "removed": [[at(s.start), at(s.end), s.label, _score(s), s.source] for s in document.removed or ()],
            "entities": [
                [at(s.start), at(s.end), number, s.label, _score(s), s.source, s.ref]
                for s, number in zip(document.entities or (), numbers, strict=True)
            ],
            "topics": [[number, None if score is None else round(score, 3)] for number, score in topics],
            "evidence": {
                self._topics(topic): [[at(s.start), at(s.end)] for s in spans]
                for topic, spans in (evidence or {}).items()
            },
        }

    def index(self) -> dict[str, Any]:
        """All columns and tables, for the page."""
        return {
            **self._columns,
            "outlets": list(self._outlets.numbers),
            "topics": [[topic, self._topic_names.get(topic, topic)] for topic in self._topics.numbers],
            "labels": list(self._labels.numbers),
            "names": self._names,
            "kinds": self._kinds,
            "unnamed": self._kinds_only,
            "places": [[number, *spot] for number, spot in self._spots.items()],
            "chunk": CHUNK,
        }

    def _numbers(self, document: Document) -> list[int]:
        """The entity of every mention: by its link, else by its label and name.

        A link that holds only within its article says which of its names is the longest; names
        are then compared over the articles like those without a link.
        """
        spans = document.entities or ()
        names = [" ".join(document.surface(span).split())[:NAME_CHARS] for span in spans]
        heads: dict[str, tuple[str, str]] = {}
        for span, name in zip(spans, names, strict=True):
            if span.ref.startswith(LOCAL) and len(name) > len(heads.get(span.ref, ("", ""))[1]):
                heads[span.ref] = (span.label, name)
        return [
            self._entity(span, name, *heads.get(span.ref, (span.label, name)))
            for span, name in zip(spans, names, strict=True)
        ]

    def _entity(self, span: Span, name: str, label: str, head: str) -> int:
        linked = span.ref if not span.ref.startswith(LOCAL) else ""
        number = self._entities(f"ref {linked}" if linked else f"{label} {fold(head)}")
        known = self._places.names.get(linked)
        if number == len(self._names):
            self._names.append(known or head)
            self._kinds.append(self._labels(label))
            if not linked and is_kind_of_agreement(label, head):
                self._kinds_only.append(number)
        elif linked and not known and len(head) > len(self._names[number]):
            # of a name's variants the longest says most: STZA, Special Technology Zones Authority
            self._names[number] = head
        if number not in self._spots and (spot := self._places.spot(span.label, linked, name)):
            self._spots[number] = spot
        return number


def _score(span: Span) -> float | None:
    return None if span.score is None else round(span.score, 3)


def _first_line(document: Document) -> str:
    lines = document.paragraphs if document.removed is not None else document.text.split("\n", 20)
    return next((line.strip() for line in lines if line.strip()), document.id)
