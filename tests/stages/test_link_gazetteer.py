"""The shipped gazetteer as data, and the shipped gold links as a gate."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from cpecnlp.corpus.markup import parse_file
from cpecnlp.errors import InputError
from cpecnlp.evaluation.links import GoldLinks, Mention, evaluate_links, figures, mentions, read_links, unjudged
from cpecnlp.paths import resource
from cpecnlp.stages.link import LinkStage
from cpecnlp.stages.link.gazetteer import TYPES, shipped_gazetteer
from cpecnlp.stages.link.normal import key
from tests.conftest import ROOT

ROWS = [json.loads(line) for line in resource("gazetteer.jsonl").read_text(encoding="utf-8").splitlines()]
GAZETTEER = shipped_gazetteer()
# south, north, west, east; generous
BOXES = {
    "PK": (23.5, 37.2, 60.8, 77.9), "CN": (18.0, 53.6, 73.4, 135.1), "IN": (6.7, 35.6, 68.0, 97.5),
    "AF": (29.3, 38.6, 60.4, 75.0), "IR": (25.0, 39.8, 44.0, 63.4), "AE": (22.6, 26.1, 51.5, 56.4),
    "SA": (16.3, 32.2, 34.5, 55.7), "GB": (49.9, 60.9, -8.7, 1.8), "US": (24.4, 49.4, -125.0, -66.9),
}  # fmt: skip
KEYS = {"id", "name", "type", "aliases", "lat", "lon", "country", "wikidata", "contextual"}


def test_there_are_enough_of_every_type():
    counts = Counter(row["type"] for row in ROWS)
    assert len(ROWS) >= 600
    assert set(counts) == set(TYPES)
    assert min(counts.values()) >= 15


def test_every_row_is_an_entry():
    for row in ROWS:
        assert set(row) <= KEYS, row
        assert re.fullmatch(r"[\w-]+", row["id"]), row
        assert row["name"] == row["name"].strip() != ""
        assert all(alias == alias.strip() != "" for alias in row["aliases"]), row
        assert re.fullmatch(r"[A-Z]{2}", row.get("country", "PK")), row
        assert re.fullmatch(r"Q[1-9]\d*", row.get("wikidata", "Q1")), row
        assert ("lat" in row) == ("lon" in row)
    assert len({row["id"] for row in ROWS}) == len(ROWS) == len(GAZETTEER.entries)


def test_no_name_stands_for_two_entries_of_a_type():
    """Compared as the stage compares: a name that needs a condition is listed as contextual, not as an alias."""
    owners: dict[tuple[str, str], str] = {}
    for entry in GAZETTEER.entries.values():
        for name in entry.plain_names:
            assert owners.setdefault((entry.type, key(name, entry.type)), entry.id) == entry.id, name


def test_conditions_say_something():
    for entry in GAZETTEER.entries.values():
        for cue in entry.cues:
            assert cue.near or cue.present or cue.absent, entry.id
            assert not set(cue.present) & set(cue.absent)


def test_places_lie_where_they_should():
    located = [row for row in ROWS if "lat" in row]
    assert len(located) > 300
    for row in located:
        assert row["type"] in {"GPE", "LOC", "PROJECT"}, row
        south, north, west, east = BOXES.get(row.get("country", ""), (-56, 78, -180, 180))
        assert south <= row["lat"] <= north, row
        assert west <= row["lon"] <= east, row
        assert row["lat"] == round(row["lat"], 2)


@pytest.fixture(scope="module")
def gold() -> list[GoldLinks]:
    return read_links(ROOT / "corpus" / "links.jsonl")


@pytest.fixture(scope="module")
def linked(gold):
    articles = [parse_file(ROOT / "corpus" / "markup" / f"{links.id}.ann") for links in gold]
    return LinkStage().annotate([replace(article.document(), topics=None) for article in articles])


def test_the_gold_covers_forty_articles_of_the_corpus(gold, linked):
    assert len({links.id for links in gold}) == 40
    assert Counter(links.split for links in gold) == {"dev": 20, "test": 20}
    missing = unjudged(gold, linked)
    assert not missing, f"edited since the links were made: {missing[:5]}"


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_marks(gold, linked, split):
    """B³ F1 of at least 0.95 and pairwise precision of at least 0.98, over the corpus and within articles."""
    found = figures(mentions([links for links in gold if links.split == split], linked))
    assert found["b3_f1"].support > 800
    assert found["b3_f1"].value >= 0.98
    assert found["b3_within_f1"].value >= 0.98
    assert found["pairwise_precision"].value >= 0.99
    assert found["pairwise_within_precision"].value >= 0.99
    assert found["pairwise_recall"].value >= 0.95


def test_figures_of_a_small_case():
    """Worked by hand: gold {a b c} {d e}, found {a b} {c d e}."""
    pairs = zip("abcde", ("1", "1", "1", "2", "2"), ("x", "x", "y", "y", "y"), strict=True)
    found = figures([Mention(0, "ORG", gold, mine) for _, gold, mine in pairs])
    assert found["pairwise_precision"].value == pytest.approx(2 / 4)
    assert found["pairwise_recall"].value == pytest.approx(2 / 4)
    assert found["b3_precision"].value == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert found["b3_recall"].value == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert found["pairwise_f1"].support == 4


def test_pairs_between_articles_count():
    judged = [Mention(0, "GPE", "1", "x"), Mention(1, "GPE", "1", "x"), Mention(1, "GPE", "2", "x")]
    found = figures(judged)
    assert found["pairwise_precision"].value == pytest.approx(1 / 3)
    assert found["pairwise_recall"].value == 1
    assert found["pairwise_within_precision"].value == 0
    assert found["b3_within_precision"].value == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)


def test_the_shipped_links_are_measured_in_one_call(gold, linked):
    found = evaluate_links(split="test")
    assert found["b3_f1"] == figures(mentions([links for links in gold if links.split == "test"], linked))["b3_f1"]
    with pytest.raises(InputError, match="no gold links were found in the split 'x'"):
        evaluate_links(split="x")


def test_gold_that_cannot_be_used(tmp_path, gold):
    path = tmp_path / "links.jsonl"
    path.write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"links.jsonl:1: not a record of links"):
        read_links(path)
    with pytest.raises(InputError, match="no article 'art-002'"):
        mentions(gold, [])
