"""What was wrong with an input, in one sentence that names the place."""

from __future__ import annotations

from dataclasses import dataclass


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
        return f"{place}: {self.message}"
