"""A document: raw text that never changes, and layers of spans over it.

The JSON record (one line of JSONL) is the format of input, output and gold alike.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cpecnlp.errors import InputError, RecordError

JSON = str | int | float | bool | None | list["JSON"] | dict[str, "JSON"]

FIELDS = ("title", "published", "place", "agency", "author")
LAYERS = ("fields", "removed", "entities", "topics", "topic_scores")
RECORD_KEYS = ("id", "text", "metadata", *LAYERS)
SCORE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch ``[start, end)`` of the raw text, in characters (code points).

    Attributes:
        start: first character.
        end: one past the last character.
        label: entity type, or for a removed span its kind (``"dateline"``, ``"teaser"``).
        score: calibrated probability, or ``None`` where there is none.
        source: the rule or model that said so, with its version (``"read_more_v1"``).
        ref: canonical id of the entity once linked, else empty.
    """

    start: int
    end: int
    label: str
    score: float | None = None
    source: str = ""
    ref: str = ""

    def __lt__(self, other: Span) -> bool:
        return self.key < other.key

    @property
    def key(self) -> tuple[int, int, str]:
        """What two annotations of the same stretch have in common: start, end and label."""
        return (self.start, self.end, self.label)

    def shift(self, offset: int) -> Span:
        """The same span in a text that begins ``offset`` characters earlier."""
        return replace(self, start=self.start + offset, end=self.end + offset)

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Document:
    """One article. Layers are ``None`` until the stage that assigns them has run.

    Treat the mappings as read-only: documents are shared, not copied.

    Attributes:
        id: unique within a corpus.
        text: the raw text, never changed.
        metadata: what came with the text (outlet, url, file …).
        fields: found in the text: title, published, place, agency, author (empty when not stated).
        removed: stripped spans, sorted, not overlapping.
        entities: entity spans, sorted, not overlapping, none inside a removed span.
        topics: the topics given, with their probabilities.
        topic_scores: the calibrated probability of every topic.
    """

    id: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] | None = None
    removed: tuple[Span, ...] | None = None
    entities: tuple[Span, ...] | None = None
    topics: Mapping[str, float] | None = None
    topic_scores: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise InputError(f"document {self.id!r}: text must be a string, not {type(self.text).__name__}")
        for name in ("id", "text"):
            value = getattr(self, name)
            if not value.isascii():
                try:
                    value.encode("utf-8")
                except UnicodeEncodeError as error:
                    raise InputError(
                        f"document {self.id!r}: {name} holds a lone surrogate at character {error.start},"
                        " which no encoding can represent"
                    ) from None

    def __hash__(self) -> int:
        return hash((self.id, self.text))

    def slices(self) -> list[tuple[int, int]]:
        """Raw ``(start, end)`` of every maximal stretch that was not removed, in order."""
        out, at = [], 0
        for span in self.removed or ():
            if span.start > at:
                out.append((at, span.start))
            at = max(at, span.end)
        if at < len(self.text):
            out.append((at, len(self.text)))
        return out

    @property
    def clean_text(self) -> str:
        """The raw text less the removed spans; nothing else is changed."""
        return "".join(self.text[start:end] for start, end in self.slices())

    @property
    def paragraphs(self) -> list[str]:
        """The non-empty lines of the clean text."""
        return [line.strip() for line in self.clean_text.splitlines() if line.strip()]

    def surface(self, span: Span) -> str:
        """The raw text of ``span``."""
        return self.text[span.start : span.end]

    def bare(self) -> Document:
        """The document with no layer: what a pipeline starts from."""
        return Document(self.id, self.text, self.metadata)

    def to_record(self) -> dict[str, Any]:
        """The JSON record as a dictionary, keys in the order of ``RECORD_KEYS``."""
        return {
            "id": self.id,
            "text": self.text,
            "metadata": dict(self.metadata),
            "fields": None if self.fields is None else dict(self.fields),
            "removed": _rows(self.removed, 5),
            "entities": _rows(self.entities, 6),
            "topics": _rounded(self.topics),
            "topic_scores": _rounded(self.topic_scores),
        }

    def to_json(self) -> str:
        """The record as one line of JSON, without the line break."""
        # JSON allows U+2028/2029 inside strings, but line readers split there: escape them.
        line = json.dumps(self.to_record(), ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
        return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")

    @classmethod
    def from_record(cls, record: Mapping[str, Any], default_id: str = "") -> Document:
        """Read a record; unknown keys go to ``metadata``, short rows and a list of topics are accepted.

        Args:
            record: a parsed JSON object with at least ``text``.
            default_id: the id for a record that has none.

        Raises:
            RecordError: the record does not follow the format; the message says where.
        """
        if not isinstance(record, Mapping):
            raise RecordError(f"a record must be a JSON object, not {type(record).__name__}")
        text = record.get("text")
        if not isinstance(text, str):
            raise RecordError('the record has no "text"' if text is None else '"text" is not a string')
        metadata = record.get("metadata") or {}
        if not isinstance(metadata, Mapping):
            raise RecordError('"metadata" is not an object')
        extra = {key: value for key, value in record.items() if key not in RECORD_KEYS}
        identifier = record.get("id")
        return cls(
            id=default_id if identifier is None or identifier == "" else str(identifier),
            text=text,
            metadata={**metadata, **extra},
            fields=_fields(record.get("fields")),
            removed=_spans(record.get("removed"), "removed", text),
            entities=_spans(record.get("entities"), "entities", text),
            topics=_topics(record.get("topics"), "topics"),
            topic_scores=_topics(record.get("topic_scores"), "topic_scores"),
        )

    @classmethod
    def from_json(cls, line: str, default_id: str = "") -> Document:
        """Read one line of JSONL; see :meth:`from_record`."""
        try:
            record = json.loads(line)
        except RecursionError:
            raise RecordError("the JSON is nested too deeply") from None
        except ValueError as error:
            raise RecordError(f"not valid JSON ({error})") from None
        return cls.from_record(record, default_id)

    def _repr_html_(self) -> str:
        from cpecnlp.report.render import to_html

        return to_html(self)


def check_spans(spans: Iterable[Span], text: str, what: str = "spans") -> tuple[Span, ...]:
    """Sort ``spans`` and make sure that they lie in ``text`` and do not overlap.

    Raises:
        RecordError: a span is empty, out of range or overlaps the one before it.
    """
    ordered = tuple(sorted(spans))
    at = 0
    for span in ordered:
        if not 0 <= span.start < span.end <= len(text):
            raise RecordError(f"{what}: [{span.start}, {span.end}) is not a stretch of {len(text)} characters")
        if span.start < at:
            raise RecordError(f"{what}: [{span.start}, {span.end}) overlaps the span before it")
        at = span.end
    return ordered


def outside(spans: Iterable[Span], removed: Sequence[Span]) -> Iterator[Span]:
    """Those of ``spans`` (sorted) that touch none of ``removed`` (sorted)."""
    at = 0
    for span in spans:
        while at < len(removed) and removed[at].end <= span.start:
            at += 1
        if at == len(removed) or removed[at].start >= span.end:
            yield span


def _rows(spans: Sequence[Span] | None, columns: int) -> list[list[Any]] | None:
    if spans is None:
        return None
    rows = []
    for span in spans:
        score = None if span.score is None else round(float(span.score), SCORE_DIGITS)
        rows.append([span.start, span.end, span.label, score, span.source, span.ref][:columns])
    return rows


def _rounded(scores: Mapping[str, float] | None) -> dict[str, float] | None:
    if scores is None:
        return None
    return {name: round(float(score), SCORE_DIGITS) for name, score in scores.items()}


def _fields(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise RecordError('"fields" is not an object')
    return {str(name): "" if text is None else str(text) for name, text in value.items()}


def _spans(rows: Any, what: str, text: str) -> tuple[Span, ...] | None:
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise RecordError(f'"{what}" is not a list')
    return check_spans((_span(row, what) for row in rows), text, what)


def _span(row: Any, what: str) -> Span:
    if not isinstance(row, list) or not 3 <= len(row) <= 6:
        raise RecordError(f'"{what}" holds a row that is not [start, end, label, …]: {str(row)[:60]}')
    full: list[Any] = [*row, *(None, "", "")[len(row) - 3 :]]
    start, end, label, score, source, ref = full
    if type(start) is not int or type(end) is not int or not isinstance(label, str):
        raise RecordError(f'"{what}" holds a row that is not [start, end, label, …]: {str(row)[:60]}')
    if score is not None and not _is_number(score):
        raise RecordError(f'"{what}" holds a score that is not a number: {str(row)[:60]}')
    return Span(start, end, label, None if score is None else float(score), str(source or ""), str(ref or ""))


def _is_number(value: Any) -> bool:
    """Whether JSON can hold ``value`` as a number again: no NaN, no infinity, nothing beyond a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -sys.float_info.max <= value <= sys.float_info.max


def _topics(value: Any, what: str) -> dict[str, float] | None:
    if value is None:
        return None
    if isinstance(value, str) and what == "topics":
        # names set apart in a table's cell; brackets and quotation marks as Python writes a list
        named = (name.strip(" []'\"") for name in re.split("[,;|\n]", value))
        value = [name for name in named if name]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return dict.fromkeys(value, 1.0)
    if isinstance(value, Mapping):
        if not all(map(_is_number, value.values())):
            raise RecordError(f'"{what}" holds a probability that is not a number')
        return {str(name): float(score) for name, score in value.items()}
    raise RecordError(f'"{what}" is neither a list of names nor an object of probabilities')
