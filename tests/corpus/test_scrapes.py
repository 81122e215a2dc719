"""The shipped simulated scrapes: pages that teach and test stripping alone."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from cpecnlp.corpus.build import build_corpus, check_corpus, manifest
from cpecnlp.paths import shipped

SCRAPES = shipped("corpus") / "scrapes"


@pytest.fixture(scope="module")
def gold() -> dict[str, list[dict]]:
    return {
        split: [json.loads(line) for line in (SCRAPES / "gold" / f"{split}.jsonl").open(encoding="utf-8")]
        for split in ("train", "test")
    }


def test_sizes_and_splits(gold: dict[str, list[dict]]) -> None:
    assert (len(gold["train"]), len(gold["test"])) == (384, 96)
    assert [row["id"] for row in gold["test"]] == manifest(SCRAPES)["splits"]["test"]


def test_built_files_are_what_the_markup_says(tmp_path: Path) -> None:
    shutil.copytree(SCRAPES / "markup", tmp_path / "markup")
    shutil.copy(SCRAPES / "corpus.toml", tmp_path)
    build_corpus(tmp_path)
    for split in ("train", "test"):
        for folder in ("gold", "articles"):
            assert (tmp_path / folder / f"{split}.jsonl").read_bytes() == (
                SCRAPES / folder / f"{split}.jsonl"
            ).read_bytes()


def test_blocks_and_fields_hold_to_the_guide() -> None:
    assert [finding for *_, finding in check_corpus(SCRAPES) if finding.rule != "words"] == []


def test_pages_have_body_furniture_and_no_entities(gold: dict[str, list[dict]]) -> None:
    kinds: Counter[str] = Counter()
    for row in (*gold["train"], *gold["test"]):
        removed = sum(end - start for start, end, _ in row["removed"])
        assert 0.03 < removed / len(row["text"]) < 0.75, row["id"]
        assert row["entities"] == []
        kinds.update(kind for *_, kind in row["removed"])
    assert min(kinds[kind] for kind in ("teaser", "metadata", "caption", "promo", "legal", "nav", "share")) >= 200


def test_hardly_any_line_of_furniture_stands_in_two_pages(gold: dict[str, list[dict]]) -> None:
    """A model must not learn lines by heart: of those with eight words and more, next to none is there twice."""
    pages: Counter[str] = Counter()
    for row in (*gold["train"], *gold["test"]):
        lines = {" ".join(row["text"][start:end].lower().split()) for start, end, _ in row["removed"]}
        pages.update(line for line in lines if line.count(" ") >= 7)
    assert sum(count > 1 for count in pages.values()) <= 0.005 * len(pages)
