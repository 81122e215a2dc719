"""Bad input of every kind ends in one clear sentence, and the other articles are done."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpecnlp
from cpecnlp import running
from cpecnlp.corpus import formats, streams
from cpecnlp.document import Document
from cpecnlp.executors.part import process
from tests.conftest import hostile_text
from tests.fakes import load_small, small_pipeline

GOOD = "Title\nPakistan and China met in Gwadar."
DEEP = 20_000


def jsonl(*lines):
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


# file → (its bytes, articles that come out of it, what is said of it)
NASTY: dict[str, tuple[bytes, int, list[str]]] = {
    "good.txt": (GOOD.encode(), 1, []),
    "empty.txt": (b"", 0, ["the article is empty"]),
    "empty.jsonl": (b"", 0, []),
    "empty.json": (b"", 0, ["not valid JSON"]),
    "empty.csv": (b"", 0, ['no column "text" (there are: none)']),
    "empty.parquet": (b"", 0, ["not a whole Parquet file"]),
    "empty.jsonl.gz": (b"", 0, []),
    "binary.txt": (bytes(range(256)) * 100, 0, ["not a text file"]),
    "binary.jsonl": (bytes(range(256)) * 4, 0, ["not a text file"]),
    "binary.csv": (bytes(range(256)) * 100, 0, ["not a text file"]),
    "binary.parquet": (bytes(range(256)) * 100, 0, ["not a whole Parquet file"]),
    "binary.jsonl.gz": (bytes(range(256)), 0, ["Not a gzipped file"]),
    "utf16.txt": (GOOD.encode("utf-16"), 1, ["read as utf-16"]),
    "utf16bare.txt": (GOOD.encode("utf-16-le"), 1, ["read as utf-16-le"]),
    "utf16.jsonl": (json.dumps({"text": GOOD}).encode("utf-16"), 1, ["read as utf-16"]),
    "utf16bare.jsonl": ('{"text": "One."}\n{"text": "Two."}\n'.encode("utf-16-le"), 2, ["read as utf-16-le"]),
    "utf16be.jsonl": ('{"text": "One."}\n{"text": "Two."}\n'.encode("utf-16-be"), 2, ["read as utf-16-be"]),
    "utf16.csv": (f'text\n"{GOOD}"\n'.encode("utf-16-le"), 1, ["read as utf-16-le"]),
    "utf16.json": (json.dumps([{"text": GOOD}]).encode("utf-16"), 1, ["read as utf-16"]),
    "western.csv": (("text\n" + "Café owners – “tired” – met in Quetta.\n" * 9).encode("cp1252"), 9, ["not UTF-8"]),
    "nulline.jsonl": (jsonl({"text": GOOD}, b"\0" * 4096, {"text": GOOD}), 2, ["not valid JSON"]),
    "mixed.txt": ("Gwadar’s port – ".encode() * 9 + "Gwadar’s port – ".encode("cp1252") * 9, 1, ["not UTF-8"]),
    "surrogates.jsonl": (
        jsonl(b'{"text": "lone \\ud800"}', b'{"text": "x", "title": "\\udfff"}', b'{"id": "\\ud800", "text": "x"}'),
        0,
        ["lone surrogate"] * 3,
    ),
    "numbers.jsonl": (jsonl(b'{"text": "x", "n": NaN}', b'{"text": "x", "n": 1e999}', {"text": GOOD}), 1, ["NaN"] * 2),
    "long.txt": (b"word " * 10_000_000, 0, ["50,000,000 characters, more than 2,000,000"]),
    "long.jsonl": (jsonl({"text": "word " * 10_000_000}, {"text": GOOD}), 1, ["50,000,000 characters"]),
    "longer.jsonl": (b"[" * (65 << 20) + b"\n" + jsonl({"text": GOOD}), 1, ["the line has more than 64 MiB"]),
    "blank.txt": (b"\n" * 100_000, 0, ["the article is empty"]),
    "blank.jsonl": (b"\n" * 100_000 + jsonl({"text": GOOD}), 1, []),
    "deep.json": (b"[" * DEEP + b"]" * DEEP, 0, ["nested too deeply"]),
    "deep.jsonl": (jsonl(b'{"text":' * DEEP, {"text": GOOD}), 1, ["nested too deeply"]),
    "depths.jsonl": (jsonl(b'{"text": "x", "a": ' + b"[" * 900 + b"]" * 900 + b"}", {"text": GOOD}), 2, []),
    "nul.txt": (b"Gwadar\0port\0" * 10, 0, ["not a text file"]),
    "nul.jsonl": (jsonl({"text": "Nul \0 in Pakistan."}), 1, []),
    "nul.csv": (b"text\nGwadar \0 port\n", 0, ["not a text file"]),
    "columns.csv": (b"id,body\n1,x\n", 0, ['no column "text" (there are: id, body)']),
    "ragged.csv": (b"id,text\n1,one\n2\n3,three,more\n4,four\n", 2, ["2 columns expected"] * 2),
    "quote.csv": (b'id,text\n1,one\n2,"two\n3,three\n', 1, ["not valid CSV"]),
    "ids.jsonl": (jsonl(*[{"id": "same", "text": GOOD}] * 3), 3, ["stands a second time"] * 2),
    "kinds.jsonl": (jsonl([], 5, "text", {"text": None}, {"text": ["x"]}, {"text": GOOD}), 1, ["a JSON object"] * 3),
    "huge.jsonl": (
        jsonl(
            b'{"text": "x", "topics": {"a": 1' + b"0" * 400 + b"}}",
            b'{"text": "x", "removed": [[0, 1, "nav", 1' + b"0" * 400 + b"]]}",
            b'{"text": "x", "topic_scores": {"a": NaN}}',
            {"text": GOOD},
        ),
        1,
        ["not a number"] * 3,
    ),
    "layers.jsonl": (
        jsonl(*({"text": "x", key: 5} for key in ("metadata", "fields", "removed", "topics")), {"text": GOOD}),
        1,
        ["is not an object", '"removed" is not a list', "neither a list of names"],
    ),
    "cut.jsonl.gz": (gzip.compress(jsonl(*[{"text": GOOD}] * 500))[:-30], 0, ["ended before"]),
}


def made(folder: Path) -> Path:
    folder.mkdir()
    for name, (data, _, _) in NASTY.items():
        (folder / name).write_bytes(data)
    (folder / "folder.txt").mkdir()
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    return folder


def test_a_folder_of_nasty_files(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "load", load_small)
    folder = made(tmp_path / "nasty")
    report = running.run([folder], tmp_path / "out")
    records = [json.loads(line) for line in (tmp_path / "out" / "documents.jsonl").read_text("utf-8").split("\n")[:-1]]
    saved = [record for record in records if record["id"].startswith("cut:")]
    assert 100 < len(saved) < 500, "what stands before the cut is read"
    assert len(records) - len(saved) == sum(count for _, count, _ in NASTY.values())
    assert report.counts.documents == len(records)
    assert report.failures == []
    for name, (_, _, sayings) in NASTY.items():
        said = [problem for problem in report.problems if problem.where == f"{folder}/{name}"]
        assert len(said) >= len(sayings), name
        assert bool(said) == bool(sayings), (name, said)
        for saying in sayings:
            assert any(saying in problem.message for problem in said), (name, saying, said)
    for problem in report.problems:
        assert "\n" not in str(problem)
        assert len(str(problem)) < 500
        assert "Error" not in problem.message, "an error of the machine room, not a sentence"


def test_odd_paths(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "load", load_small)
    bad_name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    Path(bad_name).write_text(GOOD, encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "corpus.toml").write_text("files = 5", encoding="utf-8")
    fifo = tmp_path / "none.csv"
    sources = [bad_name, tmp_path / "broken", "a" * 5000, "nul\0byte.txt", tmp_path / "corpus.toml", fifo, ""]
    report = running.run(sources, tmp_path / "out")
    assert report.counts.documents == 1
    assert report.lost == 6
    record = json.loads((tmp_path / "out" / "documents.jsonl").read_text("utf-8"))
    assert record["id"] == "caf\\udce9"
    assert len(json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["problems"]) == 6


def test_no_rights(tmp_path):
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "shut.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "shut.txt").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    corpus = cpecnlp.read([tmp_path / "shut.txt", tmp_path / "closed", tmp_path / "good.txt"])
    documents = list(corpus)
    if os.geteuid() == 0:  # root reads all
        assert [doc.id for doc in documents] == ["shut", "good"]
    else:
        assert [doc.id for doc in documents] == ["good"]
        assert [problem.message for problem in corpus.problems] == ["Permission denied"] * 2


def test_errors_of_the_system_are_sentences(tmp_path, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    corpus = cpecnlp.read([tmp_path / "a.txt", tmp_path])
    assert list(corpus) == []
    assert [str(problem) for problem in corpus.problems] == [f"{tmp_path}/a.txt: Permission denied"] * 2
    monkeypatch.undo()
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "b.txt").write_text(GOOD, encoding="utf-8")
    look = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: refuse(path) if str(path).endswith("shut") else look(path))
    corpus = cpecnlp.read([tmp_path, tmp_path / "shut"])
    assert [doc.id for doc in corpus] == ["a"]
    assert [str(problem) for problem in corpus.problems] == [f"{tmp_path}/shut: Permission denied"] * 2


def test_parquet_of_odd_types(tmp_path):
    from datetime import date
    from decimal import Decimal

    table = pa.table(
        {
            "text": [GOOD, GOOD],
            "day": [date(2024, 6, 7), None],
            "price": [Decimal("1.5"), Decimal("2.5")],
            "nested": [{"a": [date(2024, 6, 7)], "b": float("nan")}, None],
            "raw": [b"\xff", b""],
        }
    )
    pq.write_table(table, tmp_path / "odd.parquet")
    corpus = cpecnlp.read(tmp_path / "odd.parquet")
    first, second = corpus
    assert corpus.problems == []
    assert first.metadata["nested"] == {"a": ["2024-06-07"], "b": None}
    assert first.metadata["price"] == "1.5"
    assert Document.from_json(first.to_json()) == first
    assert "day" not in second.metadata


def test_what_unpacks_to_more_than_memory_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MOST_BYTES", 1 << 20)
    for kind in ("txt", "json", "html"):
        (tmp_path / f"bomb.{kind}.gz").write_bytes(gzip.compress(b"a" * (3 << 20)))
    corpus = cpecnlp.read(tmp_path)
    assert list(corpus) == []
    problems = [problem.message for problem in corpus.problems]
    assert len(problems) == 3
    assert all("larger than 1 MiB" in message or "cpecnlp[html]" in message for message in problems)


def outcome(suffix: str, data: bytes) -> None:
    """Whatever stands in a file: reading and processing end, and what comes out is well-formed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzz{suffix}"
        path.write_bytes(data)
        corpus = cpecnlp.read(path)
        documents = list(corpus)
        part = process(small_pipeline(), documents)
    for problem in corpus.problems:
        assert len(str(problem)) < 500
        assert "\n" not in str(problem)
    lines = part.lines.decode("utf-8").split("\n")[:-1]
    assert len(lines) + len(part.failures) == len(documents)
    assert all(failure.message == "ValueError: this article fails" for failure in part.failures)
    for line in lines:
        assert Document.from_json(line).to_json() == line
    assert part.table("documents").num_rows == len(lines)


