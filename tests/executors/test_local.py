from __future__ import annotations

import pytest

from cpecnlp.document import Document
from cpecnlp.executors.base import Failure
from cpecnlp.executors.local import LocalExecutor
from tests.fakes import small_pipeline


def articles(count, **special):
    texts = {number: f"Title {number}\nPakistan and China, article {number}." for number in range(count)}
    texts.update({int(k[1:]): v for k, v in special.items()})
    return [Document(f"a{number}", text) for number, text in texts.items()]


@pytest.mark.parametrize("workers", [1, 2])
def test_order_count_and_content(workers):
    docs = articles(50)
    results = list(LocalExecutor(workers, batch_size=4).map(small_pipeline, docs))
    assert [r.id for r in results] == [d.id for d in docs]
    assert [r.to_json() for r in results] == [d.to_json() for d in small_pipeline().pipe(docs)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_article_takes_no_other_down(workers):
    docs = articles(20, _7="Title\nFAIL please")
    results = list(LocalExecutor(workers, batch_size=8).map(small_pipeline, docs))
    failed = [r for r in results if isinstance(r, Failure)]
    assert failed == [Failure("a7", "ValueError: this article fails")]
    assert [r.id for r in results] == [d.id for d in docs]


def test_a_dead_worker_is_said_of_its_articles():
    docs = articles(12, _11="Title\nDIE")
    results = list(LocalExecutor(2, batch_size=2).map(small_pipeline, docs))
    assert [r.id for r in results] == [d.id for d in docs]
    failed = [r for r in results if isinstance(r, Failure)]
    assert failed
    assert "worker process ended" in failed[0].message


def test_the_stream_is_not_read_ahead_without_bound():
    taken = []

    def stream():
        for doc in articles(1000):
            taken.append(doc.id)
            yield doc

    results = LocalExecutor(2, batch_size=4).map(small_pipeline, stream())
    next(results)
    assert len(taken) <= 40
    results.close()
