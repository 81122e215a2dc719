"""The main job, over fake stages: what is written, and what when something is wrong."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from cpecnlp import running
from cpecnlp.document import Document
from cpecnlp.errors import OutputError
from cpecnlp.report.tables import TABLES
from tests.fakes import small_pipeline


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(running, "load", lambda *args, **kwargs: small_pipeline())


@pytest.fixture
def source(tmp_path):
    rows = [{"id": f"a{n}", "text": f"Title {n}\nPakistan, China and CPEC {n}.", "outlet": "X"} for n in range(9)]
    rows[4]["text"] = "Title\nFAIL"
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n{bad\n", encoding="utf-8")
    return path


def test_everything_is_written(source, tmp_path):
    out = tmp_path / "out"
    seen = []
    report = running.run([source], out, progress=lambda corpus, counts: seen.append(counts.documents))
    docs = [Document.from_json(line) for line in (out / "documents.jsonl").read_text("utf-8").splitlines()]
    assert [d.id for d in docs] == [f"a{n}" for n in range(9) if n != 4]
    assert seen[-1] == report.counts.documents == 8
    assert report.lost == 2
    tables = {name: pq.read_table(out / "tables" / f"{name}.parquet").to_pylist() for name in TABLES}
    assert [row["document"] for row in tables["documents"]] == [d.id for d in docs]
    assert tables["documents"][0]["title"] == "Title 0"
    assert tables["documents"][0]["outlet"] == "X"
    assert len(tables["entities"]) == sum(len(d.entities or ()) for d in docs) == 24
    for row in tables["entities"] + tables["removed"]:
        text = next(d.text for d in docs if d.id == row["document"])
        assert text[row["start"] : row["end"]] == row["text"]
    assert len(tables["topics"]) == 16
    assert sum(row["given"] for row in tables["topics"]) == 8
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["counts"]["entities"] == {"CPEC": 8} or record["counts"]["entities"] == {"GPE": 16, "PROJECT": 8}
    assert record["failed"] == [{"document": "a4", "why": "ValueError: this article fails"}]
    assert record["problems"][0]["line"] == 10
    assert record["stages"] == {"strip": "cut_v1", "ner": "wordlist_v1", "topics": "sort_v1"}
    assert sorted(p.name for p in out.iterdir()) == ["documents.jsonl", "explorer", "run.json", "tables"]


def test_no_input_gives_empty_tables(tmp_path):
    report = running.run([tmp_path / "none.txt"], tmp_path / "out")
    assert report.counts.documents == 0
    assert report.lost == 1
    assert (tmp_path / "out" / "documents.jsonl").read_bytes() == b""
    assert pq.read_table(tmp_path / "out" / "tables" / "entities.parquet").num_rows == 0


def test_an_interrupted_run_leaves_no_half_file(source, tmp_path):
    out = tmp_path / "out"
    running.run([source], out, explorer=False)
    before = (out / "documents.jsonl").read_bytes()

    def stop(corpus, counts):
        raise KeyboardInterrupt

    source.write_text(source.read_text("utf-8") + '{"text": "One more."}\n', encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        running.run([source], out, progress=stop, explorer=False)
    assert (out / "documents.jsonl").read_bytes() == before
    assert sorted(p.name for p in out.rglob("*") if p.is_file() and ".cpecnlp-parts" not in p.parts) == [
        "documents.jsonl", "documents.parquet", "entities.parquet", "removed.parquet", "run.json", "topics.parquet",
    ]  # fmt: skip


def test_same_input_same_bytes(source, tmp_path):
    for name in ("one", "two"):
        running.run([source], tmp_path / name)
    for file in ("documents.jsonl", *(f"tables/{name}.parquet" for name in TABLES)):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_no_page_of_an_older_run_stays(source, tmp_path):
    out = tmp_path / "out"
    running.run([source], out)
    assert (out / "explorer" / "index.html").is_file()
    running.run([source], out, explorer=False)
    assert not (out / "explorer" / "index.html").exists()
    assert (out / "run.json").is_file()


def test_no_room_for_the_page_is_one_sentence(source, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("cpecnlp.report.explorer.build.whole_file", full)
        with pytest.raises(OutputError, match="No space left on device"):
            running.run([source], tmp_path / "out")
    assert not (tmp_path / "out" / "run.json").exists()
    assert running.run([source], tmp_path / "out").resumed == 9
