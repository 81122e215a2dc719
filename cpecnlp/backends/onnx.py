"""Entities by an ONNX model on onnxruntime: no torch, one thread, the same answer every time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cpecnlp.backends.tagging import calibrated, find_spans, word_logits
from cpecnlp.backends.terms import Terms
from cpecnlp.backends.viterbi import FloatArray
from cpecnlp.backends.windows import IntArray, Pieces, split_pieces
from cpecnlp.document import Span
from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, open_model

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
TERMS_FILE = "terms.json"


class OnnxSpanPredictor:
    """A span predictor over an ONNX encoder with a BIOES head.

    Every window is run by itself: an int8 model takes the scale of its activations from all that
    is in a batch, so in company a text could get another answer than alone. Windows are long
    enough to keep the matrix units busy.

    Args:
        session: An ``onnxruntime.InferenceSession`` with the inputs ``input_ids`` and
            ``shape_ids`` (1, length) and the output ``logits`` (1, length, tags).
        tokenizer: A ``tokenizers.Tokenizer`` that neither truncates nor pads.
        labels: Entity types in the order of the head.
        source: Name and version, written into each span.
        window: Most pieces read at once, special pieces not counted.
        context: Pieces read on both sides of the stretch that a window answers for.
        knots: Calibration curve, see :func:`cpecnlp.backends.tagging.calibrated`.
        terms: Terms and names to which an unsure model gives way.
    """

    def __init__(
        self,
        session: Any,
        tokenizer: Any,
        labels: Sequence[str],
        source: str,
        *,
        window: int,
        context: int,
        knots: Sequence[tuple[float, float]],
        terms: Terms | None = None,
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._labels = tuple(labels)
        self._source = source
        self._window, self._context = window, context
        self._knots = tuple((float(place), float(value)) for place, value in knots)
        self._terms = terms
        self._special = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))

    @classmethod
    def from_folder(cls, path: Path | str | ModelFolder, threads: int = 1) -> OnnxSpanPredictor:
        """Load a model folder, every file checked against its hash.

        Args:
            path: The folder.
            threads: Threads that one call may use; more than one is for a single worker.

        Raises:
            ModelError: If the folder is damaged, or is no ONNX entity model.
        """
        folder = path if isinstance(path, ModelFolder) else open_model(Path(path), "ner")
        if folder.backend != "onnx":
            raise ModelError(f"{folder.path} is a model for the backend {folder.backend!r}, not for 'onnx'")
        settings = folder.settings
        return cls(
            open_session(folder.path / MODEL_FILE, threads),
            open_tokenizer(folder.path / TOKENIZER_FILE),
            folder.labels,
            folder.source,
            window=int(settings["window"]),
            context=int(settings["context"]),
            knots=settings["calibration"],
            terms=load_terms(folder),
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that can come back."""
        return self._labels

    @property
    def source(self) -> str:
        """Name and version of the model."""
        return self._source

    def predict_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the entities of each text, sorted, with calibrated scores.

        Args:
            texts: Any texts; an entity never crosses a line break.

        Returns:
            One list of spans a text, in the order of ``texts``; offsets are characters of the text.
        """
        pieces = split_pieces(self._tokenizer, texts)
        return [self._spans(text, piece) for text, piece in zip(texts, pieces, strict=True)]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the mean of each text's last hidden states, shape (texts, size); zeros if empty.

        A text longer than a window is the mean over its windows, weighted by their length.
        """
        rows = []
        for piece in split_pieces(self._tokenizer, texts):
            states = word_logits(piece, self._read_hidden, self._window, 0, self._special) if len(piece) else None
            rows.append(states.mean(axis=0) if states is not None else None)
        size = self._session.get_outputs()[1].shape[-1]
        return np.array([np.zeros(size) if row is None else row for row in rows], dtype=np.float32)

    def _spans(self, text: str, pieces: Pieces) -> list[Span]:
        if not len(pieces):
            return []
        logits = word_logits(pieces, self.read_logits, self._window, self._context, self._special)
        found = find_spans(text, pieces, logits, self._labels, self._terms)
        scores = calibrated([span.sure for span in found], self._knots)
        return [
            Span(span.start, span.end, span.label, score, self._source)
            for span, score in zip(found, scores, strict=True)
        ]

    def read_logits(self, ids: IntArray, shapes: IntArray) -> FloatArray:
        """Return the tag logits of one window, shape (length, tags)."""
        return self._run("logits", ids, shapes)

    def _read_hidden(self, ids: IntArray, shapes: IntArray) -> FloatArray:
        return self._run("hidden", ids, shapes)

    def _run(self, output: str, ids: IntArray, shapes: IntArray) -> FloatArray:
        inputs = {"input_ids": ids[None], "shape_ids": shapes[None]}
        result: FloatArray = self._session.run([output], inputs)[0][0]
        return result


def load_terms(folder: ModelFolder) -> Terms | None:
    """Return the terms of a model folder; None for one that carries none."""
    if "terms_bonus" not in folder.settings:
        return None
    return Terms.load(folder.path / TERMS_FILE, folder.labels, float(folder.settings["terms_bonus"]))


def open_tokenizer(path: Path) -> Any:
    """Return the tokenizer in a file, set to neither truncate nor pad."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_session(path: Path, threads: int = 1) -> Any:
    """Return an onnxruntime session on the CPU with a fixed count of threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(path),
        options,
        providers=["CPUExecutionProvider"],
        # the fused kernel is ten times slower than the two that it stands for (onnxruntime 1.32)
        disabled_optimizers=["SkipLayerNormFusion"],
    )
