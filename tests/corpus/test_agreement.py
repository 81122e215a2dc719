"""Agreement of two annotations, layer by layer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cpecnlp.corpus.agreement import agreement, differences, main
from cpecnlp.corpus.writer import write_jsonl
from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError

FIELDS = {"title": "Port opens", "published": "", "place": "Gwadar", "agency": "", "author": ""}
GOLD = Document(
    "a",
    "Port opens\nGWADAR: China met Pakistan.",
    fields=FIELDS,
    removed=(Span(0, 10, "title"), Span(11, 18, "dateline")),
    entities=(Span(19, 24, "GPE"), Span(29, 37, "GPE")),
    topics={"trade-investment": 1.0},
)


def test_an_annotation_agrees_with_itself():
    figures = agreement([GOLD], [GOLD])
    assert figures.documents == 1
    assert (figures.entities, figures.boundaries, figures.characters, figures.removed) == (1, 1, 1, 1)
    assert (figures.kinds, figures.topics, figures.fields) == (1, 1, 1)
    assert list(differences([GOLD], [GOLD])) == []


@pytest.mark.parametrize(
    ("change", "layer", "value"),
    [
        ({"entities": (Span(19, 24, "GPE"),)}, "entities", 2 / 3),
        ({"entities": (Span(19, 24, "GPE"), Span(29, 37, "ORG"))}, "entities", 1 / 2),
        ({"entities": (Span(19, 24, "GPE"), Span(29, 37, "ORG"))}, "boundaries", 1),
        ({"entities": ()}, "entities", 0),
        # 33 characters are no space; the dateline's 7 are kept by the second
        ({"removed": (Span(0, 10, "title"),)}, "characters", 26 / 33),
        ({"removed": (Span(0, 10, "title"),)}, "removed", 18 / 25),
        ({"removed": (Span(0, 10, "repeat"), Span(11, 18, "dateline"))}, "kinds", 7 / 16),
        ({"topics": {"trade-investment": 1.0, "telecom": 1.0}}, "topics", 2 / 3),
        ({"fields": {**FIELDS, "place": "Turbat"}}, "fields", 4 / 5),
        ({"fields": {**FIELDS, "place": "GWADAR"}}, "fields", 1),
    ],
)
def test_a_difference_costs_what_it_should(change, layer, value):
    other = replace(GOLD, **change)
    assert getattr(agreement([GOLD], [other]), layer) == pytest.approx(value)
    assert getattr(agreement([other], [GOLD]), layer) == pytest.approx(value)


def test_differences_name_article_side_and_surface():
    other = replace(GOLD, entities=(Span(19, 24, "GPE"),), topics={"telecom": 1.0}, fields={**FIELDS, "author": "X"})
    lines = "\n".join(differences([GOLD], [other]))
    assert "a first entities 29 GPE 'Pakistan'" in lines
    assert "a second topic telecom" in lines
    assert "a author: '' and 'x'" in lines


def test_only_shared_articles_count_and_texts_must_match():
    assert agreement([GOLD, replace(GOLD, id="b")], [GOLD]).documents == 1
    with pytest.raises(InputError, match="no article in common"):
        agreement([GOLD], [replace(GOLD, id="b")])
    with pytest.raises(InputError, match="a: the two annotations have different texts"):
        agreement([GOLD], [replace(GOLD, text=GOLD.text + "!")])


def test_the_command_prints_every_layer(tmp_path, capsys):
    for name, document in (("one", GOLD), ("two", replace(GOLD, entities=()))):
        write_jsonl([document], tmp_path / f"{name}.jsonl")
    assert main([str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl"), "--differences"]) == 0
    out = capsys.readouterr().out
    assert "entities     0.0000" in out
    assert "characters   1.0000" in out
    assert "'Pakistan'" in out
