"""The training of the shipped topic model, from the data that its card names.

    python -m cpecnlp.training.topic_reproduce DATA OUT [--further FILE…]

``DATA`` is laid out like ``shared/data``. Word vectors, document frequencies, latent directions and keywords are
those of the present model, and so are the articles that it remembers without being judged on them. New are
the articles of ``corpus/annotations``. Some minutes on one core.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cpecnlp.backends.features import TextFeatures
from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.models import ModelFolder, model_path, open_model
from cpecnlp.paths import shipped
from cpecnlp.training.annotations import ANNOTATIONS, SECOND, lay_annotations
from cpecnlp.training.topic_data import TopicExample, data_digest, prepared
from cpecnlp.training.topic_fit import fit_topics
from cpecnlp.training.topic_rows import ALWAYS, SURE, TopicRows
from cpecnlp.training.topic_write import write_topics

ALONE = ("none",)
SEED = 0
# of 208 gold articles that stood unseen in the second pass: how many had a topic that was given so many percent
PERCENT = (0, 10, 20, 30, 40, 50, 60, 70, 80, 100)
CHANCE = (0.003, 0.02, 0.10, 0.24, 0.40, 0.62, 0.83, 0.94, 0.975, 0.99)
Examples = list[TopicExample]


def read_sources(data: Path, further: Sequence[Path] = ()) -> dict[str, Examples]:
    """Read and strip the labelled articles: the judged ones, and those that are only learned from.

    Args:
        data: folder laid out like ``shared/data``.
        further: gold files beside the corpus's training part.

    Returns:
        ``judged``, ``further`` and ``annotated`` examples.
    """
    gold = [data / "news" / "gold_dev.jsonl", data / "topics" / "gold_topics.jsonl"]
    beside = [shipped("corpus") / "gold" / "train.jsonl", *further]
    raw = read(data / "news" / "pakistan_news.jsonl.gz", gold=True)
    laid = lay_annotations(shipped("corpus") / ANNOTATIONS, raw)
    marked = [replace(document, removed=None) for document in laid if document.topics is not None]
    return {
        "judged": _examples(list(read(gold, gold=True))),
        "further": _aside(list(read(beside, gold=True))),
        "annotated": [_softened(e, d.metadata.get(SECOND)) for e, d in zip(_aside(marked), marked, strict=True)],
    }


def _examples(documents: Sequence[Document]) -> Examples:
    return [TopicExample.of(document) for document in prepared(documents)]


def _aside(documents: Sequence[Document]) -> Examples:
    return [replace(example, fold=ALWAYS) for example in _examples(documents)]


def _softened(example: TopicExample, second: Mapping[str, float] | None) -> TopicExample:
    """With the mean of both passes as chances."""
    if second is None:
        return example
    mean = {topic: float(np.interp(percent, PERCENT, CHANCE)) / 2 for topic, percent in second.items()}
    for topic in example.topics:
        mean[topic] = mean.get(topic, CHANCE[0] / 2) + 0.5
    return replace(example, chances=mean)


def reproduce(data: Path, out: Path, further: Sequence[Path] = (), name: str = "topics-5") -> ModelFolder:
    """Train the shipped model.

    Args:
        data: folder laid out like ``shared/data``.
        out: the model's folder.
        further: gold files beside the corpus's training part.
        name: of the model.
    """
    present = open_model(model_path("topics"), "topics")
    sources = read_sources(data, further)
    features = TextFeatures.load(present.path)
    rows = TopicRows.of(features, [e for part in sources.values() for e in part], present.labels)
    memory = TopicRows.load(present.path)
    opinions = memory.take(np.flatnonzero(memory.weights.max(1) < SURE))
    rows = rows.join(opinions)
    fitted = fit_topics(rows, features, ALONE, SEED)

    data_of = {key: {"articles": len(part), "sha256": data_digest(part)} for key, part in sources.items()}
    training = {
        "seed": SEED,
        "articles": len(rows),
        "command": "python -m cpecnlp.training.topic_reproduce DATA OUT" + (" --further FILE…" if further else ""),
        "data": {**data_of, "remembered at half weight": {"articles": len(opinions)}},
        "features": present.source,
    }
    return write_topics(out, name, rows, features, fitted, training)


def main() -> None:
    """Run :func:`reproduce` from the command line."""
    parser = argparse.ArgumentParser(prog="python -m cpecnlp.training.topic_reproduce", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--further", type=Path, nargs="*", default=[])
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    arguments = parser.parse_args()
    model = reproduce(arguments.data, arguments.out, arguments.further)
    figures = model.metrics["cross_validation"]
    logging.getLogger(__name__).info("micro F1 %.4f, macro %.4f", figures["micro"], figures["macro"])


if __name__ == "__main__":
    main()
