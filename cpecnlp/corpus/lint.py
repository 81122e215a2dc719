"""Checks that hold gold records to the annotation guide.

``check_record`` looks at one article by itself. ``python -m cpecnlp.corpus.lint FOLDER`` checks a
folder of ``.ann`` files, every finding with its file and line; ``--hints`` adds names that may
have been missed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpecnlp.corpus.hints import missed
from cpecnlp.corpus.markup import (
    BLOCK_KINDS,
    GENRES,
    INLINE_KINDS,
    INVISIBLE,
    LABELS,
    SPACE,
    Article,
    MarkupError,
    parse_file,
)
from cpecnlp.corpus.rules import TOPICS, boundary, date_stated, folded, mask, readable
from cpecnlp.document import FIELDS

WORDS = (220, 600)
WHOLE_BLOCK = frozenset(BLOCK_KINDS) - frozenset(INLINE_KINDS)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a gold record that is against the guide.

    Attributes:
        article: id of the record.
        start: raw offset, 0 for the article as a whole.
        rule: name of the check, for the list of exceptions.
        surface: the stretch or value in question, for the list of exceptions.
        message: one sentence.
        hint: a name that may have been missed: to be looked at, not an error.
    """

    article: str
    start: int
    rule: str
    surface: str
    message: str
    hint: bool = False

    def __str__(self) -> str:
        return f"{self.article}: character {self.start}: {self.message}"


def check_record(record: Mapping[str, Any], hints: bool = False) -> list[Finding]:
    """Hold one gold record to the guide.

    Args:
        record: a line of ``corpus/gold/*.jsonl``.
        hints: also report names that may have been missed.

    Returns:
        What was found, in the order of the text.
    """
    text, name = record["text"], str(record["id"])
    found = [Finding(name, 0, *row) for row in _whole(record)]
    broken = [Finding(name, *row) for row in _offsets(record)]
    if broken:
        return found + broken
    for check in (_blocks, _entities, _two_labels, _unmarked, _fields):
        found += [Finding(name, *row) for row in check(record)]
    if hints:
        found += [Finding(name, *row, hint=True) for row in missed(text, record["entities"], record["removed"])]
    return sorted(found, key=lambda f: (f.start, f.rule))


def body_words(record: Mapping[str, Any]) -> int:
    """Words of the clean body."""
    return len(re.findall(r"\w[\w'’.,-]*", readable(mask(record["text"], record["removed"]))))


def _whole(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    words = body_words(record)
    if not WORDS[0] <= words <= WORDS[1]:
        yield "words", "", f"the body has {words} words, not {WORDS[0]} to {WORDS[1]}"
    topics = record["topics"]
    for topic in topics:
        if topic not in TOPICS:
            yield "topics", topic, f"unknown topic {topic!r}"
    if not topics or len(set(topics)) < len(topics):
        yield "topics", "", "no topic, or one twice"
    if "none" in topics and len(topics) > 1:
        yield "topics", "none", "the topic none stands beside others"
    metadata = record["metadata"]
    if metadata.get("genre") not in GENRES:
        yield "genre", str(metadata.get("genre")), f"unknown genre {metadata.get('genre')!r}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", metadata.get("published", "")):
        yield "published", str(metadata.get("published")), "metadata has no ISO date in published"
    if "url" in metadata and not re.match(r"https://[a-z0-9.-]+\.example/", metadata["url"]):
        yield "url", metadata["url"], f"the address {metadata['url']!r} does not stand under .example"


