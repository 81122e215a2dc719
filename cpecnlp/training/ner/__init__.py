"""Training of the entity model; needs the extra ``train`` (torch) when it is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpecnlp.document import Document
from cpecnlp.errors import MissingExtraError

if TYPE_CHECKING:
    from cpecnlp.training.ner.train import TrainReport

_PACKAGES = {"torch", "onnx", "onnxscript", "safetensors"}


def train_ner(gold: Sequence[Document], out: Path, **options: Any) -> TrainReport:
    """Train an entity model; see :func:`cpecnlp.training.ner.train.train_ner` for the options.

    Raises:
        MissingExtraError: If the extra ``train`` is not installed.
    """
    try:
        from cpecnlp.training.ner.train import train_ner as train

        return train(gold, out, **options)
    except ModuleNotFoundError as error:
        if error.name in _PACKAGES:
            raise MissingExtraError(str(error.name), "train") from None
        raise
