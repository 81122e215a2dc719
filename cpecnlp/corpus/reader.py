"""A corpus: documents read lazily from files, folders and standard input."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cpecnlp.corpus.files import SHIPPED as SHIPPED
from cpecnlp.corpus.files import File, expand, printable, reason_of
from cpecnlp.corpus.formats import READERS, Item, Placed, read_stdin, suffix_of
from cpecnlp.corpus.problems import Problem
from cpecnlp.corpus.streams import unpacked
from cpecnlp.document import Document
from cpecnlp.errors import CpecnlpError

STDIN = "-"
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
        self._done = 0
        self._now: Callable[[], int] = int
        self._total: int | None = None

    @property
    def bytes_total(self) -> int:
        if self._total is None:
            found = (entry for entry in self._found() if isinstance(entry, File))
            self._total = sum(_size(file.path) for file in found)
        return self._total

    @property
    def bytes_read(self) -> int:
        return self._done + self._now()

    def __iter__(self) -> Iterator[Document]:
        self.problems = []
        self._done, self._now = 0, int
        seen: dict[str, int] = {}
        for item in self._items():
            if isinstance(item, Problem):
                self.problems.append(item)
            elif (document := self._checked(item, seen)) is not None:
                yield document

    def _items(self) -> Iterator[Item]:
        for entry in self._found():
            if isinstance(entry, Problem):
                yield entry
            elif entry.where == STDIN:
                yield from _placed(STDIN, _stdin_items())
            else:
                yield from self._file_items(entry)

    def _found(self) -> Iterator[File | Problem]:
        for source in self.sources:
            if source == STDIN:
                yield File(Path(STDIN), STDIN, STDIN)
                continue
            try:
                yield from expand(source, self.gold)
            except (OSError, ValueError) as error:  # no rights, a name that no file can have
                yield Problem(printable(source), reason_of(error))

    def _file_items(self, file: File) -> Iterator[Item]:
        try:
            with file.path.open("rb") as raw:
                self._now = raw.tell
                yield from _placed(file.where, READERS[suffix_of(file.path)](unpacked(raw), file.where, file.name))
        except OSError as error:
            yield Problem(file.where, reason_of(error))
        finally:
            self._now = int
            self._done += _size(file.path)

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
        if unfit := _unfit(document):
            self.problems.append(Problem(item.where, unfit, item.line))
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


def _unfit(document: Document) -> str | None:
    """Why the metadata could not be written as a JSON record; ``None`` when it can."""
    try:
        json.dumps(dict(document.metadata), ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        return "the metadata hold a lone surrogate, which no encoding can represent"
    except RecursionError:
        return "the metadata are nested too deeply"
    except (TypeError, ValueError):
        return "the metadata hold a value that JSON cannot represent (NaN, Infinity or the like)"
    return None


def _stdin_items() -> Iterator[Item]:
    if sys.stdin is None:
        yield Problem(STDIN, "there is no standard input")
    else:
        yield from read_stdin(sys.stdin.buffer)


def _placed(where: str, items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except OSError as error:
        yield Problem(where, reason_of(error))
    except Exception as error:
        # whatever a damaged file does to its reader, the other files are read
        yield Problem(where, str(error) if isinstance(error, CpecnlpError) else _unreadable(error))


def _unreadable(error: Exception) -> str:
    said = " ".join(str(error).split())[:200]
    if isinstance(error, EOFError | zlib.error):
        return f"damaged: {said}"
    return f"could not be read: {type(error).__name__}" + (f" ({said})" if said else "")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
