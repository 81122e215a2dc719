"""Canonical entities, edges between them, and the network file."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree

import pytest

import cpecnlp
from cpecnlp.document import Document, Span
from cpecnlp.report.relations import CanonicalEntity, Edge, cooccurrence, entities
from cpecnlp.stages.link import LinkStage


def linked(number: int, text: str, marks: list[tuple[str, str]], **fields: str) -> Document:
    """An article with the marked names linked."""
    spans, at = [], 0
    for name, label in marks:
        at = text.index(name, at)
        spans.append(Span(at, at + len(name), label))
        at += len(name)
    doc = Document(f"a{number}", text, {"published": "2020-01-01"}, fields, (), tuple(spans))
    return LinkStage().annotate([doc])[0]


CPEC = ("CPEC", "PROJECT")
ARTICLES = [
    linked(1, "CPEC and Pakistan.\nSoan Board (SB) in Gwadar, says Tanoli", [
        CPEC, ("Pakistan", "GPE"), ("Soan Board", "ORG"), ("SB", "ORG"), ("Gwadar", "GPE"), ("Tanoli", "PERSON"),
    ], published="2024-05-01"),
    linked(2, "CPEC, China\u00ad-Pakistan Economic Corridor, CPEC\nGwadar on Monday", [
        CPEC, ("China\u00ad-Pakistan Economic Corridor", "PROJECT"), CPEC, ("Gwadar", "GPE"), ("Monday", "DATE"),
    ], published="2023-02-03"),
    linked(3, "Tanoli in Gwadar", [("Tanoli", "PERSON"), ("Gwadar", "GPE")]),
]  # fmt: skip


def test_a_row_an_entity():
    rows = {row.id: row for row in entities(iter(ARTICLES))}
    assert rows["gaz:china-pakistan-economic-corridor"] == CanonicalEntity(
        "gaz:china-pakistan-economic-corridor", "China-Pakistan Economic Corridor", "PROJECT", 4, 2,
        "2023-02-03", "2024-05-01", ("CPEC", "China-Pakistan Economic Corridor"), None, None, "",
    )  # fmt: skip
    gwadar = rows["gaz:gwadar"]
    assert (gwadar.mentions, gwadar.articles, gwadar.first, gwadar.country) == (3, 3, "2020-01-01", "PK")
    assert (gwadar.lat, gwadar.lon) == (25.12, 62.33)
    board = rows["a1#org:soan-board"]
    assert (board.name, board.variants) == ("Soan Board", ("SB", "Soan Board"))
    assert {"a1#person:tanoli", "a3#person:tanoli"} <= set(rows), "a surname alone is somebody else in each article"
    assert not any(row.label == "DATE" for row in rows.values())
    assert [row.mentions for row in entities(ARTICLES)] == sorted((r.mentions for r in rows.values()), reverse=True)
    assert not any("#" in row.id for row in entities(ARTICLES, local=False))


def test_nothing_gives_nothing():
    assert entities([]) == []
    assert cooccurrence([]) == []
    assert entities([Document("a", "text")]) == []


def test_edges():
    edges = {(e.source, e.target): e for e in cooccurrence(iter(ARTICLES))}
    assert edges["gaz:china-pakistan-economic-corridor", "gaz:gwadar"] == Edge(
        "gaz:china-pakistan-economic-corridor", "gaz:gwadar", "China-Pakistan Economic Corridor", "Gwadar", 2, 0.6667
    )
    assert set(edges) == {
        ("gaz:china-pakistan-economic-corridor", "gaz:gwadar"),
        ("gaz:china-pakistan-economic-corridor", "gaz:pakistan"),
        ("gaz:gwadar", "gaz:pakistan"),
    }
    assert all(e.source < e.target for e in edges.values())


def test_edges_by_choice():
    paragraphs = cooccurrence(ARTICLES, within="paragraph")
    assert [(e.source, e.target, e.weight) for e in paragraphs] == [
        ("gaz:china-pakistan-economic-corridor", "gaz:pakistan", 1)
    ]
    assert {e.target for e in cooccurrence(ARTICLES, labels=["GPE"])} == {"gaz:pakistan"}
    assert len(cooccurrence(ARTICLES, min_weight=2)) == 1
    assert any("#" in e.source for e in cooccurrence(ARTICLES, local=True))
    with pytest.raises(ValueError, match="article"):
        cooccurrence(ARTICLES, within="sentence")  # type: ignore[arg-type]


def test_tables_for_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(cpecnlp.entities(ARTICLES))
    assert list(frame.columns) == [field.name for field in dataclasses.fields(CanonicalEntity)]
    assert frame.set_index("id").loc["gaz:gwadar", "articles"] == 3
    assert set(pandas.DataFrame(cpecnlp.cooccurrence(ARTICLES)).columns) >= {"source", "target", "weight"}


def test_the_network_file(tmp_path):
    odd = dataclasses.replace(entities(ARTICLES)[0], name='<Soan & "Haro"\x00\x0b>')
    rows = [odd, *entities(ARTICLES)[1:]]
    path = cpecnlp.write_gexf(tmp_path / "net" / "c.gexf", rows, cooccurrence(ARTICLES))
    root = ElementTree.parse(path).getroot()
    space = {"g": "http://www.gexf.net/1.2draft"}
    nodes = root.findall(".//g:node", space)
    assert {node.get("id") for node in nodes} == {
        "gaz:china-pakistan-economic-corridor", "gaz:gwadar", "gaz:pakistan",
    }  # fmt: skip
    assert '<Soan & "Haro"\ufffd\ufffd>' in {node.get("label") for node in nodes}
    assert len(root.findall(".//g:edge", space)) == 3
    with pytest.raises(ValueError, match="not among the entities"):
        cpecnlp.write_gexf(tmp_path / "c.gexf", [], cooccurrence(ARTICLES))


def test_networkx_reads_the_network_file(tmp_path):
    networkx = pytest.importorskip("networkx")
    path = cpecnlp.write_gexf(tmp_path / "c.gexf", entities(ARTICLES), cooccurrence(ARTICLES))
    graph = networkx.read_gexf(path)
    assert graph.number_of_nodes() == graph.number_of_edges() == 3
    assert graph.nodes["gaz:gwadar"]["lat"] == 25.12
    assert graph["gaz:gwadar"]["gaz:china-pakistan-economic-corridor"]["weight"] == 2
