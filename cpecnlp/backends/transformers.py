"""Any Hugging Face token classifier as a span predictor (extra ``train``: torch, transformers)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpecnlp.backends.foreign import LABEL_MAP, mapped, tidy
from cpecnlp.document import Span
from cpecnlp.errors import MissingExtraError, ModelError

_STRIDE = 64
_LONGEST = 512


class TransformersSpanPredictor:
    """Entities of a token classifier with B-/I- (or BIOES, BILOU, plain) tags, mapped to our labels.

    Long texts are read in windows that overlap; where two windows meet, each word is
    taken from the window in which it has more context. Scores are ``None``, since a foreign
    model's softmax is not calibrated on our labels.

    Args:
        model: a ``PreTrainedModel`` for token classification.
        tokenizer: its fast tokenizer.
        name: for the spans' source.
        label_map: the model's labels (without prefix) → ours; others are dropped.
    """

    def __init__(self, model: Any, tokenizer: Any, name: str, label_map: Mapping[str, str] | None = None) -> None:
        if not tokenizer.is_fast:
            raise ModelError(f"{name} has no fast tokenizer, which alone gives character offsets")
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._map = dict(label_map or LABEL_MAP)
        self._tags = [str(model.config.id2label[i]) for i in range(model.config.num_labels)]
        self._name = name
        self._length = min(
            _LONGEST, tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", _LONGEST)
        )

    @classmethod
    def load(
        cls, where: str, *, threads: int = 1, label_map: Mapping[str, str] | None = None, device: str | None = None
    ) -> TransformersSpanPredictor:
        """Load a local folder or a hub id; on a GPU when there is one and ``device`` does not say otherwise."""
        try:
            import torch
            from transformers import AutoModelForTokenClassification, AutoTokenizer
        except ImportError:
            raise MissingExtraError("torch and transformers", "train") from None
        torch.set_num_threads(threads)
        try:
            tokenizer = AutoTokenizer.from_pretrained(where, use_fast=True)
            model = AutoModelForTokenClassification.from_pretrained(where, use_safetensors=True)
        except (OSError, ValueError) as error:
            raise ModelError(f"transformers cannot load {where!r}: {str(error).splitlines()[0]}") from None
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        return cls(model.to(device), tokenizer, f"transformers:{where}", label_map)

    @property
    def labels(self) -> tuple[str, ...]:
        found = {mapped(tag, self._map) for tag in self._tags if tag != "O"}
        return tuple(sorted(label for label in found if label))

    @property
    def source(self) -> str:
        return self._name

    def predict_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """See :class:`cpecnlp.backends.base.SpanPredictor`."""
        return [tidy(self._spans(self._words(text)), text) for text in texts]

    def _words(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, tag) of every word that has a piece; the tag is that of its first piece."""
        best: dict[int, tuple[int, int, int, str]] = {}
        for offsets, words, tags in self._windows(text):
            places = [i for i, word in enumerate(words) if word is not None]
            for i in places:
                room = min(i - places[0], places[-1] - i)
                start, end = offsets[i]
                known = best.get(start)
                if end > start and (known is None or room > known[0]):
                    best[start] = (room, end, -1 if i and words[i] == words[i - 1] else 0, tags[i])
        merged: list[tuple[int, int, str]] = []
        for start, (_, end, inner, tag) in sorted(best.items()):
            if inner and merged:
                merged[-1] = (merged[-1][0], end, merged[-1][2])
            else:
                merged.append((start, end, tag))
        return merged

    def _windows(self, text: str) -> Iterator[tuple[list[tuple[int, int]], list[int | None], list[str]]]:
        import torch

        batch = self._tokenizer(
            text,
            truncation=True,
            max_length=self._length,
            stride=min(_STRIDE, self._length // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        allowed = set(self._tokenizer.model_input_names)
        for i, offsets in enumerate(batch["offset_mapping"]):
            given = {k: torch.tensor([batch[k][i]], device=self._model.device) for k in batch if k in allowed}
            with torch.inference_mode():
                best = self._model(**given).logits[0].argmax(-1).tolist()
            yield [tuple(pair) for pair in offsets], batch.word_ids(i), [self._tags[k] for k in best]

    def _spans(self, words: Sequence[tuple[int, int, str]]) -> list[Span]:
        spans: list[Span] = []
        before = "O"
        for start, end, tag in words:
            label = None if tag == "O" else mapped(tag, self._map)
            joins = label and before != "O" and mapped(before, self._map) == label and tag[:2] not in {"B-", "S-", "U-"}
            if joins and spans:
                spans[-1] = Span(spans[-1].start, end, spans[-1].label, None, self._name)
            elif label:
                spans.append(Span(start, end, label, None, self._name))
            before = tag
        return spans
