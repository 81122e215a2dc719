"""Labelled articles for topic training: reading them, finding copies, laying folds."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.stages.topics import reading

DUPLICATE = 0.8  # cosine of TF-IDF from which two articles count as copies of each other


@dataclass(frozen=True, slots=True)
class TopicExample:
    """A labelled article.

    Attributes:
        text: what the model reads: headline, line break, kept text.
        topics: its topics; empty for an article that is still to be labelled.
        id: where it came from.
        fold: of the cross-validation, where it is prescribed; -1: always trained on, never judged.
        weight: how much it counts, at most 1.
    """

    text: str
    topics: tuple[str, ...]
    id: str = ""
    fold: int | None = None
    weight: float = 1.0

    @classmethod
    def of(cls, document: Document) -> TopicExample:
        """From a document whose layers are filled (gold, or annotated)."""
        fold = document.metadata.get("fold")
        return cls(
            reading(document), tuple(document.topics or ()), document.id, fold if isinstance(fold, int) else None
        )


Source = Path | str | Iterable[Document] | Iterable[TopicExample]


def read_examples(source: Source) -> list[TopicExample]:
    """Labelled articles of a file, a folder of files, documents or examples.

    Args:
        source: gold records (``.jsonl``, ``.gold.json``), or ``.csv`` / ``.tsv`` / ``.jsonl`` with the
            columns ``text`` and ``topics`` (a list, or names set apart by commas, semicolons or
            bars) and optionally ``id`` and ``title``. Rows whose ``topics`` are empty are left out.

    Raises:
        InputError: no such file, a row without text, nothing labelled; the message says where.
    """
    if isinstance(source, str | Path):
        found = list(_read_path(Path(source)))
    else:
        found = [TopicExample.of(item) if isinstance(item, Document) else item for item in source]
    labelled = [example for example in found if example.topics and example.text.strip()]
    if not labelled:
        where = f"{source}: " if isinstance(source, str | Path) else ""
        raise InputError(f"{where}no article with topics among {len(found)}")
    return labelled


def _read_path(path: Path) -> Iterator[TopicExample]:
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.name.endswith((".jsonl", ".json", ".csv", ".tsv")))
        for one in files:
            yield from _read_path(one)
    elif not path.is_file():
        raise InputError(f"{path}: no such file")
    elif path.suffix in (".csv", ".tsv"):
        yield from _read_csv(path)
    elif path.suffix == ".json":
        yield _example(_parsed(path.read_text(encoding="utf-8-sig"), str(path)), str(path))
    else:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _example(_parsed(line, f"{path}:{number}"), f"{path}:{number}")


def _read_csv(path: Path) -> Iterator[TopicExample]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        missing = {"text", "topics"} - set(rows.fieldnames or ())
        if missing:
            raise InputError(f"{path}: the column {' and the column '.join(sorted(missing))} is missing")
        try:
            for row in rows:
                yield _example({k: v for k, v in row.items() if k}, f"{path}:{rows.line_num}")
        except csv.Error as error:
            raise InputError(f"{path}:{rows.line_num}: not readable as CSV ({error})") from None


def _parsed(line: str, where: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not valid JSON ({error})") from None
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: not a JSON object")
    return record


def _example(record: Mapping[str, Any], where: str) -> TopicExample:
    topics = split_topics(record.get("topics"), where)
    if isinstance(record.get("removed"), list):
        document = Document.from_record({**record, "topics": list(topics)}, where)
        return TopicExample.of(document)
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{where}: the row has no text")
    title = record.get("title")
    if isinstance(title, str) and title.strip() and not text.startswith(title.strip()):
        text = f"{title.strip()}\n{text}"
    fold = record.get("fold")
    return TopicExample(text.strip(), topics, str(record.get("id") or where), fold if isinstance(fold, int) else None)


def split_topics(value: Any, where: str = "topics") -> tuple[str, ...]:
    """Topics of a list, an object of probabilities, or names set apart by ``,`` ``;`` or ``|``."""
    if value is None:
        return ()
    if isinstance(value, str):
        for mark in ";|":
            value = value.replace(mark, ",")
        value = value.strip().strip("[]").split(",")
        value = [name.strip().strip("'\"") for name in value]
    if not isinstance(value, list | tuple | Mapping) or not all(isinstance(name, str) for name in value):
        raise InputError(f"{where}: the topics are neither a list of names nor names set apart by commas")
    return tuple(dict.fromkeys(name.strip() for name in value if name.strip()))


def data_digest(examples: Sequence[TopicExample]) -> str:
    """sha256 over texts and topics, whatever their order."""
    each = sorted(hashlib.sha256(repr((e.text, sorted(e.topics))).encode()).hexdigest() for e in examples)
    return hashlib.sha256("".join(each).encode()).hexdigest()


def copies(similarity: NDArray[np.float64], least: float = DUPLICATE) -> list[int]:
    """The group of each article: those joined by a chain of near-copies share one.

    Args:
        similarity: cosines, shape ``(articles, articles)``.
        least: from which cosine on two articles are near-copies.
    """
    group = list(range(len(similarity)))
    rows, columns = np.nonzero(np.triu(similarity >= least, 1))
    for left, right in zip(rows.tolist(), columns.tolist(), strict=True):
        a, b = _root(group, left), _root(group, right)
        group[max(a, b)] = min(a, b)
    return [_root(group, number) for number in range(len(group))]


def _root(group: list[int], number: int) -> int:
    while group[number] != number:
        group[number] = group[group[number]]
        number = group[number]
    return number


def lay_folds(
    topics: Sequence[Sequence[str]], groups: Sequence[int], folds: int = 5, seed: int = 0
) -> NDArray[np.int64]:
    """A fold for each article: no group is split and each topic is spread evenly.

    Groups are dealt out rarest topic first, each to the fold that lacks that topic most
    (iterative stratification, Sechidis et al., 2011).
    """
    members: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(group, []).append(number)
    total = Counter(topic for given in topics for topic in given)
    order = list(members)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda group: min((total[t] for n in members[group] for t in topics[n]), default=0))
    held: list[Counter[str]] = [Counter() for _ in range(folds)]
    size = [0] * folds
    out = np.zeros(len(groups), np.int64)
    for group in order:
        mine = Counter(topic for number in members[group] for topic in topics[number])
        rarest = min(mine, key=lambda topic: total[topic], default="")
        fold = min(range(folds), key=lambda f: (held[f][rarest], size[f]))
        held[fold].update(mine)
        size[fold] += len(members[group])
        out[members[group]] = fold
    return out
