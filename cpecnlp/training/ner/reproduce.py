"""The training of the shipped entity model, from the data that its card names.

    python -m cpecnlp.training.ner.reproduce DATA OUT [--corpus corpus/gold/train.jsonl] [--split]

``DATA`` is laid out like ``shared/data``: ``news/gold_dev.jsonl``, ``news/pakistan_news.jsonl.gz``, ``ner``
and ``gazetteers``. With ``--split`` the articles of the test split are left out, so that the model can be
measured on them; without, the last model is trained on all. Takes about two hours on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.document import Document
from cpecnlp.training.ner.silver import choose_articles, label_articles
from cpecnlp.training.ner.train import TrainReport, train_ner

LABELS = ("PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY")
TEACHER_FOLD = 0
SILVER_ARTICLES = (2200, 4000)


def read_jsonl(path: Path) -> list[Document]:
    """Read a file of records, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [Document.from_json(line) for line in lines]


def reproduce(data: Path, out: Path, corpus: Sequence[Path] = (), split: bool = False, threads: int = 2) -> TrainReport:
    """Train teachers on four folds, label unlabelled articles with them, and train the model.

    The second teacher has learnt from the articles that the first one labelled. Its fold 0 calibrates
    the scores of the model as well, which has no article left to be calibrated on.

    Args:
        data: Folder laid out like ``shared/data``.
        out: Folder for the models ``teacher1``, ``teacher2`` and ``ner``.
        corpus: Further gold files, for the last model only.
        split: Leave the test split out.
        threads: Threads to train with.
    """
    gold = read_jsonl(data / "news" / "gold_dev.jsonl")
    train = [document for document in gold if document.metadata["split"] == "train"]
    candidates = read_jsonl(data / "news" / "pakistan_news.jsonl.gz")
    measured = [*gold, *read_jsonl(data / "news" / "cpec_dev.jsonl")]
    fit = partial(
        train_ner,
        labels=LABELS,
        auxiliary=data / "ner",
        gazetteer=data / "gazetteers",
        seed=1,
        threads=threads,
    )
    silver: list[Document] = []
    teacher = out
    for number, count in enumerate(SILVER_ARTICLES, 1):
        teacher = out / f"teacher{number}"
        fit(
            [document for document in train if document.metadata["fold"] != TEACHER_FOLD],
            teacher,
            dev=[document for document in train if document.metadata["fold"] == TEACHER_FOLD],
            silver=silver,
        )
        chosen = choose_articles(candidates, measured, count)
        silver = label_articles(chosen, OnnxSpanPredictor.from_folder(teacher, threads=threads))
    further = [document for path in corpus for document in read_jsonl(path)]
    return fit([*(train if split else gold), *further], out / "ner", silver=silver, calibration=teacher)


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
