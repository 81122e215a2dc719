"""One article with its layers: coloured in a terminal, as HTML in a notebook, as a diff."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpecnlp.document import Document, Span

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

# Okabe-Ito colours (doi:10.1038/nmeth.1618), which colour-blind readers can tell apart
COLOURS = {
    "PERSON": "#56B4E9",
    "ORG": "#E69F00",
    "GPE": "#009E73",
    "LOC": "#66C2A5",
    "PROJECT": "#CC79A7",
    "EVENT": "#D55E00",
    "AGREEMENT": "#B07AA1",
    "TECH": "#0072B2",
    "DATE": "#999999",
    "MONEY": "#B8A900",
}
OTHER_COLOUR = "#888888"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of raw text under one layer at most."""

    text: str
    span: Span | None = None
    removed: bool = False


def pieces(document: Document) -> Iterator[Piece]:
    """The whole raw text in order, cut where a removed span or an entity begins or ends."""
    marks = [(span, True) for span in document.removed or ()]
    marks += [(span, False) for span in document.entities or ()]
    at = 0
    for span, removed in sorted(marks, key=lambda mark: mark[0].start):
        if span.start > at:
            yield Piece(document.text[at : span.start])
        yield Piece(document.surface(span), span, removed)
        at = span.end
    if at < len(document.text):
        yield Piece(document.text[at:])


def to_text(document: Document) -> Text:
    """The article for a terminal: removals struck out, entities coloured, with their labels."""
    from rich.text import Text

    out = Text()
    for piece in pieces(document):
        if piece.span is None:
            out.append(piece.text)
        elif piece.removed:
            out.append(piece.text, "dim strike red")
            out.append(f"⟨{piece.span.label}⟩", "dim red")
        else:
            colour = COLOURS.get(piece.span.label, OTHER_COLOUR)
            out.append(piece.text, f"bold {colour}")
            out.append(f"/{piece.span.label}", f"dim {colour}")
    return out


def to_panel(document: Document) -> RenderableType:
    """The article with its id, fields and topics around it."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    head = [f"{name}: {value}" for name, value in (document.fields or {}).items() if value]
    topics = ", ".join(f"{name} {score:.2f}" for name, score in (document.topics or {}).items())
    lines = [Text("  ".join(head), "cyan")] if head else []
    lines += [Text(f"topics: {topics}", "magenta")] if topics else []
    return Panel(Group(*lines, to_text(document)), title=Text(document.id), title_align="left")


def diff_lines(document: Document) -> Iterator[str]:
    """What was removed and why, one line a span: ``-`` offset, kind, score, source and text."""
    for span in document.removed or ():
        score = "  –  " if span.score is None else f"{span.score:5.3f}"
        text = " ".join(document.surface(span).split())
        yield f"- {span.start:>7}  {span.label:<9} {score}  {span.source or '–':<24} {text}"


def to_html(document: Document) -> str:
    """The article as a fragment of HTML; all text is escaped."""
    parts = []
    for piece in pieces(document):
        text = html.escape(piece.text)
        if piece.span is None:
            parts.append(text)
        elif piece.removed:
            parts.append(f'<del title="{_reason(piece.span)}" style="opacity:.55">{text}</del>')
        else:
            colour = COLOURS.get(piece.span.label, OTHER_COLOUR)
            parts.append(
                f'<mark title="{_reason(piece.span)}" style="background:{colour}33;color:inherit;'
                f'border-bottom:2px solid {colour}">{text}<sub>{html.escape(piece.span.label)}</sub></mark>'
            )
    topics = ", ".join(f"{html.escape(name)} {score:.2f}" for name, score in (document.topics or {}).items())
    title = html.escape((document.fields or {}).get("title") or document.id)
    body = "".join(parts)
    return (
        f'<article style="max-width:50em;line-height:1.5"><h4>{title}</h4><p><small>{topics}</small></p>'
        f'<div style="white-space:pre-wrap">{body}</div></article>'
    )


def _reason(span: Span) -> str:
    score = "" if span.score is None else f" {span.score:.2f}"
    return html.escape(f"{span.label}{score} {span.ref or span.source}".strip())