def _offsets(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    text = record["text"]
    for layer, known in (("removed", {*BLOCK_KINDS, *INLINE_KINDS}), ("entities", set(LABELS))):
        at = 0
        for start, end, label in record[layer]:
            if not 0 <= start < end <= len(text):
                yield start, "offsets", label, f"{layer}: [{start}, {end}) is no stretch of {len(text)} characters"
            elif start < at:
                yield (
                    start,
                    "offsets",
                    label,
                    f"{layer}: {text[start:end]!r} overlaps the span before it or is not in order",
                )
            if label not in known:
                yield start, "label", label, f"{layer}: unknown label {label!r}"
            at = max(at, end)


def _blocks(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    text = record["text"]
    for start, end, kind in record["removed"]:
        surface = text[start:end]
        if surface != surface.strip(SPACE + INVISIBLE + "\n") or "\n" in surface:
            yield start, "removed", surface, f"{kind} {surface[:40]!r} begins or ends with white space or crosses lines"
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        rest = text[line_start:start] + text[end : len(text) if line_end < 0 else line_end]
        whole = not rest.strip(SPACE + INVISIBLE)
        if whole and kind not in BLOCK_KINDS:
            yield start, "removed", surface, f"{kind} {surface[:40]!r} is a whole line: it must have a block's kind"
        if not whole and kind in WHOLE_BLOCK:
            yield start, "removed", surface, f"{kind} {surface[:40]!r} is part of a line: only whole lines are {kind}"


def _entities(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    text, masked = record["text"], mask(record["text"], record["removed"])
    for start, end, label in record["entities"]:
        if "\x00" in masked[start:end]:
            yield start, "removed", text[start:end], f"{label} {text[start:end]!r} stands in removed text"
        for rule, message in boundary(masked, start, end, label):
            yield start, rule, text[start:end], message


def _two_labels(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    first: dict[str, str] = {}
    for start, end, label in record["entities"]:
        surface = readable(record["text"][start:end])
        if first.setdefault(surface, label) != label:
            yield start, "two-labels", surface, f"{surface!r} is {label} here and {first[surface]} above"


def _unmarked(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    """A name that is marked elsewhere in the article and not here."""
    text = record["text"]
    plain, at = folded(mask(text, record["removed"] + record["entities"]))
    surfaces = {readable(text[start:end]) for start, end, _ in record["entities"]}
    taken: set[int] = set()
    for surface in sorted(surfaces, key=lambda s: (-len(s), s)):
        for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", plain):
            if match.start() not in taken:
                taken.update(range(match.start(), match.end()))
                context = plain[max(0, match.start() - 25) : match.end() + 25].replace("\x00", "·")
                yield (
                    at[match.start()],
                    "unmarked",
                    surface,
                    f"{surface!r} is marked elsewhere and not here: …{context}…",
                )


def _fields(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    fields, text = record["fields"], record["text"]
    if tuple(fields) != FIELDS:
        yield 0, "fields", "", f"fields must be {', '.join(FIELDS)}"
        return
    pieces = [(readable(text[start:end]), kind) for start, end, kind in record["removed"]]
    stated = " \n ".join(piece for piece, _ in pieces)
    yield from _title(fields["title"], [piece for piece, kind in pieces if kind == "title"])
    for name in ("place", "agency", "author"):
        value = fields[name]
        if value and value.casefold() not in stated.casefold():
            yield 0, name, value, f"the {name} {value!r} does not stand in the furniture"
    published = fields["published"]
    if published and not date_stated(published, stated):
        yield 0, "published", published, f"the date {published} does not stand in the furniture"
    known = record["metadata"].get("published", "")
    if not published and known and date_stated(known, stated):
        yield 0, "published", known, f"the furniture seems to state {known}, and the field is empty"
    if published and known and published[:7] != known[:7]:
        yield (
            0,
            "published",
            published,
            f"the text was published on {published} by its field and {known} by its metadata",
        )


def _title(title: str, blocks: list[str]) -> Iterator[tuple[int, str, str, str]]:
    if len(blocks) > 1:
        yield 0, "title", title, "two title blocks: the second is a repeat"
    elif bool(title) != bool(blocks):
        yield 0, "title", title, "the title field and the title block must both be there, or neither"
    elif blocks and not blocks[0].startswith(readable(title)):
        yield 0, "title", title, f"the title field {title!r} is not the beginning of the title block {blocks[0]!r}"
    elif blocks and len(blocks[0]) > len(title) and not re.match(r" ?[-|–—:•·]", blocks[0][len(title) :]):
        yield 0, "title", title, f"the title block goes on with {blocks[0][len(title) :]!r}"


def main(arguments: list[str] | None = None) -> int:
    """Check ``.ann`` files; the findings go to stdout, one a line."""
    parser = argparse.ArgumentParser(prog="python -m cpecnlp.corpus.lint", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="folders of .ann files, or files")
    parser.add_argument("--hints", action="store_true", help="also names that may have been missed")
    options = parser.parse_args(arguments)
    files = [f for p in options.paths for f in (sorted(p.glob("*.ann")) if p.is_dir() else [p])]
    errors = 0
    for path in files:
        for line, finding in check_file(path, options.hints):
            errors += not finding.hint
            sys.stdout.write(f"{path}:{line}: {'hint: ' if finding.hint else ''}{finding.message}\n")
    sys.stdout.write(f"{len(files)} files, {errors} problems\n")
    return 1 if errors else 0


def check_file(path: Path, hints: bool = False) -> list[tuple[int, Finding]]:
    """Findings in one ``.ann`` file, each with its line."""
    try:
        article: Article = parse_file(path)
    except MarkupError as error:
        return [(error.line, Finding(path.stem, 0, "notation", "", error.message))]
    record = article.gold_record("")
    return [(article.line_of(f.start) if f.start else 1, f) for f in check_record(record, hints)]


if __name__ == "__main__":
    sys.exit(main())
