"""Which files a source names: a file, a folder, a corpus with a manifest."""

from __future__ import annotations

import os
import stat
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpecnlp.corpus.formats import READERS, name_of, suffix_of
from cpecnlp.corpus.problems import Problem
from cpecnlp.paths import shipped

SHIPPED = "corpus"
MANIFEST = "corpus.toml"
RESULTS = "documents.jsonl"
# what a run writes into its folder, beside which the user's own articles may lie
_OF_A_RUN = frozenset({RESULTS, "run.json", "tables", "explorer"})
_MOST_KINDS = 8
_KNOWN = f"known: {' '.join(READERS)}"


@dataclass(frozen=True, slots=True)
class File:
    """A file to read.

    Attributes:
        path: where it lies.
        where: the same as the user named it.
        name: what its articles' ids begin with.
    """

    path: Path
    where: str
    name: str


def expand(source: str, gold: bool = False) -> Iterator[File | Problem]:
    """The files that a source names, in order, or what is wrong with it.

    Args:
        source: a file, a folder, or ``"corpus"`` for the shipped corpus.
        gold: of a folder with a manifest, the gold records.

    Raises:
        OSError: no rights to look.
        ValueError: a name that no file can have.
    """
    path = Path(source)
    shown = printable(source)
    if source == SHIPPED and not path.exists():
        path = shipped(SHIPPED)
    if source and path.is_dir():
        yield from _manifest(path, shown, gold) if (path / MANIFEST).is_file() else _folder(path, shown)
    elif not source or not path.exists():
        yield Problem(shown, "no such file or folder")
    elif suffix_of(path) not in READERS:
        yield Problem(shown, f"unknown kind of file {printable(suffix_of(path))!r} ({_KNOWN})")
    else:
        yield File(path, shown, printable(name_of(path)))


def printable(name: str) -> str:
    """A file name that can be written as UTF-8, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def reason_of(error: Exception) -> str:
    """What the system says, without the path that stands beside it."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _manifest(root: Path, shown: str, gold: bool) -> Iterator[File | Problem]:
    try:
        files = tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))["files"]
        names = [str(name) for name in files["gold" if gold else "articles"]]
    except (ValueError, KeyError, TypeError) as error:
        reason = " ".join(str(error).split())
        yield Problem(f"{shown}/{MANIFEST}", f"not the manifest of a corpus: wrong or missing {reason}")
        return
    for name in names:
        if suffix_of(Path(name)) in READERS:
            yield File(root / name, f"{shown}/{name}", name_of(Path(name)))
        else:
            yield Problem(f"{shown}/{name}", f"unknown kind of file ({_KNOWN})")


def _folder(root: Path, shown: str) -> Iterator[File | Problem]:
    found: list[Path] = []
    others: Counter[str] = Counter()
    said: list[Problem] = []
    for path in _walk(root, shown):
        if isinstance(path, Problem):
            said.append(path)
        elif suffix_of(path) in READERS:
            found.append(path)
        else:
            others[path.suffix.lower() or "no suffix"] += 1
    if not found and _is_results(root):
        found, said = [root / RESULTS], []  # a folder of results and nothing else: its articles are meant
    elif not found and not any(problem.lost for problem in said):
        yield Problem(shown, f"no article files in this folder ({_KNOWN.replace('known', 'known kinds')})")
    elif others:
        kinds = ", ".join(f"{printable(kind)}: {count:,}" for kind, count in sorted(others.items())[:_MOST_KINDS])
        yield Problem(shown, f"{others.total():,} of its files are of other kinds and left out ({kinds})", lost=False)
    yield from said
    for path in sorted(found):
        inner = path.relative_to(root)
        name = (inner.parent / name_of(inner)).as_posix()
        yield File(path, f"{shown}/{printable(inner.as_posix())}", printable(name))


def _walk(root: Path, shown: str) -> Iterator[Path | Problem]:
    """Every file below ``root`` but what is hidden and what a run has written there."""
    shut: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    for name, folders, names in os.walk(root, onerror=shut.append, followlinks=True):
        here = Path(name)
        try:
            state = here.stat()
        except OSError as error:
            shut.append(error)
            continue
        if (state.st_dev, state.st_ino) in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add((state.st_dev, state.st_ino))
        own = _OF_A_RUN if _is_results(here) else frozenset()
        if own:
            yield Problem(_below(here, root, shown), "the results of a run that lie here are left out", lost=False)
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in own)
        files = (here / each for each in sorted(names) if not each.startswith(".") and each not in own)
        yield from filter(_may_be_read, files)
    for refusal in shut:
        yield Problem(_below(Path(os.fsdecode(refusal.filename)), root, shown), reason_of(refusal))


def _below(path: Path, root: Path, shown: str) -> str:
    inner = path.relative_to(root).as_posix()
    return shown if inner == "." else f"{shown}/{printable(inner)}"


def _is_results(folder: Path) -> bool:
    """Whether a run has written into ``folder``, to its end or not."""
    return (folder / RESULTS).is_file() and any((folder / mark).exists() for mark in ("run.json", ".cpecnlp-parts"))


def _may_be_read(path: Path) -> bool:
    """No device and no pipe, which would never end; what cannot be looked at is read later, and then it is said."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True
