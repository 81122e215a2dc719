"""Terms that tip the balance of an unsure model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cpecnlp.backends.terms import Terms
from cpecnlp.backends.viterbi import best_tags, decode_tags
from cpecnlp.training.ner.terms import gather_terms

LABELS = ("ORG", "TECH")


def terms(bonus: float = 2.0) -> Terms:
    return Terms.of(
        {"ORG": ["CDWP", "Dawn News", "Dawn"], "X": ["left out"]}, {"TECH": ["big data", "5G"]}, LABELS, bonus
    )


def spans(words: str, sure: float) -> list[tuple[int, int, int]]:
    """What is found where the model prefers "no entity" by ``sure`` in each word."""
    split = words.split()
    logits = np.zeros((len(split), 9), dtype=np.float32)
    logits[:, 0] = sure
    return decode_tags(best_tags(terms().add(logits, split)).tolist())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the CDWP met", [(1, 2, 0)]),
        ("the cdwp met", []),
        ("BIG Data and 5g", [(0, 2, 1), (3, 4, 1)]),
        ("Dawn News and Dawn", [(0, 2, 0), (3, 4, 0)]),
        ("big", []),
        ("left out", []),
    ],
)
def test_unsure_models_give_way(words: str, found: list[tuple[int, int, int]]) -> None:
    assert spans(words, 1.0) == found
    assert spans(words, 3.0) == []


def test_logits_are_copied_and_kept() -> None:
    logits = np.zeros((2, 9), dtype=np.float32)
    assert terms().add(logits, ["no", "term"]) is logits
    moved = terms().add(logits, ["Big", "data"])
    assert not logits.any()
    assert moved.sum() == 4.0
    assert terms().add(logits[:0], []).shape == (0, 9)


def test_terms_are_read_back(tmp_path: Path) -> None:
    lists = gather_terms()
    (tmp_path / "terms.json").write_text(json.dumps(lists))
    assert Terms.load(tmp_path / "terms.json", LABELS, 2.0) == Terms.of(**lists, labels=LABELS, bonus=2.0)


def test_gathered_terms_name_one_label_each() -> None:
    lists = gather_terms()
    assert "artificial intelligence" in lists["any_case"]["TECH"]
    assert "MoU" in lists["as_written"]["AGREEMENT"]
    for found in lists.values():
        every = [term for names in found.values() for term in names]
        assert len(every) == len(set(every))
        assert not {"PERSON", "GPE", "LOC"} & found.keys()
    assert all(term == term.lower() for names in lists["any_case"].values() for term in names)
    fewer = gather_terms({"mou"})
    assert "MoU" not in fewer["as_written"]["AGREEMENT"]
