"""Bytes of a file in pieces of bounded size: memory stays flat whatever the file is."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from cpecnlp.corpus.decode import decode, marked_encoding, wide_without_mark
from cpecnlp.errors import InputError

# no line and no file that can only be read whole may be larger
MOST_BYTES = 256 << 20
LINE_BYTES = 64 << 20


def unpacked(file: BinaryIO) -> IO[bytes]:
    """The file's bytes, unpacked if its name says that it is gzipped."""
    if not file.name.lower().endswith(".gz"):
        return file
    return cast(IO[bytes], gzip.GzipFile(fileobj=file, mode="rb"))


def text_stream(file: IO[bytes]) -> tuple[IO[str], str]:
    """The file as text and its encoding; streamed if it is UTF-8 from end to end, else decoded whole."""
    check = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(1 << 20):
            if b"\0" in block:
                break
            check.decode(block)
        else:
            check.decode(b"", final=True)
            file.seek(0)
            return io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), "utf-8"
    except UnicodeDecodeError:
        pass
    file.seek(0)
    text, encoding = decode(whole(file))
    return io.StringIO(text, newline=""), encoding


class Chained:
    """What was already read, then the rest of the stream."""

    def __init__(self, head: bytes, file: IO[bytes]) -> None:
        self._head, self._file = io.BytesIO(head), file

    def readline(self, limit: int) -> bytes:
        line = self._head.readline(limit)
        return line if line.endswith(b"\n") else line + self._file.readline(limit)

    def read(self, limit: int) -> bytes:
        head = self._head.read(limit)
        return head + self._file.read(limit - len(head))


def whole(file: IO[bytes]) -> bytes:
    """All bytes of the file.

    Raises:
        InputError: there are more than ``MOST_BYTES``.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(
            f"larger than {MOST_BYTES >> 20} MiB, and this kind of file can only be read whole:"
            " use UTF-8 .jsonl, .csv or .parquet"
        )
    return data


def lines(file: IO[bytes]) -> tuple[Iterator[bytes | None], str]:
    """Lines as UTF-8 bytes, ``None`` for one that is too long; and the encoding that they came in.

    Raises:
        InputError: the first line is binary, or the file is in no encoding that could be told.
    """
    first = file.readline(LINE_BYTES)
    encoding = marked_encoding(first[:4]) or wide_without_mark(first[: len(first) // 2 * 2])
    if encoding not in (None, "utf-8-sig"):
        text, encoding = decode(whole(cast(IO[bytes], Chained(first, file))))
        return (line.encode("utf-8") for line in text.split("\n")), encoding
    if first.count(0) > len(first) // 100:
        raise InputError("not a text file (it holds NUL bytes)")
    return _lines(first, file), "utf-8"


def _lines(first: bytes, file: IO[bytes]) -> Iterator[bytes | None]:
    line = first.removeprefix(codecs.BOM_UTF8)
    while first:
        ended = len(first) < LINE_BYTES or first.endswith(b"\n")
        yield line if ended else None
        while not ended:
            more = file.readline(LINE_BYTES)
            ended = len(more) < LINE_BYTES or more.endswith(b"\n")
        line = first = file.readline(LINE_BYTES)
