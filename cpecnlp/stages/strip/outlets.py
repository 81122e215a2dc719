"""The outlets that a page itself names: behind its headline, in its copyright line, beside its article."""

from __future__ import annotations

import re
from functools import lru_cache

from cpecnlp.stages.strip.blocks import Block, is_paragraph
from cpecnlp.stages.strip.rules import RuleSet

_SUFFIX = re.compile(r"\s+(?:[-–—|•·]|::)\s+(?P<name>[^-–—|•·]{2,40})$")
DOMAIN = re.compile(r"[\w.-]{2,30}\.(?:com|pk|net|org|tv|cn|info|news|example)(?:\.\w\w)?")
_SECTIONS = frozenset(
    "pakistan business newspaper world sport sports opinion national international economy technology tech prism "
    "multimedia magazines magazine editorial editorials features feature politics latest news front page back page "
    "metro blogs blog markets china asia top stories health education entertainment culture life & style special "
    "perspective perspectives columns column energy trade industry cpec regional".split()
) | {"front page", "back page", "top stories", "life & style", "life &amp; style", "special report"}
_HEAD = 14  # lines in which a headline with its outlet behind it can stand
_LONGEST = 200
_TAIL = re.compile(r"\s*(?:\s[-–—]\s|\s?\|\s|\s::\s|\s[•·]\s)\s*(?P<name>[^|•–—]{2,44}?)\s*$")
_BAR = re.compile(r"[|•·]|::")
_RIGHTS = re.compile(
    r"(?:©|\([cC]\)|\b[cC]opyright\b|\bCOPYRIGHT\b)(?: ?©| ?\([cC]\)| [cC]opyright)?[ ,:]*"
    r"(?:(?:19|20)\d\d(?: ?[-–] ?(?:20)?\d\d)?)?[ ,.]*(?:[bB]y )?"
    r"(?P<name>[A-Z][\w'’&-]*(?: (?:[A-Z&][\w'’&-]*|of|the|and|for)){0,5})(?![\w'’&-])(?! [a-z])"
)
_FORM = re.compile(
    r"[ ,]*\b(?:Ltd|LLC|Inc|Limited|Pvt|Private|Co|All|Group|Corporation|PLC|Rights"
    r"|Publications?|Publishing|Media Group)\b.*$"
)
_SIGNS = ("©", "copyright", "(c)")
_WORD = re.compile(r"[^\W_]+")
_MARKS = (" - ", " – ", " — ", "|", " :: ", " • ", " · ")
_STAMP = re.compile(r"updated|published|posted|\d{4}-\d\d")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def outlets_of(blocks: list[Block], outlet: str, rules: RuleSet) -> dict[str, str]:
    """Names of outlets that the page states, lower case → as written.

    Args:
        blocks: of the page, before any is judged.
        outlet: the scraper's name of the outlet, ``""`` where it is not known. It only helps to recognise
            the name; what the text does not state is not given.
        rules: that know outlets and sections of their own.
    """
    found: dict[str, str] = {}
    wanted = _key(outlet)
    small = [block for block in blocks if len(block.low) <= _LONGEST and not is_paragraph(block)]
    for block in small:
        for right in _RIGHTS.finditer(block.plain) if any(map(block.low.__contains__, _SIGNS)) else ():
            if not any(word.lower() in rules.words["names"] for word in right["name"].split()):
                _add(found, _FORM.sub("", right["name"], count=1))
    for number, block in enumerate(small[:_HEAD]):
        match = _TAIL.search(block.plain) if any(map(block.plain.__contains__, _MARKS)) else None
        name = match["name"].strip() if match else ""
        if not match or block.low.count(" ") < 3 or _STAMP.search(block.low) or not _reads_like_one(name, rules):
            continue
        alone = number == 0 and _BAR.search(match.group()) is not None and ". " not in block.plain
        sure = _key(name) == wanted or alone or _stands_again(name, block, small)
        if sure:
            _add(found, name)
    if len(wanted) > 3:
        spelled, first = _spelled(outlet)
        for block in small:
            there = spelled.search(block.plain) if first in block.low else None
            if there:
                _add(found, there.group())
    return found


@lru_cache(maxsize=256)
def _spelled(outlet: str) -> tuple[re.Pattern[str], str]:
    """How a text may write the outlet that a scraper calls so, and the first word of that in lower case."""
    parts = _CAMEL.sub(" ", outlet.removeprefix("The ")).split()
    return re.compile(r"(?<![\w@#/.])(?:The )?" + " ?".join(map(re.escape, parts)) + r"(?!\w|\.\w)"), parts[0].lower()


def _key(name: str) -> str:
    return "".join(_WORD.findall(name.lower().removeprefix("the ")))


def _add(found: dict[str, str], name: str) -> None:
    name = name.strip(" .,-|")
    if name and name.lower() not in found:
        found[name.lower()] = name.title() if name.isupper() and " " in name else name


def _reads_like_one(name: str, rules: RuleSet) -> bool:
    """Whether a name is a few capitalised words and neither a section nor a date nor an author."""
    words = name.split()
    if not words or any(word.lower() in rules.words["names"] for word in words):
        return False
    if words[0].lower() in rules.words["not_outlet"] or not any(len(_key(word)) > 1 for word in words):
        return False
    if not 1 <= len(words) <= 6 or any(c.isdigit() for c in name[:1]) or name.lower() in rules.places:
        return False
    if all(word.lower().strip("&") in rules.words["sections"] for word in words if word != "&"):
        return False
    return all(word[0].isupper() or word.lower() in ("of", "the", "and", "&", "by", "for") for word in words)


def _stands_again(name: str, block: Block, small: list[Block]) -> bool:
    """Whether the name stands in another line that is no sentence of the article."""
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(other is not block and pattern.search(other.plain) for other in small)


def clean_title(title: str, rules: RuleSet) -> tuple[str, str]:
    """The headline without the outlet's suffix ("… - Pakistan - DAWN.COM"), and the outlet that it named."""
    text, outlet = " ".join(title.split()), ""
    # as a rule one; some outlets hang name and address behind each other
    for _ in range(2):
        match = _SUFFIX.search(text)
        named = named_outlet(match["name"].strip(), rules) if match else ""
        if not match or not named:
            break
        text, outlet = text[: match.start()], named
    if not outlet:
        return text, ""
    section = _SUFFIX.search(text)
    # the section stands between headline and outlet ("… - Business - DAWN.COM")
    if section and _is_section(section["name"].strip().lower(), rules):
        text = text[: section.start()]
    return text.strip(), outlet


def _is_section(low: str, rules: RuleSet) -> bool:
    return low in _SECTIONS or all(word in rules.words["sections"] for word in low.split() if word != "&")


def named_outlet(name: str, rules: RuleSet) -> str:
    """The outlet that ``name`` is, ``""`` when it does not read like one."""
    low = name.lower()
    known: str | None = rules.outlets.get(low) or rules.outlets.get("the " + low)
    if known:
        return known
    words_ = name.split()
    if DOMAIN.fullmatch(low):
        return name
    capital = all(word[0].isupper() or word in ("of", "the", "and", "&") for word in words_)
    if 2 <= len(words_) <= 5 and capital and low.split()[-1] in rules.words["outlet_nouns"]:
        return name
    return ""
