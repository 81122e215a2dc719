"""Names that an annotator may have missed: words that are nearly always a name in this kind of news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from cpecnlp.corpus.rules import folded, mask

_KNOWN = (
    r"Pakistan|China|Beijing|Islamabad|Karachi|Lahore|Gwadar|Peshawar|Quetta|Punjab|Sindh|Balochistan|Shanghai"
    r"|Shenzhen|Xinjiang|Kashgar|Pak|US|UK|India|Afghanistan|CPEC|BRI|ML-1|SEZs?|STZA|IMF|SBP|NDRC|UN|SCO|MoUs?|LoI"
    r"|AI|IT|ICT|[345]G|Internet of Things|blockchain|e-commerce|fintech|drones?|satellites?|broadband|software"
    r"|robot(?:ic)?s|cloud computing|data cent(?:re|er)s?|solar|hydropower|semiconductors?|electric vehicles|EVs?"
    r"|automation|big data|machine learning|renewable energy|clean energy|green energy|biotechnology|cybersecurity"
    r"|[Mm]emorand(?:um|a) of [Uu]nderstanding|[Ll]etters? of [Ii]ntent|treaty"
)
_DATES = (
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|(?:19|20)\d\d(?:-\d\d)?s?|FY\d\d|(?:last|next|this) (?:week|month|year|spring|summer|autumn"
    r"|winter|decade|quarter)|today|tomorrow|yesterday|(?:days?|weeks?|months?|years?|decades?) ago|\w+ earlier"
)
_SUMS = (
    r"(?:Rs\.? ?|PKR ?|US\$|[$€£¥] ?|RMB ?)\d[\d.,]*\w*(?: (?:trillion|billion|million|crore|lakh))?"
    r"|\d[\d.,]* ?\w* (?:yuan|dollars|rupees|euros?|renminbi)"
)
_CAPITALS = r"(?<=[a-z,;] )[A-Z][\w’'-]*(?: (?:of |and |for |the )?[A-Z][\w’'-]*)*"
# in this order: what an earlier rule found is not reported again
_RULES = tuple(
    (name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"))
    for name, pattern in (("sum", _SUMS), ("date", _DATES), ("name", _KNOWN), ("capitals", _CAPITALS))
)
_PLAIN = re.compile(
    r"(?:(?:I|Mr|Ms|Mrs|Dr|Prof|Engr|Senator|President|Chinese|Pakistani|Pakistanis|Urdu|English|Mandarin|Punjabi|Sindhi"
    r"|Islamic|Muslim|Ambassador|Minister|Premier|Chairman|Prime|Secretary|Governor|Chief|Director|Vice|General|Indian"
    r"|American|Sino)(?: |$))+"
)


def missed(
    text: str, entities: Sequence[Sequence[Any]], removed: Sequence[Sequence[Any]]
) -> Iterator[tuple[int, str, str, str]]:
    """(offset, rule, surface, sentence) of every likely name outside marks and furniture."""
    plain, at = folded(mask(text, [*entities, *removed]))
    taken: set[int] = set()
    for name, pattern in _RULES:
        for match in pattern.finditer(plain):
            if not taken.isdisjoint(range(*match.span())) or (name == "capitals" and _PLAIN.fullmatch(match[0])):
                continue
            taken.update(range(*match.span()))
            around = plain[max(0, match.start() - 25) : match.end() + 25].replace("\x00", "·")
            yield at[match.start()], f"hint-{name}", match[0], f"not marked: {match[0]!r} in …{around}…"
