"""Terms and names that a model folder carries: where the model wavers, they tip the balance.

Every word of a term that stands in the text gets a bonus on the tags that would mark the term, before
decoding. A sure model is not moved by it, so a list may be incomplete and a listed word may be used
otherwise; this is a prior in the sense of a log-odds added to those of the model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cpecnlp.backends.viterbi import FloatArray

_WORD = re.compile(r"\w+|[^\w\s]")
_Trie = Mapping[str, Sequence[tuple[tuple[str, ...], int]]]


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms by their first word.

    Attributes:
        as_written: Names, found only in the very letters, with the index of their label.
        any_case: Common terms, found in any case.
        bonus: Added to the logit of each tag that would mark a term.
    """

    as_written: _Trie
    any_case: _Trie
    bonus: float

    @classmethod
    def of(
        cls,
        as_written: Mapping[str, Iterable[str]],
        any_case: Mapping[str, Iterable[str]],
        labels: Sequence[str],
        bonus: float,
    ) -> Terms:
        """Index terms by label; labels that the model does not have are left out."""
        return cls(_trie(as_written, labels, str), _trie(any_case, labels, str.lower), bonus)

    @classmethod
    def load(cls, path: Path, labels: Sequence[str], bonus: float) -> Terms:
        """Read a file with ``{"as_written": {label: [name, …]}, "any_case": {label: [term, …]}}``."""
        lists = json.loads(path.read_text(encoding="utf-8"))
        return cls.of(lists["as_written"], lists["any_case"], labels, bonus)

    def add(self, logits: FloatArray, words: Sequence[str]) -> FloatArray:
        """Return logits with the bonus.

        Args:
            logits: BIOES tag logits of each word, shape (words, tags).
            words: The words as they stand in the text.
        """
        found = [*_matches(words, self.as_written), *_matches([word.lower() for word in words], self.any_case)]
        if not found:
            return logits
        moved = logits.copy()
        for start, end, label in found:
            begin = 1 + 4 * label
            if end - start == 1:
                moved[start, begin + 3] += self.bonus
            else:
                moved[start, begin] += self.bonus
                moved[start + 1 : end - 1, begin + 1] += self.bonus
                moved[end - 1, begin + 2] += self.bonus
        return moved


def _trie(lists: Mapping[str, Iterable[str]], labels: Sequence[str], fold: Callable[[str], str]) -> _Trie:
    trie: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for label, terms in lists.items():
        if label in labels:
            for term in terms:
                words = tuple(_WORD.findall(fold(term)))
                if words:
                    trie.setdefault(words[0], []).append((words, labels.index(label)))
    for found in trie.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return trie


def _matches(words: Sequence[str], trie: _Trie) -> Iterator[tuple[int, int, int]]:
    """Yield (first word, one past the last, label) of the longest terms, none overlapping."""
    free = 0
    for index, word in enumerate(words):
        if index < free or word not in trie:
            continue
        for term, label in trie[word]:
            if tuple(words[index : index + len(term)]) == term:
                free = index + len(term)
                yield index, free, label
                break
