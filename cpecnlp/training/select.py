"""Which unlabelled articles are most worth labelling next.

Uncertainty with diversity: each article stands for those it resembles, and what counts is how much
uncertainty the chosen ones stand for together: the facility location function weighted by entropy
(Wei, Iyer and Bilmes, 2015, "Submodularity in data subset selection and active learning"), made as
large as it gets one article after the other. What the labelled articles stand for already does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.multilabel import MultilabelPredictor
from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import find_model, model_path
from cpecnlp.stages.topics import TopicRule, reading
from cpecnlp.training.labelling import SheetRow, joined, write_sheet
from cpecnlp.training.topic_data import DUPLICATE, TopicExample, copies, prepared
from cpecnlp.training.topic_rows import TopicRows

Array = NDArray[np.float64]
CANDIDATES = 50  # so many of the most uncertain articles are compared for each that is chosen
REASONS = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles to label next.

    Attributes:
        rows: of the sheet, most worth labelling first.
        articles: how many unlabelled articles there were to choose from.
        labelled: how many more had topics already and were passed over.
        copies: how many were near-copies of others, or of articles that the model remembers.
        problems: what could not be read, one sentence each.
        model: name and hash of the model that was asked.
    """

    rows: tuple[SheetRow, ...]
    articles: int
    labelled: int
    copies: int
    problems: tuple[str, ...]
    model: str


def select(
    source: str | Path | Iterable[str | Path] | Sequence[Document],
    n: int = 20,
    *,
    models: Path | str | None = None,
    output: Path | str | None = None,
) -> Selection:
    """Choose the ``n`` articles that are most worth labelling next.

    Args:
        source: unlabelled articles: whatever :func:`cpecnlp.read` reads, or documents.
        n: how many to choose; fewer come back where there are no more.
        models: the topic model to ask, a folder or a name; the present one by default.
        output: CSV to write, to be filled in and given to ``cpecnlp train topics``.

    Raises:
        InputError: nothing to choose from.
        ModelError: no such model, or one that does not remember its articles.
    """
    documents, problems = _documents(source)
    pool = [document for document in documents if not document.topics or document.topic_scores]
    if not pool:
        said = problems[0] if problems else f"all {len(documents)} articles have topics already"
        raise InputError(f"no article to choose from: {said}" if documents or not problems else said)
    model = find_model(model_path("topics") if models is None else models, "topics")
    predictor, memory = MultilabelPredictor.from_folder(model), TopicRows.load(model.path)
    examples = [TopicExample(reading(d), (), d.id) for d in prepared(pool)]
    scores = predictor.predict_proba([example.text for example in examples])
    worth = worth_of(scores)
    first = np.argsort(-worth.sum(1), kind="stable")[: max(CANDIDATES * n, 2000)].tolist()
    rows = TopicRows.of(predictor.features, [examples[number] for number in first], memory.labels, passages=False)
    fresh = _fresh(rows, memory)
    if not fresh:
        raise InputError("every article is a near-copy of one that the model remembers")
    kept = np.array([first[number] for number in fresh], np.int64)
    width = predictor.features.vectors.shape[1]
    order = spread(worth[kept].sum(1), rows.dense[fresh, :width], memory.dense[:, :width], n)
    rule = TopicRule.from_settings(model.settings)
    sheet = tuple(_row(examples[i], scores[i], worth[i], predictor.labels, rule) for i in kept[order].tolist())
    if output is not None:
        write_sheet(Path(output), sheet)
    passed = len(documents) - len(pool)
    return Selection(sheet, len(pool), passed, len(first) - len(fresh), tuple(problems), model.source)


def worth_of(scores: Array) -> Array:
    """Entropy of each topic of each article, shape ``(articles, topics)``.

    Args:
        scores: calibrated probabilities, shape ``(articles, topics)``.
    """
    chance = np.clip(scores, 1e-6, 1 - 1e-6)
    out: Array = -(chance * np.log(chance) + (1 - chance) * np.log(1 - chance))
    return out


def spread(worth: Array, embeddings: Array, known: Array, n: int) -> list[int]:
    """Numbers of the ``n`` articles that together stand for most of the worth.

    An article stands for another by the cosine of their embeddings, less the mean of all; for each
    the nearest that is chosen or labelled counts.

    Args:
        worth: of each article, shape ``(articles,)``, not negative.
        embeddings: shape ``(articles, dimension)``.
        known: embeddings of articles that are labelled already, shape ``(any, dimension)``.
        n: how many; all of them where there are no more.

    Returns:
        Best first; the first of equals wins, so the answer is always the same.
    """
    middle = np.vstack([embeddings, known]).mean(0)
    mine, theirs = _directions(embeddings - middle), _directions(known - middle)
    alike = np.clip(mine @ mine.T, 0.0, 1.0)
    near = np.clip((mine @ theirs.T).max(1, initial=0.0), 0.0, 1.0)
    chosen: list[int] = []
    left = np.ones(len(worth), bool)
    for _ in range(min(n, len(worth))):
        gain = worth @ np.maximum(alike - near[:, None], 0.0)
        best = int(np.where(left, gain, -1.0).argmax())
        chosen.append(best)
        left[best] = False
        near = np.maximum(near, alike[best])
    return chosen


def _directions(vectors: Array) -> Array:
    out: Array = vectors / np.maximum(np.sqrt((vectors**2).sum(1, keepdims=True)), 1e-9)
    return out


def _documents(
    source: str | Path | Iterable[str | Path] | Sequence[Document],
) -> tuple[list[Document], list[str]]:
    items = [source] if isinstance(source, str | Path) else list(source)
    paths = [item for item in items if isinstance(item, str | Path)]
    documents = [item for item in items if isinstance(item, Document)]
    if not paths:
        return documents, []
    corpus = read(paths)
    return [*documents, *corpus], [str(problem) for problem in corpus.problems]


def _fresh(rows: TopicRows, memory: TopicRows) -> list[int]:
    """Numbers of the rows that are no near-copy of a remembered row or of one before them."""
    groups = copies(rows.hashed)
    nearest = np.asarray((rows.hashed @ memory.hashed.T).max(axis=1).todense()).ravel()
    seen = {group for group, cosine in zip(groups, nearest, strict=True) if cosine >= DUPLICATE}
    return [number for number, group in enumerate(groups) if group == number and group not in seen]


def _row(example: TopicExample, scores: Array, worth: Array, labels: Sequence[str], rule: TopicRule) -> SheetRow:
    given = rule.given(dict(zip(labels, map(float, scores), strict=True)))
    reasons = np.argsort(-worth, kind="stable")[:REASONS].tolist()
    why = joined(f"{labels[number]} {scores[number]:.2f}" for number in reasons)
    return SheetRow(example.id, "", joined(given), why, example.text)
