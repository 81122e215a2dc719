"""Training of the block model on tiny data made here; what is learned is loaded and run."""

from __future__ import annotations

import json
import random

import pytest
from typer.testing import CliRunner

from cpecnlp.cli import app
from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError, ModelError
from cpecnlp.models import open_model
from cpecnlp.stages.strip import StripStage
from cpecnlp.stages.strip.model import BlockModel
from cpecnlp.training.strip import train_strip
from cpecnlp.training.strip.bodies import rough_body, standfirst
from cpecnlp.training.strip.boxes import Boxes
from cpecnlp.training.strip.data import UNKNOWN, Example, Line, example_of, from_documents, outlet_key, read_lines
from cpecnlp.training.strip.figures import count_article, figures_of
from cpecnlp.training.strip.gate import compare_stages
from cpecnlp.training.strip.graft import Grafter
from cpecnlp.training.strip.rows import fold_of, lay_folds
from cpecnlp.training.strip.stories import stories_of
from cpecnlp.training.strip.templates import Templates

THINGS = "port road dam grid school clinic farm bridge cable railway market mine".split()
PLACES = "Gwadar Lahore Karachi Quetta Multan Sukkur Hunza Kashgar".split()
GOSSIP = "actor singer cricketer model dancer comedian".split()


BODY = (
    "Work on the {thing} begins next {day}, the mayor of {place} told reporters after a meeting that ran until dusk.",
    "A loan of {n} million dollars pays for it; two thirds come from a bank in Shanghai and must be returned by 2040.",
    "Fishermen who live beside the {thing} fear for their boats, and {n} of them have written to the high court.",
    "Engineers count on {n} months of building, should neither flood nor strike halt the lorries that bring the steel.",
    "“Nobody asked us where the {thing} ought to stand,” says Karim Bakhsh, a grocer of {place}, who may lose it all.",
)


def article(rng, number):
    """A gold record with a tail of headlines that no rule knows."""
    thing, place = rng.choice(THINGS), rng.choice(PLACES)
    title = f"New {thing} for {place} planned, say officials"
    days = ["Monday", "Friday"]
    body = [line.format(thing=thing, place=place, n=rng.randint(3, 90), day=rng.choice(days)) for line in BODY]
    if rng.random() < 0.5:
        body.insert(2, f"What the {thing} of {place} will cost")
    tail = [f"{rng.choice(GOSSIP).title()} dances at wedding in {rng.choice(PLACES)} hotel" for _ in range(3)]
    text, spans, at = "\n".join([title, *body, *tail]), [Span(0, len(title), "title")], 0
    for n, line in enumerate([title, *body, *tail]):
        if n > len(body):
            spans.append(Span(at, at + len(line), "teaser" if n % 2 else "promo"))
        at += len(line) + 1
    outlet = f"outlet-{number % 6}"
    return Document(f"a{number}", text, {"outlet": outlet}, removed=tuple(spans))


@pytest.fixture(scope="module")
def gold():
    rng = random.Random(7)
    return [article(rng, number) for number in range(72)]


@pytest.fixture(scope="module")
def trained(gold, tmp_path_factory):
    return train_strip(
        gold, out=tmp_path_factory.mktemp("strip") / "tiny", grafts=40, regression=gold[:6], name="tiny_v1"
    )


def test_a_trained_model_strips_what_rules_leave(trained, gold):
    alone, both = trained.folds["rules alone"], trained.folds["rules and model"]
    assert both.junk_kept.value < alone.junk_kept.value - 50
    assert both.body_lost.value <= 0.1
    (layers,) = StripStage.load(trained.model.path).predict([article(random.Random(99), 1).bare()])
    mine = [span for span in layers["removed"] if span.source == "tiny_v1"]
    assert len(mine) == 3
    assert all(span.score is not None and 0.5 <= span.score <= 1 for span in mine)


def test_the_folder_says_what_it_is(trained):
    model = open_model(trained.model.path, "strip")
    assert model.backend == "blocks"
    assert {"teaser", "promo"} <= set(model.labels)
    assert model.metrics["outlets_left_out"]["rules and model"]["articles"] == 72
    assert model.manifest["training"]["outlets"] == 6
    card = (model.path / "README.md").read_text(encoding="utf-8")
    assert "Outlets left out" in card
    assert f"{model.metrics['outlets_left_out']['rules and model']['clean_exact'][0]:.3f}" in card


