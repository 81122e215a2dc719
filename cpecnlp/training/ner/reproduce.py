"""The training of the shipped entity model, from the data that its card names.

    python -m cpecnlp.training.ner.reproduce DATA OUT --gold corpus/gold/train.jsonl … --split
    python -m cpecnlp.training.ner.reproduce DATA OUT --gold corpus/gold/train.jsonl …

``DATA`` is laid out like ``shared/data``: ``news``, ``ner``, ``topics`` and ``gazetteers``. Each step is left out
where its result already stands in ``OUT``:

1. ``teacher``: auxiliary sets, then the train split, the further gold and the annotations of ``corpus/annotations``.
2. ``silver.jsonl``: 3,000 unlabelled articles that are no near-copies of gold ones, stripped and labelled by
   the teacher.
3. ``start``: four of the teacher's six layers, one epoch of silver and one of what the teacher learned from.
4. ``wide``: four more epochs of the same.
5. ``split`` (with ``--split``): two thirds of the heads and of the feed-forward units of each layer, four epochs of
   the same; measured and calibrated on the test split, which nothing has learned from. It ships.
6. ``ner`` (without ``--split``): goes on from ``split`` for one epoch of the gold alone, test split included, and
   takes the calibration over.

About three and a half hours on two cores that do nothing else; a killed run goes on where it stood.
"""

from __future__ import annotations

import argparse
import gzip
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import MANIFEST, open_model
from cpecnlp.paths import shipped
from cpecnlp.stages.strip import StripStage
from cpecnlp.training.annotations import ANNOTATIONS, lay_annotations
from cpecnlp.training.ner.silver import choose_articles, label_articles
from cpecnlp.training.ner.sources import describe_documents
from cpecnlp.training.ner.train import GOLD_RECIPE, train_ner
from cpecnlp.training.ner.trainer import Recipe
from cpecnlp.training.ner.write import TrainReport

LABELS = ("PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY")
POOL_ARTICLES, POOL_SEED = 9000, 11
LENGTHS = range(501, 5000)
SILVER_ARTICLES = 3000
TEACHER_RECIPE = replace(GOLD_RECIPE, epochs=3)
LAYERS = (0, 1, 3, 5)
WIDTH = (8, 1024)  # attention heads and feed-forward units of a layer
START_RECIPE = replace(GOLD_RECIPE, epochs=1)
STUDENT_RECIPE = replace(GOLD_RECIPE, epochs=4)
LAST_RECIPE = replace(GOLD_RECIPE, epochs=1, rate=4e-5)
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


@dataclass(frozen=True, slots=True)
class Steps:
    """What the steps before the last have in common.

    Attributes:
        data: Folder laid out like ``shared/data``.
        out: Folder for the models.
        known: The train split, further gold and annotations.
        test: Articles to measure and calibrate on, of which nothing is learned.
        threads: Threads to train with.
    """

    data: Path
    out: Path
    known: Sequence[Document]
    test: Sequence[Document]
    threads: int = 2

    def train(self, name: str, recipe: Recipe, **options: Any) -> Path:
        """Train the model of one step, if it does not stand there already; its folder."""
        folder = self.out / name
        if not (folder / MANIFEST).is_file():
            self.run(name, recipe, name=f"cpecnlp-ner-{name}", **options)
        return folder

    def run(self, folder: str, recipe: Recipe, **options: Any) -> TrainReport:
        """Train a model on all that is known, and measure it on the test articles."""
        return train_ner(
            self.known,
            self.out / folder,
            labels=LABELS,
            gazetteer=self.data / "gazetteers",
            measured=self.test,
            without_terms=names_only_in(self.test, self.known),
            seed=SEED,
            threads=self.threads,
            recipe=recipe,
            **options,
        )


