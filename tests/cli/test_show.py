"""``cpecnlp show --diff``: everything that went, and why, for a reader and for a pipe."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cpecnlp.cli import app
from cpecnlp.cli.show import _print
from cpecnlp.document import Document, Span
from tests.stages.strip.articles import BODY, TITLE, annotated, article

TEXT = article(
    title=f"{TITLE} - Makran Coast Ledger",
    head=["Rabia Tungekar Published June 7, 2024"],
    body=(f" date 2024-06-07 GWADAR: {BODY[0]} Read more", *BODY[1:]),
    tail=["Most Popular", "Singer Taimoor Lashari denies split from drummer", "Copyright Makran Coast Ledger, 2024"],
)


def show(*arguments):
    result = CliRunner().invoke(app, ["show", *map(str, arguments)])
    return result.exit_code, result.stdout


def on_terminal(document, width=80):
    out = io.StringIO()
    _print(document, True, Console(file=out, force_terminal=True, width=width, color_system=None, highlight=False))
    return out.getvalue()


def test_every_removal_has_its_line(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    code, out = show("--diff", path)
    assert code == 0
    head, *lines = out.splitlines()
    document = annotated(TEXT)
    gone = sum(len(span) for span in document.removed)
    assert head.startswith(f"a: {len(document.removed)} stretches stripped, {gone} of {len(TEXT):,} characters (")
    assert len(lines) == len(document.removed) >= 8
    for line, span in zip(lines, document.removed, strict=True):
        mark, at, kind, score, source, text = line.split(maxsplit=5)
        assert (mark, int(at), kind, source) == ("-", span.start, span.label, span.source)
        assert score == "–" if span.score is None else abs(float(score) - span.score) < 0.001
        assert text == document.surface(span)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_on_a_terminal_long_texts_stay_in_their_column(width):
    lead = "Lollywood star Mehru Sanam has bought a vineyard in the hills above Swat, her agent told this newspaper ..."
    text = f"Gwadar waits.\n{lead}"
    spans = (
        Span(0, 6, "title", None, "title_first_v1"),
        Span(14, len(text), "teaser", 0.987, "cpecnlp-strip@0123abcd"),
    )
    out = on_terminal(Document("a", text, removed=spans), width)
    heading, head, *rows = out.splitlines()
    assert heading.split()[:2] == ["a:", "2"]
    assert head.split() == ["at", "kind", "score", "source", "text"]
    assert all(len(line) <= width for line in (head, *rows))
    column = head.index("text")
    assert " ".join(row[column:].strip() for row in rows[1:]) == lead
    assert rows[0].split() == ["0", "title", "–", "title_first_v1", "Gwadar"]
    assert rows[1].split()[:3] == ["14", "teaser", "0.987"]


def test_an_article_cannot_write_to_the_terminal():
    text = "Body [bold]stays[/bold].\n\x1b[31mRead\x07 more [red]\n"
    document = Document("a", text, removed=(Span(25, len(text) - 1, "teaser", 0.5, "x_v1"),))
    for out in (on_terminal(document), "\n".join(on_terminal(document, 200).splitlines())):
        assert "\x07" not in out
        assert "\x1b[31m" not in out
        assert "[red]" in out


def test_nothing_stripped(tmp_path):
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "g", "text": "Quetta waits.", "removed": []}), encoding="utf-8")
    assert show("--diff", tmp_path / "r.jsonl") == (0, "g: 0 stretches stripped, 0 of 13 characters (0%)\n")


def test_gold_is_shown_as_it_is(tmp_path):
    record = {"id": "g", "text": "Title\nQuetta waits.", "removed": [[0, 5, "title"]]}
    (tmp_path / "r.jsonl").write_text(json.dumps(record), encoding="utf-8")
    code, out = show("--diff", tmp_path / "r.jsonl")
    assert code == 0
    assert out.splitlines()[1].split() == ["-", "0", "title", "–", "–", "Title"]
