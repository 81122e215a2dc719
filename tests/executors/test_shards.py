"""Shards are cut by content and known by all that decides what comes out of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cpecnlp.document import Document
from cpecnlp.executors.shards import MOST, MOST_CHARACTERS, cut_shards, fingerprint_of


def articles(count):
    return [Document(f"a{number}", f"Article {number} of Pakistan and China.") for number in range(count)]


@given(st.lists(st.integers(1, 300_000), max_size=30))
def test_nothing_is_lost_and_no_shard_is_large(lengths):
    docs = [Document(f"a{number}", "x" * length) for number, length in enumerate(lengths)]
    shards = list(cut_shards(docs, "f"))
    assert [doc for shard in shards for doc in shard.documents] == docs
    assert all(0 < len(shard.documents) <= MOST for shard in shards)
    for shard in shards:
        assert len(shard.documents) == 1 or sum(len(doc.text) for doc in shard.documents) <= MOST_CHARACTERS
    assert len({shard.key for shard in shards}) == len(shards)


def test_an_article_put_in_changes_few_shards():
    docs = articles(2000)
    before = {shard.key for shard in cut_shards(docs, "f")}
    after = {shard.key for shard in cut_shards([*docs[:700], Document("new", "New."), *docs[700:]], "f")}
    assert len(before) > 50
    assert len(before - after) <= 4


def test_the_key_holds_all_that_decides():
    def key(document, fingerprint="f"):
        (shard,) = cut_shards([document], fingerprint)
        return shard.key

    same = Document("a", "Text.", {"outlet": "X"})
    assert key(same) == key(Document("a", "Text.", {"outlet": "X"}))
    others = [Document("b", "Text.", {"outlet": "X"}), Document("a", "Text", {"outlet": "X"}), Document("a", "Text.")]
    assert len({key(same), key(same, "g"), *map(key, others)}) == 5


def test_the_fingerprint_holds_models_and_options():
    options = {"stages": ["ner"], "options": {"ner": {"threshold": 0.5}}}
    prints = [
        fingerprint_of({"ner": "m@1"}, options),
        fingerprint_of({"ner": "m@2"}, options),
        fingerprint_of({"ner": "m@1"}, {**options, "options": None}),
    ]
    assert len(set(prints)) == 3
    assert prints[0] == fingerprint_of({"ner": "m@1"}, dict(options))
