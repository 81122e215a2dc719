# ruff: noqa: E402
"""Training runs that stop early, are killed, add labels, and are judged by the gate."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")

from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError
from cpecnlp.models import open_model
from cpecnlp.training.ner.card import rewrite_card
from cpecnlp.training.ner.checkpoint import Checkpoint
from cpecnlp.training.ner.device import choose_device
from cpecnlp.training.ner.gate import Gate, LabelChange, compare_models
from cpecnlp.training.ner.loop import Step, train_stage
from cpecnlp.training.ner.sources import part_gold
from cpecnlp.training.ner.train import train_ner
from cpecnlp.training.ner.trainer import Recipe
from tests.training.test_ner import LABELS, TINY, base, make_document  # noqa: F401

FAST = Recipe(epochs=3, batch_pieces=256, rate=3e-3, head_rate=1e-2, average=0.9, bf16=False)


class Killed(Exception):
    pass


def kill_after(steps: int) -> object:
    left = steps

    def report(step: Step) -> None:
        nonlocal left
        assert 0 < step.done <= 1
        assert step.seconds_left >= 0
        left -= 1
        if left < 0:
            raise Killed

    return report


def test_a_killed_run_ends_as_if_it_had_not_been(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    gold = [make_document(index) for index in range(24)]
    options = {"dev": gold[20:], "silver": gold[:3], "base": base, "recipe": FAST, "threads": 2, "device": "cpu"}
    whole = train_ner(gold[3:20], tmp_path / "whole", **options)
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    # killed in the silver stage, then twice in the gold stage, each time a little farther
    for steps in (1, 4, 5):
        with pytest.raises(Killed):
            train_ner(gold[3:20], tmp_path / "killed", report=kill_after(steps), **options)
        assert (tmp_path / "killed.training").is_file()
        assert not (tmp_path / "killed").exists()
    steps: list[Step] = []
    resumed = train_ner(gold[3:20], tmp_path / "killed", report=steps.append, **options)
    assert steps[0].stage == "gold"
    assert steps[0].done > 0.1
    assert not (tmp_path / "killed.training").exists()
    assert resumed.scores == whole.scores
    assert resumed.model.manifest["files"] == whole.model.manifest["files"], "the very same weights"


def test_what_another_run_left_is_not_taken_up(base: Path, tmp_path: Path) -> None:  # noqa: F811
    gold = [make_document(index) for index in range(6)]
    place = tmp_path / "ner.training"
    for left in (b"", b"not safetensors"):
        place.write_bytes(left)
        train_ner(gold, tmp_path / "ner", base=base, recipe=replace(FAST, epochs=1))
    run = Checkpoint(place, "one")
    place.write_bytes(b"")
    assert run.reached() is None
    assert Checkpoint(None, "one").reached() is None


def test_training_stops_when_dev_does_not_rise() -> None:
    from cpecnlp.training.ner.data import GOLD, gold_texts, make_examples
    from cpecnlp.training.ner.encoder import SpanTagger
    from tests.backends.test_windows import letter_tokenizer

    examples = make_examples(letter_tokenizer(), gold_texts([make_document(0)]), {GOLD: LABELS})
    scores = iter([0.5, 0.7, 0.6, 0.7, 0.1])
    seen: list[dict[str, torch.Tensor]] = []

    def judge(average: SpanTagger) -> float:
        seen.append({name: weight.clone() for name, weight in average.state_dict().items()})
        return next(scores)

    recipe = replace(FAST, epochs=9, patience=2)
    model = train_stage("gold", SpanTagger(TINY, {GOLD: LABELS}), lambda *_: examples, recipe, (1, 2, 3), judge=judge)
    assert len(seen) == 4
    best = model.state_dict()
    assert all(torch.equal(weight, best[name]) for name, weight in seen[1].items())


def test_a_new_label_joins_the_known_ones(base: Path, tmp_path: Path) -> None:  # noqa: F811
    gold = [make_document(index) for index in range(30)]
    train_ner(gold, tmp_path / "old", labels=LABELS, base=base, recipe=replace(FAST, epochs=10))
    with_new = [
        replace(
            document,
            entities=tuple(
                replace(span, label="CITY") if document.text[span.start : span.end] == "Lahore" else span
                for span in document.entities or ()
            ),
        )
        for document in gold
    ]
    still = Recipe(epochs=1, rate=0.0, head_rate=0.0, bf16=False)
    report = train_ner(with_new, tmp_path / "new", base=tmp_path / "old", recipe=still)
    assert report.model.labels == (*LABELS, "CITY")
    text = gold[0].text[10:]
    old, new = (OnnxSpanPredictor.from_folder(tmp_path / name).predict_spans([text])[0] for name in ("old", "new"))
    assert old
    assert {span.key for span in old} & {span.key for span in new}, "what was known is not forgotten"


def test_the_gate_sees_a_label_fall(base: Path, tmp_path: Path) -> None:  # noqa: F811
    gold = [make_document(index) for index in range(40)]
    good = train_ner(gold[:30], tmp_path / "good", labels=LABELS, base=base, recipe=replace(FAST, epochs=12))
    blind = [replace(d, entities=tuple(s for s in d.entities or () if s.label == "PERSON")) for d in gold[:30]]
    bad = train_ner(blind, tmp_path / "bad", base=tmp_path / "good", regression=gold, recipe=replace(FAST, epochs=6))
    assert bad.gate is not None
    learned = {document.text for document in gold[:30]}
    assert bad.gate.seen == len(learned)
    assert bad.gate.articles == len({document.text for document in gold} - learned) > 5
    assert not bad.gate.passed
    assert {change.label for change in bad.gate.fell} == {"GPE", "all"}
    assert "GPE from" in bad.gate.reason
    same = compare_models(good.model, good.model, gold[30:])
    assert same.passed
    assert all(change.before == change.after and change.low == change.high == 0 for change in same.changes)


def test_gates_say_why() -> None:
    assert not Gate(0, 3, ()).passed
    assert Gate(0, 3, ()).reason == "there is no article to compare on"
    rise = LabelChange("LOC", 9, 0.5, 0.6, -0.1, 0.3)
    assert Gate(4, 0, (rise,)).passed
    assert not Gate(4, 0, (rise,), dropped=("TECH",)).passed
    assert "TECH" in Gate(4, 0, (rise,), dropped=("TECH",)).reason


def test_the_card_keeps_what_people_wrote(base: Path, tmp_path: Path) -> None:  # noqa: F811
    gold = [make_document(index) for index in range(8)]
    report = train_ner(gold[:6], tmp_path / "ner", dev=gold[6:], base=base, recipe=replace(FAST, epochs=1))
    training = report.model.manifest["training"]
    assert training["data"]["gold"]["articles"] == 6
    assert training["data"]["gold"]["entities"] == 48
    assert len(training["data"]["gold"]["sha256"]) == 64
    assert set(training["resources"]) == {"gazetteer.jsonl", "technologies.txt", "agreements.txt"}
    card = (tmp_path / "ner" / "README.md").read_text()
    assert "an encoder" not in card
    assert "| PERSON |" in card
    (tmp_path / "notes.md").write_text("Written by hand.\n")
    rewrite_card(tmp_path / "ner", [tmp_path / "notes.md"])
    again = (tmp_path / "ner" / "README.md").read_text()
    assert "Written by hand." in again
    assert "| PERSON |" in again
    assert json.dumps(training["seed"]) in again
    open_model(tmp_path / "ner", "ner")


def test_gold_is_parted_by_its_own_split() -> None:
    def article(index: int, split: str = "") -> Document:
        return Document(f"d{index}", f"Text {index}", {"split": split} if split else {}, entities=(Span(0, 4, "ORG"),))

    named = [article(1, "train"), article(2, "dev"), article(3, "test"), article(4)]
    train, dev = part_gold(named)
    assert [d.id for d in train] == ["d1", "d4"]
    assert [d.id for d in dev] == ["d2"]
    assert part_gold([article(1), article(2)]) == ([article(1), article(2)], [])
    many = [article(index) for index in range(40)] + [article(0)]
    train, dev = part_gold(many)
    assert len(dev) in (4, 5)
    assert not {d.text for d in train} & {d.text for d in dev}
    assert part_gold(many) == (train, dev)


def test_devices_are_named() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device().type in ("cpu", "cuda")
    for wrong in ("gpu", "meta", *(() if torch.cuda.is_available() else ("cuda",))):
        with pytest.raises(InputError):
            choose_device(wrong)


def write_news(news: Path) -> None:
    def marked(index: int, split: str) -> str:
        document = make_document(index)
        return replace(document, metadata={"split": split, "fold": index % 3}).to_json() + "\n"

    news.mkdir(parents=True)
    lines = [marked(index, "test" if index > 15 else "train") for index in range(20)]
    (news / "gold_dev.jsonl").write_text("".join(lines))
    (news / "cpec_dev.jsonl").write_text(lines[0])
    (news.parent / "topics").mkdir()
    (news.parent / "topics" / "gold_topics.jsonl").write_text(lines[1])
    with gzip.open(news / "pakistan_news.jsonl.gz", "wt") as file:
        for index in range(5):
            words = " ".join(f"w{index}x{n} Zhao" for n in range(90))
            file.write(json.dumps({"id": f"n{index}", "text": words}) + "\n")


def test_reproduction_takes_every_step_once(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from functools import partial

    from cpecnlp.training.ner import reproduce as steps

    write_news(tmp_path / "data" / "news")
    calls: list[Path] = []
    fit = partial(train_ner, base=base)

    def train(gold: list[Document], out: Path, **options: object) -> object:
        calls.append(out)
        kept = {key: value for key, value in options.items() if key not in ("auxiliary", "gazetteer")}
        return fit(gold, out, **{**kept, "recipe": replace(FAST, epochs=1, head_rate=0.0), "labels": LABELS})

    monkeypatch.setattr(steps, "train_ner", train)
    monkeypatch.setattr(steps, "LAYERS", (0,))
    monkeypatch.setattr(steps, "WIDTH", (2, 24))
    monkeypatch.setattr(steps, "read_annotations", lambda _: [replace(make_document(30), id="n3")])
    data, out = tmp_path / "data", tmp_path / "out"
    with pytest.raises(InputError, match="--split first"):
        steps.reproduce(data, out)
    split = steps.reproduce(data, out, split=True, threads=1)
    training = split.model.manifest["training"]
    assert training["data"]["gold"]["articles"] == 17
    assert training["data"]["measured"]["articles"] == 4
    assert training["left_out"] == "the test split"
    assert training["width"] == [2, 24]
    encoder = split.model.settings["encoder"]
    assert (encoder["heads"], encoder["head_size"], encoder["intermediate_size"]) == (2, 8, 24)
    assert training["goes on from"]["name"] == "cpecnlp-ner-wide"
    start = open_model(out / "start", "ner").manifest["training"]
    assert (start["data"]["gold"]["articles"], start["data"]["silver"]["articles"], start["layers"]) == (17, 4, [0])
    final = steps.reproduce(data, out, threads=1)
    assert final.model.manifest["training"]["data"]["gold"]["articles"] == 21
    assert final.model.settings["calibration"] == split.model.settings["calibration"]
    assert final.model.metrics["dev"] == split.model.metrics["dev"]
    assert "articles left out" in (out / "ner" / "README.md").read_text()
    assert calls == [out / name for name in ("teacher", "start", "wide", "split", "ner")]
