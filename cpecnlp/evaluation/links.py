"""Linking measured on gold mentions: pairwise and B³ precision, recall and F1.

B³ (Bagga & Baldwin 1998, "Algorithms for scoring coreference chains") asks of every mention how
much of its predicted cluster is right and how much of its gold cluster was found. Clusters run
over the whole corpus: the same name in two articles is a pair like any other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.evaluation.figures import Figure
from cpecnlp.paths import shipped
from cpecnlp.stages.link import LinkStage
from cpecnlp.stages.link.mentions import VALUES
from cpecnlp.stages.link.names import entity_key
from cpecnlp.stages.link.normal import INVISIBLE

Array = NDArray[np.float64]
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class GoldLinks:
    """The links of one article, by hand.

    Attributes:
        id: the article.
        split: ``"dev"`` (looked at while the rules were written) or ``"test"``.
        refs: label and surface → gold id; ``None`` where the words name nothing in particular.
    """

    id: str
    split: str
    refs: Mapping[tuple[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Mention:
    """One gold mention with its gold and its predicted cluster."""

    article: int
    label: str
    gold: str
    found: str


def evaluate_links(
    links: Path | str | None = None,
    gold: Path | str = "corpus",
    *,
    split: str | None = None,
    gazetteer: Path | str | None = None,
) -> dict[str, Figure]:
    """Link the gold mentions of the articles that have gold links, and measure.

    Args:
        links: gold links; the shipped ones by default.
        gold: gold records with those articles.
        split: only ``"dev"`` or ``"test"``.
        gazetteer: your own names beside the shipped ones.

    Raises:
        InputError: no gold links, or an article of theirs is missing.
    """
    chosen = [one for one in read_links(links or shipped("corpus") / "links.jsonl") if split in (None, one.split)]
    if not chosen:
        raise InputError("no gold links were found" + (f" in the split {split!r}" if split else ""))
    wanted = {one.id for one in chosen}
    articles = [document for document in read(gold, gold=True, max_chars=0) if document.id in wanted]
    return figures(mentions(chosen, LinkStage.load(gazetteer=gazetteer).annotate(articles)))


def read_links(path: Path | str) -> list[GoldLinks]:
    """Read ``corpus/links.jsonl``: ``{"id", "split", "links": {label: {surface: gold id or null}}}``.

    Raises:
        InputError: a line that is not such a record; the message names it.
    """
    out = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            refs = {(label, name): ref for label, names in row["links"].items() for name, ref in names.items()}
            out.append(GoldLinks(str(row["id"]), str(row["split"]), refs))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}:{number}: not a record of links ({error})") from None
    return out


def mentions(gold: Iterable[GoldLinks], linked: Iterable[Document]) -> list[Mention]:
    """Every judged mention of the articles that have gold links.

    Args:
        gold: links by hand.
        linked: the articles with gold entities, linked by the stage; a mention without a gold
            link is left out (:func:`unjudged` lists them).

    Raises:
        InputError: an article is missing.
    """
    out: list[Mention] = []
    for article, (links, document) in enumerate(_joined(gold, linked)):
        for place, (label, surface, ref) in _named(document):
            if (label, surface) in links.refs:
                alone = f"{links.id}@{place}"
                found = entity_key(links.id, ref) if ref else alone
                out.append(Mention(article, label, links.refs[label, surface] or alone, found))
    return out


def unjudged(gold: Iterable[GoldLinks], linked: Iterable[Document]) -> list[tuple[str, str, str]]:
    """(article, label, surface) of the mentions that have no gold link, for instance since an edit."""
    return [
        (links.id, label, surface)
        for links, document in _joined(gold, linked)
        for _, (label, surface, _) in _named(document)
        if (label, surface) not in links.refs
    ]


def _joined(gold: Iterable[GoldLinks], linked: Iterable[Document]) -> Iterator[tuple[GoldLinks, Document]]:
    documents = {document.id: document for document in linked}
    for links in gold:
        document = documents.get(links.id)
        if document is None or document.entities is None:
            raise InputError(f"links: there is no article {links.id!r} with entities")
        yield links, document


def _named(document: Document) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """(place, (label, surface, ref)) of every mention that has a name."""
    for place, span in enumerate(document.entities or ()):
        if span.label not in VALUES:
            surface = " ".join(document.surface(span).translate(INVISIBLE).split())
            yield place, (span.label, surface, span.ref)


def figures(judged: Sequence[Mention], seed: int = 0) -> dict[str, Figure]:
    """Pairwise and B³ figures over the corpus and within articles, with intervals.

    Intervals are percentile bootstrap over articles; a pair of two articles counts as often as
    both were drawn.
    """
    size = 1 + max((mention.article for mention in judged), default=0)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(size, np.full(size, 1 / size), size=RESAMPLES)
    weights = np.vstack([np.ones((1, size)), drawn])
    out = _three("b3", *_b3(judged, weights, size), len(judged))
    within = [Mention(m.article, m.label, f"{m.article} {m.gold}", f"{m.article} {m.found}") for m in judged]
    out |= _three("b3_within", *_b3(within, weights, size), len(judged))
    out |= _three("pairwise", *_pairwise(judged, weights, size))
    out |= _three("pairwise_within", *_pairwise(within, weights, size))
    return out


def _b3(judged: Sequence[Mention], weights: Array, size: int) -> tuple[Array, Array]:
    gold, found = Counter(m.gold for m in judged), Counter(m.found for m in judged)
    both = Counter((m.gold, m.found) for m in judged)
    sums = np.zeros((3, size))
    for m in judged:
        shared = both[m.gold, m.found]
        sums[:, m.article] += (shared / found[m.found], shared / gold[m.gold], 1)
    right, recalled, count = sums @ weights.T
    return right / count, recalled / count


def _pairwise(judged: Sequence[Mention], weights: Array, size: int) -> tuple[Array, Array, int]:
    gold = _pairs(judged, lambda m: m.gold, size)
    found = _pairs(judged, lambda m: m.found, size)
    both = _pairs(judged, lambda m: (m.gold, m.found), size)
    wanted, given, right = (_weighted(pairs, weights) for pairs in (gold, found, both))
    with np.errstate(invalid="ignore", divide="ignore"):
        return right / given, right / wanted, int(wanted[0])


def _pairs(judged: Sequence[Mention], cluster: Any, size: int) -> Array:
    """How many pairs of one cluster there are between each two articles; the upper triangle."""
    members: dict[Any, Counter[int]] = {}
    for mention in judged:
        members.setdefault(cluster(mention), Counter())[mention.article] += 1
    pairs = np.zeros((size, size))
    for articles in members.values():
        places = sorted(articles)
        counts = np.array([articles[place] for place in places], dtype=np.float64)
        square = np.triu(np.outer(counts, counts), 1) + np.diag(counts * (counts - 1) / 2)
        pairs[np.ix_(places, places)] += square
    return pairs


def _weighted(pairs: Array, weights: Array) -> Array:
    between = pairs - np.diag(np.diag(pairs))
    total: Array = ((weights @ between) * weights).sum(axis=1) + weights @ np.diag(pairs)
    return total


def _three(name: str, precision: Array, recall: Array, support: int) -> dict[str, Figure]:
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * precision * recall / (precision + recall)
    values = {"precision": precision, "recall": recall, "f1": f1}
    return {f"{name}_{part}": _figure(value, support) for part, value in values.items()}


def _figure(values: Array, support: int) -> Figure:
    known = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    return Figure(float(values[0]), float(low), float(high), support)
