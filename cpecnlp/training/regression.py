"""The articles that no shipped model has learned from, on which every gate compares."""

from __future__ import annotations

from pathlib import Path

from cpecnlp.corpus.reader import read
from cpecnlp.document import Document
from cpecnlp.paths import shipped


def regression_file() -> Path | None:
    """Gold of the shipped corpus's dev split; ``None`` where there is none."""
    file = shipped("corpus") / "gold" / "dev.jsonl"
    return file if file.is_file() else None


def regression_set() -> list[Document]:
    """Gold records of the shipped corpus's dev split; empty where there is none."""
    file = regression_file()
    return list(read([file], gold=True, max_chars=0)) if file else []
