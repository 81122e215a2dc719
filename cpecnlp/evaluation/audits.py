"""Audits: does the entity stage treat all names, all cases and all noise alike?

The entity switch follows the idea of checking a tagger on one text with names of different
origin (Agarwal et al. 2020, arXiv:2004.04123): the same sentences with American, Indian,
Pakistani and Chinese names.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cpecnlp.corpus.duplicates import story_keys
from cpecnlp.document import Document, Span
from cpecnlp.evaluation.counts import count
from cpecnlp.evaluation.figures import Figure, Table, figures, interval
from cpecnlp.paths import resource
from cpecnlp.pipeline import Pipeline

SOFT_HYPHEN = "\u00ad"
NO_BREAK_SPACE = "\u00a0"
_LONG_WORD = 6
_EVERY = 3


def switch_names(nlp: Pipeline) -> dict[str, Figure]:
    """Recall of PERSON for each group of names, in the same sentences, borders and label strict."""
    data = tomllib.loads(resource("audit_names.toml").read_text(encoding="utf-8"))
    out = {}
    for group, names in data["names"].items():
        docs = [_with_name(sentence, name) for sentence in data["sentences"] for name in names]
        found = nlp["ner"].annotate([replace(doc, entities=None) for doc in docs])
        counts = [count(replace(gold, removed=None), doc) for gold, doc in zip(docs, found, strict=True)]
        # one name is one group of the bootstrap: sentences with the same name are not independent
        keys = [name for _ in data["sentences"] for name in names]
        out[group] = _recall(Table(counts, keys), "PERSON")
    return out


def _with_name(sentence: str, name: str) -> Document:
    start = sentence.index("{name}")
    text = sentence.replace("{name}", name)
    return Document(text, text, removed=(), entities=(Span(start, start + len(name), "PERSON"),))


def _recall(table: Table, label: str) -> Figure:
    return interval(*table.ratio(("entity", label, "both"), ("entity", label, "gold")))


Change = Callable[[str], str]


def per_character(change: Change) -> Change:
    """Change a text character by character where that keeps its length, so that offsets stay."""
    return lambda text: "".join(new if len(new := change(c)) == 1 else c for c in text)


def title_case(text: str) -> str:
    """Every word capitalised, as in headlines; the length stays."""
    firsts = {m.start() for m in re.finditer(r"(?<![\w'’])\w", text)}
    return "".join(c.upper() if i in firsts and len(c.upper()) == 1 else c for i, c in enumerate(text))


CASES: Mapping[str, Change] = {
    "as written": lambda text: text,
    "title case": title_case,
    "all capitals": per_character(str.upper),
    "lower case": per_character(str.lower),
    "no-break spaces": lambda text: text.replace(" ", NO_BREAK_SPACE),
}


def soft_hyphens(document: Document) -> Document:
    """A soft hyphen in the middle of every third long word, spans moved along."""
    places: list[int] = []
    at = seen = 0
    for word in document.text.split():
        at = document.text.index(word, at)
        if len(word) >= _LONG_WORD and word.isalpha():
            seen += 1
            if seen % _EVERY == 0:
                places.append(at + len(word) // 2)
        at += len(word)
    pieces = [document.text[a:b] for a, b in zip([0, *places], [*places, None], strict=True)]
    return replace(
        document,
        text=SOFT_HYPHEN.join(pieces),
        removed=_moved(document.removed, places),
        entities=_moved(document.entities, places),
    )


def _moved(spans: Sequence[Span] | None, places: Sequence[int]) -> tuple[Span, ...]:
    # a mark at a span's very start stands before it, one at its end behind it
    return tuple(
        replace(s, start=s.start + bisect_right(places, s.start), end=s.end + bisect_left(places, s.end))
        for s in spans or ()
    )


def change_text(nlp: Pipeline, gold: Sequence[Document]) -> dict[str, dict[str, Figure]]:
    """Entity figures on gold-stripped text as written, in other cases and with noise in the words.

    The last row keeps the boilerplate in; there, entities in it count as invented.
    """
    variants = {name: [replace(doc, text=change(doc.text)) for doc in gold] for name, change in CASES.items()}
    variants["soft hyphens"] = [soft_hyphens(doc) for doc in gold]
    keys = story_keys(gold)
    out = {name: _entity_figures(nlp, docs, keys) for name, docs in variants.items()}
    out["boilerplate kept in"] = _entity_figures(nlp, gold, keys, keep=True)
    return out


def _entity_figures(
    nlp: Pipeline, gold: Sequence[Document], keys: Sequence[int], keep: bool = False
) -> dict[str, Figure]:
    start = [replace(doc.bare(), removed=() if keep else doc.removed or ()) for doc in gold]
    found = nlp["ner"].annotate(start)
    judged = [replace(doc, removed=None, topics=None, fields=None) for doc in gold]
    return figures(Table([count(g, f) for g, f in zip(judged, found, strict=True)], keys, resamples=300))


def by_metadata(found: Sequence[Document], gold: Sequence[Document], key: str, digits: int = 0) -> dict[str, Figure]:
    """Strict entity F1 for each value of a metadata key, e.g. ``"outlet"``; ``("published", 4)`` is by year."""
    groups: dict[str, list[int]] = {}
    for number, doc in enumerate(gold):
        value = str(doc.metadata.get(key, ""))
        groups.setdefault(value[:digits] if digits else value, []).append(number)
    out = {}
    for value, numbers in sorted(groups.items()):
        counts = [count(gold[n], found[n]) for n in numbers]
        if figure := figures(Table(counts, resamples=300)).get("ner_f1"):
            out[value] = figure
    return out
