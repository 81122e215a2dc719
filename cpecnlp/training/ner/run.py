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
from cpecnlp.backends.viterbi import FloatArray
from cpecnlp.backends.windows import IntArray
from cpecnlp.errors import InputError
from cpecnlp.models import MANIFEST, open_model
from cpecnlp.training.ner.augment import NameSwap
from cpecnlp.training.ner.auxiliary import TaggedText, read_auxiliary
from cpecnlp.training.ner.data import GOLD, Example, make_examples
from cpecnlp.training.ner.encoder import EncoderConfig, SpanTagger, bert_config, load_bert
from cpecnlp.training.ner.evaluate import Evaluation, evaluate_spans, torch_reader
from cpecnlp.training.ner.export import export_onnx, quantise, read_onnx
from cpecnlp.training.ner.loop import train_stage
from cpecnlp.training.ner.score import fit_knots
from cpecnlp.training.ner.trainer import Recipe

log = logging.getLogger(__name__)

AUXILIARY_RECIPE = Recipe(epochs=2, batch_pieces=4096, rate=1.5e-4, average=0.99)
QUANTISED_LOSS = 0.003


@dataclass(slots=True)
class TrainingRun:
    """The steps of one training run, and what they share.

    Attributes:
        labels: Entity types, in the order of the head.
        dev: Annotated texts to choose by; may be empty.
        base: Model folder or BERT checkpoint where training starts.
        seed: Of everything that is drawn.
        threads: Threads to train with.
    """

    labels: tuple[str, ...]
    dev: list[TaggedText]
    base: Path
    seed: int
    threads: int

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

    def start(self) -> SpanTagger:
        """Return a model with the base's encoder; its head too if the labels are the same."""
        torch.manual_seed(self.seed)
        if not (self.base / MANIFEST).is_file():
            model = SpanTagger(bert_config(self.base), {GOLD: self.labels})
            load_bert(model, self.base)
            return model
        folder = open_model(self.base, "ner")
        config = EncoderConfig(**folder.settings["encoder"])
        model = SpanTagger(config, {GOLD: self.labels})
        weights = read_onnx(self.base / MODEL_FILE)
        for part in ("weight", "bias"):
            head = weights.pop(f"head.{part}")
            if folder.labels == self.labels:
                weights[f"tag_heads.{GOLD}.{part}"] = head
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
        tagger = SpanTagger(model.config, tag_sets)
        tagger.load_state_dict(_encoder_state(model), strict=False)
        examples = make_examples(self.tokenizer, texts, tag_sets)
        recipe = replace(AUXILIARY_RECIPE, seed=self.seed)
        tagger = train_stage(tagger, lambda _epoch, _chance: examples, recipe, self.special(), threads=self.threads)
        model.load_state_dict(_encoder_state(tagger), strict=False)

    def gold_stage(
        self, model: SpanTagger, texts: Sequence[TaggedText], swap: NameSwap | None, recipe: Recipe
    ) -> SpanTagger:
        """Train on gold; return the averaged model of the best epoch on dev, or of the last one."""
        tokenizer, tag_sets = self.tokenizer, {GOLD: self.labels}
        plain = make_examples(tokenizer, texts, tag_sets)
        best: tuple[float, dict[str, Tensor]] | None = None

        def examples(_epoch: int, chance: random.Random) -> Sequence[Example]:
            if swap is None:
                return plain
            return make_examples(tokenizer, [swap(text, chance) for text in texts], tag_sets)

        def on_epoch(epoch: int, average: SpanTagger) -> bool:
            nonlocal best
            if self.dev and epoch * 2 > recipe.epochs:
                score = self.evaluate(torch_reader(average, GOLD)).score.f1()
                log.info("epoch %d: F1 on dev %.4f", epoch, score)
                if best is None or score > best[0]:
                    best = score, {name: weight.clone() for name, weight in average.state_dict().items()}
            return False

        trained = train_stage(model, examples, recipe, self.special(), on_epoch, self.threads)
        if best is not None:
            trained.load_state_dict(best[1])
        return trained

    def evaluate(self, read: Reader) -> Evaluation:
        """Score a reader on dev."""
        return evaluate_spans(self.dev, self.tokenizer, read, self.labels, self.threads)

    def export(self, model: SpanTagger, scratch: Path) -> tuple[Path, Evaluation | None]:
        """Export in int8, or in fp32 where int8 costs more than ``QUANTISED_LOSS`` on dev."""
        full, small = scratch / "fp32.onnx", scratch / "int8.onnx"
        export_onnx(model, GOLD, full)
        quantise(full, small)
        if not self.dev:
            return small, None
        results = [self.evaluate(onnx_reader(path)) for path in (full, small)]
        loss = results[0].score.f1() - results[1].score.f1()
        log.info("int8 costs %.4f F1 on dev", loss)
        return (small, results[1]) if loss <= QUANTISED_LOSS else (full, results[0])

    def scores_before(self) -> dict[str, dict[str, float]]:
        """Return the scores on dev of the model that training started from, if it was one with these labels."""
        if not self.dev or not (self.base / MANIFEST).is_file() or open_model(self.base).labels != self.labels:
            return {}
        return self.evaluate(onnx_reader(self.base / MODEL_FILE)).score.table()

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


def _encoder_state(model: SpanTagger) -> Mapping[str, Tensor]:
    return {name: weight for name, weight in model.state_dict().items() if not name.startswith("tag_heads")}
