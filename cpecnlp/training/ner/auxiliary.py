"""Readers of public entity data (token per line) as texts with spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

AUXILIARY_FILES = (
    "en-worldwide-newswire/train.tsv",
    "conll2003/eng.train",
    *(f"crossner_politics/{part}.txt" for part in ("train", "dev", "test")),
)
"""The auxiliary sets that :func:`read_auxiliary` reads."""

NO_SPACE_BEFORE = frozenset({".", ",", ";", ":", "?", "!", ")", "]", "}", "%", "'s", "’s", "n't", "''", "”"})
NO_SPACE_AFTER = frozenset({"(", "[", "{", "$", "“", "``", "£", "€", "#"})


@dataclass(frozen=True, slots=True)
class TaggedText:
    """A text with its entities, as one tag set sees them.

    Attributes:
        text: The text; a line is a line of the article.
        spans: (start, end, label), sorted, not overlapping.
        tag_set: Name of the tag set.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    tag_set: str


Sentence = list[tuple[str, str]]


def join_tokens(sentences: Sequence[Sentence], tag_set: str) -> TaggedText:
    """Write tokens as running text, a line a sentence group, with spans for their IOB tags.

    Args:
        sentences: (token, tag) pairs; a tag is ``O`` or ``B-``/``I-`` and a label.
        tag_set: Name of the tag set.
    """
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    length = 0
    for sentence in sentences:
        before, last = "", "O"
        for index, (token, tag) in enumerate(sentence):
            if index == 0:
                glue = "\n" if parts else ""
            else:
                glue = "" if token in NO_SPACE_BEFORE or before in NO_SPACE_AFTER else " "
            start = length + len(glue)
            parts.extend((glue, token))
            length = start + len(token)
            if tag != "O":
                if spans and tag.startswith("I-") and last[2:] == tag[2:] and index > 0:
                    spans[-1] = (spans[-1][0], length, tag[2:])
                else:
                    spans.append((start, length, tag[2:]))
            before, last = token, tag
    return TaggedText("".join(parts), tuple(spans), tag_set)


def _grouped(sentences: Iterable[Sentence], tag_set: str, size: int = 12) -> Iterator[TaggedText]:
    """Join every ``size`` sentences; used where the data does not say where an article ends."""
    group: list[Sentence] = []
    for sentence in sentences:
        group.append(sentence)
        if len(group) == size:
            yield join_tokens(group, tag_set)
            group = []
    if group:
        yield join_tokens(group, tag_set)


def read_newswire(path: Path) -> Iterator[TaggedText]:
    """Read en-worldwide-newswire: one text an article, the URL line left out."""
    articles: list[list[Sentence]] = [[]]
    sentence: Sentence = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# ") and line.endswith(".tsv") or not line.strip():
            if sentence:
                articles[-1].append(sentence)
                sentence = []
            if line.strip():
                articles.append([])
            continue
        token, _, tag = line.partition("\t")
        tag = tag.split()[0] if tag.strip() else "O"
        if token.strip() and not token.startswith("http"):
            sentence.append((token.strip(), tag))
    if sentence:
        articles[-1].append(sentence)
    yield from (join_tokens(article, "newswire") for article in articles if article)


def read_conll2003(path: Path) -> Iterator[TaggedText]:
    """Read CoNLL-2003: one text an article (``-DOCSTART-``)."""
    article: list[Sentence] = []
    sentence: Sentence = []
    for line in [*path.read_text("utf-8").splitlines(), "", "-DOCSTART- -X- O O"]:
        columns = line.split()
        if columns and columns[0] != "-DOCSTART-":
            sentence.append((columns[0], columns[-1]))
            continue
        if sentence:
            article.append(sentence)
            sentence = []
        if columns and article:
            yield join_tokens(article, "conll2003")
            article = []


def read_iob(path: Path, tag_set: str) -> Iterator[TaggedText]:
    """Read tokens and tags in two columns with an empty line between sentences (CrossNER)."""
    sentences: list[Sentence] = [[]]
    for line in path.read_text("utf-8").splitlines():
        columns = line.split()
        if not columns:
            sentences.append([])
        else:
            sentences[-1].append((columns[0], columns[-1]))
    yield from _grouped((sentence for sentence in sentences if sentence), tag_set, 6)


def read_auxiliary(folder: Path) -> list[TaggedText]:
    """Read every auxiliary set that stands in a folder laid out like ``shared/data/ner``.

    Args:
        folder: Holds any of ``en-worldwide-newswire/train.tsv``, ``conll2003/eng.train``
            and ``crossner_politics/{train,dev,test}.txt``.
    """
    texts: list[TaggedText] = []
    for name in AUXILIARY_FILES:
        path = folder / name
        if not path.is_file():
            continue
        if name.startswith("crossner"):
            texts.extend(read_iob(path, "crossner"))
        else:
            texts.extend(read_conll2003(path) if name.startswith("conll") else read_newswire(path))
    return texts
