"""Dense features of the headlines and passages of articles, for as long as a model is fitted.

They are not kept with a model: the words of a headline could be told from its embedding. What is kept is what the
model said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.passages import parts_of

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PassageRows:
    """Dense features of headlines and passages, by article.

    Attributes:
        dense: shape ``(parts, dimension)``, float32.
        ends: of each article the place of its headline, its first long and its first short passage, and
            one past its last part, shape ``(articles, 4)``; all the same for an article without.
    """

    dense: NDArray[np.float32]
    ends: IntArray

    @classmethod
    def of(cls, features: TextFeatures, texts: Iterable[str | None]) -> PassageRows:
        """The passages of each text; none where a text is None."""
        found, ends, start = [np.zeros((0, features.dense_size), np.float32)], [], 0
        for text in texts:
            if text is None:
                ends.append((start,) * 4)
                continue
            parts, long, short = parts_of(text)
            found.append(features.dense(parts))
            ends.append((start, start + long, start + short, start + len(parts)))
            start += len(parts)
        return cls(np.concatenate(found), np.array(ends, np.int64).reshape(-1, 4))

    @classmethod
    def none(cls, articles: int, dimension: int) -> PassageRows:
        """Articles of which no passage is at hand."""
        return cls(np.zeros((0, dimension), np.float32), np.zeros((articles, 4), np.int64))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which articles have passages, shape ``(articles,)``."""
        out: NDArray[np.bool_] = self.ends[:, 3] > self.ends[:, 0]
        return out

    def take(self, numbers: Sequence[int] | IntArray) -> PassageRows:
        """Only the articles ``numbers``; the parts stay where they are."""
        return PassageRows(self.dense, self.ends[numbers])

    def join(self, other: PassageRows) -> PassageRows:
        """These articles and, behind them, those of ``other``."""
        ends = np.concatenate([self.ends, other.ends + len(self.dense)])
        return PassageRows(np.concatenate([self.dense, other.dense]), ends)
