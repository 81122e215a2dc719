"""The error browser: every entity and every passage that went wrong, in context, with its cause."""

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


@dataclass(frozen=True, slots=True)
class StripError:
    """One removal that was missed, wrong or called by another kind.

    Attributes:
        document: the article's id.
        kind: ``"junk kept"``, ``"body lost"`` or ``"kind"`` (same borders, another kind).
        characters: non-space characters that went the wrong way; 0 for ``"kind"``.
        gold, found: the spans; ``None`` where there is none. ``found.source`` names the rule.
        text: the raw text of the span.
    """

    document: str
    kind: str
    characters: int
    gold: Span | None
    found: Span | None
    text: str


def entity_errors(gold: Document, found: Document) -> Iterator[EntityError]:
    """All entity errors of one article, in order; a span takes part in one error at most."""
    wanted_keys, my_keys = ({s.key for s in doc.entities or ()} for doc in (gold, found))
    wanted = [span for span in gold.entities or () if span.key not in my_keys]
    mine = [span for span in found.entities or () if span.key not in wanted_keys]
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


def strip_errors(gold: Document, found: Document) -> Iterator[StripError]:
    """All stripping errors of one article, in the order of the text."""
    wanted, mine = gold.removed or (), found.removed or ()
    mine_at = {(span.start, span.end): span for span in mine}
    errors: list[tuple[int, StripError]] = []
    for span in wanted:
        same = mine_at.get((span.start, span.end))
        kept = _solid(gold.text, span, mine)
        if kept:
            errors.append((span.start, _strip_error(gold, "junk kept", kept, span, same)))
        elif same and same.label != span.label:
            errors.append((span.start, _strip_error(gold, "kind", 0, span, same)))
    for span in mine:
        if lost := _solid(gold.text, span, wanted):
            errors.append((span.start, _strip_error(gold, "body lost", lost, None, span)))
    yield from (error for _, error in sorted(errors, key=lambda pair: pair[0]))


def _solid(text: str, span: Span, covers: Sequence[Span]) -> int:
    """Non-space characters of ``span`` that none of ``covers`` covers."""
    count, at = 0, span.start
    for cover in sorted(c for c in covers if c.start < span.end and c.end > span.start):
        count += sum(not c.isspace() for c in text[at : cover.start])
        at = max(at, cover.end)
    return count + sum(not c.isspace() for c in text[at : span.end])


def _strip_error(doc: Document, kind: str, characters: int, gold: Span | None, found: Span | None) -> StripError:
    span = gold or found
    assert span is not None
    return StripError(doc.id, kind, characters, gold, found, " ".join(doc.surface(span).split()))


def all_errors(gold: Sequence[Document], found: Sequence[Document]) -> list[EntityError]:
    """The entity errors of many articles whose entities are judged, joined by raw text."""
    return [error for pair in _pairs(gold, found) if pair[0].entities is not None for error in entity_errors(*pair)]


def all_strip_errors(gold: Sequence[Document], found: Sequence[Document]) -> list[StripError]:
    """The stripping errors of many articles whose boilerplate is judged, joined by raw text."""
    return [error for pair in _pairs(gold, found) if pair[0].removed is not None for error in strip_errors(*pair)]


def _pairs(gold: Sequence[Document], found: Sequence[Document]) -> Iterator[tuple[Document, Document]]:
    by_text = {doc.text: doc for doc in found}
    # an article without a prediction has all its gold items missed
    return ((g, by_text.get(g.text, Document(g.id, g.text))) for g in gold)


def causes(errors: Iterable[EntityError | StripError]) -> Counter[tuple[str, str, str]]:
    """How often: (kind, gold label or "–", found label or "–")."""
    return Counter((e.kind, e.gold.label if e.gold else "–", e.found.label if e.found else "–") for e in errors)


def worst(gold: Sequence[Document], found: Sequence[Document], count: int = 10) -> list[tuple[str, int]]:
    """The articles with the most entity errors."""
    tally = Counter(e.document for e in all_errors(gold, found))
    return tally.most_common(count)
