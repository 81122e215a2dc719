"""Annotations of articles that cannot ship: spans and topics by the article's id, without its text.

The texts are their publishers'. Who has them puts the two together with :func:`lay_annotations`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError

# in the corpus's folder: annotated articles of ``pakistan_news``
ANNOTATIONS = "annotations/pakistan_news.jsonl"
SECOND = "second"  # a second pass over topics, in percent
_DIGITS = 16


def text_digest(text: str) -> str:
    """The first 16 hexadecimal digits of a text's sha256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:_DIGITS]


def write_annotations(documents: Iterable[Document], path: Path) -> None:
    """Write the layers ``removed``, ``entities`` and ``topics`` of annotated articles, a line an article.

    Args:
        documents: Articles; a layer that is None is left out.
        path: JSONL file to write.
    """
    with path.open("w", encoding="utf-8") as out:
        for document in documents:
            row: dict[str, Any] = {"id": document.id, "sha256": text_digest(document.text)}
            for layer in ("removed", "entities"):
                spans: Sequence[Span] | None = getattr(document, layer)
                if spans is not None:
                    row[layer] = [[span.start, span.end, span.label] for span in spans]
            if document.topics is not None:
                row["topics"] = list(document.topics)
            if SECOND in document.metadata:
                row[SECOND] = document.metadata[SECOND]
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def lay_annotations(path: Path, articles: Iterable[Document]) -> list[Document]:
    """Return the annotated articles, their texts taken from ``articles``, a second pass over topics as metadata.

    Args:
        path: What :func:`write_annotations` wrote.
        articles: Raw articles, in any order; those that are not annotated are passed over.

    Raises:
        InputError: An annotated article is missing, or its text is another one.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    wanted = {row["id"] for row in rows}
    texts = {article.id: article for article in articles if article.id in wanted}
    return [_laid(row, texts, path) for row in rows]


def _laid(row: Mapping[str, Any], texts: Mapping[str, Document], path: Path) -> Document:
    article = texts.get(row["id"])
    if article is None:
        raise InputError(f"{path}: the article {row['id']!r} is not among those given")
    if text_digest(article.text) != row["sha256"]:
        raise InputError(f"{path}: the text of {row['id']!r} is not the one that was annotated")
    layers = {
        layer: tuple(Span(int(start), int(end), str(label)) for start, end, label in row[layer])
        for layer in ("removed", "entities")
        if layer in row
    }
    topics = dict.fromkeys(row["topics"], 1.0) if "topics" in row else None
    metadata = {**article.metadata, SECOND: row[SECOND]} if SECOND in row else article.metadata
    return replace(
        article, removed=layers.get("removed"), entities=layers.get("entities"), topics=topics, metadata=metadata
    )
