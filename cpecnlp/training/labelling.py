"""A sheet of articles that a person labels in a spreadsheet and gives back to ``cpecnlp train topics``."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from cpecnlp.errors import OutputError


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An article on the sheet, a column an attribute.

    Attributes:
        id: of the article.
        topics: what the person fills in, or corrects.
        suggested: what the model would say.
        why: why the article is here.
        text: headline and kept text.
    """

    id: str
    topics: str
    suggested: str
    why: str
    text: str


def write_sheet(path: Path, rows: Iterable[SheetRow]) -> int:
    """Write the sheet as CSV, with a byte-order mark so that spreadsheets read it as UTF-8.

    Returns:
        How many articles it holds.

    Raises:
        OutputError: it cannot be written.
    """
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in fields(SheetRow)])
            for row in rows:
                writer.writerow(astuple(row))
                count += 1
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None
    return count


def joined(topics: Iterable[str]) -> str:
    """Topics in one cell."""
    return ", ".join(topics)
