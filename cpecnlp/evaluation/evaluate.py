"""Evaluate a pipeline, or results that are there, against gold records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cpecnlp.corpus.duplicates import story_keys
from cpecnlp.corpus.reader import SHIPPED, read
from cpecnlp.document import Document, outside
from cpecnlp.errors import InputError
from cpecnlp.evaluation.counts import Counts, count
from cpecnlp.evaluation.figures import Figure, Table, differences, figures, interval
from cpecnlp.pipeline import Pipeline, load


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        articles: how many.
        figures: end to end, on the text as we stripped it.
        missing: gold records without a prediction; they count as nothing found.
        oracle: entities and topics on the text as gold strips it.
        unstripped: entities and topics with the boilerplate left in, and
            ``entities_in_boilerplate``: the share of predicted entities that stand in it.
        cost: ``figures`` less ``oracle``, paired: what our stripping costs (below 0) or saves.
        gain: ``figures`` less ``unstripped``, paired: what stripping brings.
        against: the figures of the other models, end to end.
        difference: ours less theirs, paired.
        sources: stage → model.
        against_sources: the same of the other models.
        gold: the records measured on, in order.
        predicted: the documents, for the error browser.
    """

    articles: int
    figures: Mapping[str, Figure]
    missing: int = 0
    oracle: Mapping[str, Figure] = field(default_factory=dict)
    unstripped: Mapping[str, Figure] = field(default_factory=dict)
    cost: Mapping[str, Figure] = field(default_factory=dict)
    gain: Mapping[str, Figure] = field(default_factory=dict)
    against: Mapping[str, Figure] = field(default_factory=dict)
    difference: Mapping[str, Figure] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    against_sources: Mapping[str, str] = field(default_factory=dict)
    gold: Sequence[Document] = ()
    predicted: Sequence[Document] = ()


