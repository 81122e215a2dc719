from __future__ import annotations

import csv
import json
import random

import numpy as np
import pytest

import cpecnlp
from cpecnlp.discovery.clusters import default_least, find_clusters
from cpecnlp.discovery.discover import discover
from cpecnlp.discovery.terms import key_terms
from cpecnlp.document import Document
from cpecnlp.errors import InputError

STORIES = {
    "cricket": "batsman bowler wicket innings match stadium captain trophy cricket runs umpire tournament".split(),
    "flood": "flood river rain dam rescue village boats monsoon embankment water discharge relief".split(),
    "court": "court judge bail lawyer verdict petition hearing bench appeal prosecutor sentence tribunal".split(),
}
COMMON = "officials people district government public report official statement day part".split()


def article(kind: str, number: int) -> Document:
    drawn = random.Random(f"{kind}{number}")
    words = [drawn.choice(STORIES[kind]) if drawn.random() < 0.7 else drawn.choice(COMMON) for _ in range(120)]
    lines = [" ".join(words[n : n + 12]).capitalize() + "." for n in range(0, 120, 12)]
    return Document(f"{kind}-{number}", f"{kind.capitalize()} news {number}\n\n" + "\n\n".join(lines))


@pytest.fixture(scope="module")
def articles():
    return [article(kind, number) for number in range(14) for kind in STORIES]


@pytest.fixture(scope="module")
def found(articles):
    return discover(articles, least=5)


class TestDiscover:
    def test_each_kind_of_story_is_a_cluster_of_its_own(self, found):
        kinds = {c.number: {p.id.split("-")[0] for p in found.places if p.cluster == c.number} for c in found.clusters}
        assert set(map(len, kinds.values())) == {1}
        assert set().union(*kinds.values()) == set(STORIES)
        assert sum(place.cluster is not None for place in found.places) >= 36

    def test_key_terms_are_of_the_story_and_not_of_all(self, found):
        for cluster in found.clusters:
            (kind,) = {p.id.split("-")[0] for p in found.places if p.cluster == cluster.number}
            words = [word for term in cluster.terms for word in term.split()]
            own = sum(word in STORIES[kind] or word == kind for word in words)
            assert own / len(words) > 0.8
            assert len(cluster.terms) == 8

    def test_every_article_is_in_one_cluster_or_plainly_in_none(self, found, articles):
        assert [place.id for place in found.places] == [document.id for document in articles]
        sizes = {c.number: c.articles for c in found.clusters}
        assert list(sizes.values()) == sorted(sizes.values(), reverse=True)
        for number, size in sizes.items():
            assert size == sum(place.cluster == number for place in found.places) >= 5
        assert all(0 <= place.strength <= 1 for place in found.places)
        assert all(place.strength == 0 for place in found.places if place.cluster is None)

    def test_the_same_articles_give_the_same_clusters(self, found, articles):
        assert cpecnlp.discover(articles, least=5) == found

    def test_a_copy_goes_with_its_first_and_counts_once(self, articles, found):
        copies = [Document(f"copy-{n}", articles[0].text + f"\n\nCopy {n}.") for n in range(6)]
        more = discover([*articles, *copies], least=5)
        place = {p.id: p.cluster for p in more.places}
        assert {place[f"copy-{n}"] for n in range(6)} == {place[articles[0].id]}
        assert [p.cluster is None for p in more.places[: len(articles)]] == [p.cluster is None for p in found.places]

    def test_few_articles_are_in_no_cluster(self, articles):
        few = discover(articles[:4])
        assert few.clusters == ()
        assert [place.cluster for place in few.places] == [None] * 4

    def test_only_what_the_scheme_does_not_name(self, articles, found):
        solar = Document(
            "solar", "Solar plant feeds the grid\n\nThe power plant sent electricity to the national grid."
        )
        part = discover([*articles, solar], least=5, unnamed=True)
        assert part.left_out >= 1
        assert "solar" not in {place.id for place in part.places}
        assert part.left_out + len(part.places) == len(articles) + 1

    def test_nothing_to_look_at(self, tmp_path):
        with pytest.raises(InputError, match="no such file"):
            discover(tmp_path / "nowhere.csv")
        with pytest.raises(InputError, match="there is no article"):
            discover([])


class TestOutput:
    def test_a_row_an_article(self, articles, found, tmp_path):
        assert discover(articles, least=5, output=tmp_path / "a" / "d.csv") == found
        with (tmp_path / "a" / "d.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["id"] for row in rows] == [place.id for place in found.places]
        assert {row["cluster"] for row in rows} <= {"none", *(str(c.number) for c in found.clusters)}

    def test_everything(self, articles, found, tmp_path):
        discover(articles, least=5, output=tmp_path / "d.json")
        record = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
        assert [tuple(c["terms"]) for c in record["clusters"]] == [c.terms for c in found.clusters]
        assert len(record["places"]) == len(found.places)

    def test_no_other_format(self, articles, tmp_path):
        with pytest.raises(InputError, match=r"\.csv or \.json"):
            discover(articles, output=tmp_path / "d.xlsx")


class TestClusters:
    def test_blobs(self):
        drawn = np.random.default_rng(0)
        middles = np.eye(6)[:3] * 10
        blobs = np.vstack([middle + drawn.normal(0, 0.3, (20 - 4 * n, 6)) for n, middle in enumerate(middles)])
        labels, strength = find_clusters(blobs, 5)
        assert [len(set(labels[part])) for part in (slice(0, 20), slice(20, 36), slice(36, 48))] == [1, 1, 1]
        assert list(np.bincount(labels[labels >= 0])) == sorted(np.bincount(labels[labels >= 0]), reverse=True)
        assert (strength > 0).all()

    def test_sizes(self):
        assert [default_least(n) for n in (1, 100, 400, 10_000)] == [5, 5, 10, 50]
        assert (find_clusters(np.zeros((3, 4)), 5)[0] == -1).all()
        assert (find_clusters(np.ones((40, 4)), 5)[0] == -1).all()


class TestTerms:
    def test_what_tells_apart_comes_first_and_numbers_and_fillers_never(self):
        texts = [
            "river flood officials said 2022",
            "river flood officials",
            "court bail officials said 2022",
            "court bail officials",
        ]
        assert key_terms(texts, np.array([0, 0, 1, 1]), 2) == [["flood", "river"], ["bail", "court"]]
        (first, _) = key_terms(texts, np.array([0, 0, 1, 1]), 99)
        assert not {"said", "2022"} & set(first)
        assert first.index("officials") > first.index("river")

    def test_one_article_does_not_speak_for_all(self):
        texts = ["dam " * 50 + "river", "river boats", "river", "court", "court"]
        assert key_terms(texts, np.array([0, 0, 0, 1, 1]), 5)[0] == ["river"]

    def test_nothing_in_common(self):
        assert key_terms(["one", "two"], np.array([0, 0]), 3) == [[]]
        assert key_terms(["one"], np.array([-1]), 3) == []
