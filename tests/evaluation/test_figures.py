"""Counts and figures against hand-worked cases and against the scorer that judges us."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from cpecnlp.corpus.writer import write_jsonl
from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError
from cpecnlp.evaluation.counts import count
from cpecnlp.evaluation.errors import all_errors, all_strip_errors, causes, entity_errors, strip_errors, worst
from cpecnlp.evaluation.evaluate import evaluate, gold_records
from cpecnlp.evaluation.figures import Table, differences, figures
from tests.conftest import ROOT

TEXT = "Title here\nLAHORE: Ali met Xi in China on Monday.\nRead more"
GOLD = Document(
    "g",
    TEXT,
    fields={"title": "Title here", "published": "", "place": "Lahore", "agency": "The News", "author": ""},
    removed=(Span(0, 10, "title"), Span(11, 18, "dateline"), Span(50, 59, "teaser")),
    entities=(Span(19, 22, "PERSON"), Span(27, 29, "PERSON"), Span(33, 38, "GPE"), Span(42, 48, "DATE")),
    topics={"none": 1.0, "telecom": 1.0},
)
FOUND = replace(
    GOLD,
    fields={"title": "Title  HERE", "published": "2024-01-01", "place": "", "agency": "news", "author": ""},
    removed=(Span(0, 10, "title"), Span(11, 18, "metadata"), Span(39, 48, "promo")),
    entities=(Span(19, 22, "ORG"), Span(27, 29, "PERSON"), Span(30, 38, "GPE"), Span(2, 4, "ORG")),
    topics={"telecom": 0.9},
)


def values(*pairs, **options):
    table = Table([count(g, p) for g, p in pairs], resamples=20, **options)
    return {name: figure.value for name, figure in figures(table).items()}


def test_a_perfect_answer():
    got = values((GOLD, GOLD))
    assert got["body_lost_%"] == got["junk_kept_%"] == 0
    for name in ("clean_exact", "removed_f1", "removed_kind_acc", "ner_f1", "ner_core4", "topic_micro", "fields_f1"):
        assert got[name] == 1


def test_a_wrong_answer_by_hand():
    got = values((GOLD, FOUND))
    body = len("AlimetXiinChinaonMonday.")
    assert got["body_lost_%"] == pytest.approx(100 * len("onMonday") / body)
    assert got["junk_kept_%"] == pytest.approx(100 * len("Readmore") / len("TitlehereLAHORE:Readmore"))
    assert got["clean_exact"] == 0
    assert got["removed_f1"] == pytest.approx(2 * 2 / 6)
    assert got["removed_kind_acc"] == 0.5
    assert got["ner_f1"] == pytest.approx(2 * 1 / 8)
    assert got["ner_core4"] == pytest.approx(2 * 1 / 7)
    assert got["ner_boundary_f1"] == pytest.approx(2 * 2 / 8)
    assert got["ner_f1[PERSON]"] == pytest.approx(2 / 3)
    # "Ali" and "Xi" both have their borders, one of them as ORG; of the two ORG found, one has
    assert got["ner_boundary_f1[PERSON]"] == pytest.approx((2 + 1) / (2 + 1))
    assert got["ner_boundary_f1[ORG]"] == pytest.approx(1 / 2)
    assert got["ner_boundary_f1[GPE]"] == 0
    assert got["topic_micro"] == pytest.approx(2 / 3)
    assert got["fields_f1"] == pytest.approx(2 * 2 / 6)
    assert got["fields_f1[agency]"] == 1


def test_no_prediction_is_nothing_found():
    got = values((GOLD, None))
    assert got["junk_kept_%"] == 100
    assert got["ner_f1"] == got["topic_micro"] == got["fields_f1"] == 0


def test_layers_without_gold_are_not_judged():
    got = values((Document("t", TEXT, topics={"none": 1.0}), FOUND))
    assert set(got) == {"topic_micro", "topic_f1[none]", "topic_f1[telecom]"}


def test_another_text_is_refused():
    with pytest.raises(ValueError, match="another text"):
        count(GOLD, Document("g", "other"))


def test_intervals_hold_the_value_and_copies_count_once():
    pairs = [(GOLD, GOLD if n % 3 else FOUND) for n in range(60)]
    counts = [count(*pair) for pair in pairs]
    loose = figures(Table(counts, resamples=400))["ner_f1"]
    assert loose.low < loose.value < loose.high
    assert loose.support == 240
    tied = figures(Table(counts, ["same" if n < 50 else n for n in range(60)], resamples=400))["ner_f1"]
    assert tied.value == pytest.approx(loose.value)
    assert tied.high - tied.low > loose.high - loose.low


def test_paired_differences():
    ours = Table([count(GOLD, GOLD)] * 20, resamples=50)
    theirs = Table([count(GOLD, GOLD if n % 2 else FOUND) for n in range(20)], resamples=50)
    gap = differences(ours, theirs)["ner_f1"]
    assert gap.value > 0
    assert gap.low > 0
    same = differences(theirs, theirs)["ner_f1"]
    assert (same.value, same.low, same.high) == (0, 0, 0)


def perturbed(gold: Document, rnd: random.Random) -> Document:
    def shake(spans, labels):
        kept = [s for s in spans or () if rnd.random() > 0.2]
        moved = [replace(s, label=rnd.choice(labels)) if rnd.random() < 0.1 else s for s in kept]
        return tuple(replace(s, end=s.end - 1) if rnd.random() < 0.1 and len(s) > 1 else s for s in moved)

    return replace(
        gold,
        removed=shake(gold.removed, ["nav", "title"]),
        entities=shake(gold.entities, ["ORG", "GPE"]),
        topics={t: 0.5 for t in gold.topics or () if rnd.random() < 0.8} or {"none": 0.6},
        fields={k: v if rnd.random() < 0.8 else v[:3] for k, v in (gold.fields or {}).items()},
    )


def test_agrees_with_the_scorer_that_judges_us(shared, tmp_path):
    rnd = random.Random(3)
    gold = gold_records(shared / "news" / "gold_dev.jsonl")[:60]
    found = [perturbed(doc, rnd) for doc in gold]
    write_jsonl(found, tmp_path / "pred.jsonl")
    write_jsonl(gold, tmp_path / "gold.jsonl")
    script = shared.parent / "tools" / "score.py"
    command = [sys.executable, str(script), str(tmp_path / "gold.jsonl"), str(tmp_path / "pred.jsonl"), "--json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    ours = {name: f.value for name, f in evaluate(gold, predictions=found, resamples=10).figures.items()}
    shared_names = set(theirs) & set(ours)
    assert len(shared_names) >= 10
    for name in shared_names:
        assert ours[name] == theirs[name], name


def test_against_results_that_are_there_and_what_is_missing(tmp_path):
    write_jsonl([FOUND], tmp_path / "theirs.jsonl")
    other = replace(GOLD, id="h", text=GOLD.text + " ")
    write_jsonl([GOLD], tmp_path / "ours.jsonl")
    result = evaluate([GOLD], predictions=tmp_path / "ours.jsonl", against=tmp_path / "theirs.jsonl", resamples=10)
    assert result.difference["ner_f1"].value == pytest.approx(1 - 0.25)
    assert result.missing == 0
    assert evaluate([GOLD, replace(other, text="x" + TEXT)], predictions=[GOLD], resamples=10).missing == 1
    with pytest.raises(InputError, match="beside predictions"):
        evaluate([GOLD], predictions=[GOLD], oracle=True)


def test_fields_that_gold_does_not_name_are_not_judged():
    got = values((replace(GOLD, fields={"title": "Title here"}), FOUND))
    assert got["fields_f1"] == 1
    assert "fields_f1[agency]" not in got


def test_a_topic_that_a_resample_lacks_does_not_pull_the_mean_down():
    sure = Document("s", TEXT, topics={"telecom": 1.0})
    rare = Document("r", TEXT, topics={"none": 1.0})
    table = Table([count(doc, doc) for doc in [sure] * 400 + [rare] * 8], resamples=2000)
    assert figures(table)["topic_macro"].low == 1


def test_predictions_join_on_the_text_even_when_its_borders_were_trimmed():
    padded = replace(
        GOLD,
        text="\n " + TEXT,
        removed=tuple(s.shift(2) for s in GOLD.removed or ()),
        entities=tuple(s.shift(2) for s in GOLD.entities or ()),
    )
    result = evaluate([padded], predictions=[GOLD], resamples=5)
    assert result.figures["ner_f1"].value == 1
    assert result.figures["clean_exact"].value == 1
    assert np.isnan(result.figures["ner_f1[GPE]"].low) or result.figures["ner_f1[GPE]"].low == 1


def test_gold_must_be_there(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "No layers."}\n')
    with pytest.raises(InputError, match="no gold record"):
        gold_records(tmp_path / "a.jsonl")
    (tmp_path / "b.jsonl").write_text("{bad\n")
    with pytest.raises(InputError, match=r"b\.jsonl:1"):
        gold_records(tmp_path / "b.jsonl")


def test_every_stripping_error_is_named_once():
    errors = list(strip_errors(GOLD, FOUND))
    assert [(e.kind, e.characters, e.text) for e in errors] == [
        ("kind", 0, "LAHORE:"),
        ("body lost", 8, "on Monday"),
        ("junk kept", 8, "Read more"),
    ]
    assert errors[1].found == Span(39, 48, "promo")
    assert sum(e.characters for e in errors if e.kind == "body lost") == count(GOLD, FOUND)["characters", "body_lost"]
    assert all_strip_errors([GOLD], [GOLD]) == all_strip_errors([replace(GOLD, removed=None)], [FOUND]) == []
    assert len(all_strip_errors([GOLD], [])) == 3
    assert len(all_errors([GOLD], [])) == 4
    assert all_errors([replace(GOLD, entities=None)], [FOUND]) == []


def test_every_error_is_named_once():
    errors = list(entity_errors(GOLD, FOUND))
    assert [(e.kind, e.text) for e in errors] == [
        ("label", "Ali"),
        ("boundary", "China"),
        ("miss", "Monday"),
        ("false positive", "tl"),
    ]
    assert "⟦Monday⟧" in errors[2].context
    assert causes(errors)["miss", "DATE", "–"] == 1
    assert worst([GOLD], [FOUND]) == [("g", 4)]
    assert all_errors([GOLD], [GOLD]) == []
    assert sum(Counter(e.kind for e in all_errors([GOLD], [FOUND])).values()) == 4
