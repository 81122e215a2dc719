"""Public entity sets as gold records with three labels, for systems that were not made for them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cpecnlp.document import Document, Span
from cpecnlp.training.ner.auxiliary import TaggedText, read_conll2003, read_iob, read_newswire

# labels of each set, and of every system → person, organisation, location; others are left aside
THREE = {
    "Person": "PERSON", "PER": "PERSON", "person": "PERSON", "PERSON": "PERSON",
    "Organization": "ORG", "ORG": "ORG", "corporation": "ORG", "group": "ORG",
    "Location": "LOC", "Facility": "LOC", "LOC": "LOC", "GPE": "LOC", "location": "LOC",
}  # fmt: skip


def to_three(document: Document) -> Document:
    """The record with its entities under three labels."""
    spans = [Span(s.start, s.end, THREE[s.label], s.score) for s in document.entities or () if s.label in THREE]
    return replace(document, entities=tuple(spans))


def foreign_sets(folder: Path) -> Mapping[str, list[Document]]:
    """The sets that a folder like ``shared/data/ner`` holds; none of them was trained on (dev and test parts)."""
    places = {
        "en-worldwide-newswire, dev": ("en-worldwide-newswire/dev.tsv", read_newswire),
        "CoNLL-2003, testb": ("conll2003/eng.testb", read_conll2003),
        "WNUT-17, test": (
            "wnut17/CONLL-format/data/test/emerging.test.annotated",
            lambda path: read_iob(path, "wnut17"),
        ),
    }
    return {
        name: [to_three(record(text, n)) for n, text in enumerate(read(folder / path))]
        for name, (path, read) in places.items()
        if (folder / path).is_file()
    }


def record(text: TaggedText, number: int) -> Document:
    """A tagged text as a gold record from which nothing is removed."""
    return Document(str(number), text.text, removed=(), entities=tuple(Span(*span) for span in text.spans))


def news(path: Path, count: int) -> list[Document]:
    """The first articles of a file of records, with nothing removed."""
    opener = gzip.open if path.suffix == ".gz" else open
    documents: list[Document] = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            documents.append(Document(str(len(documents)), json.loads(line)["text"], removed=()))
            if len(documents) == count:
                break
    return documents


def by(records: Sequence[Document], key: str) -> Mapping[str, list[int]]:
    """Places of the records by a fact of their metadata: ``outlet``, or ``published`` by its year."""
    groups: dict[str, list[int]] = {}
    for number, document in enumerate(records):
        value = str(document.metadata.get(key) or "unknown")
        year = key == "published" and value != "unknown"
        groups.setdefault(value[:4] if year else value, []).append(number)
    return dict(sorted(groups.items()))


def repeated(documents: Sequence[Document], count: int) -> list[Document]:
    """The documents, again and again until there are ``count``."""
    return (list(documents) * (1 + count // max(1, len(documents))))[:count]


def words_of(documents: Iterable[Document]) -> int:
    """Words between white space of the kept text."""
    return sum(len(document.clean_text.split()) for document in documents)
