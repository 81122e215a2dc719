"""Gold articles for training, parted into those to learn from and those to choose by."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import sha256

FEW = 30
DEV_SHARE = 0.1


def read_gold(paths: Iterable[Path | str]) -> list[Document]:
    """Read gold records that have entities.

    Args:
        paths: Files of records, or corpus folders.

    Raises:
        InputError: A file cannot be read, or no record has entities.
    """
    corpus = read([str(path) for path in paths], gold=True, max_chars=0)
    records = [record for record in corpus if record.entities is not None]
    if lost := [problem for problem in corpus.problems if problem.lost]:
        raise InputError(str(lost[0]))
    if not records:
        raise InputError("no record with entities was found")
    return records


def part_gold(records: Sequence[Document], seed: int = 0) -> tuple[list[Document], list[Document]]:
    """Part gold records into those to learn from and those to choose by.

    What the records call ``test`` in their ``split`` is for neither; what they call ``dev`` is for
    choosing. Where they name no dev, a tenth is drawn, if there are more than a few.

    Returns:
        (training, dev); dev may be empty.
    """
    usable = [record for record in records if record.metadata.get("split") != "test"]
    dev = [record for record in usable if record.metadata.get("split") == "dev"]
    train = [record for record in usable if record.metadata.get("split") != "dev"]
    if dev or len(train) < FEW:
        return train, dev
    # copies of a text stay together
    texts = sorted({record.text for record in train})
    drawn = set(random.Random(seed).sample(texts, max(1, round(len(texts) * DEV_SHARE))))
    return [r for r in train if r.text not in drawn], [r for r in train if r.text in drawn]


def describe_documents(documents: Sequence[Document]) -> dict[str, Any]:
    """Return how many documents there are, how many entities, and the sha256 of them as JSON lines."""
    state = hashlib.sha256()
    for document in documents:
        state.update(document.to_json().encode("utf-8") + b"\n")
    entities = sum(len(document.entities or ()) for document in documents)
    return {"articles": len(documents), "entities": entities, "sha256": state.hexdigest() if documents else ""}


def describe_files(folder: Path | None, names: Iterable[str]) -> Mapping[str, str]:
    """Return the sha256 of the named files of a folder that are there."""
    if folder is None:
        return {}
    return {name: sha256(folder / name) for name in names if (folder / name).is_file()}
