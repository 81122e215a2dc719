"""The four Parquet tables, written as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpecnlp.corpus.writer import whole_file
from cpecnlp.document import FIELDS, Document

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("documents", "removed", "entities", "topics")
ROW_GROUP = 20_000


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


class TableWriter:
    """Collects rows and writes them by row groups."""

    def __init__(self, writers: dict[str, Any], columns: dict[str, pa.Schema]) -> None:
        self._writers, self._columns = writers, columns
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}

    def add(self, document: Document) -> None:
        """The rows of one document."""
        for name, rows in rows_of(document).items():
            self._rows[name] += rows
            if len(self._rows[name]) >= ROW_GROUP:
                self.flush(name)

    def flush(self, name: str) -> None:
        """Write what is waiting for one table."""
        import pyarrow as pa

        if rows := self._rows[name]:
            self._writers[name].write_table(pa.Table.from_pylist(rows, schema=self._columns[name]))
            self._rows[name] = []


@contextmanager
def open_tables(folder: Path) -> Iterator[TableWriter]:
    """Write ``folder/{documents,removed,entities,topics}.parquet``, whole or not at all."""
    import pyarrow.parquet as pq

    columns = schemas()
    with ExitStack() as stack:
        writers = {}
        for name in TABLES:
            file = stack.enter_context(whole_file(folder / f"{name}.parquet"))
            writers[name] = stack.enter_context(pq.ParquetWriter(file, columns[name], compression="zstd"))
        tables = TableWriter(writers, columns)
        yield tables
        for name in TABLES:
            tables.flush(name)


def rows_of(document: Document) -> dict[str, list[dict[str, Any]]]:
    """What one document gives to each table."""
    clean = document.clean_text
    fields = document.fields or {}
    metadata = document.metadata
    given = document.topics or {}
    entities, removed = document.entities or (), document.removed or ()
    row = {
        "document": document.id,
        "outlet": _text(metadata.get("outlet")),
        "url": _text(metadata.get("url")),
        "date": fields.get("published") or _text(metadata.get("published")),
        **{name: fields.get(name, "") for name in FIELDS},
        "topics": list(given),
        "clean_text": clean,
        "words": len(clean.split()),
        "characters": len(document.text),
        "characters_removed": len(document.text) - len(clean),
        "entities": len(entities),
    }
    return {
        "documents": [row],
        "removed": [_span_row(document, span) for span in removed],
        "entities": [{**_span_row(document, span), "ref": span.ref} for span in entities],
        "topics": [
            {"document": document.id, "topic": name, "probability": score, "given": name in given}
            for name, score in (document.topic_scores or given).items()
        ],
    }


def _span_row(document: Document, span: Any) -> dict[str, Any]:
    return {
        "document": document.id,
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "text": document.surface(span),
        "score": span.score,
        "source": span.source,
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
