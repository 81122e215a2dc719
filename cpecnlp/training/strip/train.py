"""Training of the block model, from reading to the written folder."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError, ModelError
from cpecnlp.models import MANIFEST, ModelFolder, find_model, model_path
from cpecnlp.models import promote as promote_model
from cpecnlp.paths import shipped, user_models
from cpecnlp.stages.strip.stage import StripStage
from cpecnlp.training.regression import regression_set
from cpecnlp.training.strip.data import Example, digest, from_documents, read_lines
from cpecnlp.training.strip.figures import StripFigures
from cpecnlp.training.strip.fit import Fitted, fit_blocks
from cpecnlp.training.strip.gate import Gate, compare_stages, present_stage
from cpecnlp.training.strip.graft import Grafter
from cpecnlp.training.strip.held_out import choose_thresholds, out_of_fold
from cpecnlp.training.strip.rows import Frequencies, fold_of, lay_folds, rows_of
from cpecnlp.training.strip.stories import examples_by_rules, stories_of
from cpecnlp.training.strip.write import Learned, write_blocks

Item = TypeVar("Item")
Paths = str | Path | Sequence[str | Path]
LINE_WEIGHT, RULE_WEIGHT = 0.3, 0.7
FOLDS = 4


@dataclass(frozen=True, slots=True)
class StripTraining:
    """What came out of a training.

    Attributes:
        model: the new model's folder.
        articles: gold articles that it learned from.
        grafts: synthetic pages beside them.
        folds: figures on outlets left out, of the rules alone and with the model; those of the scrapes apart.
        gate: the comparison with the present model; ``None`` where there is no regression set.
        promoted: whether the new model took the present one's place.
        seconds: that it took.
    """

    model: ModelFolder
    articles: int
    grafts: int
    folds: Mapping[str, StripFigures]
    gate: Gate | None
    promoted: bool
    seconds: float


def train_strip(
    gold: Paths | Iterable[Document] | None = None,
    *,
    scrapes: Paths | Iterable[Document] | None = None,
    lines: Paths = (),
    unlabelled: Paths = (),
    out: Path | str | None = None,
    base: Path | str | None = None,
    promote: bool = False,
    regression: Sequence[Document] | None = None,
    grafts: int = 3000,
    most_lines: int = 1000,
    most_unlabelled: int = 3000,
    seed: int = 0,
    name: str | None = None,
) -> StripTraining:
    """Train a block model.

    Args:
        gold: gold records, or files of them; by default the shipped corpus's train split.
        scrapes: gold records of pages that were written to be hard; they teach, and have figures of their own, but
            the threshold is not chosen by them. By default the shipped ones where ``gold`` is the default, else none.
        lines: JSONL files of articles whose lines are labelled; see
            :func:`cpecnlp.training.strip.data.read_lines`. A file's name is its outlet's.
        unlabelled: raw articles; the rules say what is furniture in them. They give bodies to graft
            on, and other stories to graft.
        out: the folder to write; by default one among the user's own models.
        base: the model to compare with, by folder or name; the present one by default, the rules alone
            where there is none.
        promote: make the new model the present one if the gate lets it pass.
        regression: gold articles for the gate; by default the shipped corpus's dev split.
        grafts: how many synthetic pages to make.
        most_lines: at most so many articles of ``lines``.
        most_unlabelled: at most so many of ``unlabelled``.
        seed: of everything random; the same data and seed give the same weights.
        name: of the model; what it removes cites it as its source. By default from day and content.

    Raises:
        InputError: no gold articles, or nothing in them to learn.
        ModelError: ``base`` is no block model, or ``out`` is the present model's folder.
    """
    start = time.perf_counter()
    rules = StripStage.load(learned=False)
    labelled = list(from_documents(_documents(gold)))
    if not labelled:
        raise InputError("there are no gold articles to learn from")
    if scrapes is None:
        scrapes = [shipped_scrapes()] if gold is None and shipped_scrapes().is_file() else ()
    hard = list(from_documents(_documents(scrapes)))
    by_lines = [replace(e, weight=LINE_WEIGHT) for e in _sample(_lines(lines), most_lines)]
    raw = _sample(_raw(unlabelled, {e.text.strip() for e in (*labelled, *hard)}), most_unlabelled)
    by_rules = list(examples_by_rules(raw, rules, RULE_WEIGHT))
    learned = _learn(labelled, hard, by_rules, by_lines, grafts, rules, seed)
    present = _present(base)
    name = name or f"blocks-{time.strftime('%Y-%m-%d', time.gmtime())}-{digest(learned.examples)[:8]}"
    where = Path(out) if out is not None else user_models() / name
    if promote and present is not None and where.resolve() == present.path.resolve():
        raise ModelError(f"{where} is the present model: write elsewhere, and let promotion put the new one there")
    gate_set = regression_set() if regression is None else list(regression)
    model = write_blocks(where, name, learned, gate_set, seed)
    gate = compare_stages(StripStage.load(model.path), present_stage(present), gate_set, seed) if gate_set else None
    promoted = promote and (gate is None or gate.passed)
    if promoted:
        model = promote_model(model)
    return StripTraining(model, len(labelled), grafts, learned.folds, gate, promoted,
                         time.perf_counter() - start)  # fmt: skip


def _learn(
    labelled: list[Example],
    hard: list[Example],
    by_rules: list[Example],
    by_lines: list[Example],
    grafts: int,
    rules: StripStage,
    seed: int,
) -> Learned:
    gold, others = [*labelled, *hard], [*by_rules, *by_lines]
    laid = lay_folds(gold, FOLDS)
    made = list(_graft([*gold, *others], laid, grafts, rules, seed))
    examples = [*gold, *others, *made]
    frequencies = Frequencies.of([e.text for e in [*gold, *by_rules]])
    rows = rows_of(examples, frequencies, laid, FOLDS)
    fitted: Fitted = fit_blocks(rows, frequencies, FOLDS, seed)
    thresholds = choose_thresholds(labelled, rows, fitted)
    alone, held = out_of_fold(labelled, rows, fitted, thresholds["balanced"], seed)
    folds = {"rules alone": alone, "rules and model": held}
    if hard:
        apart = out_of_fold(hard, rows, fitted, thresholds["balanced"], seed, first=len(labelled))
        folds |= dict(zip(("simulated scrapes: rules alone", "simulated scrapes: rules and model"), apart, strict=True))
    counts = {"gold": len(labelled), "scrapes": len(hard), "lines": len(by_lines), "unlabelled": len(by_rules),
              "grafts": len(made), "blocks": len(rows), "outlets": len(laid)}  # fmt: skip
    return Learned(fitted, frequencies, thresholds, folds, counts, examples)


def _graft(
    examples: Sequence[Example], laid: dict[str, int], count: int, rules: StripStage, seed: int
) -> Iterator[Example]:
    """Grafted pages, each made of articles of one fold, so that no outlet shows in another's fold."""
    stories = list(stories_of(examples, rules))
    parts = [[s for s in stories if fold_of(_bare(s.id, s.group), laid, FOLDS) == fold] for fold in range(FOLDS)]
    for fold, part in enumerate(parts):
        if len(part) > 1:
            # outlets differ in size by far more than in what they teach
            yield from Grafter(part, seed + fold).pages(count // FOLDS)


def _bare(identifier: str, group: str) -> Example:
    return Example(identifier, group, "", ())


def shipped_gold() -> Path:
    """Gold records of the shipped corpus's train split."""
    return shipped("corpus") / "gold" / "train.jsonl"


def shipped_scrapes() -> Path:
    """Gold records of the shipped simulated scrapes' train split."""
    return shipped("corpus") / "scrapes" / "gold" / "train.jsonl"


def _documents(gold: Paths | Iterable[Document] | None) -> Iterator[Document]:
    if gold is None:
        yield from read(shipped_gold(), gold=True)
    elif isinstance(gold, str | Path):
        yield from read(gold, gold=True)
    else:
        for item in gold:
            if isinstance(item, Document):
                yield item
            else:
                yield from read(item, gold=True)


def _paths(paths: Paths) -> list[Path]:
    return [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]


def _lines(paths: Paths) -> Iterator[Example]:
    for path in _paths(paths):
        yield from read_lines(path, path.name.split(".")[0].split("_")[0])


def _raw(paths: Paths, known: set[str]) -> Iterator[Document]:
    for path in _paths(paths):
        yield from (doc for doc in read(path) if doc.text.strip() not in known)


def _sample(items: Iterable[Item], most: int) -> list[Item]:
    """At most so many of the items, evenly spread."""
    found = list(items)
    step = max(1.0, len(found) / max(1, most))
    return [found[int(n * step)] for n in range(min(most, len(found)))]


def _present(base: Path | str | None) -> ModelFolder | None:
    path = base if base is not None else model_path("strip")
    return find_model(path, "strip") if base is not None or (Path(path) / MANIFEST).is_file() else None
