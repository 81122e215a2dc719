"""The training of the shipped entity model, from the data that its card names.

    python -m cpecnlp.training.ner.reproduce DATA OUT [--corpus corpus/gold/train.jsonl] [--split]

``DATA`` is laid out like ``shared/data``: ``news/gold_dev.jsonl``, ``news/pakistan_news.jsonl.gz``, ``ner``
and ``gazetteers``. Three steps, each of which is left out where its result already stands in ``OUT``:

1. ``teacher``: auxiliary sets, then folds 1 to 4 of the train split; fold 0 chooses and calibrates.
2. ``silver.jsonl``: 2,400 unlabelled articles that are no near-copies of gold ones, labelled by the teacher.
3. ``split`` (with ``--split``) or ``ner``: the teacher's weights, one epoch of silver, then gold and corpus.

With ``--split`` the articles of the test split are left out, and the model is measured and calibrated on
them; without, the last model is trained on all, and takes the calibration over from ``split``, which must
stand there. About two hours on two cores that do nothing else; a killed run goes on where it stood.
"""

from __future__ import annotations

import argparse
import gzip
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import MANIFEST, open_model
from cpecnlp.training.ner.silver import choose_articles, label_articles
from cpecnlp.training.ner.sources import describe_documents
from cpecnlp.training.ner.train import GOLD_RECIPE, train_ner
from cpecnlp.training.ner.write import TrainReport

LABELS = ("PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY")
TEACHER_FOLD = 0
SILVER_ARTICLES = 2400
STUDENT_RECIPE = replace(GOLD_RECIPE, epochs=6)
SEED = 1


def read_jsonl(path: Path) -> list[Document]:
    """Read a file of records, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [Document.from_json(line) for line in lines]


def names_only_in(measured: Sequence[Document], known: Sequence[Document]) -> set[str]:
    """Return the entity surfaces that only stand in articles that will be measured on.

    A list of names that was written with them in view must not help a model on them.
    """
    surfaces = [
        {document.text[span.start : span.end].casefold() for document in part for span in document.entities or ()}
        for part in (measured, known)
    ]
    return surfaces[0] - surfaces[1]


def train_teacher(data: Path, out: Path, threads: int = 2) -> Path:
    """Train the model that labels unlabelled articles and gives the student its weights.

    Args:
        data: Folder laid out like ``shared/data``.
        out: Folder for the models.
        threads: Threads to train with.
    """
    teacher = out / "teacher"
    if not (teacher / MANIFEST).is_file():
        train = [d for d in read_jsonl(data / "news" / "gold_dev.jsonl") if d.metadata["split"] == "train"]
        held = [document for document in train if document.metadata["fold"] == TEACHER_FOLD]
        rest = [document for document in train if document.metadata["fold"] != TEACHER_FOLD]
        train_ner(
            rest,
            teacher,
            labels=LABELS,
            dev=held,
            auxiliary=data / "ner",
            gazetteer=data / "gazetteers",
            without_terms=names_only_in(held, rest),
            seed=SEED,
            threads=threads,
            name="cpecnlp-ner-teacher",
        )
    return teacher


def label_silver(data: Path, out: Path, teacher: Path, threads: int = 2) -> list[Document]:
    """Choose unlabelled articles and label them with the teacher; read them where they are labelled."""
    file = out / "silver.jsonl"
    if not file.is_file():
        measured = [*read_jsonl(data / "news" / "gold_dev.jsonl"), *read_jsonl(data / "news" / "cpec_dev.jsonl")]
        candidates = read_jsonl(data / "news" / "pakistan_news.jsonl.gz")
        chosen = choose_articles(candidates, measured, SILVER_ARTICLES)
        labelled = label_articles(chosen, OnnxSpanPredictor.from_folder(teacher, threads=threads))
        aside = file.with_suffix(".part")
        aside.write_text("".join(document.to_json() + "\n" for document in labelled), encoding="utf-8")
        aside.replace(file)
    return read_jsonl(file)


def reproduce(data: Path, out: Path, corpus: Sequence[Path] = (), split: bool = False, threads: int = 2) -> TrainReport:
    """Train the shipped model, or with ``split`` the one that is measured on the test split.

    Args:
        data: Folder laid out like ``shared/data``.
        out: Folder for the models and the silver articles.
        corpus: Further gold files, for the student only.
        split: Leave the test split out, and measure on it.
        threads: Threads to train with.

    Raises:
        InputError: Without ``split``, if the model of the split is not there to take the calibration from.
    """
    if not split and not (out / "split" / MANIFEST).is_file():
        raise InputError(f"run it with --split first: {out / 'split'} gives the calibration")
    gold = read_jsonl(data / "news" / "gold_dev.jsonl")
    teacher = train_teacher(data, out, threads)
    silver = label_silver(data, out, teacher, threads)
    parts = {name: [d for d in gold if d.metadata["split"] == name] for name in ("train", "test")}
    further = [document for path in corpus for document in read_jsonl(path)]
    known = [*(parts["train"] if split else gold), *further]
    return train_ner(
        known,
        out / ("split" if split else "ner"),
        labels=LABELS,
        base=teacher,
        silver=silver,
        gazetteer=data / "gazetteers",
        measured=parts["test"] if split else (),
        without_terms=names_only_in(parts["test"], known) if split else (),
        calibration=None if split else out / "split",
        seed=SEED,
        threads=threads,
        recipe=STUDENT_RECIPE,
        record=student_record(gold, further, teacher, split),
    )


def student_record(gold: Sequence[Document], corpus: Sequence[Document], teacher: Path, split: bool) -> dict[str, Any]:
    """Return what a record of the student's training says beside what every training says."""
    return {
        "method": "teacher on folds 1 to 4, silver articles labelled by it, student from its weights",
        "command": "python -m cpecnlp.training.ner.reproduce DATA OUT --corpus corpus/gold/train.jsonl"
        + (" --split" if split else ""),
        "left_out": "the test split" if split else "nothing",
        "sources": {"gold_dev": describe_documents(gold), "corpus train": describe_documents(corpus)},
        "teacher": {
            key: open_model(teacher, "ner").manifest[key] for key in ("name", "date", "training", "metrics", "files")
        },
    }


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
