"""Find what a collection is about, beside or beyond the scheme of topics."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.corpus.reader import SHIPPED, read
from cpecnlp.discovery.clusters import default_least, find_clusters, nearest_to_middle
from cpecnlp.discovery.terms import key_terms
from cpecnlp.document import Document
from cpecnlp.errors import InputError, OutputError
from cpecnlp.models import find_model, model_path
from cpecnlp.stages.topics import TopicRule, reading
from cpecnlp.training.topic_data import TopicExample, copies, prepared
from cpecnlp.training.topic_rows import TopicRows

HEADLINES = 3


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that belong together.

    Attributes:
        number: from 1, largest first.
        articles: how many.
        terms: that tell it from the other clusters.
        headlines: of the articles nearest to its middle.
        topics: share of its articles that the scheme gives each topic, commonest first.
        unnamed: share of its articles to which the scheme gives no topic, or none with confidence.
    """

    number: int
    articles: int
    terms: tuple[str, ...]
    headlines: tuple[str, ...]
    topics: Mapping[str, float]
    unnamed: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article lies.

    Attributes:
        id: of the article.
        headline: its first line.
        cluster: number of its cluster; ``None`` when it belongs to none.
        strength: how firmly it lies in the cluster, 0 to 1.
        topics: that the scheme gives it.
    """

    id: str
    headline: str
    cluster: int | None
    strength: float
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Discovery:
    """Clusters of a collection.

    Attributes:
        clusters: largest first.
        places: one an article, in the order of the input: in a cluster, or plainly in none.
        left_out: articles that were not looked at because the scheme names them (``unnamed``).
        least: articles that a cluster needed.
        problems: what could not be read, one sentence each.
        model: whose embeddings and topics these are.
    """

    clusters: tuple[Cluster, ...]
    places: tuple[Place, ...]
    left_out: int
    least: int
    problems: tuple[str, ...]
    model: str


def discover(
    source: str | Path | Iterable[str | Path] | Sequence[Document] = SHIPPED,
    *,
    least: int | None = None,
    terms: int = 8,
    unnamed: bool = False,
    models: Path | str | None = None,
    output: Path | str | None = None,
) -> Discovery:
    """Cluster articles and say which terms tell each cluster from the others.

    Articles are compared by the static embeddings of the topic model: no torch, no network. Copies
    of a story count once and follow their first. Nothing is drawn at random.

    Args:
        source: whatever :func:`cpecnlp.read` reads, or documents.
        least: articles of the smallest cluster; by default half the root of their number.
        terms: key terms a cluster.
        unnamed: look only at articles to which the scheme gives no topic, or none with confidence.
        models: the topic model, a folder or a name; the present one by default.
        output: ``.csv`` (a row an article) or ``.json`` (clusters and articles) to write.

    Raises:
        InputError: nothing to read, or an output that is neither CSV nor JSON.
    """
    if output is not None and Path(output).suffix.lower() not in (".csv", ".json"):
        raise InputError(f"{output}: results are written as .csv or .json")
    documents, problems = _documents(source)
    model = find_model(model_path("topics") if models is None else models, "topics")
    predictor, rule = MultilabelPredictor.from_folder(model), TopicRule.from_settings(model.settings)
    texts = [reading(document) for document in prepared(documents)]
    scores = predictor.predict_proba(texts)
    given, vague = _topics(scores, predictor.labels, rule)
    kept = [number for number in range(len(texts)) if vague[number] or not unnamed]
    if not kept:
        raise InputError(f"the scheme names all {len(texts)} articles: there is nothing unnamed to look at")
    width = predictor.features.vectors.shape[1]
    rows = TopicRows.of(predictor.features, [TopicExample(texts[n], ()) for n in kept], ())
    group = np.array(copies(rows.hashed), np.int64)
    first = np.flatnonzero(group == np.arange(len(group)))
    size = least or default_least(len(first))
    labels, strength = np.full(len(kept), -1, np.int64), np.zeros(len(kept))
    labels[first], strength[first] = find_clusters(rows.dense[first, :width], size)
    labels, strength = labels[group], strength[group]
    words = key_terms([texts[kept[n]] for n in first], labels[first], terms)
    clusters = [
        _cluster(number, np.flatnonzero(labels == number), words[number], rows.dense[:, :width],
                 [texts[n] for n in kept], [given[n] for n in kept], vague[kept])
        for number in range(len(words))
    ]  # fmt: skip
    places = tuple(
        Place(
            documents[n].id, _headline(texts[n]), int(label) + 1 if label >= 0 else None, round(float(s), 4), given[n]
        )
        for n, label, s in zip(kept, labels, strength, strict=True)
    )
    found = Discovery(tuple(clusters), places, len(texts) - len(kept), size, tuple(problems), model.source)
    if output is not None:
        write_discovery(found, Path(output))
    return found


def write_discovery(found: Discovery, path: Path) -> None:
    """Write a row an article (``.csv``), or everything (``.json``).

    Raises:
        OutputError: it cannot be written.
    """
    terms = {cluster.number: ", ".join(cluster.terms) for cluster in found.clusters}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".json":
            path.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            return
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["id", "cluster", "strength", "terms", "topics", "headline"])
            for place in found.places:
                label = "none" if place.cluster is None else place.cluster
                words = terms.get(place.cluster or 0, "")
                writer.writerow([place.id, label, place.strength, words, ", ".join(place.topics), place.headline])
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None


def _documents(source: str | Path | Iterable[str | Path] | Sequence[Document]) -> tuple[list[Document], list[str]]:
    items = [source] if isinstance(source, str | Path) else list(source)
    documents = [item for item in items if isinstance(item, Document)]
    problems: list[str] = []
    if paths := [item for item in items if isinstance(item, str | Path)]:
        corpus = read(paths)
        documents += list(corpus)
        problems = [str(problem) for problem in corpus.problems]
    if not documents:
        raise InputError(problems[0] if problems else "there is no article to look at")
    return documents, problems


def _topics(
    scores: NDArray[np.float64], labels: Sequence[str], rule: TopicRule
) -> tuple[list[tuple[str, ...]], NDArray[np.bool_]]:
    """The topics given to each article, and whether the scheme really names it."""
    given, vague = [], []
    for row in scores:
        chances = dict(zip(labels, map(float, row), strict=True))
        found = rule.given(chances)
        sure = [t for t in found if t not in rule.alone and chances[t] >= rule.thresholds.get(t, 0.5)]
        given.append(tuple(found))
        vague.append(not sure)
    return given, np.array(vague, bool)


def _cluster(
    number: int,
    members: NDArray[np.int64],
    terms: Sequence[str],
    embeddings: NDArray[np.float64],
    texts: Sequence[str],
    given: Sequence[tuple[str, ...]],
    vague: NDArray[np.bool_],
) -> Cluster:
    counts = Counter(topic for member in members.tolist() for topic in given[member])
    shares = {topic: round(count / len(members), 3) for topic, count in counts.most_common()}
    middle = nearest_to_middle(embeddings, members, HEADLINES)
    headlines = tuple(_headline(texts[member]) for member in middle)
    unnamed = round(float(vague[members].mean()), 3)
    return Cluster(number + 1, len(members), tuple(terms), headlines, shares, unnamed)


def _headline(text: str) -> str:
    return " ".join(text.split("\n", 1)[0].split())[:120]
