"""Retrain the topic model on new articles, in minutes on a laptop.

``train_topics`` adds to what the present model knows, or starts afresh; it cross-validates,
warns of what looks wrong in the labels, writes a model folder and, if asked, promotes it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import BACKEND
from cpecnlp.backends.words import Lexicon
from cpecnlp.errors import ModelError, OutputError
from cpecnlp.models import MANIFEST, ModelFolder, find_model, model_path
from cpecnlp.models import promote as promote_model
from cpecnlp.paths import user_models
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training.labelling import SheetRow, joined, write_sheet
from cpecnlp.training.topic_data import Source, TopicExample, data_digest, read_examples
from cpecnlp.training.topic_figures import Doubt, Figures, find_doubts
from cpecnlp.training.topic_fit import FittedTopics, fit_topics
from cpecnlp.training.topic_gate import Gate, compare_remembered, compare_topics, regression_set
from cpecnlp.training.topic_join import Joined, doubt_absence, join_examples, lay_rows
from cpecnlp.training.topic_reading import enough_to_stack, readable
from cpecnlp.training.topic_rows import ALWAYS, SURE, TopicRows
from cpecnlp.training.topic_write import write_topics

FEW = 10  # below so many articles a topic is warned of


@dataclass(frozen=True, slots=True)
class TopicTraining:
    """What came of a training run.

    Attributes:
        model: the new model folder.
        present: the model it was compared with, and that it goes on from unless it started afresh.
        labels: its topics.
        new: how many articles were added.
        known: how many the model remembered before.
        figures: by cross-validation over both.
        warnings: what a person should look at, one sentence each.
        doubts: labels of new articles that look wrong, worst first.
        duplicates: ids of near-copies among the new articles and of those they copy.
        gate: the comparison with the present model.
        promoted: whether the new model is the present one now.
        seconds: how long it took.
    """

    model: ModelFolder
    present: ModelFolder
    labels: tuple[str, ...]
    new: int
    known: int
    figures: Figures
    warnings: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    duplicates: tuple[tuple[str, str], ...]
    gate: Gate
    promoted: bool
    seconds: float


def train_topics(
    new: Source,
    *,
    base: Path | str | None = None,
    from_scratch: bool = False,
    out: Path | str | None = None,
    promote: bool = False,
    regression: Source | None = None,
    about: Sequence[str] = (),
    alone: Sequence[str] | None = None,
    review: Path | str | None = None,
    folds: int = 5,
    seed: int = 0,
    name: str | None = None,
) -> TopicTraining:
    """Train a topic model on ``new`` articles.

    Args:
        new: labelled articles; see :func:`cpecnlp.training.topic_data.read_examples`.
        base: the model to go on from: a folder or a name; the present one by default. Also with
            ``from_scratch`` its text features (word vectors, document frequencies) are used.
        from_scratch: forget what that model learned, and its topics.
        out: the folder to write; by default one among the user's models, named by date and content.
        promote: make the new model the present one if the gate lets it pass.
        regression: gold articles for the gate; by default the shipped corpus's dev split.
        about: topics of the model that were decided for each new article though none has them.
            What the articles do not name is otherwise taken as not asked, not as absent.
        alone: topics that exclude all others; those of ``base`` by default.
        review: CSV to write with the new articles whose labels look wrong.
        folds: of the cross-validation.
        seed: of folds and intervals.
        name: of the model.

    Raises:
        InputError: no labelled articles, too few of them, only one topic.
        ModelError: ``base`` is missing or carries no memory.
        OutputError: ``out`` is a folder that holds something else.
    """
    start = time.perf_counter()
    present = find_model(model_path("topics") if base is None else base, "topics")
    if present.backend != BACKEND:
        raise ModelError(f"{present.path} is run by {present.backend!r}, which cannot be trained further")
    warnings: list[str] = []
    examples = read_examples(new, warnings)
    judges = regression_set() if regression is None else read_examples(regression)
    name = name or _name(data_digest(examples), present.source, from_scratch, sorted(about), folds, seed)
    path = _free_folder(Path(out) if out is not None else user_models() / name, present)
    features = _features(present, examples, from_scratch)
    given = join_examples(examples, features, None if from_scratch else present, about)
    rule = TopicRule.from_settings(present.settings)
    single = tuple(topic for topic in (rule.alone if alone is None else alone) if topic in given.rows.labels)
    rows, near = lay_rows(given.rows, folds, seed)
    rows = doubt_absence(given, rows, features, single, seed)
    fitted = fit_topics(rows, features, single, seed)
    fresh = [pair for pair in near if pair[1] >= given.known]
    doubts = _doubts(rows, fitted, given.known)
    warnings += _warnings(rows, given, fresh, fitted, [doubt for _, doubt in doubts])
    model = _write(path, name, rows, features, fitted, given, present, examples, seed)
    remembered = compare_remembered(given.memory, fitted, features, rule, seed) if given.memory else ()
    gate = compare_topics(model, present, judges, trained_on=rows, remembered=remembered, seed=seed)
    if review is not None:
        write_sheet(Path(review), _review(doubts, examples))
    if promoted := promote and gate.passed:
        model = promote_model(model)
    return TopicTraining(
        model,
        present,
        rows.labels,
        len(examples),
        given.known,
        fitted.figures,
        tuple(warnings),
        tuple(doubt for _, doubt in doubts),
        tuple((rows.ids[a], rows.ids[b]) for a, b in fresh),
        gate,
        promoted,
        time.perf_counter() - start,
    )


def _name(*made_of: object) -> str:
    """A name by date and by what the model is made of, so that no other model is written over."""
    digest = hashlib.sha256(repr(made_of).encode()).hexdigest()
    return f"topics-{time.strftime('%Y-%m-%d', time.gmtime())}-{digest[:8]}"


def _free_folder(path: Path, present: ModelFolder) -> Path:
    path = path.expanduser().resolve()
    if path.exists() and not (path / MANIFEST).is_file() and (not path.is_dir() or any(path.iterdir())):
        raise OutputError(f"{path} is there already and is no model folder: name one that is new")
    if path == present.path.resolve():
        raise OutputError(
            f"{path} is the present model: write elsewhere, and let --promote put the new one in its place"
        )
    return path


def _features(present: ModelFolder, examples: Sequence[TopicExample], from_scratch: bool) -> TextFeatures:
    """The present model's text features; without its keywords where its topics play no part."""
    features = TextFeatures.load(present.path)
    named = {topic for example in examples for topic in example.topics}
    if from_scratch and not named & set(features.lexicon.topics):
        features.lexicon = Lexicon({})
    return features


