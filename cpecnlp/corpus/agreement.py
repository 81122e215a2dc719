"""How far two annotations of the same articles agree, layer by layer.

``python -m cpecnlp.corpus.agreement FIRST SECOND`` compares two files or folders of gold records
on the articles that both hold, and with ``--differences`` lists what they disagree on.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path

from cpecnlp.corpus.reader import read
from cpecnlp.document import FIELDS, Document, Span
from cpecnlp.errors import InputError


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over all articles; every figure but the first is between 0 and 1.

    Attributes:
        documents: articles compared.
        entities: strict micro F1 of entities (start, end and label).
        boundaries: micro F1 of entities without their labels.
        characters: share of the non-space characters that both keep or both remove.
        removed: F1 of the non-space characters that are removed.
        kinds: of the characters that both remove, the share with the same kind.
        topics: micro F1 of topics.
        fields: share of fields that are equal, case aside.
    """

    documents: int
    entities: float
    boundaries: float
    characters: float
    removed: float
    kinds: float
    topics: float
    fields: float


def agreement(first: Iterable[Document], second: Iterable[Document]) -> Agreement:
    """Compare two annotations of the same articles.

    Args:
        first: gold documents.
        second: the same articles by another annotator; what only one side holds is left out.

    Raises:
        InputError: no article is in both, or one has two different texts.
    """
    counts: Counter[str] = Counter()
    for one, other in _pairs(first, second):
        counts["documents"] += 1
        _tally(counts, "entities", _keys(one.entities), _keys(other.entities))
        _tally(counts, "boundaries", *({key[:2] for key in _keys(side.entities)} for side in (one, other)))
        _tally(counts, "topics", set(one.topics or ()), set(other.topics or ()))
        counts.update(_characters(one, other))
        counts["fields"] += sum(_field(one, name) == _field(other, name) for name in FIELDS)
    share = {
        "characters": _share(counts["same"], counts["all"]),
        "removed": _share(2 * counts["both"], counts["either"] + counts["both"]),
        "kinds": _share(counts["kind"], counts["both"]),
        "fields": _share(counts["fields"], len(FIELDS) * counts["documents"]),
    }
    scores = {name: _share(2 * counts[name], counts[f"{name} in all"]) for name in ("entities", "boundaries", "topics")}
    return Agreement(counts["documents"], **scores, **share)


def differences(first: Iterable[Document], second: Iterable[Document]) -> Iterator[str]:
    """One line for every entity, removed span, topic or field that only one annotation has."""
    for one, other in _pairs(first, second):
        for side, mine, theirs in (("first", one, other), ("second", other, one)):
            for layer in ("removed", "entities"):
                for start, end, label in sorted(_keys(getattr(mine, layer)) - _keys(getattr(theirs, layer))):
                    around = mine.text[max(0, start - 30) : end + 30].replace("\n", " ")
                    yield f"{mine.id} {side} {layer} {start} {label} {mine.text[start:end]!r} in …{around}…"
            for topic in sorted(set(mine.topics or ()) - set(theirs.topics or ())):
                yield f"{mine.id} {side} topic {topic}"
        for name in FIELDS:
            if _field(one, name) != _field(other, name):
                yield f"{one.id} {name}: {_field(one, name)!r} and {_field(other, name)!r}"


def _pairs(first: Iterable[Document], second: Iterable[Document]) -> list[tuple[Document, Document]]:
    others = {document.id: document for document in second}
    pairs = [(document, others[document.id]) for document in first if document.id in others]
    if not pairs:
        raise InputError("the two annotations have no article in common")
    for one, other in pairs:
        if one.text != other.text:
            raise InputError(f"{one.id}: the two annotations have different texts")
    return pairs


def _keys(spans: Sequence[Span] | None) -> set[tuple[int, int, str]]:
    return {span.key for span in spans or ()}


def _tally(counts: Counter[str], name: str, one: Set[object], other: Set[object]) -> None:
    counts[name] += len(one & other)
    counts[f"{name} in all"] += len(one) + len(other)


def _characters(one: Document, other: Document) -> Counter[str]:
    kinds = [_kinds(document) for document in (one, other)]
    counts: Counter[str] = Counter()
    for character, mine, theirs in zip(one.text, *kinds, strict=True):
        if not character.isspace():
            counts["all"] += 1
            counts["same"] += bool(mine) == bool(theirs)
            counts["both"] += bool(mine and theirs)
            counts["either"] += bool(mine or theirs)
            counts["kind"] += bool(mine) and mine == theirs
    return counts


def _kinds(document: Document) -> list[str]:
    kinds = [""] * len(document.text)
    for span in document.removed or ():
        kinds[span.start : span.end] = [span.label] * len(span)
    return kinds


def _field(document: Document, name: str) -> str:
    return " ".join((document.fields or {}).get(name, "").casefold().split()).removeprefix("the ")


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def main(arguments: list[str] | None = None) -> int:
    """Compare two files or folders of gold records; the figures go to stdout."""
    parser = argparse.ArgumentParser(prog="python -m cpecnlp.corpus.agreement", description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--differences", action="store_true", help="list them")
    options = parser.parse_args(arguments)
    first, second = (list(read(path, gold=True)) for path in (options.first, options.second))
    if options.differences:
        sys.stdout.writelines(f"{line}\n" for line in differences(first, second))
    for name, value in asdict(agreement(first, second)).items():
        sys.stdout.write(f"{name:12s} {value if name == 'documents' else format(value, '.4f')}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
