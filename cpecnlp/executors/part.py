"""What one shard gives: bytes that need only be put end to end."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from cpecnlp.document import Document
from cpecnlp.pipeline import Pipeline
from cpecnlp.report.summary import Counts
from cpecnlp.report.tables import TABLES, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

LINES = "documents.jsonl"
META = "part.json"
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be processed, and why."""

    id: str
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """The results of a shard, ready to be put behind those of the shard before it.

    Attributes:
        lines: records, one a line.
        tables: table name → its rows as an Arrow stream.
        counts: what the documents hold.
        failures: documents without a result, in order.
    """

    lines: bytes
    tables: Mapping[str, bytes]
    counts: Counts
    failures: tuple[Failure, ...] = ()

    def table(self, name: str) -> pa.Table:
        """The rows of one table."""
        import pyarrow as pa

        return pa.ipc.open_stream(self.tables[name]).read_all()

    def write(self, file: IO[bytes]) -> None:
        """As a zip archive, whose checksums tell a damaged part."""
        failures = [[failure.id, failure.message] for failure in self.failures]
        meta = json.dumps({"counts": self.counts.to_json(), "failures": failures})
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(META, meta)
            archive.writestr(LINES, self.lines)
            for name, data in self.tables.items():
                archive.writestr(f"{name}.arrow", data)

    @classmethod
    def read(cls, file: IO[bytes]) -> Part:
        """What :meth:`write` wrote.

        Raises:
            ValueError: the part is damaged.
        """
        try:
            with zipfile.ZipFile(file) as archive:
                meta = json.loads(archive.read(META))
                tables = {name: archive.read(f"{name}.arrow") for name in TABLES}
                lines = archive.read(LINES)
                failures = tuple(Failure(*row) for row in meta["failures"])
                return cls(lines, tables, Counts.from_json(meta["counts"]), failures)
        except OSError:
            raise
        except Exception as error:  # damage shows itself in many ways, and all mean the same
            raise ValueError(f"damaged part ({error})") from None


def process(pipeline: Pipeline, documents: Sequence[Document]) -> Part:
    """Annotate documents and make their part; when that fails, save those that are not at fault."""
    try:
        return _part(pipeline.annotate(documents))
    except Exception as error:
        if len(documents) == 1:
            return failed(documents[0], f"{type(error).__name__}: {error}")
    return merge([process(pipeline, [document]) for document in documents])


def failed(document: Document, why: str) -> Part:
    """The part of a document that has no result."""
    message = " ".join(why.split())
    if len(message) > _LONGEST_MESSAGE:
        message = message[: _LONGEST_MESSAGE - 1] + "…"
    empty = _part([])
    return Part(empty.lines, empty.tables, empty.counts, (Failure(document.id, message),))


def merge(parts: Sequence[Part]) -> Part:
    """Several parts as one, in order."""
    import pyarrow as pa

    counts = Counts()
    for part in parts:
        counts.merge(part.counts)
    tables = {name: _stream(pa.concat_tables([part.table(name) for part in parts])) for name in TABLES}
    failures = tuple(failure for part in parts for failure in part.failures)
    return Part(b"".join(part.lines for part in parts), tables, counts, failures)


def _part(documents: Iterable[Document]) -> Part:
    documents = list(documents)
    lines = b"".join(document.to_json().encode("utf-8") + b"\n" for document in documents)
    counts = Counts()
    for document in documents:
        counts.add(document)
    return Part(lines, {name: _stream(table) for name, table in tables_of(documents).items()}, counts)


def _stream(table: pa.Table) -> bytes:
    import pyarrow as pa

    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return buffer.getvalue()