def evaluate(
    gold: str | Path | Iterable[str | Path] | Sequence[Document] | None = None,
    *,
    predictions: str | Path | Sequence[Document] | None = None,
    models: str | Path | None = None,
    against: str | Path | Sequence[Document] | None = None,
    split: str | None = None,
    oracle: bool = False,
    ner: str | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Measure a pipeline on gold records.

    Args:
        gold: gold records: files, a corpus folder, or documents. ``None``: the test split of the
            shipped corpus, or the one that ``split`` names.
        predictions: results that are there already (``documents.jsonl``), joined on the raw
            text; otherwise the pipeline runs.
        models: the models to measure; the shipped ones by default.
        against: what to measure beside them: a folder of other models, or their results as
            documents or as a ``documents.jsonl``.
        split: only records whose metadata say so (``"test"``).
        oracle: also measure on gold-stripped and on unstripped text.
        ner: another entity backend; see :func:`cpecnlp.load`.
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Raises:
        InputError: no gold record was found; ``predictions`` stand beside what would run models.
    """
    if predictions is not None and (oracle or models is not None or ner is not None):
        raise InputError("results that are there are judged as they are: no models, no oracle beside predictions")
    records = gold_records(SHIPPED, split or "test") if gold is None else gold_records(gold, split)
    chosen = {"groups": story_keys(records), "resamples": resamples, "seed": seed}
    nlp = None if predictions is not None else load(models, ner=ner)
    found = _found(records, nlp or predictions)
    table = _table(records, found, chosen)
    result = Evaluation(
        len(records),
        figures(table),
        missing=found.count(None),
        sources=nlp.sources if nlp else {},
        gold=records,
        predicted=[doc for doc in found if doc is not None],
    )
    if nlp and oracle:
        result = replace(result, **_oracle(nlp, records, found, chosen))
    if against is not None:
        result = replace(result, **_against(against, records, table, chosen))
    return result


def gold_records(gold: Any, split: str | None = None) -> list[Document]:
    """The gold records, of one split if it is named."""
    if isinstance(gold, Sequence) and not isinstance(gold, str) and all(isinstance(g, Document) for g in gold):
        records = list(gold)
    else:
        corpus = read(gold, gold=True, max_chars=0)
        records = list(corpus)
        if lost := [problem for problem in corpus.problems if problem.lost]:
            raise InputError(str(lost[0]))
    if split is not None:
        records = [record for record in records if record.metadata.get("split") == split]
    records = [r for r in records if any(x is not None for x in (r.removed, r.entities, r.topics, r.fields))]
    if not records:
        raise InputError("no gold record was found" + (f" in the split {split!r}" if split else ""))
    return records


def _table(records: Sequence[Document], found: Sequence[Document | None], chosen: Mapping[str, Any]) -> Table:
    counts: list[Counts] = [count(gold, doc) for gold, doc in zip(records, found, strict=True)]
    return Table(counts, **chosen)


def _found(records: Sequence[Document], source: Any) -> list[Document | None]:
    """What a pipeline says of each record, or what results that are there say.

    Results are joined by raw text; white space around it may differ.
    """
    if isinstance(source, Pipeline):
        return list(source.pipe(record.bare() for record in records))
    if isinstance(source, str | Path):
        corpus = read(source, max_chars=0)
        docs: Sequence[Document] = list(corpus)
        if lost := [problem for problem in corpus.problems if problem.lost]:
            raise InputError(str(lost[0]))
    else:
        docs = source
    by_text = {doc.text.strip(): doc for doc in docs}
    return [_aligned(record, by_text.get(record.text.strip())) for record in records]


def _against(other: Any, records: Sequence[Document], ours: Table, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Other models, or their results, and ours less theirs."""
    nlp = load(other) if isinstance(other, str | Path) and not Path(other).is_file() else None
    table = _table(records, _found(records, nlp or other), chosen)
    return {
        "against": figures(table),
        "difference": differences(ours, table),
        "against_sources": nlp.sources if nlp else {},
    }


def _aligned(record: Document, found: Document | None) -> Document | None:
    if found is None or found.text == record.text:
        return found
    offset = _first_sign(record.text) - _first_sign(found.text)
    removed, entities = (tuple(s.shift(offset) for s in spans or ()) for spans in (found.removed, found.entities))
    return replace(found, text=record.text, removed=removed, entities=entities)


def _first_sign(text: str) -> int:
    return len(text) - len(text.lstrip())


def _oracle(
    nlp: Pipeline, records: Sequence[Document], found: Sequence[Document | None], chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """Entities and topics on gold-stripped and on unstripped text, and ours less each."""
    # where gold says nothing of the boilerplate, there is no gold-stripped text to judge on
    known = [r if r.removed is not None else replace(r, entities=None, topics=None) for r in records]
    judged = [replace(record, removed=None, fields=None) for record in known]
    ours = _table(judged, found, chosen)
    out: dict[str, Any] = {}
    for name, change, start in (
        ("oracle", "cost", [replace(r.bare(), removed=r.removed or (), fields=r.fields or {}) for r in records]),
        ("unstripped", "gain", [replace(r.bare(), removed=(), fields={}) for r in records]),
    ):
        docs = start
        for stage in nlp.stages[1:]:
            docs = stage.annotate(docs)
        table = _table(judged, docs, chosen)
        out[name], out[change] = figures(table), differences(ours, table)
        if name == "unstripped":
            out[name]["entities_in_boilerplate"] = _in_boilerplate(records, docs, chosen)
    return out


def _in_boilerplate(records: Sequence[Document], docs: Sequence[Document], chosen: Mapping[str, Any]) -> Figure:
    counts = []
    for gold, doc in zip(records, docs, strict=True):
        entities = doc.entities or ()
        clear = sum(1 for _ in outside(entities, gold.removed or ()))
        counts.append(Counts({("in",): len(entities) - clear, ("all",): len(entities)}))
    return interval(*Table(counts, **chosen).ratio(("in",), ("all",)))
