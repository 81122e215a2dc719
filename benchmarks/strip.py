"""Boilerplate stripping beside the peers, in one run: quality on gold, speed. Prints Markdown.

    python benchmarks/strip.py [--shared PATH] [--html PATH] [--predictions NAME=FILE]

Always on the test splits of the shipped corpus and of the shipped simulated scrapes; on
``news/gold_dev.jsonl`` by split and by outlet where the folder of shared data is there; with
``--html`` also on trafilatura's own evaluation pages (see ``strip_html.py``). Peers
(``strip_peers.py``) run when they are installed:
``pip install justext "trafilatura>=2" lxml_html_clean``. Figures are those of ``cpecnlp evaluate``,
with 95 % bootstrap intervals over stories: syndicated copies are resampled together. Speed is words
of raw text per second of processor time, on one thread.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from strip_peers import PEERS  # noqa: E402

from cpecnlp.corpus.duplicates import story_keys  # noqa: E402
from cpecnlp.corpus.reader import read  # noqa: E402
from cpecnlp.document import Document  # noqa: E402
from cpecnlp.evaluation.counts import Counts, count  # noqa: E402
from cpecnlp.evaluation.evaluate import gold_records  # noqa: E402
from cpecnlp.evaluation.figures import Figure, Table, figures  # noqa: E402
from cpecnlp.models import MANIFEST, model_path  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
PASSES = 5
BATCH = 32
# figure, heading, form; peers name no kinds and find no fields
COLUMNS = (
    ("body_lost_%", "body lost %", "{:.3f}"),
    ("junk_kept_%", "junk kept %", "{:.1f}"),
    ("clean_exact", "exact articles", "{:.3f}"),
    ("removed_f1", "removed-span F1", "{:.3f}"),
    ("removed_kind_acc", "kind accuracy", "{:.3f}"),
    ("fields_f1", "fields F1", "{:.3f}"),
)
OURS = "cpecnlp"
OURS_ALONE = ("removed_kind_acc", "fields_f1")
Run = Callable[[Sequence[Document]], list[Document]]


@dataclass
class Found:
    """What one system made of the gold records, counted article by article."""

    name: str
    counts: list[Counts]
    ours: bool = False


def ours(**options: object) -> Run:
    """The strip stage with the shipped models."""
    import cpecnlp

    stage = cpecnlp.load(stages=["strip"], options={"strip": options})["strip"]  # type: ignore[attr-defined]
    return lambda documents: list(stage.annotate(documents))


def peer(name: str) -> Run:
    """A peer; raises ``ImportError`` where it is not installed."""
    strip = PEERS[name]()
    return lambda documents: [
        replace(document, removed=spans)
        for document, spans in zip(documents, strip([document.text for document in documents]), strict=True)
    ]


def systems() -> dict[str, Run]:
    """Whatever is installed, ours first; a missing peer is said."""
    out: dict[str, Run] = {OURS: ours()}
    if (model_path("strip") / MANIFEST).is_file():
        for mode in ("precision", "recall"):
            out[f"{OURS}, {mode}"] = ours(mode=mode)
        out[f"{OURS}, rules alone"] = ours(learned=False)
    for name in PEERS:
        try:
            out[name] = peer(name)
        except ImportError as error:
            print(f"{name} was not measured: {error}.\n")
    return out


def judged(record: Document) -> Document:
    """The gold record without what stripping does not touch."""
    return replace(record, entities=None, topics=None)


def measure(gold: Sequence[Document], runs: dict[str, Run], predictions: dict[str, str]) -> list[Found]:
    """Every system on every record."""
    bare = [record.bare() for record in gold]
    out = []
    for name, run in runs.items():
        done = [doc for first in range(0, len(bare), BATCH) for doc in run(bare[first : first + BATCH])]
        counts = [count(judged(record), doc) for record, doc in zip(gold, done, strict=True)]
        out.append(Found(name, counts, name.startswith(OURS)))
    for name, path in predictions.items():
        by_text = {doc.text.strip(): doc for doc in read(path, max_chars=0)}
        found = [by_text.get(record.text.strip()) for record in gold]
        out.append(Found(name, [count(judged(r), d) for r, d in zip(gold, found, strict=True)], True))
    return out


def table(found: Sequence[Found], groups: Sequence[int], at: Sequence[int], resamples: int, first: str = "") -> None:
    """Print the rows of one data set: the records whose indices are ``at``."""
    for one in found:
        chosen = Table([one.counts[i] for i in at], [groups[i] for i in at], resamples=resamples)
        measured = figures(chosen)
        cells = [
            "–" if key in OURS_ALONE and not one.ours else shown(measured.get(key), form) for key, _, form in COLUMNS
        ]
        print(f"| {first}{one.name} | " + " | ".join(cells) + " |")


def shown(figure: Figure | None, form: str) -> str:
    """``0.931 [0.912, 0.944]``."""
    if figure is None or figure.value != figure.value:
        return "–"
    return f"{form} [{form}, {form}]".format(figure.value, figure.low, figure.high)


def heading(title: str, first: str) -> str:
    """The title and the head of a table."""
    names = " | ".join(name for _, name, _ in COLUMNS)
    rule = "| --- " * (first.count("|") + 1) + "| ---: " * len(COLUMNS)
    return f"\n### {title}\n\n| {first} | {names} |\n{rule}|"


def by_outlet(
    found: Sequence[Found], gold: Sequence[Document], groups: Sequence[int], at: Sequence[int], resamples: int
) -> None:
    """One row an outlet and system."""
    outlets = Counter(str(gold[i].metadata.get("outlet", "")) for i in at)
    for outlet, articles in outlets.most_common():
        rows = [i for i in at if gold[i].metadata.get("outlet") == outlet]
        table(
            [one for one in found if not one.name.startswith(f"{OURS}, ")],
            groups,
            rows,
            resamples,
            f"{outlet} ({articles}) | ",
        )


def quality(arguments: argparse.Namespace, runs: dict[str, Run]) -> None:
    """The tables of the corpus and, where it is there, of ``gold_dev``."""
    scrapes = str(ROOT / "corpus" / "scrapes" / "gold" / "test.jsonl")
    for what, own in (("corpus", gold_records("corpus", "test")), ("simulated scrapes", gold_records(scrapes))):
        print(heading(f"Shipped {what}, test split: {len(own)} articles", "system"))
        table(measure(own, runs, {}), story_keys(own), range(len(own)), arguments.resamples)
    path = arguments.shared / "news" / "gold_dev.jsonl"
    if not path.is_file():
        print(f"\n`gold_dev` was not measured: there is no {path.name} in the folder of shared data.")
        return
    gold = gold_records(str(path))
    groups = story_keys(gold)
    found = measure(gold, runs, arguments.predictions)
    print("\nThe shipped model may have seen articles of `gold_dev`; `--predictions` shows one that has not.")
    for split in arguments.splits:
        at = [i for i, record in enumerate(gold) if split in ("all", record.metadata.get("split"))]
        print(heading(f"gold_dev, {split}: {len(at)} articles", "system"))
        table(found, groups, at, arguments.resamples)
        print(heading(f"gold_dev, {split}, by outlet", "outlet (articles) | system"))
        by_outlet(found, gold, groups, at, arguments.resamples)


def speed(arguments: argparse.Namespace, runs: dict[str, Run]) -> None:
    """Words a second of each system, over the same articles."""
    path = arguments.shared / "news" / "pakistan_news.jsonl.gz"
    source = str(path) if path.is_file() else "corpus"
    articles = [doc.bare() for doc in islice(read(source, max_chars=0), arguments.articles)]
    words = sum(len(doc.text.split()) for doc in articles)
    name = path.name if path.is_file() else "the shipped corpus"
    print(f"\n### Speed: {len(articles):,} articles of {name}, {words:,} words, one thread\n")
    print(f"| system | words a second of processor time, median of {PASSES} passes in turn | lowest and highest |")
    print("| --- | ---: | ---: |")
    speeds: dict[str, list[float]] = {system: [] for system in runs}
    for _ in range(PASSES):
        for system, run in runs.items():
            run(articles[:BATCH])
            begin = time.process_time()
            for first in range(0, len(articles), BATCH):
                run(articles[first : first + BATCH])
            speeds[system].append(words / (time.process_time() - begin))
    for system, found in speeds.items():
        print(f"| {system} | {median(found):,.0f} | {min(found):,.0f}–{max(found):,.0f} |")


def arguments_of() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of shared data, if there is one")
    parser.add_argument("--html", type=Path, help="trafilatura's evaluation pages: a .tar.xz or its unpacked folder")
    parser.add_argument("--only-html", action="store_true", help="nothing but the pages")
    parser.add_argument("--splits", nargs="+", default=["test", "train"], help="of gold_dev; all for all of it")
    parser.add_argument("--articles", type=int, default=400, help="how many are timed")
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument(
        "--predictions", nargs="+", default=[], metavar="NAME=FILE", help="results on gold_dev to judge beside"
    )
    arguments = parser.parse_args()
    arguments.predictions = dict(pair.split("=", 1) for pair in arguments.predictions)
    return arguments


def main() -> None:
    arguments = arguments_of()
    print("## Boilerplate stripping")
    if not arguments.only_html:
        runs = systems()
        quality(arguments, runs)
        speed(arguments, runs)
    if arguments.html:
        from strip_html import pages_table

        pages_table(arguments.html, arguments.resamples)


if __name__ == "__main__":
    main()
