"""trafilatura's own evaluation: pages with strings that must and that must not be extracted.

Once with trafilatura alone, as its own evaluation calls it, and once with what this project makes
of the same pages: our reader (trafilatura, then the page's own headline on top), then the strip
stage. Counted as trafilatura counts (``tests/evaluate.py`` there): a wanted string that stands in the
output is a true positive, an unwanted one a false positive. Intervals are over pages.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cpecnlp.corpus.pages import read_page
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.evaluation.counts import Counts
from cpecnlp.evaluation.figures import Table, interval

DATA = "evaldata.json"
FIGURES = ("precision", "recall", "F1", "accuracy")
ALONE = "trafilatura alone"
CLEAN = "cpecnlp: clean text"
WHOLE = "cpecnlp: title and clean text"
SYSTEMS = (ALONE, CLEAN, WHOLE)
_ENGLISH = frozenset("the of and to in a for on that with as by at from is was it an be this has".split())
_SHARE = 0.2


@dataclass
class Judged:
    """One page: its language group, and the counts of each system."""

    english: bool
    counts: dict[str, Counts] = field(default_factory=dict)


def pages_table(path: Path, resamples: int) -> None:
    """Print the tables for a ``.tar.xz`` of the pages or its unpacked folder."""
    try:
        judged = list(judge(path))
    except ImportError as error:
        print(f"\nThe pages were not measured: {error}.")
        return
    for name, chosen in (
        ("all languages", judged),
        ("English", [one for one in judged if one.english]),
        ("other languages", [one for one in judged if not one.english]),
    ):
        print(f"\n### HTML, {name}: {len(chosen)} pages\n\n| system | " + " | ".join(FIGURES) + " |")
        print("| --- |" + " ---: |" * len(FIGURES))
        tables = {s: Table([one.counts[s] for one in chosen], resamples=resamples) for s in SYSTEMS}
        for system in SYSTEMS:
            cells = [f"{f.value:.3f} [{f.low:.3f}, {f.high:.3f}]" for f in map(interval, *_figures(tables[system]))]
            print(f"| {system} | " + " | ".join(cells) + " |")
        for system in SYSTEMS[1:]:
            (mine, support), (theirs, _) = _figures(tables[system]), _figures(tables[ALONE])
            found = [interval(a - b, s) for a, b, s in zip(mine, theirs, support, strict=True)]
            cells = [f"{f.value:+.3f} [{f.low:+.3f}, {f.high:+.3f}]" for f in found]
            print(f"| difference, {system.removeprefix('cpecnlp: ')} | " + " | ".join(cells) + " |")


def _figures(table: Table) -> tuple[list[Any], list[Any]]:
    """Precision, recall, F1, accuracy with their resamples, and what each rests on."""
    tp, fp, fn, tn = (table["string", name] for name in ("tp", "fp", "fn", "tn"))
    wholes = [tp + fp, tp + fn, 2 * tp + fp + fn, tp + fp + fn + tn]
    return [part / whole for part, whole in zip([tp, tp, 2 * tp, tp + tn], wholes, strict=True)], wholes


def judge(path: Path) -> Iterator[Judged]:
    """Every page with every system."""
    import trafilatura

    import cpecnlp

    stage = cpecnlp.load(stages=["strip"])["strip"]  # type: ignore[attr-defined]
    for name, item, data in pages(path):
        alone = trafilatura.extract(data, include_comments=False) or ""
        page = read_page(data)
        (done,) = stage.annotate([Document(name, page.text, page.metadata)])
        clean = done.clean_text
        outputs = {ALONE: alone, CLEAN: clean, WHOLE: f"{(done.fields or {}).get('title', '')}\n{clean}"}
        yield Judged(is_english(alone), {system: counted(item, text) for system, text in outputs.items()})


def counted(item: Mapping[str, Sequence[str]], text: str) -> Counts:
    """Wanted and unwanted strings of a page that stand in an output, and those that do not."""
    counts: Counts = Counter()
    for text_wanted, found, missed in (("with", "tp", "fn"), ("without", "fp", "tn")):
        for string in item[text_wanted]:
            counts["string", found if string in text else missed] += 1
    return counts


def is_english(text: str) -> bool:
    """Whether a fifth of the words are English function words."""
    words = text.lower().split()
    return bool(words) and sum(word in _ENGLISH for word in words) > _SHARE * len(words)


def pages(path: Path) -> Iterator[tuple[str, Mapping[str, Any], bytes]]:
    """Address, strings and bytes of each page."""
    files = dict(_files(path))
    if DATA not in files:
        raise InputError(f"{path}: no {DATA} in it")
    for name, item in json.loads(files[DATA]).items():
        if item["file"] in files:
            yield name, item, files[item["file"]]


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        yield from ((file.name, file.read_bytes()) for file in sorted(path.rglob("*")) if file.is_file())
        return
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and (stream := archive.extractfile(member)):
                yield Path(member.name).name, stream.read()
