"""HTML pages: the article, its headline on top, what the markup states, and pages that are odd."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("trafilatura")

import cpecnlp  # noqa: E402
from cpecnlp.corpus.pages import decode_page, read_page, with_title  # noqa: E402
from cpecnlp.errors import InputError  # noqa: E402
from tests.conftest import HOSTILE  # noqa: E402
from tests.stages.strip.articles import BODY, TITLE  # noqa: E402

MARKUP = {
    "og:title": f"{TITLE} - Makran Coast Ledger",
    "og:site_name": "Makran Coast Ledger",
    "article:published_time": "2024-06-07T10:05:00+05:00",
    "og:url": "https://makranledger.example/81",
}


def page(body=BODY, head="", above="", markup=MARKUP):
    metas = "".join(f'<meta property="{name}" content="{value}">' for name, value in markup.items())
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return (
        f'<!DOCTYPE html><html lang="en"><head>{metas}{head}</head><body><nav><a href="/">Home</a> <a href="/b">News'
        f"</a></nav><article>{above}{paragraphs}</article><footer>© 2024 Makran Coast Ledger</footer></body></html>"
    )


def test_headline_article_and_what_the_markup_states():
    found = read_page(page().encode())
    assert found.text.split("\n")[:3] == [MARKUP["og:title"], "", BODY[0]]
    assert found.text.split("\n")[2:] == list(BODY)
    assert found.metadata == {
        "html_title": MARKUP["og:title"],
        "outlet": "Makran Coast Ledger",
        "url": "https://makranledger.example/81",
        "published": "2024-06-07",
    }


def test_no_date_is_guessed():
    text = [*BODY, "The plant was ordered on March 3, 2015."]
    assert "published" not in read_page(page(text, markup={"og:title": TITLE}).encode()).metadata


def test_stripping_takes_the_headline_and_no_paragraph(tmp_path):
    (tmp_path / "a.html").write_text(page(), encoding="utf-8")
    corpus = cpecnlp.read(tmp_path / "a.html")
    (document,) = cpecnlp.load(stages=["strip"]).pipe(corpus)
    assert corpus.problems == []
    assert document.paragraphs == list(BODY)
    assert document.fields["title"] == TITLE
    assert document.fields["agency"] == "Makran Coast Ledger"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("", "One.", "One."),
        (TITLE, f"{TITLE}\n{BODY[0]}", f"{TITLE}\n{BODY[0]}"),
        (f"{TITLE} | Ledger", f"{TITLE}\n{BODY[0]}", f"{TITLE}\n{BODY[0]}"),
        (f" {TITLE}\n ", BODY[0], f"{TITLE}\n\n{BODY[0]}"),
        (TITLE, f"Business\n{TITLE.upper()}\n{BODY[0]}", f"Business\n{TITLE.upper()}\n{BODY[0]}"),
        (
            "Gwadar in three acts",
            "Gwadar\nlies on a hammerhead.",
            "Gwadar in three acts\n\nGwadar\nlies on a hammerhead.",
        ),
        ("…", "One.", "One."),
    ],
)
def test_the_headline_stands_once(title, text, expected):
    assert with_title(title, text) == expected


def stated(value):
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


WHOLE = "".join(f"<p>{paragraph}</p>" for paragraph in BODY * 2).replace("Tuesday,", "Tuesday &amp; Wednesday,")


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "NewsArticle", "articleBody": WHOLE},
        [{"@type": "WebSite"}, {"@graph": [{"@type": "NewsArticle", "articleBody": WHOLE}, {"articleBody": 5}]}],
    ],
)
def test_an_article_that_only_the_markup_holds(value):
    """Behind a paywall the visible page has a lead, the markup the whole article."""
    found = read_page(page(["Gwadar waits. Log in to read on."], head=stated(value)).encode())
    lines = found.text.split("\n")
    assert lines[0] == MARKUP["og:title"]
    assert lines[2] == BODY[0].replace("Tuesday,", "Tuesday & Wednesday,")
    assert lines[3:5] == list(BODY[1:])


@pytest.mark.parametrize(
    "head", [stated({"articleBody": BODY[0]}), '<script type="application/ld+json">{"articleBody" </script>']
)
def test_a_page_that_shows_its_article_is_read_as_it_shows_it(head):
    assert read_page(page(head=head).encode()).text == read_page(page().encode()).text


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", '<meta charset="iso-8859-1">'),
        ("cp1252", '<meta charset="iso-8859-1">'),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'),
        ("cp1251", '<meta charset="windows-1251">'),
        ("utf-16", ""),
    ],
)
def test_character_sets(encoding, declared):
    sign = "Ж" if encoding == "cp1251" else "“é”"
    text = page([f"{sign} {paragraph}" for paragraph in BODY], head=declared)
    assert decode_page(text.encode(encoding)) == text


def test_an_unknown_character_set_is_detected():
    text = page(head='<meta charset="klingon-1">').replace("Residents", "Résidents – “all”")
    assert "Résidents" in decode_page(text.encode("cp1252"))


def test_binary_is_refused():
    with pytest.raises(InputError):
        read_page(b"\x00\x01\x02\x03" * 100)


@pytest.mark.parametrize("text", [*HOSTILE, "<html>", "<html><body></body></html>", "<p" * 2000, "<div>" * 3000])
def test_odd_pages_are_read_or_empty(text):
    found = read_page(text.encode())
    assert isinstance(found.text, str)


def test_a_page_without_an_article_is_named(tmp_path):
    (tmp_path / "a.html").write_text("<html><body><img src='x.png'></body></html>", encoding="utf-8")
    corpus = cpecnlp.read(tmp_path / "a.html")
    assert list(corpus) == []
    assert [problem.message for problem in corpus.problems] == ["no article was found in this page"]


def test_a_utf8_page_with_a_few_wrong_bytes_is_read_as_utf8() -> None:
    page = ("<html><body>" + "<p>Schaf, weiß: größer als üblich, müde, schön</p>" * 4 + "</body></html>").encode()
    assert "größer" in decode_page(page + b"<!-- \xe9 -->")
    latin = "<html><body><p>größer müde schön weiß</p></body></html>".encode("latin-1")
    assert "größer" in decode_page(latin.replace(b"<html>", b'<html><meta charset="iso-8859-1">'))