SUFFIXES = [suffix for suffix in formats.READERS if suffix not in {".html", ".htm"}]
ENCODINGS = ["utf-8", "utf-16", "utf-16-le", "utf-8-sig", "cp1252"]
_scalars = st.none() | st.booleans() | st.floats() | st.integers() | hostile_text
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))
_keys = st.sampled_from(["id", "text", "metadata", "fields", "removed", "entities", "topics", "topic_scores", "url"])
_records = st.dictionaries(_keys | st.text(max_size=5), _values | st.text() | hostile_text, max_size=8)


@given(st.sampled_from([*SUFFIXES, ".txt.gz", ".jsonl.gz"]), st.binary(max_size=2000))
def test_fuzz_bytes(suffix, data):
    outcome(suffix, data)


@given(
    st.sampled_from(SUFFIXES), hostile_text, st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig", "cp1252"])
)
def test_fuzz_text(suffix, text, encoding):
    outcome(suffix, text.encode(encoding, "ignore"))


@settings(max_examples=100)
@given(st.lists(_records, max_size=4))
def test_fuzz_records(records):
    outcome(".jsonl", "\n".join(json.dumps(record) for record in records).encode("utf-8"))
    outcome(".json", json.dumps(records).encode("utf-8"))


@given(st.lists(st.tuples(hostile_text, hostile_text), max_size=3), st.integers(0, 10**9), st.binary(min_size=1))
def test_fuzz_a_damaged_table(rows, at, noise):
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": [a for a, _ in rows], "url": [b for _, b in rows]}), buffer)
    data = buffer.getvalue().to_pybytes()
    outcome(".parquet", data)
    at %= len(data)
    outcome(".parquet", data[:at] + noise + data[at + len(noise) :])
    outcome(".parquet", data[:at])


@pytest.mark.parametrize("message", ["one\ntwo\n  three", "x" * 5000])
def test_a_failure_is_one_short_sentence(message):
    class Bad(type(small_pipeline()["strip"])):
        def predict(self, documents):
            raise RuntimeError(message)

    pipeline = small_pipeline()
    pipeline.stages = (Bad(), *pipeline.stages[1:])
    (failure,) = process(pipeline, [Document("a", GOOD)]).failures
    assert "\n" not in failure.message
    assert len(failure.message) <= 300
