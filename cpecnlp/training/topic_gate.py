"""The gate that a retrained topic model must pass before it takes the place of the present one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.errors import InputError, ModelError
from cpecnlp.models import ModelFolder, open_model
from cpecnlp.paths import shipped
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training.topic_data import DUPLICATE, Source, TopicExample, read_examples
from cpecnlp.training.topic_figures import RESAMPLES, f1_score
from cpecnlp.training.topic_rows import TopicRows

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TopicChange:
    """F1 of one topic (or of all: ``micro``) under both models, and the 95 % interval of the change.

    Attributes:
        topic: the topic, or ``micro``.
        articles: regression articles that have it.
        before: F1 of the present model.
        after: F1 of the new one.
        low: lower end of the change.
        high: upper end of the change; below 0 the topic has fallen.
    """

    topic: str
    articles: int
    before: float
    after: float
    low: float
    high: float

    @property
    def fell(self) -> bool:
        """Whether the whole interval of the change lies below 0."""
        return self.high < 0


@dataclass(frozen=True, slots=True)
class Gate:
    """The comparison of a new model with the present one.

    Attributes:
        passed: no topic fell, nor all of them together.
        articles: how many the regression set has.
        left_out: regression articles of which the new model has seen a near-copy.
        changes: one row a topic of the present model, ``micro`` last.
    """

    passed: bool
    articles: int
    left_out: int
    changes: tuple[TopicChange, ...]

    @property
    def fell(self) -> tuple[str, ...]:
        """The topics that fell."""
        return tuple(change.topic for change in self.changes if change.fell)


def regression_set() -> list[TopicExample]:
    """The dev split of the shipped corpus; empty where there is none."""
    file = shipped("corpus") / "gold" / "dev.jsonl"
    return read_examples(file) if file.is_file() else []


def compare_topics(
    new: ModelFolder,
    present: ModelFolder,
    regression: Source | None = None,
    *,
    trained_on: TopicRows | None = None,
    seed: int = 0,
) -> Gate | None:
    """Run both models over the regression set and compare topic by topic.

    Args:
        new: the retrained model.
        present: the model that it would replace.
        regression: gold articles; the shipped corpus's dev split by default.
        trained_on: rows that ``new`` has seen: regression articles that are near-copies of one of
            those with a prescribed fold or added now are left out.
        seed: of the bootstrap.

    Returns:
        The comparison; ``None`` where there is no regression set.
    """
    examples = regression_set() if regression is None else read_examples(regression)
    if not examples:
        return None
    before, after = (MultilabelPredictor.from_folder(model) for model in (present, new))
    kept = _unseen(examples, after, trained_on) if trained_on is not None else examples
    if not kept:
        raise InputError("the new model has seen every article of the regression set")
    topics = present.labels
    gold = np.array([[topic in example.topics for topic in topics] for example in kept], bool)
    answers = [_answers(p, m, kept, topics) for p, m in ((before, present), (after, new))]
    changes = _changes(gold, answers[0], answers[1], topics, seed)
    return Gate(not any(c.fell for c in changes), len(kept), len(examples) - len(kept), changes)


def _unseen(examples: Sequence[TopicExample], predictor: MultilabelPredictor, rows: TopicRows) -> list[TopicExample]:
    mine = TopicRows.of(predictor.features, examples, rows.labels)
    nearest = np.asarray((mine.hashed @ rows.hashed.T).max(axis=1).todense()).ravel()
    return [example for example, cosine in zip(examples, nearest, strict=True) if cosine < DUPLICATE]


def _answers(
    predictor: MultilabelPredictor, model: ModelFolder, examples: Sequence[TopicExample], topics: Sequence[str]
) -> Flags:
    rule = TopicRule.from_settings(model.settings)
    table = predictor.predict_proba([example.text for example in examples])
    given = [rule.given(dict(zip(predictor.labels, map(float, row), strict=True))) for row in table]
    return np.array([[topic in found for topic in topics] for found in given], bool)


def _changes(gold: Flags, before: Flags, after: Flags, topics: Sequence[str], seed: int) -> tuple[TopicChange, ...]:
    size = len(gold)
    draws = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), size=RESAMPLES)

    def both(given: Flags) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        counts = [part.astype(np.int64) for part in (gold & given, gold, given)]
        drawn = [draws @ part for part in counts]
        whole = f1_score(*(part.sum(0) for part in counts)), f1_score(*(part.sum() for part in counts))
        each = f1_score(*drawn), f1_score(*(part.sum(1) for part in drawn))
        return np.append(whole[0], whole[1]), np.column_stack(each)

    (old, old_draws), (now, now_draws) = both(before), both(after)
    low, high = np.quantile(now_draws - old_draws, (0.025, 0.975), axis=0)
    counts = [*gold.sum(0).tolist(), size]
    names = [*topics, "micro"]
    return tuple(
        TopicChange(name, int(counts[n]), float(old[n]), float(now[n]), float(low[n]), float(high[n]))
        for n, name in enumerate(names)
    )


def promote_model(new: ModelFolder, present: ModelFolder) -> ModelFolder:
    """Put ``new`` into the place of ``present``, which moves to ``<name>`` beside it.

    Raises:
        ModelError: there already stands another model under the old one's name.
    """
    place = present.path
    keep = place.parent / f"{present.name}-{present.digest[:8]}"
    if keep.exists():
        raise ModelError(f"{keep} already exists: the present model cannot be kept there")
    aside = place.parent / f".{new.path.name}.promoted"
    shutil.copytree(new.path, aside)
    place.rename(keep)
    aside.rename(place)
    return open_model(place, "topics")
