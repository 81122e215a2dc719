"""The error browser: every entity that was missed, invented, cut wrongly or called wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cpecnlp.document import Document, Span

CONTEXT = 40


@dataclass(frozen=True, slots=True)
class EntityError:
    """One error, in context.

    Attributes:
        document: the article's id.
        kind: ``"miss"``, ``"false positive"``, ``"boundary"`` (same label, other borders),
            ``"label"`` (same borders, other label) or ``"both"`` (it overlaps, and both differ).
        gold, found: the spans; ``None`` where there is none.
        text: the gold surface, or the found one for a false positive.
        context: the line around it, the span in ⟦ ⟧.
    """

    document: str
    kind: str
    gold: Span | None
    found: Span | None
    text: str
    context: str


def entity_errors(gold: Document, found: Document) -> Iterator[EntityError]:
    """All entity errors of one article, in order; a span takes part in one error at most."""
    wanted = [span for span in gold.entities or () if span.key not in {s.key for s in found.entities or ()}]
    mine = [span for span in found.entities or () if span.key not in {s.key for s in gold.entities or ()}]
    used: set[int] = set()
    for span in wanted:
        over = [(n, s) for n, s in enumerate(mine) if n not in used and s.start < span.end and s.end > span.start]
        if not over:
            yield _error(gold, "miss", span, None)
            continue
        number, other = max(over, key=lambda pair: _overlap(span, pair[1]))
        used.add(number)
        same_borders = (span.start, span.end) == (other.start, other.end)
        kind = "label" if same_borders else "boundary" if span.label == other.label else "both"
        yield _error(gold, kind, span, other)
    for number, span in enumerate(mine):
        if number not in used:
            yield _error(gold, "false positive", None, span)


def _overlap(a: Span, b: Span) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def _error(document: Document, kind: str, gold: Span | None, found: Span | None) -> EntityError:
    span = gold or found
    assert span is not None
    text, start, end = document.text, span.start, span.end
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    context = f"…{before}⟦{text[start:end]}⟧{after}…"
    return EntityError(document.id, kind, gold, found, text[start:end], " ".join(context.split()))


def all_errors(gold: Sequence[Document], found: Sequence[Document]) -> list[EntityError]:
    """The errors of many articles, joined by raw text."""
    by_text = {doc.text: doc for doc in found}
    return [e for g in gold if g.text in by_text for e in entity_errors(g, by_text[g.text])]


def causes(errors: Iterable[EntityError]) -> Counter[tuple[str, str, str]]:
    """How often: (kind, gold label or "–", found label or "–")."""
    return Counter((e.kind, e.gold.label if e.gold else "–", e.found.label if e.found else "–") for e in errors)


def worst(gold: Sequence[Document], found: Sequence[Document], count: int = 10) -> list[tuple[str, int]]:
    """The articles with the most entity errors."""
    tally = Counter(e.document for e in all_errors(gold, found))
    return tally.most_common(count)
