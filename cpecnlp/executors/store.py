"""Finished parts, kept aside in the output folder until the results are whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cpecnlp.corpus.writer import whole_file
from cpecnlp.errors import OutputError
from cpecnlp.executors.part import LINES, Failure, Part
from cpecnlp.report.summary import Counts
from cpecnlp.report.tables import TABLES, open_tables

FOLDER = ".cpecnlp-parts"
TABLES_FOLDER = "tables"
RUN = "run.json"
PAGE = "explorer/index.html"


class PartStore:
    """Parts by their shard's key, in a hidden folder of ``output``.

    Files are put together inside the hidden folder and moved to ``output`` when they are whole,
    so that a process that is killed leaves nothing half-written in sight.

    Args:
        output: the folder of the results.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self._folder = output / FOLDER
        self._whole = self._folder / "whole"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of this output folder; a killed run's lock is gone with it.

        Raises:
            OutputError: another run is writing there.
        """
        with self.writing():
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / "lock").open("wb")
        with file:
            if not _lock(file):
                raise OutputError(f"another run is writing to {self.output}: wait for it, or name another folder")
            yield

    def get(self, key: str) -> Part | None:
        """The part under ``key``; none that is missing or damaged."""
        try:
            with self._path(key).open("rb") as file:
                return Part.read(file)
        except (FileNotFoundError, ValueError):
            return None

    def put(self, key: str, part: Part) -> None:
        """Keep a part; it is there whole or not at all."""
        # the archive's own checksums tell a part that a power cut has damaged
        with self.writing(), whole_file(self._path(key), durable=False) as file:
            part.write(file)

    def assemble(self, keys: Iterable[str]) -> tuple[Counts, list[Failure]]:
        """Put the parts end to end into ``documents.jsonl`` and the tables.

        ``run.json`` is taken away before the first file changes, and so is an older run's page:
        where ``run.json`` stands, the results beside it are those of one run.

        Returns:
            What all parts hold together, and the documents without a result.
        """
        with self.writing():
            found = self._put_together(keys)
            (self.output / TABLES_FOLDER).mkdir(exist_ok=True)
            for old in (RUN, PAGE):
                (self.output / old).unlink(missing_ok=True)
            for name in (LINES, *(f"{TABLES_FOLDER}/{table}.parquet" for table in TABLES)):
                os.replace(self._whole / name, self.output / name)
        return found

    def _put_together(self, keys: Iterable[str]) -> tuple[Counts, list[Failure]]:
        shutil.rmtree(self._whole, ignore_errors=True)
        counts, failures = Counts(), list[Failure]()
        with open_tables(self._whole / TABLES_FOLDER) as tables, whole_file(self._whole / LINES) as lines:
            for key in keys:
                part = self.get(key)
                if part is None:
                    raise OutputError(f"a part of the results in {self._folder} was lost: run the same command again")
                lines.write(part.lines)
                for name in TABLES:
                    tables.append(name, part.table(name))
                counts.merge(part.counts)
                failures += part.failures
        return counts, failures

    def finish(self, record: bytes) -> None:
        """Write ``run.json``, the mark that the results are whole, and remove the parts."""
        with self.writing():
            with whole_file(self._whole / RUN) as file:
                file.write(record)
            os.replace(self._whole / RUN, self.output / RUN)
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn what the system says against writing into one sentence.

        Raises:
            OutputError: no room, no rights.
        """
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error) or type(error).__name__
            raise OutputError(
                f"cannot write to {self.output}: {reason} (what is finished is kept: when this is mended,"
                " the same command goes on from there)"
            ) from error

    def _path(self, key: str) -> Path:
        # by the first two digits, so that no folder holds more than a few thousand files
        return self._folder / key[:2] / f"{key}.zip"


def _lock(file: Any) -> bool:
    try:
        import fcntl
    except ImportError:  # not on this system: two runs into one folder are then the user's to avoid
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
