"""The words of a text, found several ways: each as its regular expression says, but quicker where a text is in ASCII.

Bytes are translated and split at blanks in C, where a regular expression walks from letter to letter.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits

_PUNCTUATION = "“”–—…•"
_TWO_JOINTS = ("''", "'-", "-'", "--")


class Runs:
    """All runs of certain characters in a text.

    Args:
        pattern: a run, as a regular expression.
        kept: the same characters as far as they are in ASCII.
    """

    def __init__(self, pattern: str, kept: str) -> None:
        self.pattern = re.compile(pattern)
        self._table = bytes(code if chr(code) in kept else 32 for code in range(256))

    def __call__(self, text: str) -> list[str]:
        """The runs in order."""
        blanked = self.blanked(text)
        return self.pattern.findall(text) if blanked is None else blanked.split()

    def blanked(self, text: str) -> str | None:
        """The text with blanks in the place of all other characters; ``None`` where any is beyond ASCII."""
        if not text.isascii():
            for mark in _PUNCTUATION:
                text = text.replace(mark, " ")
            if not text.isascii():
                return None
        return text.encode("ascii").translate(self._table).decode("ascii")


class JoinedRuns(Runs):
    """Runs of letters that an apostrophe or a hyphen may join: "don't", "co-operation"."""

    def __init__(self) -> None:
        super().__init__(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", ascii_letters + "'-")

    def __call__(self, text: str) -> list[str]:
        """The words in order."""
        blanked = self.blanked(text)
        if blanked is None or any(map(blanked.__contains__, _TWO_JOINTS)):
            return self.pattern.findall(text)
        for joint in "'-":
            if joint in blanked:
                # what joins the letters of a word stands between two of them
                blanked = f" {blanked} ".replace(f" {joint}", " ").replace(f"{joint} ", " ")
        return blanked.split()


LETTERS = Runs(r"[^\W\d_]+", ascii_letters)
ALPHANUMERIC = Runs(r"[^\W_]+", ascii_letters + digits)
IDENTIFIERS = Runs(r"\w+", ascii_letters + digits + "_")
JOINED = JoinedRuns()
