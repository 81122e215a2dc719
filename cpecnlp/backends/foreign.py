"""What the backends for other people's models share: label maps and the guide's span borders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cpecnlp.document import Span

# Labels of the common English schemes → ours (OntoNotes 5, CoNLL-2003, WikiANN); others are dropped
LABEL_MAP = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "ORG": "ORG",
    "GPE": "GPE",
    "LOC": "LOC",
    "FAC": "LOC",
    "LAW": "AGREEMENT",
    "EVENT": "EVENT",
    "DATE": "DATE",
    "MONEY": "MONEY",
    **{own: own for own in ("PROJECT", "AGREEMENT", "TECH")},
}
_ARTICLES = ("the ", "The ", "THE ", "a ", "an ")
_POSSESSIVES = ("'s", "’s", "'", "’")


def tidy(spans: Iterable[Span], text: str) -> list[Span]:
    """Cut what the annotation guide leaves outside: white space, a leading article, the possessive.

    Spans that cross a line break are cut at the first one, empty ones and overlaps dropped.
    """
    kept: list[Span] = []
    for span in sorted(spans):
        start, end = _borders(span, text)
        if start < end and (not kept or start >= kept[-1].end):
            kept.append(Span(start, end, span.label, span.score, span.source))
    return kept


def _borders(span: Span, text: str) -> tuple[int, int]:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    for mark in "\n\r":
        cut = text.find(mark, start, end)
        end = cut if cut >= 0 else end
    for article in _ARTICLES:
        if text.startswith(article, start, end):
            start += len(article)
    for possessive in _POSSESSIVES:
        if end - len(possessive) > start and text.endswith(possessive, start, end):
            end -= len(possessive)
            break
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def mapped(label: str, label_map: Mapping[str, str]) -> str | None:
    """Our label for a foreign one, its ``B-``/``I-`` prefix left aside; ``None`` drops the span."""
    bare = label.split("-", 1)[1] if label[:2] in {"B-", "I-", "E-", "S-", "L-", "U-"} else label
    return label_map.get(bare) or label_map.get(bare.upper())
