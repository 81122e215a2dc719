"""Which files a source names: a file, a folder, a corpus with a manifest."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpecnlp.corpus.formats import READERS, name_of, suffix_of
from cpecnlp.corpus.problems import Problem
from cpecnlp.paths import shipped

SHIPPED = "corpus"
MANIFEST = "corpus.toml"
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
    next(root.iterdir(), None)  # says so when there is no right to look; rglob would not
    found = sorted(path for path in root.rglob("*") if _is_input(path, root))
    if not found:
        yield Problem(shown, f"no article files in this folder ({_KNOWN.replace('known', 'known kinds')})")
    for path in found:
        inner = path.relative_to(root)
        name = (inner.parent / name_of(inner)).as_posix()
        yield File(path, f"{shown}/{printable(inner.as_posix())}", printable(name))


def _is_input(path: Path, root: Path) -> bool:
    if suffix_of(path) not in READERS or any(part.startswith(".") for part in path.relative_to(root).parts):
        return False
    try:
        return path.is_file()
    except OSError:
        return True  # it is read later, and then it is said what is wrong
