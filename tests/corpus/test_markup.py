"""The notation of ``.ann`` files and its compilation to raw text and gold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpecnlp.corpus.markup import INLINE_KINDS, LABELS, MarkupError, compile_folder, parse, parse_file
from cpecnlp.document import Document
from cpecnlp.errors import InputError

HEAD = """+++
outlet = "The Margalla Chronicle"
genre = "wire"
published = "2024-06-07"
topics = ["trade-investment", "ai-digital"]
[fields]
title = "Port opens"
place = "Gwadar"
+++
"""


def compiled(body: str):
    return parse(HEAD + body, "art-x")


def spans(article, layer):
    return [(span.label, article.text[span.start : span.end]) for span in getattr(article, layer)]


@pytest.mark.parametrize(
    ("body", "text", "removed", "entities"),
    [
        ("", "", [], []),
        ("A line.\n", "A line.", [], []),
        ("A line.\n\nAnother.", "A line.\n\nAnother.", [], []),
        ("title> Port opens\nBody.", "Port opens\nBody.", [("title", "Port opens")], []),
        ("metadata>  date 2024-06-07 \nBody.", " date 2024-06-07 \nBody.", [("metadata", "date 2024-06-07")], []),
        ("teaser> &nbsp;Must Read&nbsp;", "\u00a0Must Read\u00a0", [("teaser", "Must Read")], []),
        ("[GPE:China] and [GPE:Pakistan].", "China and Pakistan.", [], [("GPE", "China"), ("GPE", "Pakistan")]),
        ("[GPE:Is&shy;lamabad]", "Is\u00adlamabad", [], [("GPE", "Is\u00adlamabad")]),
        ("{{dateline:GWADAR:}} It opened.", "GWADAR: It opened.", [("dateline", "GWADAR:")], []),
        ("Done.{{teaser: Read more }}", "Done. Read more ", [("teaser", "Read more")], []),
        ("One \\\ntwo \\\n[GPE:China].", "One two China.", [], [("GPE", "China")]),
        ("A literal \\n stays.", "A literal \\n stays.", [], []),
        ("R&D and AT&T; no", None, None, None),
        ("R&D and A&amp;F", "R&D and A&F", [], []),
        ("&lbrack;sic&rbrack; &#91; &#x5D;", "[sic] [ ]", [], []),
        ("promo> (a || []).push({});", "(a || []).push({});", [("promo", "(a || []).push({});")], []),
        ("x {{promo:(a||[]).push({});}} y", "x (a||[]).push({}); y", [("promo", "(a||[]).push({});")], []),
        ("Note> is no kind, it has a capital", "Note> is no kind, it has a capital", [], []),
    ],
)
def test_notation(body, text, removed, entities):
    if text is None:
        with pytest.raises(MarkupError, match="unknown character"):
            compiled(body)
        return
    article = compiled(body)
    assert article.text == text
    assert spans(article, "removed") == removed
    assert spans(article, "entities") == entities


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("fine\nadvert> Buy", 11, "unknown kind 'advert'"),
        ("[CITY:Lahore]", 10, "unknown label 'CITY'"),
        ("{{title:Port opens}}", 10, "unknown furniture kind 'title'"),
        ("[GPE:Lahore", 10, "not closed"),
        ("fine\n{{promo:Subscribe", 11, "not closed"),
        ("Lahore] fell", 10, "out of place"),
        ("[ORG:Bank of [GPE:China]]", 10, "out of place"),
        ("{{teaser:Read [GPE:China]}}", 10, "out of place"),
        ("title> In [GPE:China]", 10, "out of place"),
        ("[GPE:]", 10, "empty GPE"),
        ("teaser> ", 10, "empty teaser"),
        ("a &nosuch; b", 10, "unknown character &nosuch;"),
        ("one \\", 10, "no line behind it"),
        ("one \\\nteaser> two", 11, "begins with a kind"),
        ("a\rb", 10, "carriage return"),
    ],
)
def test_broken_notation_is_named_with_its_line(body, line, message):
    with pytest.raises(MarkupError, match=message) as caught:
        compiled(body)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"art-x:{line}: ")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("no front matter", r"begin with \+\+\+"),
        ("+++\ngenre = 'wire'\n", r"no closing \+\+\+"),
        ("+++\ngenre = wire\n+++\n", "not TOML"),
        ("+++\ncolour = 'red'\n+++\n", "unknown key 'colour'"),
        ("+++\n[fields]\ncity = 'Lahore'\n+++\n", "unknown key 'city'"),
        ("+++\ntopics = 'none'\n+++\n", "topics must be a list"),
        ("+++\ngenre = 5\n+++\n", "genre must be a string"),
    ],
)
def test_broken_front_matter(source, message):
    with pytest.raises(MarkupError, match=message):
        parse(source, "art-x")


def test_front_matter_becomes_metadata_fields_and_topics():
    article = compiled("Body.")
    assert article.metadata == {"outlet": "The Margalla Chronicle", "genre": "wire", "published": "2024-06-07"}
    assert article.fields == {"title": "Port opens", "published": "", "place": "Gwadar", "agency": "", "author": ""}
    assert article.topics == ("ai-digital", "trade-investment")


def test_records_are_what_readers_take():
    article = compiled("title> Port opens\n[GPE:China] came.")
    raw, gold = article.raw_record("dev"), article.gold_record("dev")
    assert set(raw) == {"id", "text", "metadata"}
    assert raw["metadata"]["split"] == "dev"
    assert gold["removed"] == [[0, 10, "title"]]
    assert gold["entities"] == [[11, 16, "GPE"]]
    document = Document.from_record(gold)
    assert (document.removed, document.entities) == (article.removed, article.entities)
    assert article.document().clean_text == "\nChina came."


def test_lines_lead_back_to_the_file():
    article = compiled("First.\n\nOne \\\ntwo.\nLast.")
    for surface, line in (("First", 10), ("One", 12), ("two", 13), ("Last", 14)):
        assert article.line_of(article.text.index(surface)) == line


def test_folder_is_read_in_order_and_faults_name_the_file(tmp_path):
    with pytest.raises(InputError, match=r"no \.ann files"):
        compile_folder(tmp_path)
    for name in ("art-2", "art-1"):
        (tmp_path / f"{name}.ann").write_text(HEAD + "Body.", encoding="utf-8")
    assert [article.id for article in compile_folder(tmp_path)] == ["art-1", "art-2"]
    (tmp_path / "art-3.ann").write_bytes(b"+++\n\xff")
    with pytest.raises(MarkupError, match=r"art-3\.ann:1: not UTF-8"):
        parse_file(tmp_path / "art-3.ann")


_plain = st.text(st.sampled_from("abc é—“.,"), min_size=1, max_size=8).filter(str.strip)
_pieces = st.lists(
    st.one_of(
        _plain.map(lambda text: (None, text)),
        st.tuples(st.sampled_from(LABELS), _plain),
        st.tuples(st.sampled_from(INLINE_KINDS), _plain),
    ),
    max_size=8,
)


@given(_pieces)
def test_any_line_compiles_to_what_was_marked(pieces):
    written = {None: "{1}", **dict.fromkeys(LABELS, "[{0}:{1}]"), **dict.fromkeys(INLINE_KINDS, "{{{{{0}:{1}}}}}")}
    line = "Z " + "".join(written[label].format(label, text) for label, text in pieces)
    article = compiled(line)
    assert article.text == "Z " + "".join(text for _, text in pieces)
    assert spans(article, "entities") == [piece for piece in pieces if piece[0] in LABELS]
    furniture = [(kind, text.strip(" ")) for kind, text in pieces if kind in INLINE_KINDS]
    assert spans(article, "removed") == furniture
