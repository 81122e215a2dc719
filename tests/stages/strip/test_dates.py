"""Dates: ISO from what is stated in full, nothing from what is not; lines that are a date alone."""

from __future__ import annotations

import pytest

from cpecnlp.stages.strip.dates import is_date_line, iso_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("june 7, 2024", "2024-06-07"),
        ("june 7th, 2024", "2024-06-07"),
        ("jun 7 2024", "2024-06-07"),
        ("7 june 2024", "2024-06-07"),
        ("7th june, 2024", "2024-06-07"),
        ("7th of june 2024", "2024-06-07"),
        ("app - 7th jun, 2024", "2024-06-07"),
        ("2024-06-07", "2024-06-07"),
        ("2024/6/7", "2024-06-07"),
        ("published: september 30, 2021 10:05 am", "2021-09-30"),
        ("fri 06th november 2020 | 09:47 pm", "2020-11-06"),
        # no year, no month, no such day: not guessed
        ("june 7", ""),
        ("7 june", ""),
        ("monday", ""),
        ("june 2024", ""),
        ("2024", ""),
        ("06/07/2024", ""),
        ("february 30, 2024", ""),
        ("2024-13-01", ""),
        ("1 minute ago", ""),
        # the first date that is one
        ("february 31, 2024, march 2, 2024", "2024-03-02"),
        ("may 5, 2020 and june 7, 2024", "2020-05-05"),
    ],
)
def test_iso(text, expected):
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "june 7, 2024",
        "friday, june 7, 2024",
        "published june 7, 2024 10:05 am pkt",
        "1 minute ago",
        "2 days ago",
        "1 minute ago fri 06th november 2020 | 09:47 pm",
        "last updated: 2024-06-07 18:20",
        "5 min read",
        "7/6/2024",
        "10:45 am",
    ],
)
def test_date_lines(line):
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "2024",
        "7",
        "monday",
        "june 7, 2024 was a friday like any other",
        "cpec phase ii, june 2024",
        "the port reopened at 10:45 am",
        "may 9 riots",
        "5 read the verdict",
    ],
)
def test_not_date_lines(line):
    assert not is_date_line(line)
