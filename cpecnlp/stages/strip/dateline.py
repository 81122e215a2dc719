"""Datelines: place, date and agency that stand before the first word of the report."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cpecnlp.stages.strip.dates import DATE, iso_date
from cpecnlp.stages.strip.rules import RuleSet

_REACH = 150
_NAME = r"[^\W\d_][^\W\d_.'’\-­]*(?:[.'’­-]{1,2}[^\W\d_.'’\-­]*)*"
_PLACE = rf"{_NAME}(?: {{1,2}}{_NAME}){{0,3}}"
_PLACES = rf"{_PLACE}(?:\s{{0,2}}[/,&-]\s{{0,2}}{_PLACE}){{0,4}}"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = rf"(?:{DATE}|{_WEEKDAY})"
_INNER = r"(?:\(\s?(?P<inner>[^()]{2,80}?)\s?\)|/(?P<wire>[A-Za-z][A-Za-z -]{2,24})/)"
_HEAD = re.compile(
    rf"(?P<place>{_PLACES})?(?: ?[(\[](?P<region>[^\W\d_][^()\[\]\d]{{1,40}})[)\]](?=[\s,]*(?:\(|"
    rf"{_DATE})))?[\s,]{{0,3}}(?P<d1>{_DATE})?[\s,.]{{0,3}}(?:{_INNER})?[\s,]{{0,3}}(?P<d2>{_DATE})?[\s,.)]{{0,4}}",
    re.IGNORECASE,
)
# where a dateline can end: a colon, a dash of any kind, or the bracket behind an agency
_END = re.compile(r"(?:\)\s?)?[:：]+|\)?\s?(?:--+|[–—])+|(?<=[\s)])-(?=\s|$)|\)")
_TRAIL = re.compile(r"[\s:)–—-]*")
# an agency behind the mark: "KARACHI: (INP)", "ISLAMABAD - APP -"
_BEHIND = re.compile(r"\s?\((?P<bracket>[^()]{2,40})\)|\s?(?P<bare>[A-Z]{2,7})(?=\s?(?:-\s|–|—|--|:))")
_ONLY_DATE = re.compile(rf"[\s,.–—-]*{_DATE}[\s,.–—-]*", re.IGNORECASE)
_SPLIT = re.compile(r"\s*[/,(&]\s*")
_AGENCY_SPLIT = re.compile(r"\s*(?:/| - |–|—|,|;|\||&| and )\s*")
_DESK = re.compile(
    r"\b(?:news|desk|agency|agencies|net|post|times|report|reporter|correspondent|press|media|wire|tv)\b"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a dateline ends in the line, and what it states."""

    end: int
    place: str
    agency: str
    published: str


def find_dateline(plain: str, rules: RuleSet, start: int = 0) -> Dateline | None:
    """The dateline that begins at ``start``, with its end before the space that follows it."""
    window = plain[start : start + _REACH]
    if not window or not (window[0].isalpha() or window[0] == "("):
        return None
    for match in _END.finditer(window):
        head = window[: match.start()] + (")" if match.group().startswith(")") else "")
        found = _parse(head.rstrip(), match.group(), rules)
        if found is None:
            continue
        stop, agency = _signed_behind(window, match.end(), rules)
        trail = _TRAIL.match(window, stop)
        end = len(window[: trail.end() if trail else stop].rstrip())
        return Dateline(end, found[0], found[1] or agency, found[2])
    return None


def _signed_behind(window: str, at: int, rules: RuleSet) -> tuple[int, str]:
    """Where an agency that stands behind the mark ends, and its name."""
    match = _BEHIND.match(window, at)
    if match:
        agency, signed, _ = _agency(match["bracket"] or match["bare"], rules)
        if signed:
            return match.end(), agency
    return at, ""


