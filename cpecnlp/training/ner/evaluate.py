"""Score a reader of windows on annotated texts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import torch

from cpecnlp.backends.agreement import FoundSpan
from cpecnlp.backends.tagging import Reader, calibrated, find_spans, word_logits
from cpecnlp.backends.terms import Terms
from cpecnlp.backends.viterbi import FloatArray
from cpecnlp.backends.windows import IntArray, split_pieces
from cpecnlp.training.ner.auxiliary import TaggedText
from cpecnlp.training.ner.device import bf16_pays
from cpecnlp.training.ner.encoder import SpanTagger
from cpecnlp.training.ner.score import SpanScore, calibration_error, fit_knots

WINDOW, CONTEXT = 254, 8


@dataclass(slots=True)
class Evaluation:
    """Strict scores, and for each predicted span its raw confidence and whether it is right."""

    score: SpanScore = field(default_factory=SpanScore)
    raw: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)


def torch_reader(model: SpanTagger, tag_set: str) -> Reader:
    """Return a reader of windows over a torch model, in bfloat16 where that pays."""
    model.eval()
    device = next(model.parameters()).device
    fast = bf16_pays(device)

    def read(ids: IntArray, shapes: IntArray) -> FloatArray:
        with (
            torch.inference_mode(),
            torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast, cache_enabled=False),
        ):
            inputs = (torch.from_numpy(row)[None].to(device) for row in (ids, shapes))
            logits: FloatArray = model.tag_heads[tag_set](model.hidden(*inputs))[0].float().cpu().numpy()
            return logits

    return read


def evaluate_spans(
    texts: Sequence[TaggedText],
    tokenizer: Any,
    read: Reader,
    labels: Sequence[str],
    threads: int = 1,
    terms: Terms | None = None,
) -> Evaluation:
    """Predict the spans of texts and compare them with theirs.

    Args:
        texts: Annotated texts.
        tokenizer: A ``tokenizers.Tokenizer`` that neither truncates nor pads.
        read: Reads one window; called from several threads.
        labels: Entity types in the order of the head.
        threads: Texts that are read at once.
        terms: Terms and names to which an unsure model gives way.
    """
    special = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
    pieces = split_pieces(tokenizer, [text.text for text in texts])

    def predict(index: int) -> list[FoundSpan]:
        torch.set_num_threads(1)
        if not len(pieces[index]):
            return []
        logits = word_logits(pieces[index], read, WINDOW, CONTEXT, special)
        return find_spans(texts[index].text, pieces[index], logits, labels, terms)

    result = Evaluation()
    with ThreadPoolExecutor(threads) as pool:
        for text, found in zip(texts, pool.map(predict, range(len(texts))), strict=True):
            keys = [(span.start, span.end, span.label) for span in found]
            truth = set(text.spans)
            result.score.add(keys, truth)
            result.raw.extend(span.sure for span in found)
            result.right.extend(key in truth for key in keys)
    return result


def halves_error(evaluation: Evaluation) -> float:
    """Return the calibration error of scores whose curve was fitted on the other half of the spans.

    Even spans are scored by a curve fitted on odd ones, and the other way round.
    """
    scores: list[float] = []
    right: list[bool] = []
    for part in (0, 1):
        if not evaluation.raw[1 - part :: 2]:
            continue
        knots = fit_knots(evaluation.raw[1 - part :: 2], evaluation.right[1 - part :: 2])
        scores.extend(calibrated(evaluation.raw[part::2], knots))
        right.extend(evaluation.right[part::2])
    return round(calibration_error(scores, right), 4)
