"""Lines that are told by what all their words are: share bars, menus, by-lines, tickers.

A regular expression for each would be endless; a list of words says it for outlets unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.dates import DATE, MONTHS, is_date_line
from cpecnlp.stages.strip.rules import RuleSet

SHARE_WORDS = "share_words_v1"
NAV_WORDS = "nav_words_v1"
NAV_TRAIL = "nav_trail_v1"
SECTION = "section_v1"
PAGER = "pager_v2"
TICKER = "ticker_v2"
DATE_LINE = "date_line_v1"
BYLINE = "byline_v2"
DESK = "desk_v2"
_DESK = frozenset(
    "correspondent correspondents reporter reporters report desk staff bureau agencies newswire monitoring".split()
)
BYLINE_NAME = "byline_name_v1"
META_LINE = "meta_line_v1"
FOREIGN = "foreign_line_v1"
AGENCY_LINE = "agency_line_v1"
READ_HEADLINE = "read_headline_v1"
_LONGEST = 170
_FOREIGN_LENGTH = 60
_LATIN_END = "\u024f"
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_SEPARATOR = re.compile(r"\s*[|·•»>›→]\s*|\s+[—–/-]\s+|\s{2,}|\t")
_SEPARATORS = frozenset("|·•»>›→—–/-\t\x0b\x0c\x1c\x1d\x1e\x1f\x85")
_DATE = re.compile(
    rf"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? ?)?{DATE}|"
    rf"\b\d\d?:\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?|"
    rf"\b\d\d?[/.]\d\d?[/.](?:19|20)?\d\d\b|\b\d\d?\.\d\d\b"
)
_AGE = re.compile(
    r"\b(?:\d+|an?|one) ?-?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?) (?:ago|read)\b"
)
_COUNT = re.compile(
    r"\bviews?: ?[\d,]+|\b[\d,.]+k? (?:views|hits|reads|words|shares)\b|\breading time\b|"
    r"\bmin(?:ute)?s? read\b|\ba ?- ?a ?\+?"
)
# without one of these there is no count
_COUNTED = re.compile("-|read|view|hits|words|shares")
# nor, without one of these, a date, an age or a count
_ANCHORED = re.compile(r"\d|ago\b|read|view|hits|words|shares|a ?- ?a")
_PART_ENDS = " ,;:.()[]"
_LABEL = re.compile(
    r"^(?:by|written by|posted by|words(?: by)?|text(?: and photos)?(?: by)?|story by|report by|interview by|"
    r"reported by|photographs by|(?:commentary|analysis|opinion|essay|review|column|feature) by"
    r"|author|reporters?|editors?|source|copyedited by|edited by|compiled by|translated by|category|from)\b ?:? ?",
)
_TICKER = re.compile(
    r"[^.!?]{0,60}?\b(?:increased|decreased) by\b[ |▲▼]{0,5}[+-]?[\d,.]+.{0,30}%?\)?|.{1,60}\b(?:increased|"
    r"decreased) by|"
    r"(?:increased|decreased) by|.{1,40}\bno change\b.{0,30}|(?:[a-z0-9/&-]{2,12} ?[:|"
    r"]? ?[\d,.]+ ?[▲▼]? ?[+-]?[\d.]*%?(?: ?[|/] ?| |$)){1,6}"
)
_PAGER = re.compile(
    r"[\d\s.…,/|«»<>‹›【】\[\]()-]+(?:of|next|prev|previous|last|first|page|[\d\s.…,/|«»<>‹›【】\[\]()-])*"
)
_READ = re.compile(
    r"(?:(?:ALSO |Also )?(?:READ|[Rr]ead)(?: MORE| [Mm]ore)?|See [Aa]lso)(?: |(?=[A-Z“‘]))"
    r"[“‘\"']?(?=[A-Z0-9])[^\n]{16,130}"
)
_BY_PLACE = re.compile(
    r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,2} in [A-Z]\w+(?: \w+)?"
    r"(?:(?:,| and) [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,2} in [A-Z]\w+(?: [A-Z]\w+)?){1,3}"
)
_PERSON = r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|bin|ul|ur|al|de|van|von)){1,3}"
# "Ana Li, Contributing writer"; "By Ana Li, a lawyer who teaches in Lahore."
_WITH_ROLE = re.compile(
    rf"{_PERSON}(?:, | \| |  +)(?:[A-Z][\w-]+ |(?i:contributing|staff|senior|special|guest|chief) ){{0,3}}"
    r"(?i:correspondents?|writer|reporter|editor|columnist|contributor|bureau chief|journalist|lecturer"
    r"|professor|fellow|analyst|researcher)"
    rf"|[Bb][Yy] {_PERSON}, (?!.*\b(?:will|have|had|said)\b)(?=.*\b(?:advis|econom|lawy|writ|analy|prof"
    r"|fellow|journal|scient|teach|author|direct|lectur|editor|research|engineer|diplomat|ambassador|officer"
    r"|founder|scholar|historian|doctor))(?:an? |the |who |[a-z]).{5,140}"
)
_NUMBER = re.compile(r"\d+")
_PARTICLES = frozenset("bin ul ur e al de van von".split())
_NO_PAGER = re.compile(r"[+$€£%*=\[\]{}(]|\d[,.]\d|\d, \d")
_MOST_PAGES = 999


@dataclass(frozen=True, slots=True)
class Found:
    """The kind of a line and the name of the rule that says so."""

    kind: str
    source: str


def without_counts(text: str) -> str:
    """``text`` without its dates, ages, counts and reading times."""
    low = text.lower()
    if len(low) != len(text):
        return text
    for pattern in (_DATE, _AGE, _COUNT):
        for match in reversed(list(pattern.finditer(low))):
            low = low[: match.start()] + low[match.end() :]
            text = text[: match.start()] + text[match.end() :]
    return text


def by_words(block: Block, rules: RuleSet, head: bool, tail: bool) -> Found | None:
    """What the words of the line say, or ``None``.

    Args:
        head: the line stands before the article's second paragraph.
        tail: the line stands behind its last.
    """
    key = block.key
    if not key.isprintable() or key[:1] == " " or key[-1:] == " ":
        # form feeds and the like, and blanks that were something else in the raw text
        key = " ".join(key.split())
    if len(key) > _LONGEST:
        return None
    if not key.isascii() and len(key) <= _FOREIGN_LENGTH and foreign_share(key) >= 0.5:
        return Found("nav", FOREIGN)
    if is_ticker(block.plain, key):
        return Found("nav", TICKER)
    if not head and key[-1] not in ".!,;:" and _READ.fullmatch(block.plain):
        return Found("teaser", READ_HEADLINE)
    if is_date_line(key):
        return Found("metadata", DATE_LINE) if head or (tail and not key[-1].isalpha()) else None
    opening = _WORD.search(key)
    if not (head or tail) and len(key) > 60 and opening and opening.group() not in rules.button_words:
        return None
    words = _WORD.findall(key)
    if not words or len(key) <= 60 and _PAGER.fullmatch(key):
        return Found("nav", PAGER) if is_pager(key, words) else None
    found = _listed(words, rules, head or tail)
    if found is None and (head or tail):
        found = _head_line(block, key, words, rules, head)
    return found


def foreign_share(key: str) -> float:
    """Share of the letters that are of another script; of a line, a button, a menu or a title of another edition."""
    letters = [c for c in key if c.isalpha()]
    return sum(c > _LATIN_END for c in letters) / len(letters) if letters else 0.0


def _listed(words: list[str], rules: RuleSet, edge: bool) -> Found | None:
    if all(w in rules.words["share"] or w in rules.words["share_more"] for w in words):
        core = [w for w in words if w in rules.words["share"]]
        if len(core) >= 2 or (core and (words[0] in core or edge)):
            return Found("share", SHARE_WORDS)
    if (
        edge
        and len(words) >= 2
        and all(w in rules.words["share_more"] and len(w) <= 7 for w in words)
        and len(words) <= 5
    ):
        return Found("share", SHARE_WORDS)
    known = all(w in rules.words["nav"] or w in rules.words["nav_more"] for w in words) and len(words) <= 8
    strong = sum(w in rules.words["nav"] for w in words) >= (1 if edge else 2)
    if known and (strong or words[0] in ("home", "menu", "skip", "previous")):
        return Found("nav", NAV_WORDS)
    return None


def _head_line(block: Block, key: str, words: list[str], rules: RuleSet, head: bool) -> Found | None:
    if (
        len(words) <= 6
        and not key.endswith("?")
        and not _DESK.isdisjoint(words)
        and sum(w not in rules.words["labels"] for w in words) <= 1
    ):
        return Found("metadata", DESK)
    signed = key.strip("()[]—–- .").removeprefix("by ")
    if signed in rules.agencies or signed in rules.outlets:
        return Found("metadata", AGENCY_LINE)
    parts = _parts(block.plain.strip())
    if is_byline(parts, block.plain, key, rules) and (head or len(parts) > 1 or _LABEL.match(key)):
        return Found("metadata", BYLINE)
    if head and (_BY_PLACE.fullmatch(block.plain) or _WITH_ROLE.fullmatch(block.plain)):
        return Found("metadata", BYLINE)
    if len(parts) > 1 and is_trail(parts, rules):
        return Found("nav", NAV_TRAIL)
    if len(words) <= 3 and head and all(w in rules.words["sections"] for w in words):
        return Found("nav", SECTION)
    return None


def _parts(plain: str) -> list[str]:
    """What stands between the separators of a line."""
    if "  " not in plain and _SEPARATORS.isdisjoint(plain):
        return [plain] if plain else []
    return [part for part in _SEPARATOR.split(plain) if part.strip()]


def is_pager(key: str, words: list[str]) -> bool:
    """Whether a line counts pages: "1 2 3 Next", "2/5"; no telephone number, price or lone year."""
    numbers = [int(number) for number in _NUMBER.findall(key)]
    if not numbers or max(numbers) > _MOST_PAGES or _NO_PAGER.search(key):
        return False
    if len(numbers) == 1:
        return bool(words) or (key[0] in "-–—" and key[-1] in "-–—")
    return all(a < b or (a == b and "/" in key) for a, b in zip(numbers, numbers[1:], strict=False))


def is_ticker(plain: str, key: str) -> bool:
    """Whether a line is a share or a rate with its change."""
    if len(key) > 120 or key.endswith((".", "!", "?")):
        return False
    if "Increased By" in plain or "Decreased By" in plain or "No Change" in plain or "▲" in key or "▼" in key:
        return bool(_TICKER.fullmatch(key)) or "▲" in key or "▼" in key
    rates = re.findall(r"[+-]?\d[\d,.]*%?", key)
    return "%" in key and len(rates) >= 4 and len(_WORD.findall(key)) <= len(rates)


def is_byline(parts: list[str], plain: str, key: str, rules: RuleSet) -> bool:
    """Whether every part of the line is a date, a name, a count or a label, and one says it is a by-line."""
    if not (_ANCHORED.search(key) or any(_LABEL.match(part.lower().strip(_PART_ENDS)) for part in parts)):
        return False
    anchors = 0
    for part in parts:
        low = part.lower().strip(_PART_ENDS)
        rest, dates = _DATE.subn(" ", low) if _NUMBER.search(low) else (low, 0)
        rest, ages = _AGE.subn(" ", rest) if "ago" in rest or "read" in rest else (rest, 0)
        rest, counts = _COUNT.subn(" ", rest) if _COUNTED.search(rest) else (rest, 0)
        label = bool(_LABEL.match(low))
        anchors += bool(dates) + bool(ages) + bool(counts) + label
        left = [
            w for w in _WORD.findall(rest) if w.rstrip(".") not in rules.words["labels"] and w.rstrip(".") not in MONTHS
        ]
        if len(left) > 6 or (part.rstrip().endswith((".", "!", "?")) and len(left) > 3 and not label):
            return False
        if not all(_capital(w, plain) for w in left) and len(left) > (1 if dates or ages or counts or label else 0):
            return False
    return anchors > 0 and not (anchors == 1 and key.startswith("by ") and not _is_by_name(plain))


def _capital(low: str, plain: str) -> bool:
    """Whether a word begins with a capital where the line first has it as a word of its own."""
    if low in _PARTICLES:
        return True
    line, at = plain.lower(), -1
    while (at := line.find(low, at + 1)) >= 0:
        if not (_is_inner(line[at - 1 : at]) or _is_inner(line[at + len(low) : at + len(low) + 1])):
            return not plain[at].isalpha() or plain[at].isupper()
    return True


def _is_inner(char: str) -> bool:
    return char.isalnum() or char == "_"


def _is_by_name(plain: str) -> bool:
    return bool(re.match(r"(?i:by) (?:[A-Z][\w.'’-]*(?: |$|,|\b)){1,6}", plain)) and not re.search(r"\d", plain)


def is_name(plain: str, rules: RuleSet) -> bool:
    """Whether a line is one person's name."""
    words = plain.strip(" .,").split()
    if not 2 <= len(words) <= 4 or len(plain) > 40:
        return False
    if not all(w[0].isupper() and w.replace("-", "").replace("'", "").replace(".", "").isalpha() for w in words):
        return False
    low = [w.lower().strip(".") for w in words]
    if any(w in rules.words["sections"] or w in rules.words["labels"] for w in low):
        return False
    return any(w in rules.words["names"] for w in low)


def is_trail(parts: list[str], rules: RuleSet) -> bool:
    """Whether the parts are section names, as in a menu or a breadcrumb."""
    known = 0
    for part in parts:
        words = _WORD.findall(part.lower())
        if len(words) > 4 or len(part) > 40 or part.rstrip().endswith((".", "?", "!")):
            return False
        known += all(
            w in rules.words["sections"] or w in rules.words["nav"] or w in rules.words["nav_more"] for w in words
        )
    return known >= max(1, len(parts) // 2)