def _parse(head: str, mark: str, rules: RuleSet) -> tuple[str, str, str] | None:
    match = _HEAD.fullmatch(head)
    if not match or not head:
        return None
    place, inner, region = match["place"] or "", match["inner"] or match["wire"] or "", bool(match["region"])
    dates = [d for d in (match["d1"], match["d2"]) if d]
    if _ONLY_DATE.fullmatch(inner):
        dates, inner = [*dates, inner], ""
    agency, signed, regional = _agency(inner, rules) if inner else ("", False, False)
    if inner and not signed:
        if not regional:
            return None
        region = True
    colon, closed = ":" in mark or "：" in mark, mark.strip() == ")"
    if not place:
        inside = inner.lower().split(",")[0].strip() in rules.places
        return (
            (place_name(inner, rules), "", "") if inside and closed else _unplaced(inner, signed, dates, closed, agency)
        )
    if closed and not signed:
        return None
    spoken_for = (
        (signed and (bool(dates) or not closed)) or (bool(dates) and colon) or (region and colon and _shouted(place))
    )
    if not _is_place(place, rules, sure=not spoken_for):
        return None
    known = place.lower() in rules.places or _in_country(place, rules)
    if not (colon or signed or dates or known or _shouted(_SPLIT.split(place)[0])):
        return None
    return place_name(place, rules), agency, iso_date(" ".join([*dates, inner]).lower())


def is_place_line(plain: str, rules: RuleSet) -> bool:
    """Whether a line is a known place and no more: "KARACHI", "Karachi, Pakistan:"."""
    text = plain.strip(" :–—-*")
    return text[:1].isupper() and (text.lower() in rules.places or _in_country(text, rules))


def _in_country(place: str, rules: RuleSet) -> bool:
    """ "Lahore, Pakistan": a known place and its country, in capitals each."""
    head, _, tail = place.partition(", ")
    names = tail[:1].isupper() and head[:1].isupper()
    return names and head.lower() in rules.places and tail.lower().replace(" ", "-") in rules.words["countries"]


def _unplaced(inner: str, signed: bool, dates: list[str], closed: bool, agency: str) -> tuple[str, str, str] | None:
    """ "(Reuters) - …" and "June 7 (Xinhua) -- …": a dateline without its place."""
    if not signed or (closed and not dates):
        return None
    return "", agency, iso_date(" ".join([*dates, inner]).lower())


def _agency(inner: str, rules: RuleSet) -> tuple[str, bool, bool]:
    """The agency's name, whether the bracket is signed by one, whether it is a region instead."""
    low = re.sub(_DATE, "", inner.lower()).strip(" ,-–—")
    parts = [part.strip(" .-–—") for part in _AGENCY_SPLIT.split(low) if part.strip(" .-–—")]
    if not parts:
        return "", False, False
    for part in parts:
        if rules.agencies.get(part):
            return rules.agencies[part], True, False
    if any(part in rules.agencies for part in parts):
        return "", True, False
    original = inner.split(" - ")[0].strip()
    if _DESK.search(low) and len(low.split()) <= 6:
        return original, True, False
    if len(original.split()) > 1 and low.split()[-1] in rules.words["outlet_nouns"]:
        return original, True, False
    if original.isupper() and original.isalpha() and 2 <= len(original) <= 7:
        return original, True, True
    return "", False, original.replace(" ", "").isalpha() and len(original.split()) <= 3


def _shouted(place: str) -> bool:
    letters = [c for c in place.split("(")[0] if c.isalpha()]
    return len(letters) > 2 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def _is_place(place: str, rules: RuleSet, sure: bool) -> bool:
    """Whether ``place`` can open a dateline; ``sure`` asks for more, where nothing else speaks for it."""
    low = place.lower().strip()
    first = _SPLIT.split(low)[0].strip()
    if low in rules.not_places or first in rules.not_places:
        return False
    if first in rules.places or low in rules.places or first.split("-")[0] in rules.places:
        return True
    if not sure:
        return place[0].isupper() and len(place.split()) <= 8
    head = _SPLIT.split(place)[0].strip()
    if not _shouted(head) or any(word in rules.not_places for word in first.split()):
        return False
    # a short word in capitals before a colon is as a rule a body's short form (CPEC, IMF, NEPRA)
    return len(head) >= 6 or " " in head


def place_name(place: str, rules: RuleSet) -> str:
    """The first place, as the field writes it: "BRUSSELS, Belgium" → "Brussels"."""
    head = re.split(r"\s*[,(]\s*", place.strip())[0].strip()
    if "-" in head and head.lower() not in rules.places and head.lower().split("-")[0] in rules.places:
        head = head.split("-")[0]
    if not _shouted(head) and not head.islower():
        return " ".join(head.split())
    return " ".join(_capital(word) for word in head.split())


def _capital(word: str) -> str:
    # letters behind a hyphen or a slash begin anew, those behind an apostrophe do not (Xi'an)
    return re.sub(r"(?<![^\W\d_])(?<!['’])[^\W\d_]", lambda m: m.group().upper(), word.lower())
