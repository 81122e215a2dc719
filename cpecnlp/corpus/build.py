"""The shipped corpus from its markup: raw articles and gold records, a file a split."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cpecnlp.corpus.lint import Finding, body_words, check_record
from cpecnlp.corpus.markup import Article, compile_folder
from cpecnlp.corpus.writer import whole_file
from cpecnlp.errors import InputError

SPLITS = ("train", "dev", "test")
DEFAULT_SPLIT = "train"
MANIFEST = "corpus.toml"
CARD = "README.md"
_COUNTS = re.compile(r"(?<=<!-- counts -->\n).*?(?=<!-- end of counts -->)", re.S)


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """How much of what a corpus holds.

    Attributes:
        articles: all of them.
        words: words of their clean bodies.
        splits, outlets, genres, years, stories: articles by each.
        topics: articles by topic; an article counts for each of its topics.
        labels: entity mentions by label.
        kinds: removed spans by kind.
    """

    articles: int = 0
    words: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    outlets: Counter[str] = field(default_factory=Counter)
    genres: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


def build_corpus(root: Path) -> CorpusCounts:
    """Compile ``root/markup`` and write ``root/articles`` and ``root/gold``, a file a split.

    The same markup gives the same bytes. The counts in the data card ``root/README.md`` are
    brought up to date, if it is there.

    Raises:
        MarkupError: the notation of a file is broken.
        InputError: the table of splits names an article that is not there, or one twice.
    """
    records = split_records(root)
    for split in SPLITS:
        gold = [record for record in records if record["metadata"]["split"] == split]
        _write(root / "gold" / f"{split}.jsonl", gold)
        raw = [{key: record[key] for key in ("id", "text", "metadata")} for record in gold]
        _write(root / "articles" / f"{split}.jsonl", raw)
    counts = count(records)
    if (card := root / CARD).is_file():
        text = card.read_text(encoding="utf-8")
        card.write_text(_COUNTS.sub(lambda _: counts_table(counts), text), encoding="utf-8")
    return counts


def split_records(root: Path) -> list[dict[str, Any]]:
    """The gold records of ``root/markup``, in the order of their ids, each with its split."""
    articles = compile_folder(root / "markup")
    table = split_table(root, articles)
    return [article.gold_record(table[article.id]) for article in articles]


def split_table(root: Path, articles: Iterable[Article]) -> dict[str, str]:
    """Article id → split. What ``[splits]`` of ``corpus.toml`` does not name is in train."""
    table = {article.id: DEFAULT_SPLIT for article in articles}
    named: set[str] = set()
    for split, names in manifest(root).get("splits", {}).items():
        for name in names:
            if split not in SPLITS or name not in table or name in named:
                reason = "twice" if name in named else "but there is no such split or article"
                raise InputError(f"{root / MANIFEST}: {name!r} is named in split {split!r}, {reason}")
            table[name] = split
            named.add(name)
    return table


def manifest(root: Path) -> dict[str, Any]:
    """The contents of ``root/corpus.toml``."""
    return tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))


def check_corpus(root: Path, hints: bool = False) -> list[tuple[str, int, Finding]]:
    """Hold every article of ``root/markup`` to the guide, less the exceptions of ``corpus.toml``.

    Returns:
        ``(file, line, finding)`` of each, in order; exceptions that no longer apply are findings too.
    """
    allowed = {(e["article"], e["rule"], e["surface"]) for e in manifest(root).get("exception", [])}
    unused, found = set(allowed), []
    for article in compile_folder(root / "markup"):
        where = f"{root / 'markup' / article.id}.ann"
        for finding in check_record(article.gold_record(""), hints):
            key = (finding.article, finding.rule, finding.surface)
            unused.discard(key)
            if key not in allowed:
                found.append((where, article.line_of(finding.start) if finding.start else 1, finding))
    for name, rule, surface in sorted(unused):
        stale = Finding(name, 0, "exception", surface, f"the exception {rule} {surface!r} of {name} is not needed")
        found.append((str(root / MANIFEST), 1, stale))
    return found


def count(records: Iterable[Mapping[str, Any]]) -> CorpusCounts:
    """Count gold records."""
    counts, articles, words = CorpusCounts(), 0, 0
    for record in records:
        articles, words = articles + 1, words + body_words(record)
        metadata = record["metadata"]
        counts.splits[metadata["split"]] += 1
        counts.outlets[metadata.get("outlet", "")] += 1
        counts.genres[metadata["genre"]] += 1
        counts.years[metadata["published"][:4]] += 1
        counts.stories.update([metadata["story"]] if "story" in metadata else [])
        counts.topics.update(record["topics"])
        counts.labels.update(label for _, _, label in record["entities"])
        counts.kinds.update(kind for _, _, kind in record["removed"])
    tables = {name: getattr(counts, name) for name in CorpusCounts.__slots__ if name not in ("articles", "words")}
    return CorpusCounts(articles, words, **tables)


def counts_table(counts: CorpusCounts) -> str:
    """The counts as Markdown, for the data card."""
    out = [f"**{counts.articles} articles**, {counts.words:,} words of body:"]
    out[0] += " " + ", ".join(f"{counts.splits[split]} {split}" for split in SPLITS) + ".\n"
    for title, name in (("topic", "topics"), ("entity label", "labels"), ("removed kind", "kinds")):
        unit = "articles" if name == "topics" else "spans"
        out += [f"| {title} | {unit} |", "| --- | --- |"]
        out += [f"| `{key}` | {number:,} |" for key, number in _ordered(getattr(counts, name))] + [""]
    for title, name in (("Outlets", "outlets"), ("Genres", "genres"), ("Years", "years")):
        listed = getattr(counts, name)
        rows = sorted(listed.items()) if name == "years" else _ordered(listed)
        out += [f"{title}: " + ", ".join(f"{key} {number}" for key, number in rows) + ".\n"]
    copies = sum(counts.stories.values())
    out += [f"Syndication: {len(counts.stories)} stories stand in {copies} articles (`story` in the metadata).\n"]
    return "\n".join(out)


def _ordered(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _write(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    with whole_file(path) as file:
        for record in records:
            line = json.dumps(record, ensure_ascii=False)
            # JSON allows these inside strings, but line readers split there
            for character in "\u2028\u2029\x85":
                line = line.replace(character, f"\\u{ord(character):04x}")
            file.write(line.encode("utf-8") + b"\n")
