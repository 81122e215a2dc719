"""The gate that a retrained topic model must pass before it takes the place of the present one.

Two comparisons, both paired, both on articles that neither model has learned from: a frozen
regression set, and the articles that the present model remembers: what it said of them by cross-validation,
and what the new one says. The second one is larger; the first one never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.errors import InputError
from cpecnlp.models import ModelFolder
from cpecnlp.stages.topics import THRESHOLD, TopicRule
from cpecnlp.training.regression import regression_file
from cpecnlp.training.topic_data import DUPLICATE, Source, TopicExample, read_examples
from cpecnlp.training.topic_figures import f1_score
from cpecnlp.training.topic_fit import FittedTopics, decide, fit_topics
from cpecnlp.training.topic_reading import known_cells
from cpecnlp.training.topic_rows import ALWAYS, TopicRows

Flags = NDArray[np.bool_]
RESAMPLES = 2000
ALL = "micro"


@dataclass(frozen=True, slots=True)
class TopicChange:
    """F1 of one topic (or of all: ``micro``) under both models, and the 95 % interval of the change.

    Attributes:
        topic: the topic, or ``micro``.
        articles: articles that have it.
        before: F1 of the present model.
        after: F1 of the new one.
        low: lower end of the change.
        high: upper end of the change; below 0 the topic has fallen.
        on: ``regression`` or ``remembered``.
    """

    topic: str
    articles: int
    before: float
    after: float
    low: float
    high: float
    on: str = "regression"

    @property
    def fell(self) -> bool:
        """Whether the whole interval of the change lies below 0."""
        return self.high < 0


@dataclass(frozen=True, slots=True)
class Gate:
    """The comparison of a new model with the present one.

    Attributes:
        articles: how many the regression set has.
        left_out: regression articles of which the new model has seen a near-copy.
        remembered: how many remembered articles were compared; 0 where the new model starts afresh.
        changes: a row a topic of the present model and set of articles, ``micro`` last of each set.
        dropped: topics that only the present model knows.
        unmeasured: topics of the present model that no compared article has.
    """

    articles: int
    left_out: int
    remembered: int
    changes: tuple[TopicChange, ...]
    dropped: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()

    @property
    def fell(self) -> tuple[TopicChange, ...]:
        """What fell."""
        return tuple(change for change in self.changes if change.fell)

    @property
    def passed(self) -> bool:
        """Nothing fell, nothing was dropped, and at least one topic was measured."""
        return not self.fell and not self.dropped and bool(self.changes)

    @property
    def reason(self) -> str:
        """Why it was not passed, in one sentence; empty where it was."""
        if self.dropped:
            return f"the new model does not know {', '.join(self.dropped)}"
        if not self.changes:
            return "the regression set has no article with a topic of the present model"
        each = (f"{c.topic} from {c.before:.2f} to {c.after:.2f} ({c.on} articles)" for c in self.fell)
        return f"F1 fell: {', '.join(each)}" if self.fell else ""


def regression_set() -> list[TopicExample]:
    """The dev split of the shipped corpus; empty where there is none."""
    file = regression_file()
    return read_examples(file) if file else []


def compare_topics(
    new: ModelFolder,
    present: ModelFolder,
    regression: Source | None = None,
    *,
    trained_on: TopicRows | None = None,
    remembered: tuple[TopicChange, ...] = (),
    seed: int = 0,
) -> Gate:
    """Run both models over the regression set and compare topic by topic.

    Args:
        new: the retrained model.
        present: the model that it would replace.
        regression: gold articles; the shipped corpus's dev split by default. Only topics that they
            name are compared.
        trained_on: rows that ``new`` has seen; regression articles that are near-copies of one of
            them are left out.
        remembered: what :func:`compare_remembered` found.
        seed: of the bootstrap.

    Raises:
        InputError: the new model has seen all of the regression set.
    """
    examples = regression_set() if regression is None else read_examples(regression)
    before, after = (MultilabelPredictor.from_folder(model) for model in (present, new))
    kept = _unseen(examples, after, trained_on) if trained_on is not None and examples else examples
    if examples and not kept:
        raise InputError("the new model has seen every article of the regression set, or near-copies of them")
    named = {topic for example in kept for topic in example.topics}
    topics = [topic for topic in present.labels if topic in named]
    changes: tuple[TopicChange, ...] = ()
    if topics:
        gold = np.array([[topic in example.topics for topic in topics] for example in kept], bool)
        answers = [_answers(p, m, kept, topics) for p, m in ((before, present), (after, new))]
        changes = changes_of(gold, answers[0], answers[1], topics, seed=seed)
    everything = changes + remembered
    seen = {change.topic for change in everything if change.articles}
    return Gate(
        len(kept),
        len(examples) - len(kept),
        next((change.articles for change in remembered if change.topic == ALL), 0),
        everything,
        tuple(topic for topic in present.labels if topic not in new.labels),
        tuple(topic for topic in present.labels if topic not in seen),
    )


def compare_remembered(
    memory: TopicRows, fitted: FittedTopics, features: TextFeatures, present: TopicRule, seed: int = 0
) -> tuple[TopicChange, ...]:
    """Compare what the present model said of the articles it remembers, and what the new one says of them.

    Each by cross-validation. A model that has not kept what it said is cross-validated once more.

    Args:
        memory: the rows that the present model remembers; they came first when ``fitted`` was fitted.
        fitted: the new model.
        features: of both models.
        present: the rule of the present model.
        seed: of the bootstrap.
    """
    judged, scores, rule = np.flatnonzero(memory.folds != ALWAYS), memory.scores, present
    if np.isnan(scores[judged]).any():
        old = fit_topics(memory, features, tuple(topic for topic in present.alone if topic in memory.labels), seed)
        judged, rule = old.judged, old.rule
        scores = np.zeros(memory.targets.shape)
        scores[judged] = old.scores
    seen = memory.take(judged)
    known = known_cells(seen) > 0
    mine = fitted.scores[fitted.judged < len(memory)]
    before = _given(scores[judged], rule, memory.labels)
    after = _given(mine, fitted.rule, tuple(fitted.rule.thresholds))[:, : len(memory.labels)]
    return changes_of((seen.targets > 0.5) & known, before & known, after & known, memory.labels, "remembered", seed)


def _given(scores: NDArray[np.float64], rule: TopicRule, labels: Sequence[str]) -> Flags:
    thresholds = np.array([rule.thresholds.get(label, THRESHOLD) for label in labels])
    return decide(scores, thresholds, labels, rule.alone, rule.exclusive)


def _unseen(examples: Sequence[TopicExample], predictor: MultilabelPredictor, rows: TopicRows) -> list[TopicExample]:
    mine = TopicRows.of(predictor.features, examples, rows.labels, passages=False)
    nearest = np.asarray((mine.hashed @ rows.hashed.T).max(axis=1).todense()).ravel()
    return [example for example, cosine in zip(examples, nearest, strict=True) if cosine < DUPLICATE]


def _answers(
    predictor: MultilabelPredictor, model: ModelFolder, examples: Sequence[TopicExample], topics: Sequence[str]
) -> Flags:
    rule = TopicRule.from_settings(model.settings)
    table = predictor.predict_proba([example.text for example in examples])
    given = [rule.given(dict(zip(predictor.labels, map(float, row), strict=True))) for row in table]
    return np.array([[topic in found for topic in topics] for found in given], bool)


def changes_of(
    gold: Flags, before: Flags, after: Flags, topics: Sequence[str], on: str = "regression", seed: int = 0
) -> tuple[TopicChange, ...]:
    """The change of each topic's F1 and of micro F1, with paired bootstrap intervals over articles.

    Draws in which no article has the topic and neither model gives it say nothing of it and are
    left out: else a rare topic that is lost altogether would seem unchanged in many draws.

    Args:
        gold: shape ``(articles, topics)``.
        before: the present model's answers, likewise.
        after: the new model's answers, likewise.
        topics: names of the columns.
        on: which set of articles this is.
        seed: of the bootstrap.
    """
    size = len(gold)
    draws = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), size=RESAMPLES)

    def both(given: Flags) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        counts = [part.astype(np.int64) for part in (gold & given, gold, given)]
        drawn = [draws @ part for part in counts]
        whole = f1_score(*(part.sum(0) for part in counts)), f1_score(*(part.sum() for part in counts))
        each = f1_score(*drawn), f1_score(*(part.sum(1) for part in drawn))
        seen = drawn[1] + drawn[2] > 0
        return np.append(whole[0], whole[1]), np.column_stack(each), np.column_stack([seen, seen.any(1)])

    (old, old_draws, old_seen), (now, now_draws, now_seen) = both(before), both(after)
    change = np.where(old_seen | now_seen, now_draws - old_draws, np.nan)
    change[0, np.isnan(change).all(0)] = 0.0
    low, high = np.nanquantile(change, (0.025, 0.975), axis=0)
    counts = [*gold.sum(0).tolist(), size]
    return tuple(
        TopicChange(name, int(counts[n]), float(old[n]), float(now[n]), float(low[n]), float(high[n]), on)
        for n, name in enumerate([*topics, ALL])
    )
