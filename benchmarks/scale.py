"""How a run grows: articles and words a second, peak memory, by workers and size. Prints Markdown.

    python benchmarks/scale.py                                   # 1,000 articles, 1 and 2 workers, Ray
    python benchmarks/scale.py --sizes 1000,10000,100000 --workers 2 --pipeline strip
    python benchmarks/scale.py --profile                         # where one worker's time goes

Reads ``../shared/data/news/pakistan_news.jsonl.gz`` when it is there, else the shipped corpus; what
is too short is repeated, with other numbers in each copy, so that no two articles are the same. Each
case is a ``cpecnlp run`` in processes of its own; memory is the largest resident size that Linux
has seen of the main process and of any worker.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
NEWS = ROOT / ".." / "shared" / "data" / "news" / "pakistan_news.jsonl.gz"
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
OVERHEAD = ("reading", "cutting", "records and tables", "putting together")


def articles() -> Iterator[dict[str, str]]:
    """Articles without end, none like another."""
    import cpecnlp

    source = str(NEWS) if NEWS.is_file() else "corpus"
    for copy in count():
        shift = str.maketrans("0123456789", "".join(str((digit + copy) % 10) for digit in range(10)))
        for document in cpecnlp.read(source):
            text = document.text if copy == 0 else f"{document.text.translate(shift)}\nCopy {copy}.\n"
            yield {"id": f"{document.id}-{copy}", "text": text}


def write(path: Path, size: int) -> None:
    """``size`` articles as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for row in islice(articles(), size):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def processes(root: int) -> dict[int, tuple[str, int]]:
    """Process → command and largest resident size in KiB, of ``root`` and all below it."""
    parents: dict[int, int] = {}
    found: dict[int, tuple[str, int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                lines = (folder / "status").read_text().splitlines()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            status = dict(line.split(":", 1) for line in lines if ":" in line)
            parents[int(folder.name)] = int(status["PPid"])
            found[int(folder.name)] = (command, int(status.get("VmHWM", "0 kB").split()[0]))
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return {process: found[process] for process in family if process in found}


def peak(process: int) -> int:
    """Largest resident size of one process in KiB."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def measure(source: Path, output: Path, workers: int, executor: str, stages: str) -> tuple[dict, int, int]:  # type: ignore[type-arg]
    """Run once: the report, and the peak of the main process and of the largest worker in KiB."""
    command = [sys.executable, "-m", "cpecnlp", "run", str(source), "-o", str(output), "-q", "--no-explorer"]
    command += ["--workers", str(workers), "--executor", executor, "--pipeline", stages]
    env = {**os.environ, **THREADS, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(command, env=env)
    main = worker = 0
    begin = time.monotonic()
    for turn in count():
        if run.poll() is not None:
            break
        main = max(main, peak(run.pid))
        # the workers' peak stays on record while they live; looking for them costs time that they lack
        if turn % 20 == 0 or time.monotonic() - begin < 5:
            family = processes(run.pid)
            family.pop(run.pid, None)
            sizes = [size for name, size in family.values() if executor == "local" or name.startswith("ray::")]
            worker = max([worker, *sizes])
        time.sleep(0.1)
    if run.returncode not in (0, 1):
        raise SystemExit(run.returncode)
    return json.loads((output / "run.json").read_text(encoding="utf-8")), main, worker


def cases(sizes: list[int], workers: list[int], stages: str) -> None:
    """Print one line of a table for each size and number of workers."""
    has_ray = importlib.util.find_spec("ray") is not None
    say("| articles | where | seconds | articles/s | words/s | main process | largest worker |")
    say("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in.jsonl"
            write(source, size)
            places = [("local", number) for number in workers] + [("ray", max(workers))] * has_ray
            for executor, number in places:
                report, main, worker = measure(source, Path(folder) / f"{executor}{number}", number, executor, stages)
                counts, seconds = report["counts"], report["seconds"]
                where = f"{executor}, {number} worker{'s' * (number > 1)}"
                speed = f"{counts['documents'] / seconds:,.1f} | {counts['words'] / seconds:,.0f}"
                memory = f"{main / 1024:,.0f} MB | " + (f"{worker / 1024:,.0f} MB" if worker else "–")
                say(f"| {counts['documents']:,} | {where} | {seconds:,.1f} | {speed} | {memory} |")


def profile(size: int, stages: str) -> None:
    """Print what share of one process's time each step takes, the loading of models left out."""
    from cpecnlp import load, read
    from cpecnlp.executors.part import process
    from cpecnlp.executors.shards import cut_shards
    from cpecnlp.executors.store import PartStore

    spent: dict[str, float] = {}

    def took(name: str, begin: float) -> None:
        spent[name] = spent.get(name, 0.0) + time.process_time() - begin

    pipeline = load(stages=stages.split(","))
    pipeline("Pakistan and China met in Gwadar.")
    with tempfile.TemporaryDirectory() as folder:
        source, store = Path(folder) / "in.jsonl", PartStore(Path(folder) / "out")
        write(source, size)
        begin = time.process_time()
        documents = list(read(source))
        took("reading", begin)
        begin = time.process_time()
        shards = list(cut_shards(documents, "profile"))
        took("cutting", begin)
        for shard in shards:
            batch = [document.bare() for document in shard.documents]
            for stage in pipeline.stages:
                begin = time.process_time()
                batch = stage.annotate(batch)
                took(f"stage {stage.name}", begin)
            begin = time.process_time()
            part = process(_Done(batch), shard.documents)  # type: ignore[arg-type]
            store.put(shard.key, part)
            took("records and tables", begin)
        begin = time.process_time()
        store.assemble(shard.key for shard in shards)
        took("putting together", begin)
    total = sum(spent.values())
    say("| step | ms an article | share |\n| --- | ---: | ---: |")
    for name, seconds in spent.items():
        say(f"| {name} | {1000 * seconds / size:.2f} | {seconds / total:.1%} |")
    say(f"| all that is no stage | | {sum(spent[name] for name in OVERHEAD) / total:.1%} |")


class _Done:
    """Stands where a pipeline does, with the documents that it would give."""

    def __init__(self, documents: list) -> None:  # type: ignore[type-arg]
        self._documents = documents

    def annotate(self, _: object) -> list:  # type: ignore[type-arg]
        return self._documents


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000", help="articles, comma-separated")
    parser.add_argument("--workers", default="1,2", help="numbers of workers, comma-separated")
    parser.add_argument("--pipeline", default="strip,ner,link,topics", help="stages")
    parser.add_argument("--profile", action="store_true", help="where the time of one worker goes")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    data = "articles of Pakistani outlets" if NEWS.is_file() else "the shipped corpus, repeated"
    say(f"{data}; {platform.machine()}, {os.cpu_count()} cores; stages {options.pipeline}\n")
    if options.profile:
        profile(sizes[0], options.pipeline)
    else:
        cases(sizes, [int(number) for number in options.workers.split(",")], options.pipeline)


if __name__ == "__main__":
    main()