def _doubts(rows: TopicRows, fitted: FittedTopics, known: int) -> list[tuple[int, Doubt]]:
    """Labels of new articles that look wrong, each with the number of the article among the new ones."""
    seen = rows.take(fitted.judged)
    scores = np.where(seen.weights > SURE, fitted.scores, seen.targets)
    names = [str(number) for number in fitted.judged.tolist()]
    found = find_doubts(seen.targets > 0.5, scores, rows.labels, names, most=scores.size)
    new = [(int(doubt.id) - known, replace(doubt, id=rows.ids[int(doubt.id)])) for doubt in found]
    return [(number, doubt) for number, doubt in new if number >= 0]


def _warnings(
    rows: TopicRows, given: Joined, near: Sequence[tuple[int, int]], fitted: FittedTopics, doubts: Sequence[Doubt]
) -> list[str]:
    out = []
    if given.replaced:
        out.append(f"{given.replaced} articles were remembered already; their labels are replaced by the new ones")
    if given.left:
        which = (
            joined(given.left) if len(given.left) < len(rows.labels) / 2 else f"{len(given.left)} of the topics known"
        )
        out.append(
            f"no new article has {which}: taken as not asked, so the present model's opinion stands"
            " (if they were asked, name them with --about)"
        )
    if unread := _unread(rows, given, fitted):
        out.append(
            f"of {unread} remembered articles it is not known what their passages say, so the new model reads none:"
            " train from scratch on their texts, or go on from a model made since topics-5"
        )
    if few := [f"{t.topic} ({t.articles})" for t in fitted.figures.topics if t.articles < FEW]:
        out.append(f"too few articles to trust: {', '.join(few)}; ten is the least, thirty is good")
    if near:
        differ = [pair for pair in near if _differ(rows, *pair)]
        first = f", as {rows.ids[differ[0][1]]} of {rows.ids[differ[0][0]]}" if differ else ""
        out.append(
            f"{len(near)} new articles are near-copies of others, {len(differ)} of them with other topics{first};"
            " copies share a fold"
        )
    if doubts:
        worst = doubts[0]
        what = "has" if worst.given else "lacks"
        out.append(f"{len(doubts)} labels look wrong, first of all that {worst.id} {what} {worst.topic}")
    return out


def _unread(rows: TopicRows, given: Joined, fitted: FittedTopics) -> int:
    """How many remembered articles keep the new model from reading passages."""
    if fitted.weights.stack or fitted.rule.exclusive or not enough_to_stack(len(fitted.judged)):
        return 0
    return int(((rows.folds != ALWAYS) & ~readable(rows))[: given.known].sum())


def _differ(rows: TopicRows, one: int, other: int) -> bool:
    """Whether two articles differ in a topic that was decided for both."""
    both = (rows.weights[[one, other]] > SURE).all(0)
    return bool(((rows.targets[one] > 0.5) != (rows.targets[other] > 0.5))[both].any())


def _review(doubts: Sequence[tuple[int, Doubt]], examples: Sequence[TopicExample]) -> list[SheetRow]:
    """One row an article, the most doubtful first."""
    rows = []
    for number in dict.fromkeys(number for number, _ in doubts):
        mine = [doubt for other, doubt in doubts if other == number]
        example = examples[number]
        wrong = {doubt.topic for doubt in mine if doubt.given}
        missing = [doubt.topic for doubt in mine if not doubt.given]
        better = [topic for topic in example.topics if topic not in wrong] + missing
        why = joined(f"{'has' if d.given else 'lacks'} {d.topic}, p {d.probability:.2f}" for d in mine)
        rows.append(SheetRow(example.id, joined(example.topics), joined(better), why, example.text))
    return rows


def _write(
    path: Path,
    name: str,
    rows: TopicRows,
    features: TextFeatures,
    fitted: FittedTopics,
    given: Joined,
    present: ModelFolder,
    examples: Sequence[TopicExample],
    seed: int,
) -> ModelFolder:
    base = present if given.known else None
    training = {
        "seed": seed,
        "articles": len(rows),
        "new_articles": len(examples),
        "sha256": data_digest(examples),
        "base": base.source if base else "",
        "asked": list(given.asked),
    }
    return write_topics(path, name, rows, features, fitted, training, base)
