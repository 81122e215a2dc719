"""The training of the shipped entity model, from the data that its card names.

    python -m cpecnlp.training.ner.reproduce DATA OUT [--corpus corpus/gold/train.jsonl] [--split]

``DATA`` is laid out like ``shared/data``: ``news/gold_dev.jsonl``, ``news/pakistan_news.jsonl.gz``, ``ner``
and ``gazetteers``. With ``--split`` the articles of the test split are left out, so that the model can be
measured on them; without, the last model is trained on all. Takes about an hour on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import logging
from collections.abc import Sequence
from pathlib import Path

from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.document import Document
from cpecnlp.training.ner.silver import choose_articles, label_articles
from cpecnlp.training.ner.train import TrainReport, train_ner

LABELS = ("PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY")
TEACHER_FOLD = 0
SILVER_ARTICLES = 2200


def read_jsonl(path: Path) -> list[Document]:
    """Read a file of records, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [Document.from_json(line) for line in lines]


def reproduce(
    data: Path, out: Path, corpus: Sequence[Path] = (), split: bool = False, threads: int = 2
) -> TrainReport:
    """Train a teacher on four folds, label unlabelled articles with it, and train the model.

    The teacher's fold 0 calibrates the scores of both: the last model has no article left to be
    calibrated on.

    Args:
        data: Folder laid out like ``shared/data``.
        out: Folder for the models ``teacher`` and ``ner``, and for what stands between them.
        corpus: Further gold files, for the last model only.
        split: Leave the test split out.
        threads: Threads to train with.
    """
    gold = read_jsonl(data / "news" / "gold_dev.jsonl")
    train = [document for document in gold if document.metadata["split"] == "train"]
    names, auxiliary = data / "gazetteers", data / "ner"
    train_ner(
        [document for document in train if document.metadata["fold"] != TEACHER_FOLD],
        out / "teacher",
        labels=LABELS,
        dev=[document for document in train if document.metadata["fold"] == TEACHER_FOLD],
        auxiliary=auxiliary,
        gazetteer=names,
        seed=1,
        threads=threads,
    )
    candidates = read_jsonl(data / "news" / "pakistan_news.jsonl.gz")
    chosen = choose_articles(candidates, gold, SILVER_ARTICLES)
    silver = label_articles(chosen, OnnxSpanPredictor.from_folder(out / "teacher", threads=threads))
    further = [document for path in corpus for document in read_jsonl(path)]
    return train_ner(
        [*(train if split else gold), *further],
        out / "ner",
        labels=LABELS,
        auxiliary=auxiliary,
        silver=silver,
        gazetteer=names,
        calibration=out / "teacher",
        seed=1,
        threads=threads,
        checkpoint=out / "before-gold.safetensors",
    )


def main() -> None:
    """Run :func:`reproduce` from the command line."""
    parser = argparse.ArgumentParser(prog="python -m cpecnlp.training.ner.reproduce", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    parser.add_argument("--split", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    logging.basicConfig(format="%(asctime)s %(message)s")
    logging.getLogger("cpecnlp").setLevel(logging.INFO)
    arguments = parser.parse_args()
    reproduce(arguments.data, arguments.out, arguments.corpus, arguments.split, arguments.threads)


if __name__ == "__main__":
    main()
