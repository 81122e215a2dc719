"""One article with its layers: coloured in a terminal, as HTML in a notebook, as a diff."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpecnlp.document import Document, Span

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

# Okabe-Ito colours (doi:10.1038/nmeth.1618), which colour-blind readers can tell apart. There are
# fewer of them than labels: two labels of one colour differ by the line under the name.
STYLES: dict[str, tuple[str, str]] = {
    "PERSON": ("#56B4E9", "solid"),
    "ORG": ("#E69F00", "solid"),
    "GPE": ("#009E73", "solid"),
    "LOC": ("#009E73", "dashed"),
    "PROJECT": ("#CC79A7", "solid"),
    "EVENT": ("#D55E00", "solid"),
    "AGREEMENT": ("#CC79A7", "dashed"),
    "TECH": ("#0072B2", "solid"),
    "DATE": ("#8C8C8C", "solid"),
    "MONEY": ("#8C8C8C", "dashed"),
}
OTHER_STYLE = ("#8C8C8C", "dotted")
# an article must not move the cursor or set colours: control characters are drawn, not sent
_CONTROL = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t\r"}
_CONTROL |= dict.fromkeys((0x0D, *range(0x7F, 0xA0)), " ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of raw text under one layer at most."""

    text: str
    span: Span | None = None
    removed: bool = False


def pieces(document: Document) -> Iterator[Piece]:
    """The whole raw text in order, cut where a removed span or an entity begins or ends.

    Where a foreign record has an entity in a removed stretch, the removal is shown.
    """
    marks = [(span, True) for span in document.removed or ()]
    marks += [(span, False) for span in document.entities or ()]
    at = 0
    for span, removed in sorted(marks, key=lambda mark: (mark[0].start, not mark[1])):
        if span.start < at:
            continue
        if span.start > at:
            yield Piece(document.text[at : span.start])
        yield Piece(document.surface(span), span, removed)
        at = span.end
    if at < len(document.text):
        yield Piece(document.text[at:])


def given_topics(document: Document) -> list[tuple[str, float | None]]:
    """The topics given, likeliest first; ``None`` for the score of a topic that a person gave."""
    given = document.topics or {}
    if document.topic_scores is None and all(score == 1 for score in given.values()):
        return [(topic, None) for topic in given]
    ranked = sorted(given.items(), key=lambda item: -item[1])
    return [(topic, score) for topic, score in ranked]


def to_text(document: Document, *, styled: bool = True) -> Text:
    """The article for a terminal: removals struck out, entities coloured, with their labels.

    Args:
        document: an article with layers.
        styled: ``False`` for a file or a pipe, where strokes and colours get lost: the notation of
            the corpus's markup (``[GPE:Gwadar]``, ``{{dateline:GWADAR:}}``) says where a mark begins.
    """
    from rich.text import Text

    out = Text()
    for piece in pieces(document):
        text = piece.text.translate(_CONTROL)
        if piece.span is None:
            out.append(text)
        elif not styled:
            opening, closing = ("{{", "}}") if piece.removed else ("[", "]")
            out.append(f"{opening}{piece.span.label}:{text}{closing}")
        elif piece.removed:
            out.append(text, "dim strike")
            out.append(f"⟨{piece.span.label}⟩", "dim italic")
        else:
            colour, line = STYLES.get(piece.span.label, OTHER_STYLE)
            out.append(text, f"bold {colour}" if line == "solid" else f"bold underline {colour}")
            out.append(f"/{piece.span.label}", colour)
    return out


def to_panel(document: Document, *, styled: bool = True) -> RenderableType:
    """The article with its fields and topics above and what was found below; see :func:`to_text`."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    head = Table.grid(padding=(0, 2))
    for name, value in (document.fields or {}).items():
        if value:
            head.add_row(Text(name, "dim"), Text(value.translate(_CONTROL), "bold" if name == "title" else ""))
    for number, (topic, score) in enumerate(given_topics(document)):
        said = topic if score is None else f"{topic} {score:.2f}"
        head.add_row(Text("" if number else "topics", "dim"), Text(said, "italic"))
    parts: list[RenderableType] = [head, Text()] if head.row_count else []
    parts.append(to_text(document, styled=styled))
    if tally := _tally(document):
        parts += [Text(), Text(tally, "dim")]
    return Panel(Group(*parts), title=Text(document.id.translate(_CONTROL)), title_align="left")


def diff_lines(document: Document) -> Iterator[str]:
    """What was removed and why, one line a span: ``-`` offset, kind, score, source and text."""
    for span in document.removed or ():
        score = "  –  " if span.score is None else f"{span.score:5.3f}"
        text = printable(document.surface(span))
        yield f"- {span.start:>7}  {span.label:<9} {score}  {span.source or '–':<24} {text}"


def printable(text: str) -> str:
    """A stretch on one line: white space as single spaces, control characters drawn."""
    return " ".join(text.translate(_CONTROL).split())


def to_html(document: Document) -> str:
    """The article as a fragment of HTML for a notebook.

    All text is escaped; no text or background colour is set that a dark theme would fight.
    """
    body = "".join(map(_html_piece, pieces(document)))
    title = html.escape((document.fields or {}).get("title") or document.id)
    topics = "".join(
        f'<span style="border:1px solid #8C8C8C88;border-radius:1em;padding:0 .6em;margin-right:.4em">'
        f"{html.escape(topic)}{'' if score is None else f' {score:.2f}'}</span>"
        for topic, score in given_topics(document)
    )
    fields = (document.fields or {}).items()
    stated = html.escape(" · ".join(f"{name}: {value}" for name, value in fields if value and name != "title"))
    return (
        '<article style="max-width:50em;line-height:1.6;color:inherit">'
        f'<h4 style="margin:.4em 0">{title}</h4><p style="font-size:85%;opacity:.75;margin:.4em 0">{stated}</p>'
        f'<p style="font-size:85%;margin:.4em 0">{topics}</p>'
        f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{body}</div>'
        f'<p style="font-size:85%;opacity:.75">{html.escape(_tally(document))}</p></article>'
    )


def _html_piece(piece: Piece) -> str:
    text = html.escape(piece.text)
    if piece.span is None:
        return text
    reason = html.escape(reason_of(piece))
    if piece.removed:
        return f'<del title="{reason}" style="opacity:.6">{text}</del>'
    colour, line = STYLES.get(piece.span.label, OTHER_STYLE)
    return (
        f'<mark title="{reason}" style="background:{colour}33;color:inherit;border-bottom:2px {line} {colour}">'
        f'{text}<sup style="font-size:60%;line-height:0;opacity:.8">&nbsp;{html.escape(piece.span.label)}</sup></mark>'
    )


def reason_of(piece: Piece) -> str:
    """Why a stretch is marked: what it is, its canonical id, its score and its source."""
    span = piece.span
    if span is None:
        return ""
    parts = [f"removed: {span.label}" if piece.removed else span.label, span.ref]
    parts += ["" if span.score is None else f"score {span.score:.2f}", span.source]
    return " · ".join(part for part in parts if part)


def _tally(document: Document) -> str:
    """How much of what was found: ``entities: 4 ORG, 2 GPE; removed: 1 title``."""
    said = []
    for name, spans in (("entities", document.entities), ("removed", document.removed)):
        if spans:
            counts = Counter(span.label for span in spans).most_common()
            said.append(f"{name}: " + ", ".join(f"{count} {label}" for label, count in counts))
    return "; ".join(said)
