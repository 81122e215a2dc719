"""One process or several: the same parts; a worker that dies or hangs takes one article along."""

from __future__ import annotations

import time
from functools import partial

import pytest

from cpecnlp.document import Document
from cpecnlp.errors import ExecutorError
from cpecnlp.executors.local import LocalExecutor
from cpecnlp.executors.part import Failure, Part, merge, process
from cpecnlp.executors.shards import Shard
from cpecnlp.report.tables import TABLES
from tests.fakes import dying_once, small_pipeline


def articles(count, **special):
    texts = {number: f"Title {number}\nPakistan and China, article {number}." for number in range(count)}
    texts.update({int(k[1:]): v for k, v in special.items()})
    return [Document(f"a{number}", text) for number, text in texts.items()]


def shards(docs, size=4):
    for at in range(0, len(docs), size):
        yield Shard(f"{at:05}", tuple(docs[at : at + size]))


def in_order(results):
    return merge([part for _, part in sorted(results, key=lambda pair: pair[0].key)])


def wanted(docs) -> Part:
    return in_order(LocalExecutor().map(small_pipeline, shards(docs)))


def ids(part):
    return [Document.from_json(line).id for line in part.lines.decode("utf-8").splitlines()]


@pytest.mark.parametrize("workers", [1, 2])
def test_count_and_content(workers):
    docs = articles(50)
    part = in_order(LocalExecutor(workers).map(small_pipeline, shards(docs)))
    lines = part.lines.decode("utf-8").splitlines()
    assert lines == [d.to_json() for d in small_pipeline().pipe(docs)]
    assert part.counts.documents == 50
    assert part.table("documents")["document"].to_pylist() == [d.id for d in docs]
    assert part.table("entities").num_rows == 100


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_article_takes_no_other_down(workers):
    docs = articles(20, _7="Title\nFAIL please")
    part = in_order(LocalExecutor(workers).map(small_pipeline, shards(docs, 8)))
    assert part.failures == (Failure("a7", "ValueError: this article fails"),)
    assert ids(part) == [d.id for d in docs if d.id != "a7"]


def test_the_article_that_kills_its_worker_is_named_and_no_other_is_lost():
    docs = articles(24, _0="Title\nDIE", _11="Title\nDIE")
    part = in_order(LocalExecutor(2).map(small_pipeline, shards(docs)))
    why = "the worker process ended (exit code 9)"
    assert part.failures == (Failure("a0", why), Failure("a11", why))
    assert ids(part) == [d.id for d in docs if d.id not in {"a0", "a11"}]
    for name in TABLES:
        found = part.table(name)["document"].to_pylist()
        assert found == sorted(found, key=lambda name: int(name[1:]))


def test_a_worker_that_dies_by_chance_costs_nothing(tmp_path):
    docs = articles(24)
    part = in_order(LocalExecutor(2).map(partial(dying_once, tmp_path / "mark"), shards(docs)))
    assert (tmp_path / "mark").exists()
    assert part == wanted(docs)


def test_an_article_that_hangs_is_ended():
    docs = articles(8, _5="Title\nNEVER ENDS")
    begin = time.monotonic()
    part = in_order(LocalExecutor(2, patience=4).map(small_pipeline, shards(docs)))
    assert [f.id for f in part.failures] == ["a5"]
    assert part.failures[0].message == "took longer than 4 s"
    assert time.monotonic() - begin < 90  # of the 600 that it would sleep


def broken_pipeline():
    raise SystemExit(3)


def test_workers_that_cannot_start_are_one_sentence():
    with pytest.raises(ExecutorError, match="exit code 3.*before it could begin"):
        list(LocalExecutor(2).map(broken_pipeline, shards(articles(4))))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_stream_is_not_read_ahead_without_bound(workers):
    taken = []

    def stream():
        for doc in articles(1000):
            taken.append(doc.id)
            yield doc

    def cut():
        batch = []
        for doc in stream():
            batch.append(doc)
            if len(batch) == 4:
                yield Shard(batch[0].id, tuple(batch))
                batch = []

    results = LocalExecutor(workers).map(small_pipeline, cut())
    next(results)
    assert len(taken) <= 16
    results.close()


def test_a_part_written_and_read_is_the_same(tmp_path):
    part = process(small_pipeline(), articles(5, _2="FAIL"))
    path = tmp_path / "p.zip"
    with path.open("wb") as file:
        part.write(file)
    with path.open("rb") as file:
        assert Part.read(file) == part
    data = path.read_bytes()
    for at in (10, len(data) // 2, len(data) - 10):
        for harm in (data[:at], data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]):
            path.write_bytes(harm)
            try:
                with path.open("rb") as file:
                    assert Part.read(file) == part
            except ValueError:
                pass
    path.write_bytes(data[: len(data) // 2])
    with path.open("rb") as file, pytest.raises(ValueError, match="damaged"):
        Part.read(file)
