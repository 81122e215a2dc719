"""Biographies: paragraphs below an article that speak of its author by name."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.rules import RuleSet

OWN_BIO = "author_bio_own_v1"
_LONGEST, _NEAR = 420, 60  # characters of a biography; within which the name stands
_PART = re.compile(r",? and |, | & ")
_DOES = (
    r"(?:,[^,]{2,90},?| ?\([^)]{2,60}\),?)? (?:is|was|has|have|had|covers?|covered|writes?|wrote|works?|worked"
    r"|teaches|taught|edits|edited|reports?|reported|leads|heads|serves|served|holds|lives|joined|can be|contributed"
    r"|tweets|speciali[sz]\w+"
    r"|chairs|directs|studies|studied|focus\w+|currently|previously|retired|graduated|practi[cs]es|runs|oversees)\b"
)
_WORKS = r" (?:covers?|covered|writes|works|teaches|edits|reports|leads|heads|tweets|speciali[sz]es|is an? [a-z]+ist)\b"
_TITLED = r"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs|Engr|Ambassador|Amb|Lt|Gen|Col|Brig|Maj|Sir)\.?(?: \(R(?:etd)?\))? )*"
_GOES_ON = re.compile(r"(?:He|She|They|His|Her|Their|Twitter|X:|Email|E-mail|Follow|Reach)\b[^\n]{5,200}")


def mark_bios(blocks: list[Block], author: str, rules: RuleSet) -> None:
    """Take what stands behind the article and says who its author is.

    Args:
        blocks: of a judged page.
        author: as the by-line names them; several are set apart by commas or "and". Desks are nobody.
        rules: that know the words of desks and outlets, and places.
    """
    names = [name for name in _PART.split(author) if name.count(" ") >= 1 and _is_person(name, rules)]
    open_ = [index for index, block in enumerate(blocks) if not block.kind]
    if not names or len(open_) < 4:
        return
    last = open_[len(open_) * 3 // 5 :]
    firsts = tuple(name.split()[0] for name in names)
    if not any(first in blocks[index].plain[:_NEAR] for index in last for first in firsts):
        return
    whole, first = "|".join(map(re.escape, names)), "|".join(map(re.escape, firsts))
    # by the first name alone, what they do must be said: "Ana covers", not "Ana is"
    about = re.compile(rf"(?:About (?:the )?[Aa]uthors?:? )?{_TITLED}(?:(?:{whole}){_DOES}|(?:{first}){_WORKS})")
    for place, index in enumerate(last):
        block = blocks[index]
        above = blocks[last[place - 1]] if place else None
        own = len(block.low) <= _LONGEST and about.match(block.plain)
        if own or (above is not None and above.source == OWN_BIO and _GOES_ON.fullmatch(block.plain)):
            block.kind, block.source = "metadata", OWN_BIO


def _is_person(name: str, rules: RuleSet) -> bool:
    low = name.lower().split()
    desk = any(word in rules.words[known] for known in ("labels", "outlet_nouns", "sections") for word in low)
    return not desk and name.lower() not in rules.places and low[0] not in rules.places
