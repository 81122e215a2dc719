"""Retrain the topic model on new articles, in minutes on a laptop.

``train_topics`` adds to what the present model knows, or starts afresh; it cross-validates,
warns of what looks wrong in the labels, writes a model folder and, if asked, promotes it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import BACKEND, MultilabelPredictor
from cpecnlp.errors import InputError, ModelError
from cpecnlp.models import ModelFolder, model_path, open_model, write_model
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training.topic_card import write_card
from cpecnlp.training.topic_data import Source, TopicExample, copies, data_digest, lay_folds, read_examples
from cpecnlp.training.topic_figures import Doubt, Figures, find_doubts
from cpecnlp.training.topic_fit import FittedTopics, fit_topics
from cpecnlp.training.topic_gate import Gate, compare_topics, promote_model
from cpecnlp.training.topic_rows import UNLAID, TopicRows

FEW = 10  # below so many articles a topic is warned of
UNSURE = 0.3  # an old article this likely to have a new topic is not taken as lacking it


@dataclass(frozen=True, slots=True)
class TopicTraining:
    """What came of a training run.

    Attributes:
        model: the new model folder.
        labels: its topics.
        new: how many articles were added.
        known: how many the model carried before.
        figures: by cross-validation over both.
        warnings: what a person should look at, one sentence each.
        doubts: labels that look wrong.
        duplicates: pairs of ids of near-copies.
        gate: the comparison with the present model; ``None`` where there was nothing to compare.
        promoted: whether the new model is the present one now.
        seconds: how long it took.
    """

    model: ModelFolder
    labels: tuple[str, ...]
    new: int
    known: int
    figures: Figures
    warnings: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    duplicates: tuple[tuple[str, str], ...]
    gate: Gate | None
    promoted: bool
    seconds: float


def train_topics(
    new: Source,
    *,
    base: Path | str | None = None,
    from_scratch: bool = False,
    out: Path | str | None = None,
    promote: bool = False,
    regression: Source | None = None,
    alone: Sequence[str] | None = None,
    folds: int = 5,
    seed: int = 0,
    name: str | None = None,
) -> TopicTraining:
    """Train a topic model on ``new`` articles.

    Args:
        new: labelled articles; see :func:`cpecnlp.training.topic_data.read_examples`.
        base: the present model; the shipped one by default. Also with ``from_scratch`` its text
            features (word vectors, inverse document frequencies, keywords) are used.
        from_scratch: forget what the present model learned, and its topics.
        out: the folder to write; by default one beside ``base``, named by date and content.
        promote: put the new model into the place of ``base`` if the gate lets it pass.
        regression: gold articles for the gate; by default the shipped corpus's dev split.
        alone: topics that exclude all others; those of ``base`` by default.
        folds: of the cross-validation.
        seed: of folds and intervals.
        name: of the model.

    Raises:
        InputError: no labelled articles, or only one topic.
        ModelError: ``base`` is missing or carries no memory.
    """
    start = time.perf_counter()
    present = open_model(Path(base) if base is not None else model_path("topics"), "topics")
    if present.backend != BACKEND:
        raise ModelError(f"{present.path} is run by {present.backend!r}, which cannot be trained further")
    features = TextFeatures.load(present.path)
    examples = read_examples(new)
    rows, known = _gather(examples, features, None if from_scratch else present)
    if len(rows.labels) < 2:
        raise InputError("the articles name only one topic: there is nothing to tell apart")
    old_rule = TopicRule.from_settings(present.settings)
    single = tuple(topic for topic in (alone if alone is not None else old_rule.alone) if topic in rows.labels)
    rows, duplicates, warnings = _lay(rows, folds, seed)
    rows = _doubt_absence(rows, known, features, single, seed)
    fitted = fit_topics(rows, features, single, seed)
    doubts = _doubts(rows, fitted)
    warnings += _too_few(fitted.figures) + _doubtful(doubts)
    name = name or _name(examples)
    model = _write(Path(out) if out is not None else present.path.parent / name, name, rows, features, fitted, present,
                   examples, from_scratch, seed)  # fmt: skip
    gate = None if from_scratch else compare_topics(model, present, regression, trained_on=rows, seed=seed)
    promoted = promote and (gate is None or gate.passed)
    if promoted:
        model = promote_model(model, present)
    elapsed = time.perf_counter() - start
    return TopicTraining(model, rows.labels, len(examples), known, fitted.figures, tuple(warnings), tuple(doubts),
                         tuple(duplicates), gate, promoted, elapsed)  # fmt: skip


def _gather(
    examples: Sequence[TopicExample], features: TextFeatures, present: ModelFolder | None
) -> tuple[TopicRows, int]:
    """The rows of the new articles, behind those that the present model remembers."""
    named = {topic for example in examples for topic in example.topics}
    if present is None:
        return TopicRows.of(features, examples, sorted(named)), 0
    memory = TopicRows.load(present.path)
    labels = (*memory.labels, *sorted(named - set(memory.labels)))
    added = TopicRows.of(features, examples, labels)
    again = {example.id for example in examples if example.id}
    memory = memory.take([n for n, identifier in enumerate(memory.ids) if identifier not in again])
    if not named & set(memory.labels):
        # the annotator worked with other topics: what the old ones say of these articles is left
        # to the present model, at a third of a person's weight
        width = len(memory.labels)
        opinions = MultilabelPredictor.from_folder(present).predict_proba([e.text for e in examples])
        added.targets[:, :width], added.weights[:, :width] = opinions, 1 / 3
    return memory.widen(labels).join(added), len(memory)


def _lay(rows: TopicRows, folds: int, seed: int) -> tuple[TopicRows, list[tuple[str, str]], list[str]]:
    """Folds for the rows that have none; near-copies share a fold."""
    similarity = rows.similarity()
    groups = copies(similarity)
    duplicates = [(rows.ids[group], rows.ids[n]) for n, group in enumerate(groups) if group != n]
    laid, warnings = rows.folds.copy(), []
    fresh = np.flatnonzero(rows.folds == UNLAID)
    topics = [[rows.labels[c] for c in np.flatnonzero(row > 0.5)] for row in rows.targets]
    laid[fresh] = lay_folds([topics[n] for n in fresh], [groups[n] for n in fresh], folds, seed)
    held = {groups[n]: int(rows.folds[n]) for n in range(len(rows)) if rows.folds[n] != UNLAID}
    for n in fresh.tolist():
        laid[n] = held.get(groups[n], laid[n])
    if duplicates:
        differ = sum(topics[n] != topics[group] for n, group in enumerate(groups))
        warnings.append(
            f"{len(duplicates)} articles are near-copies of others, {differ} of them with other topics; "
            "copies share a fold"
        )
    return replace(rows, folds=laid), duplicates, warnings


def _doubt_absence(rows: TopicRows, known: int, features: TextFeatures, alone: Sequence[str], seed: int) -> TopicRows:
    """Say of which remembered articles a new topic is probably absent.

    Nobody asked about the new topic when they were labelled. A first model takes it as absent
    from all; where that model doubts it, the cell stays unknown.
    """
    unknown = rows.weights == 0
    if not known or not unknown.any():
        return rows
    guess = replace(rows, weights=np.where(unknown, 0.9, rows.weights))
    fitted = fit_topics(guess, features, alone, seed)
    doubt = np.ones(rows.targets.shape, bool)
    doubt[fitted.judged] = fitted.scores > UNSURE
    return replace(rows, weights=np.where(unknown, np.where(doubt, 0.0, 0.9), rows.weights))


def _doubts(rows: TopicRows, fitted: FittedTopics) -> list[Doubt]:
    seen = rows.take(fitted.judged)
    sure = seen.weights > 0.99
    scores = np.where(sure, fitted.scores, seen.targets)
    return find_doubts(seen.targets > 0.5, scores, rows.labels, seen.ids)


def _too_few(figures: Figures) -> list[str]:
    few = [f"{t.topic} ({t.articles})" for t in figures.topics if t.articles < FEW]
    return [f"too few articles to trust: {', '.join(few)}; ten is the least, thirty is good"] if few else []


def _doubtful(doubts: Sequence[Doubt]) -> list[str]:
    if not doubts:
        return []
    first = doubts[0]
    what = "has" if first.given else "lacks"
    return [f"{len(doubts)} labels look wrong, first of all {first.id}, which {what} {first.topic}"]


def _name(examples: Iterable[TopicExample]) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return f"topics-{day}-{data_digest(list(examples))[:8]}"


def _write(
    path: Path,
    name: str,
    rows: TopicRows,
    features: TextFeatures,
    fitted: FittedTopics,
    present: ModelFolder,
    examples: Sequence[TopicExample],
    from_scratch: bool,
    seed: int,
) -> ModelFolder:
    def files(folder: Path) -> None:
        features.save(folder)
        fitted.weights.save(folder)
        rows.save(folder)

    return write_model(
        path,
        task="topics",
        backend=BACKEND,
        name=name,
        labels=rows.labels,
        write_files=files,
        card=write_card(name, fitted, rows, None if from_scratch else present),
        settings=fitted.rule.settings(),
        metrics={"cross_validation": fitted.figures.to_json()},
        training={
            "seed": seed,
            "articles": len(rows),
            "new_articles": len(examples),
            "sha256": data_digest(examples),
            "base": "" if from_scratch else present.source,
            "rows_sha256": hashlib.sha256(rows.targets.tobytes() + rows.dense.tobytes()).hexdigest(),
        },
        libraries=("numpy", "scipy"),
    )
