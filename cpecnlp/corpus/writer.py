"""Records out: JSON lines, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cpecnlp.document import Document


@contextmanager
def whole_file(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file written aside and moved to ``path`` only when the block ends without an error.

    Args:
        path: where the file shall stand; its folder is made.
        durable: wait until the bytes are on the disk before the file takes its name, so that a
            power cut leaves no half file either.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def write_jsonl(documents: Iterable[Document], path: Path) -> int:
    """Write one record a line.

    Returns:
        How many documents were written.
    """
    count = 0
    with whole_file(path) as file:
        for document in documents:
            file.write(document.to_json().encode("utf-8") + b"\n")
            count += 1
    return count
