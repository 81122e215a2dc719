"""The two protocols of all backends: texts → spans, and texts → probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cpecnlp.document import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class SpanPredictor(Protocol):
    """Finds labelled spans in texts.

    The same text gives the same spans whatever stands beside it in the batch; spans are
    sorted, do not overlap, and their offsets are characters of the text that was given.
    """

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that can come back."""
        ...

    @property
    def source(self) -> str:
        """Name and version of the model, written into each span."""
        ...

    def predict_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """One list of spans a text, in the order of ``texts``."""
        ...


@runtime_checkable
class ProbabilityPredictor(Protocol):
    """Gives every label a calibrated probability, independently (multi-label)."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns of :meth:`predict_proba`."""
        ...

    @property
    def source(self) -> str:
        """Name and version of the model."""
        ...

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of shape ``(len(texts), len(labels))``."""
        ...
