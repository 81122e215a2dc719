"""What the block model learns from: gold records, lines that someone labelled, and raw articles."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.stages.strip.rules import load_rules

_BRACKETS = re.compile(r"[(\[].*")
UNKNOWN = "?"
INSIDE = "dateline"  # stands in a line of body and says nothing of the line


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a raw text; ``kind`` is empty for body and ``"?"`` where nobody knows."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """An article with its lines labelled.

    Attributes:
        id: of the article; examples grafted on the same article share it, and a fold.
        group: its outlet (:func:`outlet_key`), to be left out together.
        text: the raw text.
        removed: furniture ``(start, end, kind)``; the kind ``"?"`` marks lines that are not learned from.
        weight: of each of its blocks.
        gold: whether a person labelled it: only such articles are scored.
    """

    id: str
    group: str
    text: str
    removed: tuple[tuple[int, int, str], ...]
    weight: float = 1.0
    gold: bool = True

    @property
    def lines(self) -> list[Line]:
        """Every line, blank ones too, with the kind that most of it has."""
        out, at = [], 0
        for text in self.text.split("\n"):
            kinds = _kinds(self.removed, at, at + len(text), self.text)
            out.append(Line(text, kinds))
            at += len(text) + 1
        return out


def _kinds(removed: Sequence[tuple[int, int, str]], start: int, end: int, text: str) -> str:
    """The kind that covers at least half of the visible characters of a stretch."""
    shares: dict[str, int] = {}
    for low, high, kind in removed:
        if low < end and high > start and kind != INSIDE:
            shares[kind] = shares.get(kind, 0) + _visible(text[max(low, start) : min(high, end)])
    if not shares or 2 * sum(shares.values()) < _visible(text[start:end]):
        return ""
    return max(shares, key=lambda kind: (shares[kind], kind))


def _visible(text: str) -> int:
    return sum(not c.isspace() for c in text)


def block_kind(example: Example, start: int, end: int) -> str:
    """What a block of the example is; see :class:`Line`."""
    return _kinds(example.removed, start, end, example.text)


def outlet_key(name: str) -> str:
    """The group of an outlet, one for all its spellings: "The News", "TheNews" and "thenews (2017)" are the same."""
    plain = _BRACKETS.sub("", name).strip().lower() or name.lower()
    plain = load_rules().outlets.get(plain, plain).lower()
    key = "".join(c for c in plain if c.isalnum())
    return key.removeprefix("the") or key


def from_documents(documents: Iterable[Document], outlet: str = "outlet") -> Iterator[Example]:
    """Examples of gold records.

    Args:
        documents: records with the layer ``removed``.
        outlet: metadata key that names the outlet.

    Raises:
        InputError: a record without the layer.
    """
    for doc in documents:
        if doc.removed is None:
            raise InputError(f"record {doc.id!r} has no layer 'removed' to learn from")
        spans = tuple((s.start, s.end, s.label) for s in doc.removed)
        yield Example(doc.id, outlet_key(str(doc.metadata.get(outlet, ""))), doc.text, spans)


def read_lines(path: Path, group: str = "lines") -> Iterator[Example]:
    """Examples of a JSONL file of articles whose lines are labelled.

    Each row has ``lines`` and ``labels`` (1: boilerplate) of the same length, as a rule also
    ``title``. Labels that come from counting (a line found in many articles) miss what was found
    less often: a line labelled 0 between two labelled 1, or right before the first of them and not
    ended as a sentence is, counts as unknown.

    Raises:
        InputError: a row that does not follow the format; the message names the line.
    """
    for number, raw in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
            lines, labels = [str(line) for line in row["lines"]], [int(label) for label in row["labels"]]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}, line {number}: no row of labelled lines ({error})") from None
        if len(lines) != len(labels):
            raise InputError(f"{path}, line {number}: {len(lines)} lines but {len(labels)} labels")
        yield _of_lines(row, lines, labels, f"{group}-{number}", group)


def _of_lines(row: dict[str, Any], lines: list[str], labels: list[int], identifier: str, group: str) -> Example:
    marked = [n for n, label in enumerate(labels) if label]
    rows = [Line(str(row["title"]), "title"), Line("")] if row.get("title") else []
    for n, (text, label) in enumerate(zip(lines, labels, strict=True)):
        doubtful = bool(marked) and not label and marked[0] - 1 <= n < marked[-1]
        if doubtful and n < marked[0] and text.rstrip().endswith((".", '"', "”", "?", "!")):
            doubtful = False
        # most such lines are headlines and leads of other stories; what a rule takes, it names itself
        rows.append(Line(text, "teaser" if label else UNKNOWN if doubtful else ""))
    return example_of(rows, identifier, outlet_key(group), gold=False)


def example_of(lines: Sequence[Line], identifier: str, group: str, weight: float = 1.0, gold: bool = False) -> Example:
    """The example whose text is ``lines``, one a line."""
    removed, at = [], 0
    for line in lines:
        if line.kind and line.text.strip():
            removed.append((at, at + len(line.text), line.kind))
        at += len(line.text) + 1
    return Example(identifier, group, "\n".join(line.text for line in lines), tuple(removed), weight, gold)


def digest(examples: Iterable[Example]) -> str:
    """sha256 of texts and labels, in order."""
    total = hashlib.sha256()
    for example in examples:
        total.update(json.dumps([example.text, example.removed], ensure_ascii=False).encode())
    return total.hexdigest()