def test_the_same_data_and_seed_give_the_same_bytes(gold, tmp_path):
    for name in ("one", "two"):
        train_strip(gold[:24], out=tmp_path / name, grafts=8, regression=[], name="same")
    one, two = ((tmp_path / name / "weights.npz").read_bytes() for name in ("one", "two"))
    assert one == two


def test_scrapes_teach_and_are_judged_apart(gold, tmp_path):
    result = train_strip(gold[:24], scrapes=gold[24:48], out=tmp_path / "s", grafts=8, regression=[], name="s")
    assert result.articles == 24
    assert [(what, figures.articles) for what, figures in result.folds.items()] == [
        ("rules alone", 24),
        ("rules and model", 24),
        ("simulated scrapes: rules alone", 24),
        ("simulated scrapes: rules and model", 24),
    ]
    assert result.model.manifest["training"]["scrapes"] == 24
    assert "| simulated scrapes | 24 |" in (result.model.path / "README.md").read_text(encoding="utf-8")


def test_an_altered_model_is_refused(trained, tmp_path):
    import shutil

    folder = tmp_path / "altered"
    shutil.copytree(trained.model.path, folder)
    weights = folder / "weights.npz"
    data = bytearray(weights.read_bytes())
    data[100] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match=r"weights\.npz"):
        BlockModel.load(folder)


def test_a_model_of_other_features_is_refused(trained, tmp_path):
    import shutil

    folder = tmp_path / "other"
    shutil.copytree(trained.model.path, folder)
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    manifest["settings"]["features"] = manifest["settings"]["features"][1:]
    (folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="other features"):
        StripStage.load(folder)


def test_nothing_to_learn_is_said(gold):
    with pytest.raises(InputError, match="no gold articles"):
        train_strip([], grafts=0, regression=[])
    clean = [Document(d.id, d.text, d.metadata, removed=()) for d in gold[:8]]
    with pytest.raises(InputError, match="nothing to learn"):
        train_strip(clean, grafts=0, regression=[])
    with pytest.raises(InputError, match="no layer 'removed'"):
        list(from_documents([Document("bare", "text")]))


def test_the_gate_closes_when_a_character_more_of_body_is_lost(gold, trained):
    rules, model = StripStage.load(learned=False), StripStage.load(trained.model.path)
    assert compare_stages(model, rules, gold[:12]).passed
    # gold in which the tail is body: what the model strips is lost
    body = [Document(d.id, d.text, d.metadata, removed=d.removed[:1]) for d in gold[:12]]
    gate = compare_stages(model, rules, body)
    assert not gate.passed
    assert "characters of body are lost" in gate.why[0]


def test_the_gate_closes_when_more_junk_is_kept(gold, trained):
    rules, model = StripStage.load(learned=False), StripStage.load(trained.model.path)
    gate = compare_stages(rules, model, gold[:12])
    assert not gate.passed
    assert "junk is kept" in gate.why[0]


class TestLabelledLines:
    def rows(self, tmp_path, *rows):
        path = tmp_path / "paper_lines.jsonl"
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
        return list(read_lines(path, "paper"))

    def test_no_row_no_example(self, tmp_path):
        assert self.rows(tmp_path, "") == []

    def test_lines_between_two_found_often_are_unknown(self, tmp_path):
        (example,) = self.rows(
            tmp_path,
            {"title": "T", "lines": ["Body ends.", "Rare teaser", "Often", "Rare", "Often"], "labels": [0, 0, 1, 0, 1]},
        )
        assert [line.kind for line in example.lines] == ["title", "", "", UNKNOWN, "teaser", UNKNOWN, "teaser"]
        assert example.group == "paper"
        assert not example.gold

    @pytest.mark.parametrize(
        ("row", "says"),
        [("{", "line 1"), ({"lines": ["a"]}, "labels"), ({"lines": ["a"], "labels": [0, 1]}, "1 lines but 2 labels")],
    )
    def test_a_bad_row_is_named(self, tmp_path, row, says):
        with pytest.raises(InputError, match=says):
            self.rows(tmp_path, row)


