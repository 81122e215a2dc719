"""The benchmark of stripping: what the peers do with lines, and that its figures are the scorer's."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from cpecnlp.document import Document
from cpecnlp.evaluation.evaluate import gold_records
from tests.conftest import ROOT
from tests.stages.strip.articles import BODY, TITLE, article, stage

sys.path.insert(0, str(ROOT / "benchmarks"))

from strip_html import ALONE, SYSTEMS, counted, is_english  # noqa: E402
from strip_peers import PEERS, in_order, lines_of, page_of  # noqa: E402

SHORT = ["--resamples", "50", "--articles", "20"]


def run(*arguments, path=""):
    command = [sys.executable, str(ROOT / "benchmarks" / "strip.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(path)})
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def tables(markdown):
    """Title → rows, first column → the other cells."""
    out = {}
    for part in re.split(r"\n### ", markdown)[1:]:
        title, *lines = part.splitlines()
        cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]
        out[title] = {row[0]: row[1:] for row in cells[2:]}
    return out


def value(cell):
    return float(cell.split(" ")[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \n", []),
        (" One \r\n\nTwo", [(1, "One"), (8, "Two")]),
    ],
)
def test_lines(text, expected):
    assert lines_of(text) == expected


def test_a_page_has_a_paragraph_for_each_line():
    assert page_of("1 < 2\n\nA & B").count("<p>") == 2
    assert "<p>1 &lt; 2</p>\n<p>A &amp; B</p>" in page_of("1 < 2\n\nA & B")


def test_lines_that_a_tool_kept():
    lines = ["Read more", "“Water”, he said.", "- list", "Read more", "—"]
    assert in_order(lines, ['"Water", he said.', "list", "Read more"]) == [True, True, True, False, False]


def went(name, text):
    pytest.importorskip({"jusText": "justext", "trafilatura": "trafilatura"}.get(name, "re"))
    (spans,) = PEERS[name]()([text])
    return [text[span.start : span.end] for span in spans]


def test_what_the_peers_remove():
    short = "The minister smiled."
    bare = BODY[1].rstrip(".")
    text = article(
        middle=[short, bare + "x"], tail=["Must Read", "We use cookies, the baker said, to sell more bread."]
    )
    cookies = "We use cookies, the baker said, to sell more bread."
    assert went("nothing removed", text) == []
    assert went("C4 line rule", text) == [TITLE, short, bare + "x", "Must Read", cookies]
    assert went("trafilatura", text) == []


def test_justext_keeps_long_paragraphs_and_drops_short_lines():
    long = " ".join(BODY)
    assert went("jusText", f"{long}\n{long} Again.\nMust Read") == ["Must Read"]


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("text", ["", "\n", "x", "\u200b\n—\n", article()])
def test_peers_read_any_text(name, text):
    assert all(line in text for line in went(name, text))


def test_the_corpus_beside_the_peers(tmp_path):
    (tmp_path / "justext.py").write_text("raise ImportError('no jusText here')", encoding="utf-8")
    out = run("--shared", tmp_path / "nowhere", *SHORT, path=tmp_path)
    assert "jusText was not measured: no jusText here." in out
    assert "`gold_dev` was not measured" in out
    (quality, scrapes, speed) = tables(out).values()
    assert value(scrapes["cpecnlp"][0]) < value(scrapes["C4 line rule"][0])
    first = [name for name in quality if not name.startswith("cpecnlp, ")]
    assert first[:3] == ["cpecnlp", "nothing removed", "C4 line rule"]
    assert [value(cell) for cell in quality["nothing removed"][:2]] == [0, 100]
    assert quality["nothing removed"][4:] == ["–", "–"]
    ours, c4 = quality["cpecnlp"], quality["C4 line rule"]
    assert value(ours[0]) < value(c4[0])
    assert value(ours[2]) > value(c4[2])
    for cell in ours:
        middle, low, high = map(float, re.fullmatch(r"([\d.]+) \[([\d.]+), ([\d.]+)\]", cell).groups())
        assert low <= middle <= high
    for median, extremes in speed.values():
        low, high = extremes.replace(",", "").split("–")
        assert 1000 < float(low) <= float(median.replace(",", "")) <= float(high)


def test_figures_are_those_of_the_scorer(shared, tmp_path):
    """On gold and on predictions that the scorer reads itself."""
    gold = gold_records(str(shared / "news" / "gold_dev.jsonl"))[::24]
    lines = [
        {
            "id": record.id,
            "text": record.text,
            "metadata": {"outlet": record.metadata["outlet"], "split": "test"},
            "fields": dict(record.fields),
            "removed": [list(span.key) for span in record.removed],
            "entities": [],
            "topics": [],
        }
        for record in gold
    ]
    (tmp_path / "news").mkdir()
    path = tmp_path / "news" / "gold_dev.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = stage().annotate([Document(record.id, record.text) for record in gold])
    (tmp_path / "pred.jsonl").write_text("\n".join(doc.to_json() for doc in found), encoding="utf-8")
    scorer = [
        sys.executable,
        shared.parent / "tools" / "score.py",
        path,
        tmp_path / "pred.jsonl",
        "--json",
        "--boot",
        "0",
    ]
    theirs = json.loads(subprocess.run(scorer, capture_output=True, text=True, check=True).stdout)
    arguments = ["--shared", tmp_path, "--splits", "test", "--predictions", f"kept={tmp_path / 'pred.jsonl'}", *SHORT]
    mine = tables(run(*arguments))[f"gold_dev, test: {len(gold)} articles"]
    assert mine["kept"] == mine["cpecnlp"]
    names = ("body_lost_%", "junk_kept_%", "clean_exact", "removed_f1", "removed_kind_acc", "fields_f1")
    for name, cell, digits in zip(names, mine["kept"], (3, 1, 3, 3, 3, 3), strict=True):
        assert value(cell) == pytest.approx(theirs[name], abs=0.51 * 10**-digits), name


def test_pages_are_counted_as_trafilatura_counts_them():
    item = {"with": ["shrimp", "brine"], "without": ["Impressum", "Log in", "Share"]}
    counts = counted(item, "The shrimp like brine. Log in")
    assert [counts["string", name] for name in ("tp", "fn", "fp", "tn")] == [2, 0, 1, 2]
    counts = counted(item, "")
    assert [counts["string", name] for name in ("tp", "fn", "fp", "tn")] == [0, 2, 0, 3]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("", False),
        (" ".join(BODY), True),
        ("Die Gemeinde hat den Bau der Anlage im Mai beschlossen und bezahlt.", False),
    ],
)
def test_languages(text, english):
    assert is_english(text) is english


def test_pages(tmp_path):
    pytest.importorskip("trafilatura")
    tail = "<p>Follow us on Twitter and Facebook</p><p>© 2024 Makran Coast Ledger. All rights reserved.</p>"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
    page = (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{body}{tail}</article></body></html>"
    )
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "a.html").write_text(page, encoding="utf-8")
    wanted = {
        "file": "a.html",
        "with": ["first line of the new", "shrimp grounds"],
        "without": ["Follow us", "All rights"],
    }
    (tmp_path / "evaldata.json").write_text(json.dumps({"https://a.example": wanted}), encoding="utf-8")
    found = tables(run("--only-html", "--html", tmp_path, "--resamples", "20"))
    english = found["HTML, English: 1 pages"]
    assert list(english)[:3] == list(SYSTEMS)
    assert [value(cell) for cell in english[ALONE]] == [0.5, 1, pytest.approx(2 / 3, abs=0.001), 0.5]
    assert [value(cell) for cell in english[SYSTEMS[1]]] == [1, 1, 1, 1]
    assert value(english["difference, clean text"][0]) == 0.5
