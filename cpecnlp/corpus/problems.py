"""What was wrong with an input, in one sentence that names the place."""

from __future__ import annotations

import re
from dataclasses import dataclass

# what would break the line or steer the terminal that shows it
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text with whatever cannot be shown on one line as an escape: names of files may hold anything.

    >>> one_line("a\\nb")
    'a\\\\nb'
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, or that was read with a reservation.

    Attributes:
        where: the file as the user named it, or ``"-"`` for standard input.
        message: what was wrong.
        line: line (from 1), row or article within the file; ``None`` for the file as a whole.
        lost: the article is missing from the results; otherwise it is a mere notice.
    """

    where: str
    message: str
    line: int | None = None
    lost: bool = True

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        return one_line(f"{place}: {self.message}")
