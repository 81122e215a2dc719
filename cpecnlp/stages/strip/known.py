"""Lines that stand in many articles of a corpus: a table made once, a file that a run can cite.

What one article says of another must not depend on which of them a worker happens to hold, so
the table is computed beforehand over the whole corpus and given to the stage as a file.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from cpecnlp.errors import ModelError
from cpecnlp.stages.strip.blocks import split_blocks

LEAST = 3
_SHORTEST = 12
_COPY = 0.5


class KnownLines:
    """A set of lines, kept as 64-bit hashes: no text can be read from it."""

    def __init__(self, hashes: frozenset[int], digest: str = "") -> None:
        self._hashes, self.digest = hashes, digest

    def __contains__(self, low: str) -> bool:
        return len(low) >= _SHORTEST and line_hash(low) in self._hashes

    def __len__(self) -> int:
        return len(self._hashes)

    @classmethod
    def of(cls, texts: Iterable[str], least: int = LEAST) -> KnownLines:
        """The lines that stand in ``least`` or more articles; copies of one article count once.

        Args:
            texts: raw articles; each is read once and not kept.
            least: in how many articles a line must stand.
        """
        lines = [sorted({line_hash(b.low) for b in split_blocks(text) if len(b.low) >= _SHORTEST}) for text in texts]
        counts: Counter[int] = Counter(h for hashes in lines for h in hashes)
        where: dict[int, list[int]] = defaultdict(list)
        for number, hashes in enumerate(lines):
            for h in hashes:
                if counts[h] >= least:
                    where[h].append(number)
        return cls(frozenset(h for h, articles in where.items() if _distinct(articles, lines) >= least))

    @classmethod
    def load(cls, path: Path | str) -> KnownLines:
        """The table in ``path``.

        Raises:
            ModelError: no such file, or no such table.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
            hashes = np.frombuffer(data, "<u8")
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} is no table of lines ({error})") from None
        return cls(frozenset(hashes.tolist()), hashlib.sha256(data).hexdigest()[:8])

    def save(self, path: Path | str) -> None:
        """Write the table; the same lines give the same bytes."""
        Path(path).write_bytes(np.array(sorted(self._hashes), "<u8").tobytes())


def line_hash(low: str) -> int:
    """64 bits of a line in lower case, white space and punctuation aside."""
    key = "".join(c for c in low if c.isalnum())
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


def _distinct(articles: list[int], lines: list[list[int]], enough: int = 8) -> int:
    """How many of the articles are no copies of an earlier one: a copy shares half of its lines."""
    kept: list[set[int]] = []
    for number in articles:
        own = set(lines[number])
        if all(len(own & other) < _COPY * min(len(own), len(other)) for other in kept):
            kept.append(own)
            if len(kept) >= enough:
                break
    return len(kept)
