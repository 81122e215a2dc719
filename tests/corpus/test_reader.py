"""Readers: every format, and every way in which an input can be wrong."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cpecnlp
from cpecnlp.corpus.decode import decode
from cpecnlp.errors import InputError
from tests.conftest import ROOT

TEXT = "Port opens\n\nGWADAR: The port opened on Monday – at last."


def texts(corpus):
    return [doc.text for doc in corpus]


def write(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
        (
            ("Caf\u00e9 owners \u2013 \u201ctired\u201d \u2013 met officials in Quetta on Monday. " * 8).encode(
                "cp1252"
            ),
            None,
        ),
    ],
)
def test_text_in_many_encodings(tmp_path, data, encoding):
    corpus = cpecnlp.read(write(tmp_path / "a.txt", data))
    (doc,) = corpus
    assert doc.id == "a"
    if encoding:
        assert doc.text == TEXT
        assert doc.metadata.get("encoding", "utf-8") == encoding
    else:
        assert "Caf\u00e9" in doc.text
    assert [p.lost for p in corpus.problems] == ([] if encoding == "utf-8" else [False])


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 100, bytes(range(256)) * 20, b"\xff\xfe\x00"])
def test_binary_is_refused_in_one_sentence(tmp_path, data):
    corpus = cpecnlp.read(write(tmp_path / "junk.txt", data))
    assert texts(corpus) == []
    (problem,) = corpus.problems
    assert problem.lost
    assert "junk.txt" in str(problem)
    assert "\n" not in str(problem)


def test_decode_says_when_the_mark_lies():
    with pytest.raises(InputError, match="although its mark says so"):
        decode(b"\xff\xfe" + b"\x00\xd8" + b"a")


def test_jsonl_keeps_going_after_bad_lines(tmp_path):
    lines = [
        json.dumps({"id": "a", "text": TEXT, "outlet": "X"}).encode(),
        b"{broken",
        b'{"text": 5}',
        b"\xff\xfe bad bytes",
        b"",
        json.dumps({"text": "No id here."}).encode(),
        json.dumps({"id": "e", "text": " \n "}).encode(),
        json.dumps({"id": "a", "text": "Same id."}).encode(),
        b'{"id": "s", "text": "lone \\ud800 surrogate"}',
        b"[" * 100_000,
    ]
    corpus = cpecnlp.read(write(tmp_path / "in.jsonl", b"\n".join(lines)))
    docs = list(corpus)
    assert [doc.id for doc in docs] == ["a", "in:6", "a~2"]
    assert docs[0].metadata == {"outlet": "X"}
    found = {p.line: p.message for p in corpus.problems}
    assert sorted(found) == [2, 3, 4, 7, 8, 9, 10]
    assert "not valid JSON" in found[2]
    assert "not a string" in found[3]
    assert "not valid UTF-8" in found[4]
    assert "empty" in found[7]
    assert "second time" in found[8]
    assert "surrogate" in found[9]
    assert "deeply" in found[10]
    assert sum(p.lost for p in corpus.problems) == 6


def test_a_second_iteration_reads_anew(tmp_path):
    corpus = cpecnlp.read(write(tmp_path / "in.jsonl", json.dumps({"text": TEXT}) + "\n{"))
    assert texts(corpus) == texts(corpus) == [TEXT]
    assert len(corpus.problems) == 1
    assert corpus.bytes_read == corpus.bytes_total > 0


def test_gzip_and_json(tmp_path):
    (tmp_path / "z.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": TEXT}).encode()))
    write(tmp_path / "list.json", json.dumps([{"text": "One."}, {"nothing": 1}]))
    write(tmp_path / "single.json", json.dumps({"text": "Two."}))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}' * 1000)[:-20])
    corpus = cpecnlp.read(tmp_path)
    assert {doc.id: doc.text for doc in corpus} == {"z:1": TEXT, "list:1": "One.", "single": "Two."}
    assert {p.where.rsplit("/", 1)[1] for p in corpus.problems} == {"list.json", "cut.jsonl.gz"}


def test_csv_rows(tmp_path):
    data = 'id,text,topics,outlet\n1,"Two\nlines","a, b",Dawn\n2,,,\n3,short\n4,last,,\n'
    corpus = cpecnlp.read(write(tmp_path / "in.csv", data))
    docs = list(corpus)
    assert [(d.id, d.text) for d in docs] == [("1", "Two\nlines"), ("4", "last")]
    assert docs[0].topics == {"a": 1.0, "b": 1.0}
    assert docs[0].metadata == {"outlet": "Dawn"}
    assert ["empty" in p.message or "columns expected" in p.message for p in corpus.problems] == [True, True]


def test_csv_in_another_encoding_and_without_text(tmp_path):
    write(tmp_path / "a.csv", "text\nGwadar \u2013 port\n".encode("utf-16"))
    write(tmp_path / "b.csv", "body\nx\n")
    write(tmp_path / "c.csv", "")
    corpus = cpecnlp.read(tmp_path)
    assert texts(corpus) == ["Gwadar \u2013 port"]
    assert [p.message.split(" (")[0] for p in corpus.problems if p.lost] == ['no column "text"'] * 2
    assert [p.message.split(",")[0] for p in corpus.problems if not p.lost] == ["read as utf-16"]


def test_parquet_rows(tmp_path):
    table = pa.table({"text": ["One.", None, "Three."], "n": [1, 2, 3], "topics": [["a"], None, []]})
    pq.write_table(table, tmp_path / "in.parquet")
    write(tmp_path / "no.parquet", b"PAR1 not really")
    corpus = cpecnlp.read([tmp_path / "in.parquet", tmp_path / "no.parquet"])
    docs = list(corpus)
    assert [(d.text, d.metadata["n"]) for d in docs] == [("One.", 1), ("Three.", 3)]
    assert "empty" in corpus.problems[0].message
    assert "not a whole Parquet file" in corpus.problems[1].message


def test_html_is_read_or_the_install_line_is_named(tmp_path):
    page = "<html><head><title>T</title></head><body><article>" + "<p>The port of Gwadar opened on Monday.</p>" * 30
    corpus = cpecnlp.read(write(tmp_path / "a.html", page + "</article></body></html>"))
    docs = list(corpus)
    if docs:
        assert "port of Gwadar" in docs[0].text
        assert "<p>" not in docs[0].text
    else:
        assert "cpecnlp[html]" in str(corpus.problems[0])


def test_missing_unknown_and_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "x.docx", b"PK")
    corpus = cpecnlp.read([tmp_path / "nowhere.txt", tmp_path / "x.docx", tmp_path / "empty"])
    assert texts(corpus) == []
    assert [p.message.split(" (")[0] for p in corpus.problems] == [
        "no such file or folder",
        "unknown kind of file '.docx'",
        "no article files in this folder",
    ]


def test_folders_are_read_in_order_with_unique_ids(tmp_path):
    for name in ("b/one.txt", "a/one.txt", "a/.hidden.txt", "two.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, f"Text of {name}.")
    assert [d.id for d in cpecnlp.read(tmp_path)] == ["a/one", "b/one", "two"]


def test_a_huge_article_is_refused_unless_allowed(tmp_path):
    path = write(tmp_path / "big.txt", "word " * 500_000)
    corpus = cpecnlp.read(path)
    assert texts(corpus) == []
    assert "2,500,000 characters" in corpus.problems[0].message
    assert len(list(cpecnlp.read(path, max_chars=0))) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b'\n{"text": "From JSON."}\n{"text": "Two."}\n', ["From JSON.", "Two."]),
        (b'[{"text": "From a list."},\n{"text": "Two."}]\n', ["From a list.", "Two."]),
        (b'[\n  {"text": "From a list."}\n]', ["From a list."]),
        (b"[Photo: APP] The port opened.", ["[Photo: APP] The port opened."]),
        (TEXT.encode(), [TEXT]),
        (b"", []),
    ],
)
def test_standard_input(monkeypatch, given, expected):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert texts(cpecnlp.read("-")) == expected


def test_unreadable_files_are_named(tmp_path):
    code = "import cpecnlp, sys; c = cpecnlp.read(sys.argv[1]); print(len(list(c)), c.problems[0])"
    (tmp_path / "d.txt").mkdir()
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "d.txt")], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.startswith("0 ")
    assert "no article files" in run.stdout


def test_the_shipped_corpus_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    docs = list(cpecnlp.read())
    gold = list(cpecnlp.read("corpus", gold=True))
    assert len(docs) == len(gold) >= 20
    assert [d.text for d in docs] == [g.text for g in gold]
    assert all(d.removed is None for d in docs)
    assert all(g.removed is not None and g.entities for g in gold)
