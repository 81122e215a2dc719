"""A corpus: documents read lazily from files, folders and standard input."""

from __future__ import annotations

import sys
import tomllib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cpecnlp.corpus.formats import READERS, Item, Placed, name_of, open_bytes, read_stdin, suffix_of
from cpecnlp.corpus.problems import Problem
from cpecnlp.document import Document
from cpecnlp.errors import CpecnlpError
from cpecnlp.paths import shipped

SHIPPED = "corpus"
MANIFEST = "corpus.toml"
MAX_CHARS = 2_000_000


class Corpus(Iterable[Document]):
    """Documents, read anew at every iteration; what could not be read is in ``problems``.

    Args:
        sources: files, folders, ``"-"`` for standard input, or ``"corpus"`` for the shipped one.
        gold: of a folder with a ``corpus.toml``, read the gold records instead of the raw articles.
        max_chars: an article that is longer is refused; 0 for no limit.

    Attributes:
        problems: of the last iteration, in order.
        bytes_total: size of all files, for a progress bar; 0 where unknown.
        bytes_read: of it, what the iteration has taken up.
    """

    def __init__(self, sources: Iterable[str | Path], *, gold: bool = False, max_chars: int = MAX_CHARS) -> None:
        self.sources = [str(source) for source in sources]
        self.gold = gold
        self.max_chars = max_chars
        self.problems: list[Problem] = []
        self.bytes_read = 0
        self._files: list[tuple[Path, str, str]] | None = None

    @property
    def bytes_total(self) -> int:
        return sum(_size(path) for path, _, _ in self._found([]))

    def __iter__(self) -> Iterator[Document]:
        self.problems = []
        self.bytes_read = 0
        seen: dict[str, int] = {}
        for item in self._items():
            if isinstance(item, Problem):
                self.problems.append(item)
            elif (document := self._checked(item, seen)) is not None:
                yield document

    def _items(self) -> Iterator[Item]:
        missing: list[Problem] = []
        files = self._found(missing)
        yield from missing
        if "-" in self.sources:
            yield from _placed("-", read_stdin(sys.stdin.buffer))
        for path, where, name in files:
            yield from _file_items(path, where, name)
            self.bytes_read += _size(path)

    def _found(self, missing: list[Problem]) -> list[tuple[Path, str, str]]:
        files: list[tuple[Path, str, str]] = []
        for source in self.sources:
            if source != "-":
                files += _expand(source, self.gold, missing)
        return files

    def _checked(self, item: Placed, seen: dict[str, int]) -> Document | None:
        document, length = item.document, len(item.document.text)
        if not document.text.strip():
            self.problems.append(Problem(item.where, "the article is empty", item.line))
            return None
        if self.max_chars and length > self.max_chars:
            message = (
                f"the article has {length:,} characters, more than {self.max_chars:,}"
                " (raise --max-chars if it really is one article)"
            )
            self.problems.append(Problem(item.where, message, item.line))
            return None
        count = seen[document.id] = seen.get(document.id, 0) + 1
        if count == 1:
            return document
        fresh = _fresh_id(document.id, count, seen)
        message = f"the id {document.id!r} stands a second time; read as {fresh!r}"
        self.problems.append(Problem(item.where, message, item.line, lost=False))
        return replace(document, id=fresh)


def _fresh_id(name: str, count: int, seen: dict[str, int]) -> str:
    while (fresh := f"{name}~{count}") in seen:
        count += 1
    seen[fresh] = 1
    return fresh


def read(
    source: str | Path | Iterable[str | Path] = SHIPPED, *, gold: bool = False, max_chars: int = MAX_CHARS
) -> Corpus:
    """Read articles from a file, a folder, several of them, or the shipped corpus.

    Args:
        source: ``.txt .html .jsonl .json .csv .tsv .parquet`` (each may be gzipped), a folder
            of these, ``"-"`` for standard input, ``"corpus"`` for the shipped corpus.
        gold: read the gold records of a corpus folder, not its raw articles.
        max_chars: longest article that is read.
    """
    sources = [source] if isinstance(source, str | Path) else list(source)
    return Corpus(sources, gold=gold, max_chars=max_chars)


def _expand(source: str, gold: bool, missing: list[Problem]) -> list[tuple[Path, str, str]]:
    path = Path(source)
    if source == SHIPPED and not path.exists():
        path = shipped(SHIPPED)
    if path.is_dir():
        return _folder(path, source, gold, missing)
    if not path.exists():
        missing.append(Problem(source, "no such file or folder"))
    elif suffix_of(path) not in READERS:
        missing.append(Problem(source, f"unknown kind of file {suffix_of(path)!r} (known: {' '.join(READERS)})"))
    else:
        return [(path, source, name_of(path))]
    return []


def _folder(root: Path, source: str, gold: bool, missing: list[Problem]) -> list[tuple[Path, str, str]]:
    if (root / MANIFEST).is_file():
        names = tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))["files"]["gold" if gold else "articles"]
        return [(root / name, f"{source}/{name}", name_of(Path(name))) for name in names]
    found = sorted(p for p in root.rglob("*") if p.is_file() and suffix_of(p) in READERS and not _hidden(p, root))
    if not found:
        missing.append(Problem(source, f"no article files in this folder (known kinds: {' '.join(READERS)})"))
    inner = [(p, p.relative_to(root)) for p in found]
    return [(p, f"{source}/{rel.as_posix()}", (rel.parent / name_of(rel)).as_posix()) for p, rel in inner]


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _file_items(path: Path, where: str, name: str) -> Iterator[Item]:
    try:
        with open_bytes(path) as file:
            yield from _placed(where, READERS[suffix_of(path)](file, where, name))
    except OSError as error:
        yield Problem(where, error.strerror or str(error) or type(error).__name__)


def _placed(where: str, items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except (CpecnlpError, EOFError, zlib.error) as error:
        yield Problem(where, str(error))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
