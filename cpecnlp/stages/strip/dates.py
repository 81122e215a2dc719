"""Dates as news pages write them."""

from __future__ import annotations

import re
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr aprial", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
MONTH = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:\s?(?:st|nd|rd|th))?"
YEAR = r"(?:19|20)\d\d"
# day and month, in either order, with or without the year; matched on lower-case text
DATE = (
    rf"(?:{MONTH}\.?,?\s?{DAY}(?!\d)(?:\s?,?\s?{YEAR}(?!\d))?"
    rf"|{DAY}(?:\s|-|/)?(?:of\s)?{MONTH}\.?(?:\s?[,\s/-]\s?{YEAR}(?!\d))?"
    rf"|{YEAR}[-/.]\d\d?[-/.]\d\d?(?!\d))"
)
_FULL = re.compile(
    rf"(?:\b|(?<=\d))(?P<m1>{MONTH})\.?,?\s?(?P<d1>{DAY})(?!\d)\s?,?\s?(?P<y1>{YEAR})\b"
    rf"|\b(?P<d2>{DAY})(?:\s|-|/)?(?:of\s)?(?P<m2>{MONTH})\.?\s?[,\s/-]\s?(?P<y2>{YEAR})(?!\d(?!\d? ?[a-z]))"
    rf"|\b(?P<y3>{YEAR})[-/.](?P<m3>\d\d?)[-/.](?P<d3>\d\d?)\b"
    rf"|\b(?P<m4>\d\d?)[/.](?P<d4>\d\d?)[/.](?P<y4>{YEAR})\b"
)
_WORDS = frozenset(
    "published updated update last posted post modified created publish first on at by date time "
    "am pm a.m p.m pkt pst gmt utc ist bst est edt et ago read reading minutes minute mins min hours hour "
    "hrs hr days day weeks week months month years year second seconds sec secs views view hits just now "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "today yesterday st nd rd th of h".split()
)
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"[a-z][a-z.]*|\d+")
_MARK = re.compile(
    rf"\b{MONTH}\b|\b\d\d?:\d\d\b|\b{YEAR}[-/.]\d\d?[-/.]\d\d?\b|\b\d\d?[/.]\d\d?[/.]{YEAR}\b|\bago\b|\bread\b"
)


def iso_date(low: str) -> str:
    """The first date of a lower-case text that states day, month and year, as ISO; else ``""``."""
    for match in _FULL.finditer(low):
        parts = match.groupdict()
        for n in "1234":
            if parts[f"y{n}"]:
                month = parts[f"m{n}"]
                number = MONTHS[month] if month in MONTHS else int(month)
                day = int(re.sub(r"\D", "", parts[f"d{n}"]))
                if n == "4":
                    # of figures alone, day and month are known where one of them is above twelve
                    number, day = (day, number) if number > 12 else (number, day)
                    if day <= 12 and number != day:
                        continue
                try:
                    found = date(int(parts[f"y{n}"]), number, day)
                except ValueError:
                    continue
                return found.isoformat()
    return ""


def _has_digit(low: str) -> bool:
    return _DIGIT.search(low) is not None or (not low.isascii() and any(map(str.isdigit, low)))


def is_date_line(low: str) -> bool:
    """Whether a lower-case line holds a date, a time or a reading time and nothing else."""
    if len(low) > 120 or not _has_digit(low) or not _MARK.search(low):
        return False
    words = _TOKEN.findall(low)
    return all(w.isdigit() or w.rstrip(".") in _WORDS or w.rstrip(".") in MONTHS for w in words)
