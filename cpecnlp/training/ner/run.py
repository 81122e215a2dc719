"""The steps of a training run: start, auxiliary stage, gold stage, export, calibration."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cpecnlp.backends.onnx import MODEL_FILE, TOKENIZER_FILE, open_session, open_tokenizer
from cpecnlp.backends.tagging import Reader
from cpecnlp.backends.terms import Terms
from cpecnlp.backends.viterbi import FloatArray
from cpecnlp.backends.windows import IntArray
from cpecnlp.errors import InputError
from cpecnlp.models import MANIFEST, open_model
from cpecnlp.training.ner.augment import NameSwap
from cpecnlp.training.ner.auxiliary import TaggedText, read_auxiliary
from cpecnlp.training.ner.checkpoint import Checkpoint
from cpecnlp.training.ner.data import GOLD, Batch, Example, cut_samples, make_batches, make_examples
from cpecnlp.training.ner.encoder import EncoderConfig, SpanTagger, bert_config, keep_layers, load_bert
from cpecnlp.training.ner.evaluate import Evaluation, evaluate_spans, torch_reader
from cpecnlp.training.ner.export import export_onnx, quantise, read_onnx
from cpecnlp.training.ner.loop import Examples, Judge, Report, train_stage
from cpecnlp.training.ner.narrow import narrow
from cpecnlp.training.ner.score import fit_knots
from cpecnlp.training.ner.trainer import Recipe

log = logging.getLogger(__name__)

STAGES = ("auxiliary", "silver", "gold")
AUXILIARY_RECIPE = Recipe(epochs=2, batch_pieces=4096, rate=1.5e-4, average=0.99)
QUANTISED_LOSS = 0.003
PROBED_TEXTS = 150
PROBE = Recipe(batch_pieces=512)


@dataclass(slots=True)
class TrainingRun:
    """The steps of one training run, and what they share.

    Attributes:
        labels: Entity types, in the order of the head.
        dev: Annotated texts to choose by; may be empty.
        base: Model folder or BERT checkpoint where training starts.
        seed: Of everything that is drawn.
        threads: Threads to train with.
        device: Where to train.
        terms: Terms and names to which an unsure model gives way.
        checkpoint: Where to go on from, and where to save.
        report: Is told now and then where the run stands.
        layers: Layers of the base to keep; all where none is named.
        width: Heads and feed-forward units of a layer to keep; None for all.
    """

    labels: tuple[str, ...]
    dev: list[TaggedText]
    base: Path
    seed: int
    threads: int
    device: torch.device = torch.device("cpu")
    terms: Terms | None = None
    checkpoint: Checkpoint | None = None
    report: Report | None = None
    layers: tuple[int, ...] = ()
    width: tuple[int, int] | None = None

    @property
    def tokenizer_file(self) -> Path:
        """The base's tokenizer."""
        return self.base / TOKENIZER_FILE

    @property
    def tokenizer(self) -> Any:
        """A ``tokenizers.Tokenizer`` that neither truncates nor pads."""
        return open_tokenizer(self.tokenizer_file)

    def special(self) -> tuple[int, int, int]:
        """Return the vocabulary ids of the opening, the closing and the masking piece."""
        tokenizer = self.tokenizer
        opening, closing, mask = (tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]", "[MASK]"))
        return opening, closing, mask

    def start(self, texts: Sequence[TaggedText]) -> SpanTagger:
        """Return a model with the base's encoder, and of its head the labels that are shared.

        Args:
            texts: Some of these tell which heads and units of a layer are kept, where not all are.
        """
        model = self._start()
        if self.layers:
            model = keep_layers(model, self.layers)
        moved: SpanTagger = model.to(self.device)
        if self.width is None:
            return moved
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return narrow(moved, self._probe(texts), *self.width)
        finally:
            torch.set_num_threads(before)

    def _probe(self, texts: Sequence[TaggedText]) -> list[Batch]:
        """Return small batches of windows of some texts."""
        chance = random.Random(self.seed)
        chosen = chance.sample(list(texts), min(PROBED_TEXTS, len(texts)))
        samples = [
            sample
            for example in make_examples(self.tokenizer, chosen, {GOLD: self.labels})
            for sample in cut_samples(example, PROBE.window, chance, *self.special()[:2])
        ]
        return make_batches(samples, PROBE.batch_pieces, chance)

    def behind(self, stage: str) -> bool:
        """Whether the run that goes on had finished this stage."""
        reached = self.checkpoint.reached() if self.checkpoint is not None else None
        return reached is not None and STAGES.index(stage) < STAGES.index(reached.stage)

    def _start(self) -> SpanTagger:
        torch.manual_seed(self.seed)
        if not (self.base / MANIFEST).is_file():
            model = SpanTagger(bert_config(self.base), {GOLD: self.labels})
            load_bert(model, self.base)
            return model
        folder = open_model(self.base, "ner")
        config = EncoderConfig(**folder.settings["encoder"])
        model = SpanTagger(config, {GOLD: self.labels})
        weights = read_onnx(self.base / MODEL_FILE)
        head = model.tag_heads[GOLD]
        for part, values in (("weight", head.weight), ("bias", head.bias)):
            known = weights.pop(f"head.{part}")
            rows = values.detach().clone()
            for mine, theirs in _shared_rows(self.labels, folder.labels):
                rows[mine] = known[theirs]
            weights[f"tag_heads.{GOLD}.{part}"] = rows
        model.load_state_dict(weights, strict=False)
        return model

    def auxiliary_stage(self, model: SpanTagger, folder: Path) -> None:
        """Train the encoder on auxiliary sets, each with a head of its own."""
        texts = read_auxiliary(folder)
        if not texts:
            raise InputError(f"{folder} holds none of the auxiliary sets that can be read")
        found: dict[str, set[str]] = {}
        for text in texts:
            found.setdefault(text.tag_set, set()).update(span[2] for span in text.spans)
        tag_sets = {name: tuple(sorted(names)) for name, names in sorted(found.items())}
        tagger = SpanTagger(model.config, tag_sets).to(self.device)
        tagger.load_state_dict(_encoder_state(model), strict=False)
        examples = make_examples(self.tokenizer, texts, tag_sets)
        recipe = replace(AUXILIARY_RECIPE, seed=self.seed)
        tagger = self._train("auxiliary", tagger, lambda _epoch, _chance: examples, recipe)
        model.load_state_dict(_encoder_state(tagger), strict=False)

    def gold_stage(
        self,
        model: SpanTagger,
        texts: Sequence[TaggedText],
        swap: NameSwap | None,
        recipe: Recipe,
        stage: str = "gold",
    ) -> SpanTagger:
        """Train on texts with our labels; return the averaged model of the best epoch on dev, or of the last one."""
        tokenizer, tag_sets = self.tokenizer, {GOLD: self.labels}
        plain = make_examples(tokenizer, texts, tag_sets)

        def examples(_epoch: int, chance: random.Random) -> Sequence[Example]:
            if swap is None:
                return plain
            return make_examples(tokenizer, [swap(text, chance) for text in texts], tag_sets)

        def judge(average: SpanTagger) -> float:
            return self.evaluate(torch_reader(average, GOLD)).score.f1()

        return self._train(stage, model, examples, recipe, judge if self.dev and stage == "gold" else None)

    def _train(
        self, stage: str, model: SpanTagger, examples: Examples, recipe: Recipe, judge: Judge | None = None
    ) -> SpanTagger:
        return train_stage(
            stage,
            model,
            examples,
            recipe,
            self.special(),
            judge=judge,
            threads=self.threads,
            checkpoint=self.checkpoint,
            report=self.report,
        )

    def evaluate(self, read: Reader) -> Evaluation:
        """Score a reader on dev."""
        return evaluate_spans(self.dev, self.tokenizer, read, self.labels, self.threads, self.terms)

    def export(self, model: SpanTagger, scratch: Path) -> tuple[Path, Evaluation | None]:
        """Export in int8, or in fp32 where int8 costs more than ``QUANTISED_LOSS`` on dev."""
        full, small = scratch / "fp32.onnx", scratch / "int8.onnx"
        export_onnx(model.cpu(), GOLD, full)
        quantise(full, small)
        if not self.dev:
            return small, None
        results = [self.evaluate(onnx_reader(path)) for path in (full, small)]
        loss = results[0].score.f1() - results[1].score.f1()
        log.info("int8 costs %.4f F1 on dev", loss)
        return (small, results[1]) if loss <= QUANTISED_LOSS else (full, results[0])

    def knots(self, evaluation: Evaluation | None, calibration: Path | None) -> list[list[float]]:
        """Return the calibration curve: fitted on dev, taken over, or none (confidence as it is)."""
        if evaluation is not None and evaluation.raw:
            return [[round(x, 6), round(y, 6)] for x, y in fit_knots(evaluation.raw, evaluation.right)]
        if calibration is not None:
            return [list(knot) for knot in open_model(calibration, "ner").settings["calibration"]]
        return [[0.0, 0.0], [1.0, 1.0]]


def onnx_reader(path: Path) -> Reader:
    """Return a reader of windows over an exported model."""
    session = open_session(path)

    def read(ids: IntArray, shapes: IntArray) -> FloatArray:
        inputs = {"input_ids": ids[None], "shape_ids": shapes[None]}
        logits: FloatArray = session.run(["logits"], inputs)[0][0]
        return logits

    return read


def _shared_rows(mine: Sequence[str], theirs: Sequence[str]) -> list[tuple[slice, slice]]:
    """Return the rows of two heads that stand for the same tags: none, and four a label."""
    rows = [(slice(0, 1), slice(0, 1))]
    for place, label in enumerate(mine):
        if label in theirs:
            other = theirs.index(label)
            rows.append((slice(1 + 4 * place, 5 + 4 * place), slice(1 + 4 * other, 5 + 4 * other)))
    return rows


def _encoder_state(model: SpanTagger) -> Mapping[str, Tensor]:
    return {name: weight for name, weight in model.state_dict().items() if not name.startswith("tag_heads")}
