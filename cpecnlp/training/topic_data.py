"""Labelled articles for topic training: reading them, finding copies, laying folds."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.pipeline import load
from cpecnlp.stages.topics import reading

DUPLICATE = 0.8  # cosine of TF-IDF from which two articles count as copies of each other
BLOCK = 2000  # articles compared with all others at once


@dataclass(frozen=True, slots=True)
class TopicExample:
    """A labelled article.

    Attributes:
        text: what the model reads: headline, line break, kept text.
        topics: its topics; empty for an article that is still to be labelled.
        id: where it came from.
        fold: of the cross-validation, where it is prescribed; -1: always trained on, never judged.
        weight: how much it counts, at most 1.
        chances: how likely each topic is, where that is not certain; 0 for one that is not named.
    """

    text: str
    topics: tuple[str, ...]
    id: str = ""
    fold: int | None = None
    weight: float = 1.0
    chances: Mapping[str, float] | None = None

    @classmethod
    def of(cls, document: Document) -> TopicExample:
        """From a document whose layers are filled (gold, or annotated)."""
        fold = document.metadata.get("fold")
        prescribed = fold if isinstance(fold, int) and not isinstance(fold, bool) else None
        return cls(reading(document), tuple(document.topics or ()), document.id, prescribed)


Source = Path | str | Iterable[Path | str | Document | TopicExample]


def read_examples(source: Source, warnings: list[str] | None = None) -> list[TopicExample]:
    """Labelled articles of files, folders, documents or examples.

    A document that was not stripped yet is stripped here, so that the model learns from what it
    will be given later; articles without topics are left out.

    Args:
        source: whatever :func:`cpecnlp.read` reads, with the key or column ``topics`` (a list, or
            names set apart by commas, semicolons or bars) beside ``text``, and optionally ``id``
            and ``title``; or documents, or examples.
        warnings: receives one sentence about each thing that a person should know.

    Raises:
        InputError: nothing labelled; the message says where and why.
    """
    said = [] if warnings is None else warnings
    items = [source] if isinstance(source, str | Path) else list(source)
    paths = [item for item in items if isinstance(item, str | Path)]
    documents = [item for item in items if isinstance(item, Document)]
    examples = [item for item in items if isinstance(item, TopicExample)]
    if paths:
        corpus = read(paths, gold=True)
        documents += list(corpus)
        problems = [str(problem) for problem in corpus.problems]
        if not documents and problems:
            raise InputError(problems[0] + (f" (and {len(problems) - 1} more problems)" if problems[1:] else ""))
        said += problems
    labelled = [document for document in documents if document.topics]
    examples += [TopicExample.of(document) for document in prepared(labelled)]
    found = [example for example in examples if example.topics and example.text.strip()]
    count = len(documents) + sum(isinstance(item, TopicExample) for item in items)
    if not found:
        where = f"{', '.join(map(str, paths))}: " if paths else ""
        if not count:
            raise InputError(f"{where}there is no article in it")
        if examples:
            raise InputError(f"{where}nothing is left of the labelled articles once they are stripped")
        raise InputError(
            f'{where}none of {count} articles has topics (column or key "topics": names set apart by commas, or a list)'
        )
    if count > len(found):
        said.append(f"{count - len(found)} of {count} articles have no topics (or no text) and were left out")
    if guessed := sum(bool(document.topic_scores) for document in labelled):
        said.append(f"{guessed} articles carry the topics that a model gave them, not a person's")
    return found


def prepared(documents: Sequence[Document]) -> list[Document]:
    """The documents, stripped where they were not, a ``title`` that came beside the text put above it."""
    raw = [number for number, document in enumerate(documents) if document.removed is None]
    out = list(documents)
    if not raw:
        return out
    strip = load(stages=("strip",)).stages[0]
    layers = strip.predict([_titled(documents[number]) for number in raw])
    for number, found in zip(raw, layers, strict=True):
        out[number] = replace(_titled(documents[number]), removed=found["removed"], fields=found["fields"])
    return out


def _titled(document: Document) -> Document:
    title = document.metadata.get("title")
    if not isinstance(title, str) or not title.strip() or document.text.lstrip().startswith(title.strip()):
        return document
    return replace(document, text=f"{title.strip()}\n\n{document.text}")


def data_digest(examples: Sequence[TopicExample]) -> str:
    """sha256 over texts and topics, whatever their order."""
    each = sorted(hashlib.sha256(repr((e.text, sorted(e.topics))).encode()).hexdigest() for e in examples)
    return hashlib.sha256("".join(each).encode()).hexdigest()


def copies(hashed: Any, least: float = DUPLICATE) -> list[int]:
    """The group of each article: those joined by a chain of near-copies share one, named by its first.

    Args:
        hashed: scipy CSR matrix of TF-IDF rows of length 1, shape ``(articles, buckets)``.
        least: from which cosine on two articles are near-copies.
    """
    group = list(range(hashed.shape[0]))
    for start in range(0, len(group), BLOCK):
        cosines = (hashed[start : start + BLOCK] @ hashed.T).tocoo()
        near = (cosines.data >= least) & (cosines.row + start < cosines.col)
        for left, right in zip((cosines.row[near] + start).tolist(), cosines.col[near].tolist(), strict=True):
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
