"""Join new articles to those that the present topic model remembers.

What nobody has said stays unknown: a topic that the new articles do not name is left to the
present model's opinion, and a new topic is not taken as absent from the old articles unless a
first model agrees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.errors import InputError
from cpecnlp.models import ModelFolder
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training.topic_data import TopicExample, copies, lay_folds
from cpecnlp.training.topic_fit import fit_topics
from cpecnlp.training.topic_rows import UNLAID, TopicRows

LEAST = 10  # articles in all that a model from scratch needs
LEAST_NEW = 5  # articles that a topic needs which the present model does not know
OPINION = 1 / 3  # how much the present model's opinion counts beside a person's word
ABSENT = 0.9  # how much it counts that a new topic is probably absent from an old article
SAME = 0.5  # cosine from which two articles of one id are one article
UNSURE = 0.3  # an old article this likely to have a new topic is not taken as lacking it


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows to train on.

    Attributes:
        rows: those remembered first, the new ones behind them.
        memory: those remembered, with the present model's topics alone; ``None`` from scratch.
        replaced: how many more were remembered, of which the new articles are a later state.
        asked: topics that the new articles were labelled for.
        left: topics of the present model for which they were not.
    """

    rows: TopicRows
    memory: TopicRows | None
    replaced: int
    asked: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many articles are remembered."""
        return 0 if self.memory is None else len(self.memory)


def join_examples(
    examples: Sequence[TopicExample],
    features: TextFeatures,
    present: ModelFolder | None,
    about: Sequence[str] = (),
) -> Joined:
    """The rows of the new articles, behind those that the present model remembers.

    An article that the model remembers under the same id, and that reads alike, is replaced.

    Args:
        examples: new articles.
        features: of the present model.
        present: the model to add to; ``None`` to start afresh.
        about: topics that were decided for each new article, beside those that at least one
            of them is given; ``["all"]``: every topic of the model.

    Raises:
        InputError: too few articles, a single topic, a new topic with too few articles.
    """
    if present is None:
        examples = spelled(examples, ())
        labels = sorted({topic for example in examples for topic in example.topics})
        if len(labels) < 2:
            raise InputError(f"all articles have the one topic {labels[0]!r}: there is nothing to tell apart")
        if len(examples) < LEAST:
            raise InputError(f"{len(examples)} articles are too few to train from scratch; {LEAST} is the least")
        return Joined(TopicRows.of(features, examples, labels), None, 0, tuple(labels), ())
    memory = TopicRows.load(present.path)
    about = memory.labels if list(about) == ["all"] else about
    if unknown := set(about) - set(memory.labels):
        raise InputError(f"--about names {', '.join(sorted(unknown))}, which the model does not know")
    examples = spelled(examples, memory.labels)
    named = {*about, *(topic for example in examples for topic in example.topics)}
    fresh = sorted(named - set(memory.labels))
    _enough(examples, fresh, memory.labels)
    labels = [*memory.labels, *fresh]
    added = TopicRows.of(features, examples, labels)
    before, memory = len(memory), memory.take(_not_again(memory, added))
    # where an article has exactly one topic, naming it answers for all others
    single = TopicRule.from_settings(present.settings).exclusive
    left = [] if single else [number for number, label in enumerate(memory.labels) if label not in named]
    if left:
        opinions = MultilabelPredictor.from_folder(present).predict_proba([e.text for e in examples])
        added.targets[:, left], added.weights[:, left] = opinions[:, left], OPINION
    asked = tuple(label for number, label in enumerate(labels) if number not in left)
    rows = memory.widen(labels).join(added)
    return Joined(rows, memory, before - len(memory), asked, tuple(labels[n] for n in left))


def _not_again(memory: TopicRows, added: TopicRows) -> list[int]:
    """Numbers of remembered rows that no new one replaces.

    The id alone does not do: rows of two tables can both be called ``labels:1``.
    """
    place = {identifier: number for number, identifier in enumerate(added.ids) if identifier}
    kept = []
    for number, identifier in enumerate(memory.ids):
        other = place.get(identifier)
        if other is None or (memory.hashed[number] @ added.hashed[other].T).sum() < SAME:
            kept.append(number)
    return kept


def spelled(examples: Iterable[TopicExample], known: Sequence[str]) -> list[TopicExample]:
    """The examples with topics in one spelling: the model's, else the commonest of the articles'."""
    given = list(examples)
    counts = Counter(topic for example in given for topic in example.topics)
    one: dict[str, str] = {}
    for topic in (*known, *sorted(counts, key=lambda name: (-counts[name], name))):
        one.setdefault(topic.casefold(), topic)
    return [replace(e, topics=tuple(dict.fromkeys(one[t.casefold()] for t in e.topics))) for e in given]


def _enough(examples: Sequence[TopicExample], fresh: Sequence[str], known: Sequence[str]) -> None:
    for topic in fresh:
        count = sum(topic in example.topics for example in examples)
        if count < LEAST_NEW:
            like = get_close_matches(topic, known, 1, 0.75)
            hint = f"; did you mean {like[0]!r}?" if like else f" (it knows: {', '.join(known)})"
            raise InputError(
                f"the topic {topic!r} is new to the model and has {count} of the {LEAST_NEW} articles it needs{hint}"
            )


def lay_rows(rows: TopicRows, folds: int, seed: int) -> tuple[TopicRows, list[tuple[int, int]]]:
    """Folds for the rows that have none; near-copies share a fold.

    Returns:
        The rows, and the pairs of numbers of near-copies, each with the first of its group.

    Raises:
        InputError: all articles are copies of one, or all stand in one fold.
    """
    groups = copies(rows.hashed)
    laid = rows.folds.copy()
    fresh = np.flatnonzero(rows.folds == UNLAID)
    topics = topics_of(rows)
    laid[fresh] = lay_folds([topics[n] for n in fresh], [groups[n] for n in fresh], folds, seed)
    held = {groups[n]: int(rows.folds[n]) for n in range(len(rows)) if rows.folds[n] != UNLAID}
    for n in fresh.tolist():
        laid[n] = held.get(groups[n], laid[n])
    if len(set(laid[laid >= 0].tolist())) < 2:
        raise InputError("the articles are copies of one another: none is left to judge the model by")
    return replace(rows, folds=laid), [(group, n) for n, group in enumerate(groups) if group != n]


def topics_of(rows: TopicRows) -> list[list[str]]:
    """The topics of each row."""
    return [[rows.labels[column] for column in np.flatnonzero(row > 0.5)] for row in rows.targets]


def doubt_absence(
    joined: Joined, rows: TopicRows, features: TextFeatures, alone: Sequence[str], seed: int
) -> TopicRows:
    """Say of which remembered articles a new topic is probably absent.

    Nobody asked about the new topic when they were labelled. A first model takes it as absent
    from all; where that model doubts it, the cell stays unknown. It reads no passages: of the new topic
    nobody has heard in those of remembered articles, and silence is no opinion.
    """
    unknown = rows.weights == 0
    if not joined.known or not unknown.any():
        return rows
    fitted = fit_topics(replace(rows.silent(), weights=np.where(unknown, ABSENT, rows.weights)), features, alone, seed)
    doubt = np.ones(rows.targets.shape, bool)
    doubt[fitted.judged] = fitted.scores > UNSURE
    return replace(rows, weights=np.where(unknown, np.where(doubt, 0.0, ABSENT), rows.weights))
