"""The entity stage treats all names, cases and noise alike, within the margins the issue sets."""

from __future__ import annotations

import pytest

import cpecnlp
from cpecnlp.document import Document, Span
from cpecnlp.evaluation.audits import (
    CASES,
    SOFT_HYPHEN,
    by_metadata,
    change_text,
    per_character,
    soft_hyphens,
    switch_names,
    title_case,
)
from cpecnlp.evaluation.evaluate import gold_records


@pytest.fixture(scope="module")
def nlp():
    return cpecnlp.load()


@pytest.fixture(scope="module")
def gold():
    return gold_records("corpus", split="dev")


def test_recall_of_persons_does_not_depend_on_where_a_name_is_from(nlp):
    recall = {group: figure.value for group, figure in switch_names(nlp).items()}
    assert len(recall) == 5
    assert max(recall.values()) - min(recall.values()) <= 0.03, recall
    assert min(recall.values()) >= 0.95, recall


def test_cases_and_noise_cost_little(nlp, gold):
    figures = change_text(nlp, gold)
    plain = figures["as written"]["ner_f1"].value
    assert plain >= 0.86
    assert figures["soft hyphens"]["ner_f1"].value >= plain - 0.02
    assert figures["no-break spaces"]["ner_f1"].value >= plain - 0.02
    for case in ("title case", "all capitals", "lower case"):
        assert figures[case]["ner_f1"].value >= plain - 0.06, case
    assert figures["boilerplate kept in"]["ner_f1"].value < plain


def test_no_year_falls_behind(nlp, gold):
    gold = [*gold, *gold_records("corpus", split="test")]
    found = list(nlp.pipe(doc.bare() for doc in gold))
    years = by_metadata(found, gold, "published", 4)
    assert len(years) >= 10
    assert min(figure.value for figure in years.values()) >= 0.78, years


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("text", ["", "x", "Maße ﬁne ǆ İstanbul don’t it's Al-Qaida", "one\ntwo"])
def test_changes_keep_offsets(name, text):
    assert len(CASES[name](text)) == len(text)


def test_changes_change():
    assert title_case("the don’t of al-qaida's men") == "The Don’t Of Al-Qaida's Men"
    assert per_character(str.upper)("Maße") == "MAßE"


def test_soft_hyphens_keep_surfaces():
    text = "Pakistan and Kazakhstan and Afghanistan met in Islamabad yesterday"
    spans = tuple(Span(text.index(w), text.index(w) + len(w), "GPE") for w in text.split() if w[0].isupper())
    changed = soft_hyphens(Document("a", text, removed=(), entities=spans))
    assert SOFT_HYPHEN in changed.text
    assert changed.text.replace(SOFT_HYPHEN, "") == text
    surfaces = [changed.surface(span).replace(SOFT_HYPHEN, "") for span in changed.entities or ()]
    assert surfaces == ["Pakistan", "Kazakhstan", "Afghanistan", "Islamabad"]
