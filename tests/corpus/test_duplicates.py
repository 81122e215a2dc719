from __future__ import annotations

import itertools
import time

import pytest

import cpecnlp
from cpecnlp.corpus.duplicates import THRESHOLD, differences, duplicates, story_keys
from cpecnlp.document import Document, Span

LONG = (
    "The provincial government approved a new irrigation channel on Tuesday after farmers from four tehsils had"
    " blocked the highway for two days over the failure of the old one. Engineers said that work would begin in"
    " the winter closure and that three thousand acres would be watered by the end of next year."
)
OTHER = (
    "A consortium of banks will lend the textile mills of Faisalabad money to replace their looms, their"
    " association announced, adding that exporters had waited for such a scheme since the floods of last summer."
)


def docs(*texts, **metadata):
    return [Document(f"d{number}", text, metadata) for number, text in enumerate(texts)]


def test_copies_cut_and_rewritten():
    cut = LONG.split(". ")[0] + "."
    rewritten = LONG.replace("provincial government", "Punjab cabinet").replace("Engineers", "Officials")
    found = duplicates(docs(LONG, OTHER, cut, rewritten, LONG.upper()))
    assert found.groups == [["d0", "d2", "d3", "d4"]]
    assert found.pairs[0].overlap == 1
    assert all(THRESHOLD <= pair.overlap <= 1 for pair in found.pairs)


@pytest.mark.parametrize(
    "texts", [[], [LONG], [LONG, OTHER], ["", "", " \n"], ["one", "two words", "three words here"]]
)
def test_nothing_alike(texts):
    found = duplicates(docs(*texts))
    assert found.pairs == []
    assert found.groups == []


def test_stripped_furniture_does_not_make_copies():
    tail = "\nSubscribe to our newsletter for the stories that matter most in the morning and the evening of every day"
    articles = docs(LONG + tail, OTHER + tail)
    assert duplicates(articles).groups == [["d0", "d1"]]
    stripped = [Document(d.id, d.text, removed=(Span(d.text.index("\n"), len(d.text), "promo"),)) for d in articles]
    assert duplicates(stripped).groups == []


def test_many_exact_copies_are_one_group():
    assert duplicates(docs(*[LONG] * 50, OTHER)).groups == [[f"d{n}" for n in range(50)]]


def test_story_keys_hold_named_stories_together():
    articles = [Document("a", LONG, {"story": "s"}), Document("b", OTHER, {"story": "s"}), Document("c", LONG + "!")]
    assert story_keys(articles) == [0, 0, 0]
    assert story_keys(docs(LONG, OTHER)) == [0, 1]


def test_the_labelled_pairs_of_the_corpus():
    gold = list(cpecnlp.read("corpus", gold=True))
    story = {doc.id: doc.metadata.get("story") for doc in gold}
    wanted = {(a, b) for a, b in itertools.combinations(story, 2) if story[a] and story[a] == story[b]}
    for layer in (gold, [doc.bare() for doc in gold]):
        found = duplicates(layer)
        mine = {tuple(sorted(pair)) for group in found.groups for pair in itertools.combinations(group, 2)}
        f1 = 2 * len(wanted & mine) / (len(wanted) + len(mine))
        assert len(wanted) >= 10
        assert f1 >= 0.95, (wanted - mine, mine - wanted)
        if layer is not gold:
            break


def test_time_grows_with_the_collection():
    words = [f"w{n % 997}x{n % 89}" for n in range(200_000)]
    articles = docs(*(" ".join(words[n : n + 200]) for n in range(0, 190_000, 190)))
    begin = time.perf_counter()
    duplicates(articles)
    assert time.perf_counter() - begin < 20


def test_what_differs():
    first = Document("a", "Title\nThe old bridge was opened on Monday.", removed=(Span(0, 5, "title"),))
    second = Document("b", "The new bridge was opened by the mayor on Monday")
    found = differences(first, second)
    assert [(d.kind, first.text[slice(*d.first)], second.text[slice(*d.second)]) for d in found] == [
        ("replace", "old", "new"),
        ("insert", "", "by the mayor"),
    ]
    assert differences(first, first) == []
