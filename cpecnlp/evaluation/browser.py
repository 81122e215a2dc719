"""The error browser as tables: causes, worst articles, errors in context."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from cpecnlp.document import Document, Span
from cpecnlp.evaluation.errors import all_errors, all_strip_errors, causes, worst

Rows = list[list[str]]
CAUSES = 20
WORST = 10
SHOWN = 100
_Error = TypeVar("_Error")


def browse(gold: Sequence[Document], found: Sequence[Document], limit: int = 20) -> dict[str, Rows]:
    """Title → a table with its header; a table without rows is left out.

    Args:
        gold: the records measured on.
        found: the predicted documents, joined by raw text.
        limit: single errors of each kind, spread evenly over all of them.
    """
    entities, stripping = all_errors(gold, found), all_strip_errors(gold, found)
    out: dict[str, Rows] = {}
    for name, errors in (("entity", entities), ("stripping", stripping)):
        counted = causes(errors).most_common(CAUSES)
        out[f"{len(errors):,} {name} errors, by cause"] = [
            ["count", "cause", "gold", "found"],
            *([str(number), *cause] for cause, number in counted),
        ]
    most = worst(gold, found, WORST)
    out["articles with most entity errors"] = [["article", "errors"], *([name, str(n)] for name, n in most)]
    out["entity errors in context"] = [
        ["article", "cause", "gold", "found", "context"],
        *([e.document, e.kind, _label(e.gold), _label(e.found), e.context] for e in spread(entities, limit)),
    ]
    out["stripping errors"] = [
        ["article", "cause", "gold", "found", "rule", "text"],
        *(
            [e.document, e.kind, _label(e.gold), _label(e.found), e.found.source if e.found else "–", e.text[:SHOWN]]
            for e in spread(stripping, limit)
        ),
    ]
    return {title: table for title, table in out.items() if len(table) > 1}


def spread(errors: Sequence[_Error], limit: int) -> Sequence[_Error]:
    """At most ``limit`` of the errors, from the first to the last, evenly."""
    step = max(1, math.ceil(len(errors) / limit)) if limit else 1
    return errors[::step][:limit]


def _label(span: Span | None) -> str:
    return span.label if span else "–"
