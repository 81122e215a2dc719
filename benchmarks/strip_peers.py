"""What the strip stage is measured beside: tools for whole pages, given the lines of an article.

No tool strips text that was already extracted, so each peer gets what comes nearest to its own
input: the C4 rule judges lines, jusText and trafilatura get a page with one ``<p>`` a line. Each
returns the removed spans of raw texts, whole lines, of kind ``line``: peers name no kinds.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Sequence

from cpecnlp.document import Span

Spans = tuple[Span, ...]
Stripper = Callable[[Sequence[str]], list[Spans]]
_LINE = re.compile(r"[^\r\n]+")
# Raffel et al. 2020 (arXiv:1910.10683), section 2.2, as in the clean-up code of TensorFlow Datasets
_C4_ENDS = (".", "?", "!", '"')
_C4_WORDS = 5
_C4_PHRASES = (
    "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies", "javascript",
)  # fmt: skip


def lines_of(text: str) -> list[tuple[int, str]]:
    """The non-empty lines of a text without white space around them: offset and line."""
    out = []
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if line:
            out.append((match.start() + match.group().index(line), line))
    return out


def page_of(text: str) -> str:
    """A page with one ``<p>`` a line."""
    body = "\n".join(f"<p>{html.escape(line)}</p>" for _, line in lines_of(text))
    head = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"></head>'
    return f"{head}<body><article>{body}</article></body></html>"


def removed(text: str, kept: Callable[[list[str]], list[bool]]) -> Spans:
    """A span for each line that ``kept`` does not keep."""
    lines = lines_of(text)
    stay = kept([line for _, line in lines])
    return tuple(Span(at, at + len(line), "line") for (at, line), keep in zip(lines, stay, strict=True) if not keep)


def nothing() -> Stripper:
    """Removes nothing: all of the junk stays."""
    return lambda texts: [() for _ in texts]


def c4_rule() -> Stripper:
    """Lines of the C4 data set: five words or more, closed by a full stop or a quotation mark."""

    def keep(line: str) -> bool:
        low = line.lower()
        whole = line.endswith(_C4_ENDS) and not line.endswith("...") and len(line.split()) >= _C4_WORDS
        return whole and not any(phrase in low for phrase in _C4_PHRASES)

    return lambda texts: [removed(text, lambda lines: list(map(keep, lines))) for text in texts]


def justext() -> Stripper:
    """jusText (Pomikálek 2011) with its English list of stop words."""
    import justext as library

    words = library.get_stoplist("English")

    def one(text: str) -> Spans:
        if not text.strip():
            return ()
        good = [p.text for p in library.justext(page_of(text), words) if not p.is_boilerplate]
        return removed(text, lambda lines: in_order(lines, good))

    return lambda texts: [one(text) for text in texts]


def trafilatura() -> Stripper:
    """trafilatura (Barbaresi 2021) with its default settings."""
    import trafilatura as library

    def one(text: str) -> Spans:
        if not text.strip():
            return ()
        found = library.extract(page_of(text), include_comments=False) or ""
        return removed(text, lambda lines: in_order(lines, found.splitlines()))

    return lambda texts: [one(text) for text in texts]


def in_order(lines: Sequence[str], kept: Sequence[str]) -> list[bool]:
    """Which of ``lines`` stand in ``kept``, white space and invisible characters aside.

    A line that stands twice and was kept once counts as kept the first time.
    """
    left = Counter(map(_key, kept))
    out = []
    for line in lines:
        key = _key(line)
        out.append(left[key] > 0)
        left[key] -= 1
    return out


def _key(line: str) -> str:
    # tools print list marks, escapes and quotation marks each in their own way
    return "".join(c for c in line if c.isalnum()) or "".join(line.split())


PEERS: dict[str, Callable[[], Stripper]] = {
    "nothing removed": nothing,
    "C4 line rule": c4_rule,
    "jusText": justext,
    "trafilatura": trafilatura,
}
