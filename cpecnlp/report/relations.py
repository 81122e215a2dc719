"""Canonical entities over a corpus, and which of them stand together.

Both tables are plain lists of dataclasses, which every tool takes as they are::

    pandas.DataFrame(cpecnlp.entities(docs))
    networkx.from_pandas_edgelist(pandas.DataFrame(cpecnlp.cooccurrence(docs)), edge_attr=True)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from cpecnlp.document import Document, Span
from cpecnlp.stages.link.gazetteer import Entry, Gazetteer, shipped_gazetteer
from cpecnlp.stages.link.names import entity_key
from cpecnlp.stages.link.normal import INVISIBLE, key, slug

Unit = Literal["article", "paragraph"]


@dataclass(frozen=True, slots=True)
class CanonicalEntity:
    """One canonical entity of a corpus.

    Attributes:
        id: ``gaz:…`` or ``org:…`` and the like; a local id has its article in front (``art-1#org:…``).
        name: the canonical name: the gazetteer's, or the most frequent full form.
        label: entity type.
        mentions: how often it is named.
        articles: in how many articles.
        first, last: ISO dates of the first and the last dated article, or empty.
        variants: the forms in which it is named, the most frequent first.
        lat, lon: degrees, where the gazetteer knows them.
        country: ISO 3166 code, where the gazetteer knows it.
    """

    id: str
    name: str
    label: str
    mentions: int
    articles: int
    first: str
    last: str
    variants: tuple[str, ...]
    lat: float | None
    lon: float | None
    country: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Two canonical entities that stand together.

    Attributes:
        source, target: their ids, in alphabetical order.
        source_name, target_name: their names.
        weight: in how many articles or paragraphs both stand.
        jaccard: ``weight`` divided by how many hold one of them or both.
    """

    source: str
    target: str
    source_name: str
    target_name: str
    weight: int
    jaccard: float


@dataclass(slots=True)
class _Seen:
    """What has been counted of one entity."""

    labels: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    first: str = ""
    last: str = ""

    def add_article(self, date: str) -> None:
        self.articles += 1
        if date:
            self.first = min(self.first or date, date)
            self.last = max(self.last, date)


def entities(
    documents: Iterable[Document], *, local: bool = True, gazetteer: Gazetteer | None = None
) -> list[CanonicalEntity]:
    """The canonical entities of linked articles, the most frequent first.

    Mentions without a ``ref`` (dates, amounts, names that may mean several things) do not count.

    Args:
        documents: articles that went through the ``link`` stage; read once, so a stream will do.
        local: also give the entities that are only known within one article.
        gazetteer: names and coordinates; the shipped one by default, ``nlp["link"].gazetteer``
            for your own.
    """
    seen = _count(documents, local)
    known = gazetteer or shipped_gazetteer()
    rows = [_row(identifier, found, known) for identifier, found in seen.items()]
    return sorted(rows, key=lambda row: (-row.mentions, row.id))


def cooccurrence(
    documents: Iterable[Document],
    *,
    within: Unit = "article",
    labels: Sequence[str] | None = None,
    min_weight: int = 1,
    local: bool = False,
    gazetteer: Gazetteer | None = None,
) -> list[Edge]:
    """Which canonical entities stand together, the heaviest edges first.

    Args:
        documents: articles that went through the ``link`` stage; read once.
        within: what counts as together: the same article or the same paragraph (line) of it.
        labels: only entities of these types.
        min_weight: leave out edges below.
        local: also entities that are only known within one article.
        gazetteer: names; see :func:`entities`.
    """
    if within not in ("article", "paragraph"):
        raise ValueError(f"within must be 'article' or 'paragraph', not {within!r}")
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    seen: dict[str, _Seen] = {}
    for document in documents:
        mentions = [(i, s) for i, s in _linked(document, local) if labels is None or s.label in labels]
        _add(seen, document, mentions)
        for unit in _units(document, mentions, within):
            alone.update(unit)
            together.update(combinations(sorted(unit), 2))
    known = gazetteer or shipped_gazetteer()
    names = {identifier: _name(identifier, found, known) for identifier, found in seen.items()}
    edges = [
        Edge(a, b, names[a], names[b], weight, round(weight / (alone[a] + alone[b] - weight), 4))
        for (a, b), weight in together.items()
        if weight >= min_weight
    ]
    return sorted(edges, key=lambda edge: (-edge.weight, edge.source, edge.target))


def date_of(document: Document) -> str:
    """The ISO date of an article: as its text states it, or as its metadata do; else empty."""
    stated = (document.fields or {}).get("published") or document.metadata.get("published")
    return str(stated)[:10] if stated else ""


def _linked(document: Document, local: bool) -> Iterator[tuple[str, Span]]:
    for span in document.entities or ():
        if span.ref and (local or not span.ref.startswith("#")):
            yield entity_key(document.id, span.ref), span


def _count(documents: Iterable[Document], local: bool) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    for document in documents:
        _add(seen, document, list(_linked(document, local)))
    return seen


def _add(seen: dict[str, _Seen], document: Document, mentions: Sequence[tuple[str, Span]]) -> None:
    for identifier, span in mentions:
        found = seen.setdefault(identifier, _Seen())
        found.labels[span.label] += 1
        found.variants[" ".join(document.surface(span).translate(INVISIBLE).split())] += 1
    date = date_of(document)
    for identifier in {identifier for identifier, _ in mentions}:
        seen[identifier].add_article(date)


def _units(document: Document, mentions: Sequence[tuple[str, Span]], within: Unit) -> list[set[str]]:
    if within == "article":
        return [{identifier for identifier, _ in mentions}]
    lines: dict[int, set[str]] = defaultdict(set)
    line, at = 0, 0
    for identifier, span in mentions:
        line += document.text.count("\n", at, span.start)
        at = span.start
        lines[line].add(identifier)
    return list(lines.values())


def _row(identifier: str, found: _Seen, gazetteer: Gazetteer) -> CanonicalEntity:
    entry = _entry(identifier, gazetteer)
    return CanonicalEntity(
        id=identifier,
        name=_name(identifier, found, gazetteer),
        label=entry.type if entry else _most(found.labels),
        mentions=found.variants.total(),
        articles=found.articles,
        first=found.first,
        last=found.last,
        variants=tuple(sorted(found.variants, key=lambda form: (-found.variants[form], form))),
        lat=entry.lat if entry else None,
        lon=entry.lon if entry else None,
        country=entry.country if entry else "",
    )


def _entry(identifier: str, gazetteer: Gazetteer) -> Entry | None:
    return gazetteer.entries.get(identifier[4:]) if identifier.startswith("gaz:") else None


def _name(identifier: str, found: _Seen, gazetteer: Gazetteer) -> str:
    """The gazetteer's name, or the most frequent of the forms that the id was made from."""
    if entry := _entry(identifier, gazetteer):
        return entry.name
    end = identifier.partition(":")[2]
    full = [form for form in found.variants if any(slug(key(form, label)) == end for label in found.labels)]
    return _most(Counter({form: found.variants[form] for form in full or found.variants}))


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], -len(name), name))
