"""Rulings of the annotation guide that hold whatever a model thinks, applied to the spans of one text.

Each rule is small, follows from a ruling that is written down, and was kept because it mended more
than it broke on articles that the model had not seen; the figures stand in ``models/ner/README.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from cpecnlp.backends.agreement import PERSON, FoundSpan

Spans = list[FoundSpan]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_RANGE = re.compile(r",? (?:to|till|until|through) | ?[-–—] ?")
_DAY = re.compile(rf"{_MONTH} \d{{1,2}}")
_TWO_DAYS = re.compile(rf"({_MONTH} \d{{1,2}}) (?:and|&) (\d{{1,2}}(?:,? \d{{4}})?)")
# a number with a noun behind it is no day
_SECOND_DAY = re.compile(r" (?:and|&) (\d{1,2})(?![\d,.]*\d|\s+[a-z]|%)")
_CHILD_BEHIND = re.compile(r"\s+[sdw]/o\b", re.IGNORECASE)
_CHILD_BEFORE = re.compile(r"\b[sdw]/o\s+$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)|\.(?:com|org|net|gov|edu|pk|cn)(?:[./]|$)|@")
_SITE = re.compile(r"[A-Za-z]+\.com")
_COMPOUND = re.compile(r"[A-Z]\w+[-–][A-Z]\w+")
_OCCUPIED = re.compile(r"(?:Indian[- ])?[Oo]ccupied ")
_RIVER = re.compile(r"River (\w+)|(\w+) [Rr]iver")
_AND = re.compile(r",? (?:and|&) ")
_PLACES = re.compile(
    r"\s+(?:sea)?(?:ports|rivers|barrages|roads|airports|canals|lakes|reservoirs|highways|motorways|bridges|passes)\b"
)
_NOT_CAPITAL = re.compile(r"[^A-Z]")
_WORD = re.compile(r"[A-Za-z][\w'’]*")
# compounds of two names that are one name
_DOUBLE_NAMES = frozenset({"Gilgit-Baltistan", "Gilgit–Baltistan", "Hunza-Nagar", "Guinea-Bissau"})
_PEOPLES = frozenset(
    "Chinese Pakistani Pakistanis Indian Indians Afghan Afghans American Americans Russian Russians Iranian"
    " Iranians Turkish British French German Saudi Bangladeshi Bangladeshis Israeli Israelis Japanese Korean"
    " Palestinian Palestinians Kashmiri Kashmiris Punjabi Punjabis Pakhtun Pakhtuns Pashtun Pashtuns Sindhi"
    " Arab Arabs European Europeans African Asian Muslim Muslims Islamic Hindu Hindus Christian Christians"
    " Jewish".split()
)
_NAMES = frozenset({"GPE", "ORG", "LOC", "PROJECT", "EVENT"})


def follow_rulings(text: str, spans: Sequence[FoundSpan]) -> Spans:
    """Return the spans as the rulings have them, sorted and without overlaps.

    Args:
        text: The text.
        spans: Its spans, sorted, labels agreed.
    """
    found = list(spans)
    for rule in RULES:
        found = rule(text, found)
    return found


def join_ranges(text: str, spans: Spans) -> Spans:
    """ "Monday to Thursday" and "2018-2022" are one date each."""
    joined: Spans = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and span.label == last.label == "DATE" and _RANGE.fullmatch(text, last.end, span.start):
            joined[-1] = replace(last, end=span.end, sure=min(last.sure, span.sure))
        else:
            joined.append(span)
    return joined


def split_days(text: str, spans: Spans) -> Spans:
    """ "April 8 and 9" are two dates, the second one without its month."""
    starts = [span.start for span in spans]
    split: Spans = []
    for number, span in enumerate(spans):
        two = _TWO_DAYS.fullmatch(text, span.start, span.end) if span.label == "DATE" else None
        if two:
            split += [replace(span, end=two.end(1)), replace(span, start=two.start(2))]
            continue
        split.append(span)
        if span.label != "DATE" or not _DAY.fullmatch(text, span.start, span.end):
            continue
        second = _SECOND_DAY.match(text, span.end)
        free = number + 1 == len(spans) or second is None or starts[number + 1] >= second.end(1)
        if second and free:
            split.append(replace(span, start=second.start(1), end=second.end(1), sure=0.9 * span.sure))
    return split


def name_children(text: str, spans: Spans) -> Spans:
    """ "X s/o Y" (son, daughter, wife of; registers of South Asia) names two people."""
    return [
        replace(span, label=PERSON)
        if span.label in _NAMES
        and (_CHILD_BEHIND.match(text, span.end) or _CHILD_BEFORE.search(text, max(0, span.start - 6), span.start))
        else span
        for span in spans
    ]


def drop_in_addresses(text: str, spans: Spans) -> Spans:
    """A part of a web or mail address is no mention; a site as a name (Dawn.com) is one."""
    return [span for span in spans if not _in_address(text, span)]


def _in_address(text: str, span: FoundSpan) -> bool:
    start, end = span.start, span.end
    if any(char.isspace() for char in text[start:end]):
        return False
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    token = text[start:end].strip(".,;:()[]\"'“”‘’")
    return len(token) > span.end - span.start and bool(_ADDRESS.search(token)) and not _SITE.fullmatch(token)


def split_compounds(text: str, spans: Spans) -> Spans:
    """Each place of a free compound is marked; both must stand alone elsewhere in the text."""
    alone = {text[span.start : span.end] for span in spans if span.label == "GPE"}
    split: Spans = []
    for span in spans:
        surface = text[span.start : span.end]
        if span.label == "GPE" and _COMPOUND.fullmatch(surface) and surface not in _DOUBLE_NAMES:
            first, second = re.split("[-–]", surface)
            if first in alone and second in alone:
                split += [replace(span, end=span.start + len(first)), replace(span, start=span.end - len(second))]
                continue
        split.append(span)
    return split


def leave_occupied_out(text: str, spans: Spans) -> Spans:
    """ "Indian-occupied Kashmir": only the place is marked."""
    return [
        replace(span, start=match.end())
        if span.label == "GPE" and (match := _OCCUPIED.match(text, span.start, span.end)) and match.end() < span.end
        else span
        for span in spans
    ]


def follow_full_names(text: str, spans: Spans) -> Spans:
    """A part of a person's name, alone and unsure, is that person."""
    parts: Counter[str] = Counter()
    for span in spans:
        words = text[span.start : span.end].split() if span.label == PERSON else []
        if len(words) > 1:
            for word in words:
                parts[word] += int(len(word) > 2 and span.sure > 0.5)
    return [
        replace(span, label=PERSON)
        if span.label in _NAMES and span.sure < 0.97 and parts[text[span.start : span.end]]
        else span
        for span in spans
    ]


