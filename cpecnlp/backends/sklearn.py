"""Probabilities by a scikit-learn estimator of your own, kept as skops: no pickle is ever read.

The shipped topic model does not need this file (see :mod:`cpecnlp.backends.multilabel`); it is
the door for a ``Pipeline(TfidfVectorizer(), OneVsRestClassifier(...))`` that someone trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, open_model

ESTIMATOR_FILE = "estimator.skops"
BACKEND = "sklearn"


class SklearnPredictor:
    """A probability predictor over an estimator that takes texts and has ``predict_proba``.

    Args:
        estimator: fitted; ``predict_proba(texts)`` gives ``(texts, labels)``, one column a label, or
            the list of ``(texts, 2)`` arrays that multi-output estimators give.
        labels: the columns.
        source: name and version.
    """

    def __init__(self, estimator: Any, labels: Sequence[str], source: str) -> None:
        if not hasattr(estimator, "predict_proba"):
            raise ModelError(f"{type(estimator).__name__} gives no probabilities (it has no predict_proba)")
        self._estimator, self._labels, self._source = estimator, tuple(labels), source

    @classmethod
    def from_folder(cls, path: Path | str | ModelFolder) -> SklearnPredictor:
        """The predictor of a checked model folder.

        Raises:
            ModelError: the file holds types that skops does not know as harmless.
        """
        from zipfile import BadZipFile

        from skops.io import get_untrusted_types, load

        model = path if isinstance(path, ModelFolder) else open_model(Path(path), "topics")
        if model.backend != BACKEND:
            raise ModelError(f"{model.path} is run by the backend {model.backend!r}, not by {BACKEND!r}")
        file = model.path / ESTIMATOR_FILE
        try:
            if unknown := get_untrusted_types(file=file):
                raise ModelError(f"{file} holds types that are not known as harmless: {', '.join(unknown)}")
            return cls(load(file, trusted=[]), model.labels, model.source)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise ModelError(f"{file} cannot be read as a skops file ({error})") from None

    @staticmethod
    def save(estimator: Any, folder: Path) -> None:
        """Write ``estimator.skops`` into ``folder``; for the ``write_files`` of ``write_model``."""
        from skops.io import dump

        dump(estimator, folder / ESTIMATOR_FILE)

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    @property
    def source(self) -> str:
        return self._source

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities, shape ``(len(texts), len(labels))``."""
        if not texts:
            return np.zeros((0, len(self._labels)))
        found = self._estimator.predict_proba(list(texts))
        table = np.column_stack([pair[:, 1] for pair in found]) if isinstance(found, list) else np.asarray(found, float)
        if table.shape != (len(texts), len(self._labels)):
            raise ModelError(f"the estimator answers with shape {table.shape} for {len(self._labels)} labels")
        return table
