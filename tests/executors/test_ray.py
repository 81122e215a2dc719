"""A local Ray cluster of two workers: the bytes of the local executor, also when a worker is killed."""

from __future__ import annotations

import json
import os
from functools import partial

import pytest

from cpecnlp import running
from cpecnlp.errors import ExecutorError
from cpecnlp.executors.part import Failure
from cpecnlp.executors.ray import RayExecutor
from tests.conftest import ROOT
from tests.executors.test_local import articles, broken_pipeline, in_order, shards, wanted
from tests.fakes import dying_once, load_small, small_pipeline

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def _cluster():
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    for left in (2, 1, 0):
        try:
            ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
            break
        except Exception as error:
            ray.shutdown()
            if not left:
                # its agent gets 15 s to start: that says something of the machine and nothing of our code
                pytest.skip(f"no Ray cluster comes up on this busy machine: {error}")
    yield
    ray.shutdown()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


pytestmark = pytest.mark.usefixtures("_cluster")


def test_a_worker_killed_in_the_middle_costs_nothing(tmp_path):
    docs = articles(40)
    part = in_order(RayExecutor(2, round_size=3).map(partial(dying_once, tmp_path / "mark"), shards(docs)))
    assert (tmp_path / "mark").exists()
    assert part == wanted(docs)


def test_the_articles_that_kill_or_hold_up_their_worker_are_named():
    docs = articles(16, _5="Title\nDIE", _9="Title\nNEVER ENDS")
    part = in_order(RayExecutor(2, patience=6).map(small_pipeline, shards(docs)))
    why = "the worker process ended, or took longer than 6 s"
    assert part.failures == (Failure("a5", why), Failure("a9", why))
    assert part.counts.documents == 14


def no_model():
    raise ValueError("no such model")


def test_actors_that_cannot_start_are_one_sentence():
    with pytest.raises(ExecutorError, match="the cluster gave up.*no such model"):
        list(RayExecutor(2).map(no_model, shards(articles(4))))
    with pytest.raises(ExecutorError, match="ended before it could begin"):
        list(RayExecutor(2).map(broken_pipeline, shards(articles(4))))


def test_a_run_gives_the_bytes_of_the_local_executor(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "load", load_small)
    rows = [{"id": f"a{n}", "text": f"Title {n}\nPakistan, China and CPEC {n}."} for n in range(200)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    running.run([tmp_path / "in.jsonl"], tmp_path / "local")
    running.run([tmp_path / "in.jsonl"], tmp_path / "ray", executor=RayExecutor(2))
    names = ["documents.jsonl", *(f"tables/{t}.parquet" for t in ("documents", "removed", "entities", "topics"))]
    for name in names:
        assert (tmp_path / "ray" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