def test_an_outlet_is_one_group_however_it_is_spelt():
    assert len({outlet_key(name) for name in ("The Creek Mail", "CreekMail", "creek mail (2019 site)")}) == 1
    assert outlet_key("dawn.com") == outlet_key("Dawn")
    assert outlet_key("") == ""
    assert outlet_key("(no name)") != ""


class TestGrafts:
    def stories(self, gold):
        return list(stories_of(from_documents(gold[:30]), StripStage.load(learned=False)))

    def test_same_seed_same_pages(self, gold):
        stories = self.stories(gold)
        one, two = (Grafter(stories, 3).pages(12) for _ in range(2))
        assert one == two
        assert one != Grafter(stories, 4).pages(12)

    def test_spans_lie_on_whole_lines_and_body_stays(self, gold):
        for page in Grafter(self.stories(gold), 5).pages(40):
            starts = {0, *(n + 1 for n, c in enumerate(page.text) if c == "\n")}
            assert all(start in starts for start, _, _ in page.removed)
            assert any(not line.kind and line.text.strip() for line in page.lines)
            assert any(line.kind for line in page.lines)
            assert "{" not in page.text

    def test_no_fold_shows_another_its_outlets(self, gold):
        examples = list(from_documents(gold))
        laid = lay_folds(examples, 4)
        assert set(laid) == {f"outlet{n}" for n in range(6)}
        assert set(laid.values()) == {0, 1, 2, 3}
        assert fold_of(examples[0], laid, 4) == fold_of(examples[6], laid, 4)
        assert lay_folds(examples[:1], 4) == {}


def test_examples_know_their_lines():
    example = example_of([Line("Title", "title"), Line(""), Line("Body."), Line("Ad", "promo")], "x", "outlet")
    assert example.text == "Title\n\nBody.\nAd"
    assert [line.kind for line in example.lines] == ["title", "", "", "promo"]
    inside = Example("x", "o", "LAHORE: He came.", ((0, 7, "dateline"),))
    assert [line.kind for line in inside.lines] == [""]


def test_figures_of_one_article():
    assert count_article("", [], []) == [0, 0, 0, 0, 1]
    assert count_article("ab cd", [(0, 2)], [(3, 5)]) == [2, 2, 2, 2, 0]
    figures = figures_of([[10, 10, 0, 5, 0], [10, 0, 0, 0, 1]])
    assert (figures.body_lost.value, figures.junk_kept.value, figures.exact.value) == (0, 50, 0.5)
    assert figures.junk_kept.low <= 50 <= figures.junk_kept.high


def test_the_command_writes_a_model_and_leaves_the_present_one(gold, tmp_path, monkeypatch):
    monkeypatch.setenv("CPECNLP_MODELS", str(tmp_path / "own"))
    records = tmp_path / "gold.jsonl"
    records.write_text("\n".join(doc.to_json() for doc in gold[:30]), encoding="utf-8")
    out = tmp_path / "model"
    done = CliRunner().invoke(app, ["train", "strip", str(records), "--no-shipped", "-o", str(out), "--grafts", "8"])
    assert done.exit_code == 0, done.output
    assert "outlets left out" in done.output
    assert open_model(out, "strip").name.startswith("blocks-")
    assert not (tmp_path / "own").exists()


def test_bodies_get_points_tables_and_standfirsts_that_stay_body():
    lines = [Line(text.format(thing="dam", place="Hunza", day="Friday", n=9)) for text in BODY]
    for seed in range(60):
        rng = random.Random(seed)
        made = [*standfirst(lines, rng), *rough_body(lines, rng)]
        assert made
        assert not any(line.kind for line in made)
    assert standfirst([], random.Random(0)) == []


def test_boxes_are_furniture_with_every_slot_filled():
    rng = random.Random(4)
    templates = Templates(rng)
    boxes = Boxes(rng, templates)
    lines = [line for _ in range(300) for make in (boxes.above, boxes.inside, boxes.behind) for line in make()]
    assert {"promo", "legal", "metadata", "caption", "share", "nav"} <= {line.kind for line in lines}
    assert all(line.kind and line.text.strip() and "{" not in line.text for line in lines)
