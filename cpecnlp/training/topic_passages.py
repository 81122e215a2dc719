"""What a topic model remembers of the headlines and passages of the articles that it is judged on.

Embeddings and keyword counts, no words: enough to fit :class:`~cpecnlp.backends.stacking.Stack` again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.passages import parts_of

IntArray = NDArray[np.int64]
_PREFIX = "passages_"


@dataclass(frozen=True, slots=True)
class PassageRows:
    """Dense features of headlines and passages, by article.

    Attributes:
        dense: shape ``(parts, dimension)``, float32.
        ends: of each article the place of its headline, its first long and its first short passage, and
            one past its last part, shape ``(articles, 4)``; all the same for an article without.
        width: how many of the first columns are embeddings.
    """

    dense: NDArray[np.float32]
    ends: IntArray
    width: int

    def __len__(self) -> int:
        return len(self.ends)

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
        places = np.array(ends, np.int64).reshape(-1, 4)
        return cls(np.concatenate(found), places, sum(features.embedding_sizes))

    @classmethod
    def none(cls, articles: int, dimension: int, width: int) -> PassageRows:
        """Articles of which no passage is known."""
        return cls(np.zeros((0, dimension), np.float32), np.zeros((articles, 4), np.int64), width)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which articles have passages, shape ``(articles,)``."""
        out: NDArray[np.bool_] = self.ends[:, 3] > self.ends[:, 0]
        return out

    def take(self, numbers: Sequence[int] | IntArray) -> PassageRows:
        """Only the articles ``numbers``; the parts stay where they are."""
        return PassageRows(self.dense, self.ends[numbers], self.width)

    def join(self, other: PassageRows) -> PassageRows:
        """These articles and, behind them, those of ``other``."""
        ends = np.concatenate([self.ends, other.ends + len(self.dense)])
        return PassageRows(np.concatenate([self.dense, other.dense]), ends, max(self.width, other.width))

    def arrays(self) -> dict[str, Any]:
        """What :meth:`read` takes, by name: embeddings as int8 with a scale a part, the rest as float16."""
        places = [np.arange(start, end) for start, *_, end in self.ends.tolist()]
        dense = self.dense[np.concatenate([np.zeros(0, np.int64), *places])]
        sizes = self.ends[:, 3] - self.ends[:, 0]
        moved = np.cumsum(sizes) - sizes
        embeddings, counts = dense[:, : self.width], dense[:, self.width :]
        scale = np.maximum(np.abs(embeddings).max(axis=1, initial=0.0), 1e-9) / 127
        kept = {
            "embeddings": np.round(embeddings / scale[:, None]).astype(np.int8),
            "scale": scale.astype(np.float32),
            "counts": counts.astype(np.float16),
            "ends": (self.ends - self.ends[:, :1] + moved[:, None]).astype(np.int32),
        }
        return {_PREFIX + name: array for name, array in kept.items()}

    @classmethod
    def read(cls, arrays: Mapping[str, Any], articles: int, dimension: int) -> PassageRows:
        """The passages among the arrays of a memory; none known in one that has none."""
        if _PREFIX + "ends" not in arrays:
            return cls.none(articles, dimension, 0)
        embeddings = arrays[_PREFIX + "embeddings"] * arrays[_PREFIX + "scale"][:, None]
        dense = np.hstack([embeddings, arrays[_PREFIX + "counts"]]).astype(np.float32)
        return cls(dense, arrays[_PREFIX + "ends"].astype(np.int64), embeddings.shape[1])
