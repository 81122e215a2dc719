"""HTML pages: the main text by trafilatura, with what the page's markup states of itself.

trafilatura (Barbaresi 2021, doi:10.18653/v1/2021.acl-demo.15) finds the article in the page; the
strip stage then runs on what it leaves, as on any scraped text.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cpecnlp.corpus.decode import decode, marked_encoding
from cpecnlp.errors import MissingExtraError

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD = 4096
# trafilatura left this many times less than the page's own statement of the article: it lost it
_LOST = 3
_TAG = re.compile(r"<[a-zA-Z/][^<>]{0,500}>")
_BREAK = re.compile(r"</p>|<br\s*/?>|</div>|</h\d>", re.IGNORECASE)
_TITLE_LINES = 3
_WRONG = 0.1  # bytes that are not UTF-8, as a share of the letters that are
_PART_OF_TITLE = 15


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds.

    Attributes:
        text: headline, empty line, article; empty when no article was found.
        metadata: ``html_title``, ``outlet``, ``url``, ``published``, as far as the markup states them.
    """

    text: str
    metadata: dict[str, str] = field(default_factory=dict)


def read_page(data: bytes) -> Page:
    """Find the article of a page.

    Args:
        data: the page as it was saved.

    Raises:
        MissingExtraError: trafilatura (extra ``html``) is not installed.
        InputError: the file is no text.
    """
    try:
        import trafilatura
    except ImportError:
        raise MissingExtraError("trafilatura", "html") from None
    page = decode_page(data)
    text = trafilatura.extract(page, include_comments=False) or ""
    stated = max(_stated(page), key=len, default="")
    # where trafilatura falls back on that statement itself, it puts all paragraphs on one line
    if len(stated) > _LOST * len(text) or ("\n" not in text and text.split() == stated.split()):
        text = stated
    if not text:
        return Page("")
    found = trafilatura.extract_metadata(page, extensive=False)
    named = {"html_title": "title", "outlet": "sitename", "url": "url", "published": "date"}
    metadata = {key: str(value) for key, name in named.items() if (value := getattr(found, name, None))}
    return Page(with_title(metadata.get("html_title", ""), text), metadata)


def decode_page(data: bytes) -> str:
    """The page as text: by mark, as UTF-8, by the character set that it declares, else by detection."""
    broken = _broken_utf8(data)
    if broken is not None:
        return broken
    declared = _CHARSET.search(data, 0, _HEAD)
    if declared and not marked_encoding(data[:4]):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                # browsers read a declared Latin-1 as Windows-1252 (encoding.spec.whatwg.org)
                name = codecs.lookup(declared[1].decode("ascii")).name
                return data.decode("cp1252" if name == "iso8859-1" else name)
            except (LookupError, ValueError):
                pass
    return decode(data)[0]


def _broken_utf8(data: bytes) -> str | None:
    """A page in UTF-8 with a few bytes that are not (a comment glued in, a cut letter); None for any other."""
    if marked_encoding(data[:4]):
        return None
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    letters = len(data) - len(text)  # roughly one a letter of two bytes
    return text if 0 < wrong <= _WRONG * letters else None


def with_title(title: str, text: str) -> str:
    """The text below its headline, unless that stands in one of its first lines.

    Without it the strip stage would look for the headline in the article's own first lines.
    """
    wanted = _letters(title)
    if not wanted:
        return text
    for line in text.splitlines()[:_TITLE_LINES]:
        there = _letters(line)
        if there == wanted or (len(there) >= _PART_OF_TITLE and wanted.startswith(there)):
            return text
    return f"{' '.join(title.split())}\n\n{text}"


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _stated(page: str) -> Iterator[str]:
    """The article as the page's JSON-LD states it (``articleBody``, schema.org/Article)."""
    if '"articleBody"' not in page:
        return
    from trafilatura import load_html

    tree = load_html(page)
    for script in () if tree is None else tree.iterfind('.//script[@type="application/ld+json"]'):
        try:
            yield from map(_plain, _bodies(json.loads(script.text or "", strict=False)))
        except (ValueError, RecursionError):
            continue


def _bodies(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        body = value.get("articleBody")
        if isinstance(body, str):
            yield body
        for inner in value.values():
            yield from _bodies(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _bodies(inner)


def _plain(body: str) -> str:
    from html import unescape

    text = unescape(_TAG.sub("", _BREAK.sub("\n", body)))
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
