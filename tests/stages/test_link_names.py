"""The pure functions of linking: each with a table of (text, expected)."""

from __future__ import annotations

import doctest
import time

import pytest

from cpecnlp.stages.link import names, normal, short
from cpecnlp.stages.link.normal import is_chinese, key, person_tokens, slug, syllables, tokens
from cpecnlp.stages.link.short import is_short, stands_for


@pytest.mark.parametrize("module", [normal, short, names])
def test_examples_of_the_docstrings(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("…", ()),
        ("the Senate", ("senate",)),
        ("The", ("the",)),
        ("Pakistan’s", ("pakistan",)),
        ("People's Republic", ("people", "republic")),
        ("Xi'an", ("xian",)),
        ("U.S.", ("us",)),
        ("D.I. Khan", ("di", "khan")),
        ("R&D", ("r", "and", "d")),
        ("Special Technology Zones Authority (STZA)", ("special", "technology", "zones", "authority")),
        ("Pakistan Muslim League (N)", ("pakistan", "muslim", "league", "n")),
        ("Lah\u00adore\u00a0 High\nCourt", ("lahore", "high", "court")),
    ],
)
def test_tokens(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr. Zhang Xiaodong", ("zhang", "xiaodong")),
        ("Xiaodong Zhang", ("zhang", "xiaodong")),
        ("Zhang Xiao Dong", ("zhang", "xiaodong")),
        ("Wang Yi", ("wang", "yi")),
        ("Yi Wang", ("yi", "wang")),
        ("Ouyang Linmei", ("ouyang", "linmei")),
        ("Shaza Fatima Khawaja", ("shaza", "fatima", "khawaja")),
        ("Shahbaz Sharif", ("shehbaz", "sharif")),
        ("Syed Asim Munir", ("syed", "asim", "munir")),
        ("Lin-Manuel Miranda", ("lin", "manuel", "miranda")),
        ("Ali Khan", ("ali", "khan")),
    ],
)
def test_words_of_a_person(name, expected):
    assert person_tokens(name) == expected


@pytest.mark.parametrize(
    ("word", "count"),
    [("zhang", 1), ("xiaodong", 2), ("xi", 1), ("khan", 0), ("", 0), ("fatima", 0), ("x" * 9000, 0)],
)
def test_syllables(word, count):
    assert syllables(word) == count


def test_who_is_chinese():
    assert is_chinese(("zhao", "zhiyuan"))
    assert not is_chinese(("asim", "munir"))
    assert not is_chinese(("zhao",))


@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        ("Soan Research Centre", "soan research center", "ORG"),
        ("Digital Skills Programme", "Digital Skills Program", "PROJECT"),
        ("Rashakai SEZ", "Rashakai Special Economic Zone", "LOC"),
        ("Pak-China Friendship Hospital", "Pakistan China Friendship Hospital", "ORG"),
        ("third Soan Forum", "3rd Soan Forum", "EVENT"),
        ("electric vehicles", "Electric vehicle", "TECH"),
    ],
)
def test_one_key(one, other, label):
    assert key(one, label) == key(other, label)


@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        ("Foreign Offices", "Foreign Office", "ORG"),
        ("Ministries of Commerce", "Ministry of Commerce", "ORG"),
        ("Wales", "Wale", "GPE"),
        ("Soan North", "Soan South", "ORG"),
    ],
)
def test_two_keys(one, other, label):
    assert key(one, label) != key(other, label)


@pytest.mark.parametrize(
    ("form", "long", "yes"),
    [
        ("STZA", "Special Technology Zones Authority", True),
        ("MoITT", "Ministry of Information Technology and Telecommunication", True),
        ("SUPARCO", "Space and Upper Atmosphere Research Commission", True),
        ("PowerChina", "Power Construction Corporation of China", True),
        ("NTC", "Special Technology Zones Authority", False),
        ("TZA", "Special Technology Zones Authority", False),
        ("STZA", "Stza", False),
        ("", "Special Technology Zones Authority", False),
        ("A", "Authority of Zones", False),
    ],
)
def test_stands_for(form, long, yes):
    assert stands_for(form, long) is yes


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("STZA", True),
        ("MoU", True),
        ("CPEC 2.0", True),
        ("Pakistan", False),
        ("", False),
        ("A", False),
        ("x" * 99, False),
    ],
)
def test_is_short(text, yes):
    assert is_short(text) is yes


def test_long_names_take_no_time():
    begin = time.process_time()
    for text in ("A" * 100_000, "a." * 50_000, "(" * 50_000, "'s" * 50_000, "A b " * 25_000):
        key(text, "ORG"), person_tokens(text), stands_for("ABCD", text), slug(text)
    assert time.process_time() - begin < 5
