"""Networks for Gephi and networkx, as GEXF 1.2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

from cpecnlp.corpus.writer import whole_file
from cpecnlp.report.relations import CanonicalEntity, Edge

NAMESPACE = "http://www.gexf.net/1.2draft"
NODE_COLUMNS = {
    "type": "string", "mentions": "integer", "articles": "integer", "first": "string", "last": "string",
    "lat": "double", "lon": "double", "country": "string",
}  # fmt: skip
# what XML 1.0 cannot hold
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_gexf(path: str | Path, entities: Iterable[CanonicalEntity], edges: Iterable[Edge]) -> Path:
    """Write a network that Gephi and ``networkx.read_gexf`` open; the file appears whole or not at all.

    Args:
        path: the file, by custom ``*.gexf``.
        entities: the nodes, from :func:`cpecnlp.entities`; those without an edge are left out.
        edges: from :func:`cpecnlp.cooccurrence`. An edge whose ends are not among ``entities``
            is an error.

    Raises:
        ValueError: an edge leads to an entity that is not given.
    """
    path = Path(path)
    links = list(edges)
    ends = {end for edge in links for end in (edge.source, edge.target)}
    nodes = [entity for entity in entities if entity.id in ends]
    if missing := ends - {node.id for node in nodes}:
        raise ValueError(f"an edge leads to {min(missing)!r}, which is not among the entities")
    root = Xml.Element("gexf", {"xmlns": NAMESPACE, "version": "1.2"})
    graph = Xml.SubElement(root, "graph", {"mode": "static", "defaultedgetype": "undirected"})
    columns = list(NODE_COLUMNS.items())
    _columns(graph, "node", columns)
    _columns(graph, "edge", [("jaccard", "double")])
    _nodes(graph, nodes)
    _edges(graph, links)
    with whole_file(path) as file:
        file.write(Xml.tostring(root, encoding="utf-8", xml_declaration=True))
    return path


def _columns(graph: Xml.Element, kind: str, columns: Sequence[tuple[str, str]]) -> None:
    parent = Xml.SubElement(graph, "attributes", {"class": kind})
    for name, sort in columns:
        Xml.SubElement(parent, "attribute", {"id": name, "title": name, "type": sort})


def _nodes(graph: Xml.Element, nodes: Sequence[CanonicalEntity]) -> None:
    parent = Xml.SubElement(graph, "nodes")
    for node in nodes:
        element = Xml.SubElement(parent, "node", {"id": _clean(node.id), "label": _clean(node.name)})
        values = Xml.SubElement(element, "attvalues")
        for name in NODE_COLUMNS:
            value = node.label if name == "type" else getattr(node, name)
            if value not in (None, ""):
                Xml.SubElement(values, "attvalue", {"for": name, "value": _clean(str(value))})


def _edges(graph: Xml.Element, links: Sequence[Edge]) -> None:
    parent = Xml.SubElement(graph, "edges")
    for number, link in enumerate(links):
        ends = {"source": _clean(link.source), "target": _clean(link.target)}
        element = Xml.SubElement(parent, "edge", {"id": str(number), **ends, "weight": str(link.weight)})
        values = Xml.SubElement(element, "attvalues")
        Xml.SubElement(values, "attvalue", {"for": "jaccard", "value": str(link.jaccard)})


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
