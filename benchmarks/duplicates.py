"""Near-duplicates beside MinHash: quality on the corpus's labelled pairs, time. Prints Markdown.

    python benchmarks/duplicates.py [--shared PATH]

MinHash with locality-sensitive hashing is datasketch's (``pip install datasketch``) over the same
sequences of three words, 256 permutations; each candidate's true Jaccard similarity is then computed
and held against the same threshold. ``cpecnlp.duplicates`` counts shared rare sequences exactly.
Both see the text less what gold strips. Where the folder of shared data is there, also the time over
its many news articles.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SHARED = ROOT.parent / "shared" / "data"

from cpecnlp import Document, duplicates, read  # noqa: E402

Pairs = set[tuple[str, str]]
# pairs found, and how many pairs were looked at to find them
Finder = Callable[[Sequence[Document]], tuple[Pairs, int]]
PERMUTATIONS = 256
THRESHOLDS = (0.5, 0.2, 0.1, 0.05)
SOME = 4000


def ours(documents: Sequence[Document]) -> tuple[Pairs, int]:
    """Pairs within the groups."""
    found = duplicates(documents)
    pairs = {pair for group in found.groups for pair in combinations(sorted(group), 2)}
    return pairs, len(found.pairs)


def minhash(threshold: float) -> Finder:
    """MinHash with locality-sensitive hashing at a threshold, and a check of the true similarity."""
    from datasketch import MinHash, MinHashLSH

    def find(documents: Sequence[Document]) -> tuple[Pairs, int]:
        index, signs, words = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS), {}, {}
        for document in documents:
            words[document.id] = shingles(document.clean_text)
            signs[document.id] = MinHash(num_perm=PERMUTATIONS)
            signs[document.id].update_batch([one.encode() for one in words[document.id]])
            index.insert(document.id, signs[document.id])
        candidates = {tuple(sorted((a, b))) for a in signs for b in index.query(signs[a]) if a != b}
        return {(a, b) for a, b in candidates if jaccard(words[a], words[b]) >= threshold}, len(candidates)

    return find


def shingles(text: str) -> set[str]:
    """Sequences of three words."""
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}


def jaccard(a: set[str], b: set[str]) -> float:
    """Shared sequences over all of them."""
    return len(a & b) / max(1, len(a | b))


def labelled(documents: Iterable[Document]) -> Pairs:
    """Pairs of articles whose metadata name the same story."""
    stories: dict[object, list[str]] = {}
    for document in documents:
        if (story := document.metadata.get("story")) is not None:
            stories.setdefault(story, []).append(document.id)
    return {pair for ids in stories.values() for pair in combinations(sorted(ids), 2)}


def finders() -> dict[str, Finder]:
    """Whatever is installed."""
    out: dict[str, Finder] = {"cpecnlp.duplicates": ours}
    try:
        out |= {f"MinHash, threshold {threshold}": minhash(threshold) for threshold in THRESHOLDS}
    except ImportError as error:
        print(f"MinHash was not measured: {error}.\n")
    return out


def quality(systems: dict[str, Finder]) -> None:
    """On the labelled pairs of the shipped corpus."""
    gold = list(read("corpus", gold=True))
    wanted = labelled(gold)
    likeness = {doc.id: shingles(doc.clean_text) for doc in gold}
    each = sorted(jaccard(likeness[a], likeness[b]) for a, b in wanted)
    print(f"{len(gold)} articles, {len(wanted)} labelled pairs, whose Jaccard similarity over sequences of three words")
    print(f"runs from {each[0]:.2f} to {each[-1]:.2f}, median {each[len(each) // 2]:.2f}.\n")
    print("| method | precision | recall | F1 |\n| --- | ---: | ---: | ---: |")
    for name, find in systems.items():
        found, _ = find(gold)
        hits = len(found & wanted)
        precision = f"{hits / len(found):.3f}" if found else "–"
        print(f"| {name} | {precision} | {hits / len(wanted):.3f} | {2 * hits / (len(found) + len(wanted)):.3f} |")


def scale(systems: dict[str, Finder], path: Path) -> None:
    """Pairs that are looked at, and seconds, over many articles."""
    documents = list(read(str(path)))
    some = documents[:SOME]
    print(f"\nThe first {len(some):,} of {len(documents):,} news articles:\n")
    print("| method | pairs looked at | pairs found | seconds of one core |\n| --- | ---: | ---: | ---: |")
    for name, find in systems.items():
        begin = time.process_time()
        found, looked = find(some)
        print(f"| {name} | {looked:,} | {len(found):,} | {time.process_time() - begin:.1f} |")
    begin = time.process_time()
    result = duplicates(documents)
    seconds = time.process_time() - begin
    print(f"\n`cpecnlp.duplicates` over all {len(documents):,}: {len(result.pairs):,} pairs in")
    print(f"{len(result.groups):,} groups, {seconds:.1f} s of one core.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of shared data")
    options = parser.parse_args()
    systems = finders()
    quality(systems)
    many = options.shared / "news" / "pakistan_news.jsonl.gz"
    if many.is_file():
        scale(systems, many)
    else:
        print("\nNot measured over many articles: no folder of shared data here.")


if __name__ == "__main__":
    main()