def follow_rivers(text: str, spans: Spans) -> Spans:
    """A name that is a river's elsewhere in the text is a river."""
    rivers = {
        match[1] or match[2]
        for span in spans
        if span.label == "LOC" and (match := _RIVER.fullmatch(text, span.start, span.end))
    }
    return [
        replace(span, label="LOC") if span.label == "GPE" and text[span.start : span.end] in rivers else span
        for span in spans
    ]


def share_plural_heads(text: str, spans: Spans) -> Spans:
    """ "Karachi and Gwadar ports": both are places that the head names."""
    shared = list(spans)
    for number, (first, second) in enumerate(zip(spans, spans[1:], strict=False)):
        if _AND.fullmatch(text, first.end, second.start) and _PLACES.match(text, second.end):
            for place, span in ((number, first), (number + 1, second)):
                shared[place] = replace(span, label="LOC") if span.label == "GPE" else span
    return shared


def follow_long_forms(text: str, spans: Spans) -> Spans:
    """A short form that is unsure where its sure long form explains it is what the long form is."""
    labels: dict[str, tuple[str, str]] = {}
    for long, short in zip(spans, spans[1:], strict=False):
        surface = text[short.start : short.end]
        if (
            long.label not in {short.label, PERSON, "GPE"}
            and long.sure > 0.9
            and short.sure < 0.6
            and text[long.end : short.start] == " ("
            and text.startswith(")", short.end)
            and _abbreviates(surface, text[long.start : long.end])
        ):
            labels[surface] = (short.label, long.label)
    if not labels:
        return spans
    plain = ("", "")
    return [
        replace(span, label=new) if span.label == old else span
        for span in spans
        for old, new in (labels.get(text[span.start : span.end], plain),)
    ]


def _abbreviates(short: str, long: str) -> bool:
    """Whether the first two capitals of a short form are initials of a long one."""
    capitals = _NOT_CAPITAL.sub("", short)
    initials = [word[0] for word in _WORD.findall(long)]
    every, upper = "".join(initials).upper(), "".join(char for char in initials if char.isupper())
    return len(capitals) > 1 and len(initials) > 1 and capitals[:2] in {every[:2], upper[:2]}


def drop_peoples(text: str, spans: Spans) -> Spans:
    """Nationalities and adjectives standing alone are not entities."""
    return [span for span in spans if span.label not in {"GPE", "LOC"} or text[span.start : span.end] not in _PEOPLES]


RULES: tuple[Callable[[str, Spans], Spans], ...] = (
    join_ranges,
    split_days,
    name_children,
    drop_in_addresses,
    split_compounds,
    leave_occupied_out,
    follow_full_names,
    follow_rivers,
    share_plural_heads,
    follow_long_forms,
    drop_peoples,
)
