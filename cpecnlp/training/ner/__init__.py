"""Training of the entity model; needs the extra ``train`` (torch) when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpecnlp.document import Document
from cpecnlp.errors import MissingExtraError

if TYPE_CHECKING:
    from cpecnlp.training.ner.retrain import Retraining
    from cpecnlp.training.ner.write import TrainReport

_PACKAGES = {"torch", "onnx", "onnxscript", "safetensors"}


def train_ner(gold: Sequence[Document], out: Path, **options: Any) -> TrainReport:
    """Train an entity model; see :func:`cpecnlp.training.ner.train.train_ner` for the options.

    Raises:
        MissingExtraError: If the extra ``train`` is not installed.
    """
    report: TrainReport = _call("train", "train_ner", gold, out, **options)
    return report


def retrain_ner(gold: Iterable[Path | str], **options: Any) -> Retraining:
    """Train on gold files, judge and promote; see :func:`cpecnlp.training.ner.retrain.retrain_ner`.

    Raises:
        MissingExtraError: If the extra ``train`` is not installed.
    """
    result: Retraining = _call("retrain", "retrain_ner", gold, **options)
    return result


def _call(module: str, name: str, *arguments: Any, **options: Any) -> Any:
    try:
        function = getattr(importlib.import_module(f"cpecnlp.training.ner.{module}"), name)
        return function(*arguments, **options)
    except ModuleNotFoundError as error:
        if error.name in _PACKAGES:
            raise MissingExtraError(str(error.name), "train") from None
        raise
