from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given

from cpecnlp.document import Document, Span, check_spans, outside
from cpecnlp.errors import InputError, RecordError
from tests.conftest import hostile_text


def doc(**layers: object) -> Document:
    return Document("a", "Title\n\nDHAKA: The bridge opened.\nRead more", {"outlet": "X"}, **layers)  # type: ignore[arg-type]


REMOVED = (Span(0, 5, "title"), Span(7, 13, "dateline", 0.9876543, "dateline_v1"), Span(33, 42, "teaser"))


@pytest.mark.parametrize(
    ("removed", "slices", "clean"),
    [
        (None, [(0, 42)], "Title\n\nDHAKA: The bridge opened.\nRead more"),
        ((), [(0, 42)], "Title\n\nDHAKA: The bridge opened.\nRead more"),
        (REMOVED, [(5, 7), (13, 33)], "\n\n The bridge opened.\n"),
        ((Span(0, 42, "nav"),), [], ""),
    ],
)
def test_slices_are_what_was_kept(removed, slices, clean):
    document = doc(removed=removed)
    assert document.slices() == slices
    assert document.clean_text == clean


def test_empty_text_has_no_slices():
    assert Document("e", "", removed=()).slices() == []


@given(hostile_text)
def test_record_round_trips_byte_for_byte(text):
    spans = (Span(0, 1, "X", 0.123456, "s_v1"),) if text else ()
    first = Document("i", text, {"k": [1, None, "\u2028"]}, {"title": text[:5]}, spans, (), {"a": 0.5}, {"a": 1 / 3})
    line = first.to_json()
    second = Document.from_json(line)
    assert second.to_json() == line
    assert second.text == text
    assert len(line.splitlines()) == 1


def test_short_rows_lists_and_unknown_keys_are_read():
    record = {"text": "Lahore is old", "outlet": "Dawn", "entities": [[0, 6, "GPE"]], "topics": ["none"], "removed": []}
    document = Document.from_record(record, "d-1")
    assert document.id == "d-1"
    assert document.metadata == {"outlet": "Dawn"}
    assert document.entities == (Span(0, 6, "GPE"),)
    assert document.topics == {"none": 1.0}
    assert document.fields is None


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ([], "JSON object"),
        ({}, 'no "text"'),
        ({"text": 3}, "not a string"),
        ({"text": "ab", "entities": [[0, 3, "X"]]}, "not a stretch of 2"),
        ({"text": "ab", "entities": [[0, 2, "X"], [1, 2, "Y"]]}, "overlaps"),
        ({"text": "ab", "entities": [[0, 1]]}, "[start, end, label"),
        ({"text": "ab", "entities": [[0, True, "X"]]}, "[start, end, label"),
        ({"text": "ab", "removed": {"a": 1}}, "not a list"),
        ({"text": "ab", "removed": [[0, 1, "X", "high"]]}, "not a number"),
        ({"text": "ab", "topics": 5}, "neither a list"),
        ({"text": "ab", "topic_scores": "none"}, "neither a list"),
        ({"text": "ab", "topics": {"a": "x"}}, "not a number"),
        ({"text": "ab", "fields": []}, "not an object"),
        ({"text": "ab", "metadata": ["x"]}, "not an object"),
        ({"text": "a\ud800b", "id": "s"}, "surrogate at character 1"),
    ],
)
def test_bad_records_say_what_is_wrong(record, says):
    with pytest.raises(InputError) as caught:
        Document.from_record(record)
    assert says in str(caught.value)


def test_bad_json_says_so():
    with pytest.raises(RecordError, match="not valid JSON"):
        Document.from_json("{")
    with pytest.raises(RecordError, match="nested too deeply"):
        Document.from_json("[" * 200_000)


def test_check_spans_sorts():
    assert check_spans([Span(2, 3, "B"), Span(0, 1, "A")], "abc") == (Span(0, 1, "A"), Span(2, 3, "B"))
    with pytest.raises(RecordError):
        check_spans([Span(1, 1, "A")], "abc")


def test_outside_drops_what_touches_a_removal():
    spans = [Span(0, 2, "A"), Span(3, 6, "B"), Span(8, 9, "C"), Span(12, 14, "D")]
    removed = [Span(2, 4, "x"), Span(8, 10, "y")]
    assert [s.label for s in outside(spans, removed)] == ["A", "D"]
    assert list(outside([], removed)) == []


def test_documents_survive_pickling_and_hash():
    document = doc(removed=REMOVED)
    assert pickle.loads(pickle.dumps(document)) == document
    assert hash(document) == hash(doc(removed=REMOVED))


def test_scores_are_rounded_once():
    rows = json.loads(doc(removed=REMOVED).to_json())["removed"]
    assert rows[1] == [7, 13, "dateline", 0.9877, "dateline_v1"]
    assert rows[0] == [0, 5, "title", None, ""]


def test_spans_shift_and_sort():
    assert Span(1, 3, "A", 0.5, "s").shift(10) == Span(11, 13, "A", 0.5, "s")
    assert sorted([Span(1, 3, "A", None), Span(1, 3, "A", 0.5), Span(0, 9, "Z")])[0].label == "Z"
    assert len(Span(2, 7, "A")) == 5
