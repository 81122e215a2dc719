"""Cutting a stream of documents into shards that are known by their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cpecnlp
from cpecnlp.document import Document

# Where a shard ends depends on its own documents (a digest that is a multiple of AVERAGE ends it),
# so an article put in or taken out changes one shard and not all that follow.
LEAST, AVERAGE, MOST = 8, 32, 64
MOST_CHARACTERS = 400_000
# libraries whose version can change an answer
_LIBRARIES = ("ahocorasick-rs", "numpy", "onnxruntime", "scikit-learn", "spacy", "tokenizers", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive documents that one worker does at a time.

    Attributes:
        key: hash of the documents and of all that decides what comes out of them.
        documents: in order; at least one.
    """

    key: str
    documents: tuple[Document, ...]


def cut_shards(documents: Iterable[Document], fingerprint: str) -> Iterator[Shard]:
    """Cut a stream into shards; the cuts depend on the documents alone.

    Args:
        documents: any number; one shard is held at a time.
        fingerprint: of the pipeline, see :func:`fingerprint_of`.
    """
    batch: list[Document] = []
    digests: list[bytes] = []
    size = 0
    for document in documents:
        if batch and size + len(document.text) > MOST_CHARACTERS:
            yield _shard(batch, digests, fingerprint)
            batch, digests, size = [], [], 0
        batch.append(document)
        digests.append(_digest(document))
        size += len(document.text)
        if len(batch) >= MOST or (len(batch) >= LEAST and digests[-1][0] % AVERAGE == 0):
            yield _shard(batch, digests, fingerprint)
            batch, digests, size = [], [], 0
    if batch:
        yield _shard(batch, digests, fingerprint)


def fingerprint_of(sources: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """Hash of all but the documents that decides a result: models, options, code, libraries.

    Args:
        sources: stage → name and version of its model or rules.
        settings: options of the run that change results.
    """
    libraries = {name: _version(name) for name in _LIBRARIES}
    value = {"sources": dict(sources), "settings": dict(settings), "libraries": libraries, "code": _code()}
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _shard(batch: list[Document], digests: list[bytes], fingerprint: str) -> Shard:
    key = hashlib.sha256(fingerprint.encode() + b"".join(digests)).hexdigest()
    return Shard(key[:32], tuple(batch))


def _digest(document: Document) -> bytes:
    value = json.dumps([document.id, document.text, dict(document.metadata)], default=str)
    return hashlib.sha256(value.encode()).digest()


@cache
def _code() -> str:
    """Hash of the library's own code and resources: changed rules are other rules."""
    root = Path(cpecnlp.__file__).parent
    files = [*root.rglob("*.py"), *(path for path in (root / "resources").rglob("*") if path.is_file())]
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
