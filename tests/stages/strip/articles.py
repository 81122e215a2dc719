"""Articles of invented outlets, put together from parts, and what the stage makes of them."""

from __future__ import annotations

from functools import cache

import cpecnlp
from cpecnlp.document import Document

TITLE = "Gwadar desalination unit starts trial run"
BODY = (
    "The first line of the new desalination unit at Gwadar began a trial run on Tuesday, and engineers expect it to"
    " reach half of its rated output before the end of the month, the port authority said.",
    "Residents of the old town have waited nine years for the plant, which was delayed twice by disputes over the"
    " price of electricity and once by a storm that broke the intake pipe.",
    "The authority will publish daily readings of salinity, so that fishermen and farmers can check whether the brine"
    " that flows back into the bay does harm to the shrimp grounds.",
)


@cache
def stage():
    """The strip stage as shipped."""
    return cpecnlp.load(stages=["strip"])["strip"]


def article(above=(), head=(), middle=(), tail=(), title=TITLE, body=BODY):
    """A text: lines above the headline, below it, between the paragraphs, behind the last."""
    lines = [*above, *([title, ""] if title else []), *head, body[0], *middle, *body[1:], *tail]
    return "\n".join(lines)


def annotated(text):
    (document,) = stage().annotate([Document("x", text)])
    return document


def removed(text):
    """(kind, text) of everything that went, the headline's first standing aside."""
    document = annotated(text)
    return [(span.label, document.surface(span)) for span in document.removed if span.label != "title"]


def kept(text):
    """The lines of the clean text."""
    return annotated(text).paragraphs


def fields(text):
    """The fields that are not empty."""
    return {name: value for name, value in annotated(text).fields.items() if value}
