"""What one article contributes to every figure: counts that add up over articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from cpecnlp.document import FIELDS, Document, Span

Key = tuple[str, ...]
Counts = Counter[Key]


def count(gold: Document, predicted: Document | None) -> Counts:
    """Compare one article with its gold record.

    Args:
        gold: the article with its layers filled by hand; a layer that is ``None`` is not judged.
        predicted: the same raw text with predicted layers; ``None`` counts as nothing found.

    Raises:
        ValueError: the raw texts differ.
    """
    if predicted is not None and predicted.text != gold.text:
        raise ValueError(f"the prediction for {gold.id!r} is of another text")
    found = predicted or Document(gold.id, gold.text)
    counts: Counts = Counter({("articles",): 1})
    if gold.removed is not None:
        counts += _characters(gold.text, gold.removed, found.removed or ())
        counts += _removed_spans(gold.removed, found.removed or ())
    if gold.entities is not None:
        counts += _entities(gold.entities, found.entities or ())
    if gold.topics is not None:
        counts += _sets("topic", set(gold.topics), set(found.topics or ()))
    if gold.fields is not None:
        counts += _fields(gold.fields, found.fields or {})
    return counts


def _characters(text: str, gold: Sequence[Span], found: Sequence[Span]) -> Counts:
    """Non-space characters of body and junk, and those that went the wrong way."""
    solid = bytearray(0 if c.isspace() else 1 for c in text)
    junk, gone = _mask(gold, len(text)), _mask(found, len(text))
    counts: Counts = Counter()
    for is_solid, is_junk, is_gone in zip(solid, junk, gone, strict=True):
        if is_solid:
            counts["characters", "junk" if is_junk else "body"] += 1
            if is_gone and not is_junk:
                counts["characters", "body_lost"] += 1
            elif is_junk and not is_gone:
                counts["characters", "junk_kept"] += 1
    wrong = counts["characters", "body_lost"] + counts["characters", "junk_kept"]
    counts["exact",] = int(not wrong)
    return counts


def _mask(spans: Sequence[Span], length: int) -> bytearray:
    mask = bytearray(length)
    for span in spans:
        mask[span.start : span.end] = b"\1" * len(span)
    return mask


def _removed_spans(gold: Sequence[Span], found: Sequence[Span]) -> Counts:
    kinds = {(span.start, span.end): span.label for span in gold}
    mine = {(span.start, span.end): span.label for span in found}
    shared = kinds.keys() & mine.keys()
    counts: Counts = Counter()
    counts["removed", "gold"], counts["removed", "found"] = len(kinds), len(mine)
    counts["removed", "both"] = len(shared)
    counts["removed", "kind"] = sum(kinds[place] == mine[place] for place in shared)
    for place, kind in kinds.items():
        counts["kind", kind, "gold"] += 1
        counts["kind", kind, "both"] += mine.get(place) == kind
    for kind in mine.values():
        counts["kind", kind, "found"] += 1
    return counts


def _entities(gold: Sequence[Span], found: Sequence[Span]) -> Counts:
    wanted, mine = {span.key for span in gold}, {span.key for span in found}
    counts: Counts = Counter()
    for name, keys in (("gold", wanted), ("found", mine), ("both", wanted & mine)):
        for _, _, label in keys:
            counts["entity", label, name] += 1
    borders, my_borders = {key[:2] for key in wanted}, {key[:2] for key in mine}
    counts["border", "gold"], counts["border", "found"] = len(borders), len(my_borders)
    counts["border", "both"] = len(borders & my_borders)
    for name, keys, others in (("gold", wanted, my_borders), ("found", mine, borders)):
        for start, end, label in keys:
            counts["border", label, name] += 1
            counts["border", label, f"{name}_met"] += (start, end) in others
    return counts


def _sets(layer: str, wanted: set[str], mine: set[str]) -> Counts:
    counts: Counts = Counter()
    for name, names in (("gold", wanted), ("found", mine), ("both", wanted & mine)):
        for label in names:
            counts[layer, label, name] += 1
    return counts


def _fields(wanted: Mapping[str, str], mine: Mapping[str, str]) -> Counts:
    counts: Counts = Counter()
    # a field that the gold record does not name at all is not judged
    for name in (name for name in FIELDS if name in wanted):
        want, got = wanted[name], mine.get(name, "")
        counts["field", name, "gold"] += bool(want)
        counts["field", name, "found"] += bool(got)
        counts["field", name, "both"] += bool(want) and same_field(want) == same_field(got)
    return counts


def same_field(value: str) -> str:
    """A field as it is compared: case, white space and a leading "the" aside."""
    return " ".join(value.casefold().split()).removeprefix("the ")
