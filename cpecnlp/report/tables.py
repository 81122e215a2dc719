"""The four Parquet tables: rows of documents, and writing them as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpecnlp.corpus.writer import whole_file
from cpecnlp.document import FIELDS, Document, Span

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("documents", "removed", "entities", "topics")
# a row group is written when it has so many rows or bytes: few groups a file, little memory
ROW_GROUP = 20_000
ROW_GROUP_BYTES = 32 << 20


@cache
def schemas() -> dict[str, pa.Schema]:
    """The columns of each table."""
    import pyarrow as pa

    text, number, real = pa.string(), pa.int64(), pa.float64()
    span = [("document", text), ("start", number), ("end", number), ("label", text), ("text", text)]
    return {
        "documents": pa.schema(
            [("document", text), ("outlet", text), ("url", text), ("date", text)]
            + [(name, text) for name in FIELDS]
            + [("topics", pa.list_(text)), ("clean_text", text), ("words", number), ("characters", number)]
            + [("characters_removed", number), ("entities", number)]
        ),
        "removed": pa.schema([*span, ("score", real), ("source", text)]),
        "entities": pa.schema([*span, ("score", real), ("source", text), ("ref", text)]),
        "topics": pa.schema([("document", text), ("topic", text), ("probability", real), ("given", pa.bool_())]),
    }


def tables_of(documents: Iterable[Document]) -> dict[str, pa.Table]:
    """The rows of ``documents`` in each of the four tables."""
    import pyarrow as pa

    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    for document in documents:
        for name, more in rows_of(document).items():
            rows[name] += more
    found = {}
    for name, schema in schemas().items():
        # column by column: building a table from a dictionary a row takes several times as long
        columns = zip(*rows[name], strict=True) if rows[name] else ([] for _ in schema)
        arrays = [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)]
        found[name] = pa.Table.from_arrays(arrays, schema=schema)
    return found


class TableWriter:
    """Puts tables end to end and writes them by row groups.

    The groups depend on the tables that are appended alone, so the same parts in the same order
    give the same bytes.
    """

    def __init__(self, writers: dict[str, Any]) -> None:
        self._writers = writers
        self._waiting: dict[str, list[pa.Table]] = {name: [] for name in TABLES}

    def append(self, name: str, table: pa.Table) -> None:
        """More rows for the table ``name``."""
        waiting = self._waiting[name]
        waiting.append(table)
        if sum(len(t) for t in waiting) >= ROW_GROUP or sum(t.nbytes for t in waiting) >= ROW_GROUP_BYTES:
            self.flush(name)

    def flush(self, name: str) -> None:
        """Write what is waiting for one table."""
        import pyarrow as pa

        if waiting := self._waiting[name]:
            table = pa.concat_tables(waiting).combine_chunks()
            self._writers[name].write_table(table, row_group_size=max(1, len(table)))
            self._waiting[name] = []


@contextmanager
def open_tables(folder: Path) -> Iterator[TableWriter]:
    """Write ``folder/{documents,removed,entities,topics}.parquet``, whole or not at all."""
    import pyarrow.parquet as pq

    with ExitStack() as stack:
        writers = {}
        for name in TABLES:
            file = stack.enter_context(whole_file(folder / f"{name}.parquet"))
            writers[name] = stack.enter_context(pq.ParquetWriter(file, schemas()[name], compression="zstd"))
        tables = TableWriter(writers)
        yield tables
        for name in TABLES:
            tables.flush(name)


def rows_of(document: Document) -> dict[str, list[tuple[Any, ...]]]:
    """What one document gives to each table, in the order of the columns."""
    clean = document.clean_text
    fields = document.fields or {}
    metadata = document.metadata
    given = document.topics or {}
    entities, removed = document.entities or (), document.removed or ()
    row = (
        document.id,
        _text(metadata.get("outlet")),
        _text(metadata.get("url")),
        fields.get("published") or _text(metadata.get("published")),
        *(fields.get(name, "") for name in FIELDS),
        list(given),
        clean,
        len(clean.split()),
        len(document.text),
        len(document.text) - len(clean),
        len(entities),
    )
    return {
        "documents": [row],
        "removed": [_span_row(document, span) for span in removed],
        "entities": [(*_span_row(document, span), span.ref) for span in entities],
        "topics": [
            (document.id, name, score, name in given) for name, score in (document.topic_scores or given).items()
        ],
    }


def _span_row(document: Document, span: Span) -> tuple[Any, ...]:
    return (document.id, span.start, span.end, span.label, document.surface(span), span.score, span.source)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
