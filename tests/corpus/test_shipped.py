"""The shipped corpus: what it promises, held by reading it."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

import cpecnlp
from cpecnlp.corpus.agreement import agreement
from cpecnlp.corpus.build import SPLITS, build_corpus, check_corpus, count, manifest, split_table
from cpecnlp.corpus.markup import GENRES, LABELS, compile_folder
from cpecnlp.corpus.rules import TOPICS, mask, readable
from cpecnlp.errors import InputError
from cpecnlp.stages.link import LinkStage
from cpecnlp.stages.link.gazetteer import shipped_gazetteer
from tests.conftest import ROOT

CORPUS = ROOT / "corpus"


def records(layer: str) -> list[dict]:
    return [
        json.loads(line)
        for split in SPLITS
        for line in (CORPUS / layer / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@pytest.fixture(scope="module")
def gold() -> list[dict]:
    return records("gold")


@pytest.fixture(scope="module")
def counts(gold):
    return count(gold)


def test_size(counts):
    assert counts.articles >= 160
    assert counts.words >= 60_000
    assert set(counts.genres) == set(GENRES)
    assert {str(year) for year in range(2014, 2027)} == set(counts.years)


def test_every_topic_has_twelve_articles(counts):
    assert set(counts.topics) == set(TOPICS)
    assert min(counts.topics.values()) >= 12


def test_every_label_has_150_mentions(counts):
    assert set(counts.labels) == set(LABELS)
    assert min(counts.labels.values()) >= 150


def test_splits(gold, counts):
    assert 200 <= counts.splits["train"] <= 240
    assert 38 <= counts.splits["dev"] <= 46
    assert counts.splits["test"] >= 66
    outlets = defaultdict(set)
    for record in gold:
        outlets[record["metadata"]["outlet"]].add(record["metadata"]["split"])
    held_out = manifest(CORPUS)["test_outlets"]
    assert len(held_out) == 21
    assert {outlet for outlet, splits in outlets.items() if splits == {"test"}} == set(held_out)
    for split in SPLITS:
        assert [r["id"] for r in gold if r["metadata"]["split"] == split] == [
            json.loads(line)["id"] for line in (CORPUS / "gold" / f"{split}.jsonl").open(encoding="utf-8")
        ]


def test_every_topic_and_label_is_in_every_split(gold):
    for split in SPLITS:
        part = count(r for r in gold if r["metadata"]["split"] == split)
        assert set(part.topics) == set(TOPICS)
        assert set(part.labels) == set(LABELS)


def test_gold_holds_to_the_guide():
    assert [f"{where}:{line}: {finding.message}" for where, line, finding in check_corpus(CORPUS)] == []


def test_built_files_are_what_the_markup_says(tmp_path):
    (tmp_path / "markup").symlink_to(CORPUS / "markup")
    (tmp_path / "corpus.toml").write_bytes((CORPUS / "corpus.toml").read_bytes())
    build_corpus(tmp_path)
    for layer in ("articles", "gold"):
        for split in SPLITS:
            name = f"{layer}/{split}.jsonl"
            assert (tmp_path / name).read_bytes() == (CORPUS / name).read_bytes(), f"{name}: run cpecnlp corpus build"


def test_readers_give_raw_articles_and_gold():
    raw, gold = list(cpecnlp.read(CORPUS)), list(cpecnlp.read(CORPUS, gold=True))
    assert [d.id for d in raw] == [d.id for d in gold]
    assert [d.text for d in raw] == [d.text for d in gold]
    assert all(d.entities is None and d.removed is None and d.fields is None for d in raw)
    assert all(d.entities and d.topics and d.fields is not None for d in gold)


def _grams(record: dict, size: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", readable(_body(record)).casefold())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def _body(record: dict) -> str:
    kept, at = [], 0
    for start, end, _ in record["removed"]:
        kept.append(record["text"][at:start])
        at = end
    return "".join(kept) + record["text"][at:]


def test_no_near_duplicates_but_labelled_copies(gold):
    grams = {record["id"]: _grams(record) for record in gold}
    of = {record["id"]: record["metadata"] for record in gold}
    for one, other in combinations(grams, 2):
        shared = len(grams[one] & grams[other]) / min(len(grams[one]), len(grams[other]))
        story = of[one].get("story")
        if not (story and story == of[other].get("story")):
            assert shared < 0.1, f"{one} and {other} share {shared:.0%} of their five-word sequences"


def test_no_eight_words_of_our_own_stand_in_two_stories(gold):
    """Names of bodies, meetings and agreements aside, no sentence is used twice."""
    seen: dict[tuple[str, ...], str] = {}
    for record in gold:
        story = record["metadata"].get("story", record["id"])
        for gram in _own_words(record):
            assert seen.setdefault(gram, story) == story, f"{story} and {seen[gram]}: {' '.join(gram)}"


def _own_words(record: dict, size: int = 8) -> set[tuple[str, ...]]:
    """Sequences of words outside names, removed text and line breaks."""
    text = mask(record["text"], [*record["entities"], *record["removed"]])
    found = set()
    for stretch in re.split(r"[\x00\n]", text):
        words = re.findall(r"\w+", readable(stretch).casefold())
        found |= {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
    return found


SPEECH = (
    r"said|says|told|tells|added|adds|asked|asks|argued|warned|urged|hoped|promised|vowed|noted|remarked|replied"
    r"|insisted|stressed|complained|admitted|answered|recalled|explained|wrote|points out|pointed out"
)


def test_no_words_are_put_into_a_real_person_s_mouth():
    """The people of the gazetteer are real; the others are invented."""
    known = {entry.ref for entry in shipped_gazetteer().entries.values() if entry.type == "PERSON"}
    real = 0
    for document in LinkStage().annotate(list(cpecnlp.read(CORPUS, gold=True))):
        for span in document.entities or ():
            if span.ref not in known:
                continue
            real += 1
            behind = readable(document.text[span.end : span.end + 25])
            before = readable(document.text[max(0, span.start - 50) : span.start])
            assert not re.match(rf",? (?:{SPEECH})\b", behind), f"{document.id}: {document.surface(span)}{behind}"
            assert not re.search(rf"(?:according to|\b(?:{SPEECH})) (?:[A-Z]\w+ )*$", before), (
                f"{document.id}: {before}"
            )
    assert real > 30


def test_copies_of_a_story_are_in_one_split_and_some_are_near_verbatim(gold):
    stories = defaultdict(list)
    for record in gold:
        if "story" in record["metadata"]:
            stories[record["metadata"]["story"]].append(record)
    assert len(stories) >= 8
    closest = []
    for story, copies in stories.items():
        assert len(copies) >= 2, story
        assert len({r["metadata"]["split"] for r in copies}) == 1, story
        assert len({r["metadata"]["outlet"] for r in copies}) == len(copies), story
        one, other = (_grams(r) for r in copies[:2])
        closest.append(len(one & other) / min(len(one), len(other)))
    assert max(closest) > 0.6
    assert min(closest) < 0.2


def test_pages_are_raw_as_scraped(gold, counts):
    assert set(counts.kinds) >= {"title", "repeat", "metadata", "caption", "teaser", "promo", "share", "legal"}
    assert min(counts.kinds.values()) >= 20
    bare = [r for r in gold if {kind for _, _, kind in r["removed"]} <= {"title", "dateline"}]
    assert len(bare) >= 8
    assert sum(not r["removed"] for r in gold) >= 4  # and some without any furniture at all
    texts = [r["text"] for r in gold]
    for noise, least in (("\u00ad", 8), ("\u00a0", 15), ("\\n", 5), ("â€", 2), ("adsbygoogle", 4)):
        assert sum(noise in text for text in texts) >= least, noise
    assert sum(max(map(len, text.split("\n"))) > 1500 for text in texts) >= 5  # a whole article in one line
    inside = Counter(r["id"] for r in gold for s, e, k in r["removed"] if k != "dateline" and _within_body(r, s, e))
    assert len(inside) >= 60


def _within_body(record: dict, start: int, end: int) -> bool:
    spans = record["entities"]
    return bool(spans) and spans[0][0] < start and end < spans[-1][1]


def test_the_data_card_lists_forty_kinds_of_furniture_that_are_there(gold):
    card = (CORPUS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| ([^|]+) \| `([^`]+)` \|", card, flags=re.M)
    assert len(rows) >= 40
    furniture = [readable(r["text"][s:e]) for r in gold for s, e, _ in r["removed"]]
    for name, example in rows:
        assert any(example in piece for piece in furniture), f"{name}: {example!r} stands in no article"


def test_the_data_card_gives_the_counts(counts):
    card = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert f"**{counts.articles} articles**, {counts.words:,} words" in card
    for name, number in [*counts.topics.items(), *counts.labels.items(), *counts.kinds.items()]:
        assert f"| `{name}` | {number:,} |" in card, name


def test_a_second_annotation_agrees_and_the_card_says_how_far():
    figures = agreement(cpecnlp.read(CORPUS, gold=True), cpecnlp.read(CORPUS / "agreement" / "second.jsonl"))
    assert figures.documents == 30
    assert figures.entities >= 0.97
    assert figures.characters >= 0.99
    card = (CORPUS / "README.md").read_text(encoding="utf-8")
    for name, row in (("entities", "strict F1"), ("removed", "removed characters"), ("topics", "topics, micro")):
        value = f"{getattr(figures, name):.4f}"
        assert re.search(rf"^\| [^|]*{row}[^|]*\| [\d.]+ \| {value} \|$", card, flags=re.M), f"{name} is {value}"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('dev = ["art-999"]', "no such split or article"),
        ('dev = ["art-001"]\ntest = ["art-001"]', "twice"),
        ('holdout = ["art-001"]', "no such split or article"),
    ],
)
def test_a_wrong_table_of_splits_is_named(tmp_path: Path, table: str, message: str):
    (tmp_path / "corpus.toml").write_text(f"[splits]\n{table}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        split_table(tmp_path, compile_folder(CORPUS / "markup")[:1])


def test_an_exception_must_be_needed(tmp_path: Path):
    (tmp_path / "markup").mkdir()
    for path in sorted((CORPUS / "markup").glob("*.ann"))[:2]:
        (tmp_path / "markup" / path.name).write_bytes(path.read_bytes())
    entry = '[[exception]]\narticle = "art-001"\nrule = "two-labels"\nsurface = "Lahore"\n'
    (tmp_path / "corpus.toml").write_text(entry, encoding="utf-8")
    ((where, line, finding),) = check_corpus(tmp_path)
    assert finding.rule == "exception"
    assert "not needed" in finding.message
