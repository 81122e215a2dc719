"""One reader a file format: each yields documents, or problems where one cannot be read."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from cpecnlp.corpus.decode import decode
from cpecnlp.corpus.pages import read_page
from cpecnlp.corpus.problems import Problem
from cpecnlp.corpus.streams import LINE_BYTES, MOST_BYTES, Chained, lines, text_stream, whole
from cpecnlp.document import Document
from cpecnlp.errors import InputError


@dataclass(frozen=True, slots=True)
class Placed:
    """A document and where it stood: file, and line or row within it."""

    document: Document
    where: str
    line: int | None = None


Item = Placed | Problem
Reader = Callable[[IO[bytes], str, str], Iterator[Item]]


def read_text(file: IO[bytes], where: str, name: str) -> Iterator[Item]:
    """One article: the whole file."""
    text, encoding = decode(whole(file))
    yield from _detected(where, encoding)
    named = {"encoding": encoding} if encoding != "utf-8" else {}
    yield Placed(Document(name, text, {"file": where, **named}), where)


def _detected(where: str, encoding: str) -> Iterator[Problem]:
    if encoding != "utf-8":
        yield Problem(where, f"read as {encoding}, which was detected: the file is not UTF-8", lost=False)


def read_html(file: IO[bytes], where: str, name: str) -> Iterator[Item]:
    """The main text of a page, by trafilatura (extra ``html``); stripping runs on what it leaves."""
    page = read_page(whole(file))
    if page.text:
        yield Placed(Document(name, page.text, {"file": where, **page.metadata}), where)
    else:
        yield Problem(where, "no article was found in this page")


def read_jsonl(file: IO[bytes], where: str, name: str) -> Iterator[Item]:
    """One JSON record a line."""
    found, encoding = lines(file)
    yield from _detected(where, encoding)
    for number, line in enumerate(found, 1):
        if line is None:
            yield Problem(where, f"the line has more than {LINE_BYTES >> 20} MiB", number)
        elif line.strip():
            yield _guarded(where, number, _from_line, line, f"{name}:{number}")


def read_json(file: IO[bytes], where: str, name: str) -> Iterator[Item]:
    """A list of records, or a single one."""
    text, encoding = decode(whole(file))
    yield from _detected(where, encoding)
    try:
        value = json.loads(text)
    except RecursionError:
        raise InputError("the JSON is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"not valid JSON ({error})") from None
    records = value if isinstance(value, list) else [value]
    for number, record in enumerate(records, 1):
        default = f"{name}:{number}" if isinstance(value, list) else name
        yield _guarded(where, number, Document.from_record, record, default)


def read_csv(file: IO[bytes], where: str, name: str, delimiter: str | None = None) -> Iterator[Item]:
    """A header with a ``text`` column; ``id`` and ``topics`` are read, other columns are metadata.

    Columns are set apart by commas, or by semicolons (as spreadsheets write them in many countries).
    """
    csv.field_size_limit(LINE_BYTES)
    stream, encoding = text_stream(file)
    yield from _detected(where, encoding)
    rows = csv.DictReader(stream, delimiter=delimiter or _delimiter(stream), strict=True)
    try:
        _need_text_column(rows.fieldnames or ())
    except csv.Error as error:
        raise InputError(f"not valid CSV ({error})") from None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            # where a quotation mark is missing, what follows could be cut anywhere
            yield Problem(where, f"not valid CSV ({error}); it was read up to here", rows.line_num)
            return
        number = rows.line_num
        if None in row or None in row.values():
            yield Problem(
                where, f"{len(rows.fieldnames or ())} columns expected, but the row has more or fewer", number
            )
        else:
            yield _guarded(where, number, _from_row, row, f"{name}:{number}")


def _delimiter(stream: IO[str]) -> str:
    """What sets the columns apart, by the header; the stream stands at its start again."""
    header = stream.readline(LINE_BYTES)
    stream.seek(0)
    return ";" if header.count(";") > header.count(",") else ","


def read_tsv(file: IO[bytes], where: str, name: str) -> Iterator[Item]:
    """As CSV, with tabs."""
    return read_csv(file, where, name, delimiter="\t")


def read_parquet(file: IO[bytes], where: str, name: str) -> Iterator[Item]:
    """A table with a ``text`` column; ``id`` and ``topics`` are read, other columns are metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        table = pq.ParquetFile(file)
        _need_text_column(table.schema_arrow.names)
        rows = (row for batch in table.iter_batches(batch_size=256) for row in batch.to_pylist())
        for row in rows:
            number += 1
            yield _guarded(where, number, _from_row, row, f"{name}:{number}")
    except (pa.ArrowException, OSError) as error:
        reason = (str(error).splitlines() or ["damaged"])[0]
        raise InputError(f"not a whole Parquet file ({reason}); {number} rows were read") from None


# "[" and "{" or a line's end: an article may begin with a bracket, but not like this
_LIST = re.compile(rb"\[\s*(\{|$)")
_BLANK = b" \t\r\n\f\v\xef\xbb\xbf"

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".parquet": read_parquet,
}


def suffix_of(path: Path) -> str:
    """The format's suffix, that of the inner file for ``.gz``."""
    return (Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix).lower()


def name_of(path: Path) -> str:
    """The file's name without its format suffixes."""
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def read_stdin(file: IO[bytes]) -> Iterator[Item]:
    """Standard input: JSONL when the first sign is a brace, JSON when it is a list of objects, else one article."""
    head = b""
    while not head.strip(_BLANK) and (more := file.readline(LINE_BYTES)):
        head += more
        if len(head) > MOST_BYTES:
            raise InputError("nothing but white space")
    rest = cast(IO[bytes], Chained(head, file))
    if head.strip(_BLANK).startswith(b"{"):
        yield from read_jsonl(rest, "-", "stdin")
    elif _LIST.match(head.strip(_BLANK)):
        yield from read_json(rest, "-", "stdin")
    elif head:
        yield from read_text(rest, "-", "stdin")


def _guarded(where: str, line: int, make: Callable[[Any, str], Document], value: Any, default_id: str) -> Item:
    try:
        return Placed(make(value, default_id), where, line)
    except UnicodeDecodeError as error:
        return Problem(where, f"not valid UTF-8 (byte {error.start} of the line)", line)
    except InputError as error:
        return Problem(where, str(error), line)


def _from_line(line: bytes, default_id: str) -> Document:
    return Document.from_json(line.decode("utf-8"), default_id)


def _need_text_column(columns: Iterable[str]) -> None:
    if "text" not in columns:
        names = ", ".join(columns) or "none"
        raise InputError(f'no column "text" (there are: {names})')


def _from_row(row: dict[str, Any], default_id: str) -> Document:
    """A table's row: empty cells are left out."""
    record = {key: value for key, value in row.items() if value not in (None, "") and key not in _OTHER_LAYERS}
    record["text"] = row["text"] or ""
    return Document.from_record({key: _plain(value) for key, value in record.items()}, default_id)


_OTHER_LAYERS = frozenset({"fields", "removed", "entities", "topic_scores"})


def _plain(value: Any) -> Any:
    """What JSON can hold; a date, a decimal or bytes as text, an unset number as null."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | bool | int) else str(value)
