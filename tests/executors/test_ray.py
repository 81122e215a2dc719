"""A local Ray cluster of two workers: the bytes of the local executor, also when a worker is killed."""

from __future__ import annotations

import json
import os
from functools import partial

import pytest

from cpecnlp import running
from cpecnlp.executors.part import Failure
from cpecnlp.executors.ray import RayExecutor
from tests.conftest import ROOT
from tests.executors.test_local import articles, in_order, shards, wanted
from tests.fakes import dying_once, load_small, small_pipeline

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def _cluster():
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    yield
    ray.shutdown()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


pytestmark = pytest.mark.usefixtures("_cluster")


def test_a_worker_killed_in_the_middle_costs_nothing(tmp_path):
    docs = articles(40)
    part = in_order(RayExecutor(2).map(partial(dying_once, tmp_path / "mark"), shards(docs)))
    assert (tmp_path / "mark").exists()
    assert part == wanted(docs)


def test_the_article_that_kills_its_worker_is_named():
    docs = articles(16, _5="Title\nDIE")
    part = in_order(RayExecutor(2).map(small_pipeline, shards(docs)))
    assert [failure.id for failure in part.failures] == ["a5"]
    assert part.failures[0] == Failure("a5", "the worker process ended (ActorDiedError)")
    assert part.counts.documents == 15


def test_a_run_gives_the_bytes_of_the_local_executor(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "load", load_small)
    rows = [{"id": f"a{n}", "text": f"Title {n}\nPakistan, China and CPEC {n}."} for n in range(200)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    running.run([tmp_path / "in.jsonl"], tmp_path / "local")
    running.run([tmp_path / "in.jsonl"], tmp_path / "ray", executor=RayExecutor(2))
    names = ["documents.jsonl", *(f"tables/{t}.parquet" for t in ("documents", "removed", "entities", "topics"))]
    for name in names:
        assert (tmp_path / "ray" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