def label_silver(data: Path, out: Path, teacher: Path, annotated: set[str], threads: int = 2) -> list[Document]:
    """Choose unlabelled articles, strip them and label them with the teacher; read them where they are labelled."""
    file = out / "silver.jsonl"
    if not file.is_file():
        news = data / "news"
        measured = [news / "gold_dev.jsonl", news / "cpec_dev.jsonl", data / "topics" / "gold_topics.jsonl"]
        candidates = [d for d in read_jsonl(news / "pakistan_news.jsonl.gz") if len(d.text) in LENGTHS]
        avoid = [document for path in measured for document in read_jsonl(path)]
        pool = choose_articles(candidates, avoid, POOL_ARTICLES, POOL_SEED)
        chosen = [document for document in pool if document.id not in annotated][:SILVER_ARTICLES]
        stripped = StripStage.load().annotate(chosen)
        labelled = label_articles(stripped, OnnxSpanPredictor.from_folder(teacher, threads=threads))
        aside = file.with_suffix(".part")
        aside.write_text("".join(document.to_json() + "\n" for document in labelled), encoding="utf-8")
        aside.replace(file)
    return read_jsonl(file)


def reproduce(data: Path, out: Path, gold: Sequence[Path] = (), split: bool = False, threads: int = 2) -> TrainReport:
    """Train the shipped model, or with ``split`` the one that is measured on the test split.

    Args:
        data: Folder laid out like ``shared/data``.
        out: Folder for the models and the silver articles.
        gold: Further gold files.
        split: Leave the test split out, and measure on it.
        threads: Threads to train with.

    Raises:
        InputError: Without ``split``, if the model of the split is not there to go on from.
    """
    further = [document for path in gold for document in read_jsonl(path)]
    marked = [d for d in read_annotations(data) if d.entities is not None]
    train, test = _splits(data)
    if split:
        steps = Steps(data, out, [*train, *further, *marked], test, threads)
        teacher = steps.train("teacher", TEACHER_RECIPE, auxiliary=data / "ner")
        silver = label_silver(data, out, teacher, {document.id for document in marked}, threads)
        start = steps.train("start", START_RECIPE, base=teacher, layers=LAYERS, silver=silver)
        wide = steps.train("wide", STUDENT_RECIPE, base=start)
        record = student_record([*train, *test], further, marked, wide, split=True)
        return steps.run("split", STUDENT_RECIPE, base=wide, width=WIDTH, record=record)
    student = out / "split"
    if not (student / MANIFEST).is_file():
        raise InputError(f"run it with --split first: the last step goes on from {student}")
    return train_ner(
        [*train, *test, *further, *marked],
        out / "ner",
        labels=LABELS,
        base=student,
        gazetteer=data / "gazetteers",
        calibration=student,
        seed=SEED,
        threads=threads,
        recipe=LAST_RECIPE,
        record=student_record([*train, *test], further, marked, student, split=False),
    )


def _splits(data: Path) -> tuple[list[Document], list[Document]]:
    """The train and the test split of the annotated news."""
    gold = read_jsonl(data / "news" / "gold_dev.jsonl")
    train, test = ([d for d in gold if d.metadata["split"] == name] for name in ("train", "test"))
    return train, test


def read_annotations(data: Path) -> list[Document]:
    """The articles of ``pakistan_news`` that were annotated for this project and do not ship."""
    return lay_annotations(shipped("corpus") / ANNOTATIONS, read_jsonl(data / "news" / "pakistan_news.jsonl.gz"))


def student_record(
    gold: Sequence[Document], further: Sequence[Document], marked: Sequence[Document], base: Path, *, split: bool
) -> dict[str, Any]:
    """Return what a record of the student's training says beside what every training says."""
    return {
        "method": "a teacher on auxiliary sets and gold; four of its layers on silver, then gold; narrowed; gold again",
        "command": "python -m cpecnlp.training.ner.reproduce DATA OUT --gold FILE…" + (" --split" if split else ""),
        "left_out": "the test split" if split else "nothing",
        "sources": {
            "gold_dev": describe_documents(gold),
            "further gold": describe_documents(further),
            "annotations": describe_documents(marked),
        },
        "goes on from": {
            key: open_model(base, "ner").manifest[key] for key in ("name", "date", "training", "metrics", "files")
        },
    }


def main() -> None:
    """Run :func:`reproduce` from the command line."""
    parser = argparse.ArgumentParser(prog="python -m cpecnlp.training.ner.reproduce", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--gold", type=Path, nargs="*", default=[])
    parser.add_argument("--split", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    logging.basicConfig(format="%(asctime)s %(message)s")
    logging.getLogger("cpecnlp").setLevel(logging.INFO)
    arguments = parser.parse_args()
    reproduce(arguments.data, arguments.out, arguments.gold, arguments.split, arguments.threads)


if __name__ == "__main__":
    main()
