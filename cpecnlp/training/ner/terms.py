"""The terms that a model folder carries, gathered from the resources that an analyst edits."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from cpecnlp.paths import resource

BONUS = 2.0
"""Log-odds of a word of a known term: 2 and 3 did alike on a fold, the smaller moves less."""

NAMED = frozenset({"ORG", "PROJECT", "EVENT", "TECH", "AGREEMENT"})
"""Labels for which the gazetteer speaks: the names of people and places have too many bearers."""

TermLists = Mapping[str, Mapping[str, list[str]]]


def gather_terms(without: Collection[str] = ()) -> TermLists:
    """Return the terms of ``technologies.txt``, ``agreements.txt`` and ``gazetteer.jsonl``.

    Names that stand for two labels are left out.

    Args:
        without: Names, in any case, that may not be used: those that are only known from articles
            on which the model will be measured.

    Returns:
        ``as_written`` (whatever has a capital) and ``any_case``: terms by label.
    """
    avoided = {name.casefold() for name in without}
    labels: dict[str, set[str]] = {}
    for term, label in (*_listed("technologies.txt", "TECH"), *_listed("agreements.txt", "AGREEMENT"), *_gazetteer()):
        labels.setdefault(term, set()).add(label)
    lists: dict[str, dict[str, list[str]]] = {"as_written": {}, "any_case": {}}
    for term, found in sorted(labels.items()):
        if len(found) == 1 and found <= NAMED and term.casefold() not in avoided:
            case = "any_case" if term == term.lower() else "as_written"
            lists[case].setdefault(found.copy().pop(), []).append(term)
    return lists


def _listed(name: str, label: str) -> Iterator[tuple[str, str]]:
    for line in resource(name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip(), label


def _gazetteer() -> Iterator[tuple[str, str]]:
    for line in resource("gazetteer.jsonl").read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            for name in (entry["name"], *entry["aliases"]):
                yield name, entry["type"]
