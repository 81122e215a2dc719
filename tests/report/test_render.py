"""An article in the terminal and in a notebook: everything in it is shown, and nothing in it acts."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cpecnlp.document import Document, Span
from cpecnlp.report.render import STYLES, Piece, diff_lines, given_topics, pieces, reason_of, to_html, to_panel, to_text
from tests.conftest import HOSTILE, hostile_text

TEXT = "Port opens\nGwadar handed ML-1 papers to Li Wei.\nMust Read"
DOC = Document(
    "port",
    TEXT,
    fields={"title": "Port opens", "place": "", "agency": "APP"},
    removed=(Span(0, 10, "title", 0.98, "title_v2"), Span(48, 57, "teaser", None, "must_read_v1")),
    entities=(Span(11, 17, "GPE", 0.9, "ner-v1", "gaz:gwadar"), Span(25, 29, "PROJECT"), Span(40, 46, "PERSON", 1.0)),
    topics={"trade-investment": 0.61, "transport-infrastructure": 0.92},
    topic_scores={"trade-investment": 0.61, "transport-infrastructure": 0.92, "telecom": 0.01},
)


class Texts(HTMLParser):
    """The text that a reader sees, and the elements and attributes that show it."""

    def __init__(self, fragment):
        super().__init__()
        self.text, self.tags, self.titles = "", set(), []
        self.feed(fragment)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.titles += [value for name, value in attrs if name == "title"]
        assert not [name for name, _ in attrs if name not in {"title", "style"}]

    def handle_data(self, data):
        self.text += data


def printed(document, colours="truecolor"):
    console = Console(width=100, force_terminal=True, color_system=colours, record=True, file=io.StringIO())
    console.print(to_panel(document))
    return console.export_text(styles=True)


@st.composite
def documents(draw):
    """Hostile texts with any spans, also those that no stage of ours would write."""
    text = draw(hostile_text)
    cuts = sorted(set(draw(st.lists(st.integers(0, len(text)), max_size=8))))
    layers = {"removed": [], "entities": []}
    for start, end in zip(cuts, cuts[1:], strict=False):
        layers[draw(st.sampled_from(("removed", "entities")))].append(Span(start, end, draw(st.sampled_from("AB"))))
    return Document("d", text, **{name: tuple(spans) for name, spans in layers.items()})


@given(documents())
def test_the_pieces_are_the_text(document):
    assert "".join(piece.text for piece in pieces(document)) == document.text
    marked = [piece.span for piece in pieces(document) if piece.span]
    assert marked == sorted((*document.removed, *document.entities))


def test_an_entity_in_a_removed_stretch_does_not_double_the_text():
    document = Document("d", "abcdef", removed=(Span(1, 5, "nav"),), entities=(Span(1, 3, "ORG"), Span(4, 6, "GPE")))
    assert list(pieces(document)) == [Piece("a"), Piece("bcde", Span(1, 5, "nav"), True), Piece("f")]


@pytest.mark.parametrize("text", [*HOSTILE, "\x1b[31mred\x1b]0;title\x07 \x9b31m \x00\r\x08"])
def test_an_article_cannot_steer_the_terminal(text):
    document = Document(text[:20] or "d", text, fields={"title": text}, removed=(Span(0, 1, "x"),) if text else ())
    shown = to_text(document).plain
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
    escapes = re.findall(r"\x1b(.)", printed(document))
    assert set(escapes) <= {"["}
    assert not re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]", "\n".join(diff_lines(document)))


def test_terminal_strikes_removals_and_names_entities():
    shown = to_text(DOC)
    assert (
        shown.plain == "Port opens⟨title⟩\nGwadar/GPE handed ML-1/PROJECT papers to Li Wei/PERSON.\nMust Read⟨teaser⟩"
    )
    styles = {shown.plain[span.start : span.end]: str(span.style) for span in shown.spans}
    assert "strike" in styles["Port opens"]
    assert STYLES["GPE"][0] in styles["Gwadar"]


def test_a_pipe_gets_the_notation_of_the_markup():
    assert to_text(DOC, styled=False).plain == (
        "{{title:Port opens}}\n[GPE:Gwadar] handed [PROJECT:ML-1] papers to [PERSON:Li Wei].\n{{teaser:Must Read}}"
    )


def test_panel_says_fields_topics_and_how_much():
    text = printed(DOC, colours=None)
    assert "agency  APP" in re.sub(r"\x1b\[[\d;]*m", "", text)
    assert text.index("transport-infrastructure 0.92") < text.index("trade-investment 0.61")
    assert "entities: 1 GPE, 1 PROJECT, 1 PERSON; removed: 1 title, 1 teaser" in text
    assert "place" not in text


@pytest.mark.parametrize("text", [*HOSTILE, "<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>"])
def test_html_shows_the_text_and_only_the_text(text):
    entities = (Span(0, len(text), "<b>", 0.5, text, text),) if text else ()
    assert text in Texts(to_html(Document("d", text, entities=entities))).text
    everywhere = Document(text, text, fields={"title": text}, entities=entities, topics={text: 0.5})
    assert Texts(to_html(everywhere)).tags <= {"article", "h4", "p", "span", "div", "mark", "sup", "del"}


def test_html_says_why():
    found = Texts(to_html(DOC))
    assert found.titles == [
        "removed: title · score 0.98 · title_v2",
        "GPE · gaz:gwadar · score 0.90 · ner-v1",
        "PROJECT",
        "PERSON · score 1.00",
        "removed: teaser · must_read_v1",
    ]
    assert "transport-infrastructure 0.92" in found.text
    assert "agency: APP" in found.text
    assert "place" not in found.text


def test_html_sets_no_colour_that_a_dark_theme_would_fight():
    styles = ";".join(re.findall(r'style="([^"]*)"', to_html(DOC)))
    assert set(re.findall(r"(?<!-)color:([^;\"]+)", styles)) == {"inherit"}
    backgrounds = re.findall(r"background:(#[0-9A-Fa-f]+)", styles)
    assert backgrounds
    assert all(len(colour) == 9 for colour in backgrounds)  # with an alpha: what lies behind shines through


def test_a_notebook_shows_a_document_so():
    assert DOC._repr_html_() == to_html(DOC)


def test_every_label_has_a_look_of_its_own():
    assert len(set(STYLES.values())) == len(STYLES)


@pytest.mark.parametrize(
    ("topics", "scores", "expected"),
    [
        (None, None, []),
        ({}, {}, []),
        ({"a": 1.0, "b": 1.0}, None, [("a", None), ("b", None)]),  # given by a person: no score is made up
        ({"a": 0.5, "b": 0.9}, {"a": 0.5, "b": 0.9, "c": 0.1}, [("b", 0.9), ("a", 0.5)]),
        ({"a": 1.0}, {"a": 1.0}, [("a", 1.0)]),
    ],
)
def test_topics(topics, scores, expected):
    assert given_topics(Document("d", "x", topics=topics, topic_scores=scores)) == expected


def test_plain_text_has_no_reason():
    assert reason_of(Piece("x")) == ""
    assert reason_of(Piece("x", Span(0, 1, "nav"), True)) == "removed: nav"


def test_diff_lines():
    assert list(diff_lines(DOC)) == [
        "-       0  title     0.980  title_v2                 Port opens",
        "-      48  teaser      –    must_read_v1             Must Read",
    ]
