"""The headline."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import Block, is_paragraph
from cpecnlp.stages.strip.dates import MONTH
from cpecnlp.stages.strip.outlets import DOMAIN, clean_title
from cpecnlp.stages.strip.rules import RuleSet
from cpecnlp.stages.strip.tokens import ALPHANUMERIC

TITLE = "title_first_v1"
ABOVE_TITLE = "above_title_v1"
LONGEST_TITLE = 260
ALIKE = 0.85  # share of the headline's words that a repetition of it has
_PARTS = re.compile(r"\s*[|»>›/]\s*|\s{2,}")
_SHORT, _MENU = 4, 24
_STEM, _OFF_SUBJECT, _ON_SUBJECT = 4, 0.34, 0.5
_SENTENCE = 16  # words of a line with a full stop that is no headline any more
_NO_SUBJECT = re.compile(
    r"\d|(?:with|from|that|this|have|will|were|your|more|what|when|into|over|than|about|after)$|(?:mon|tues|wednes|thurs|fri|satur|sun)day$|"
    + MONTH
)
_NO_HEADLINE = re.compile(
    r"  |[|»>›·]| / | : |(?:19|20)\d\d|^(?:read|open|get|join|subscribe|sign|log|download|donate|follow|your|our|skip"
    r"|members|limited|this|try|return|welcome|advertis\w+|press release|handout|menu|home)\b"
)
_NUMBERED = re.compile(
    r"(?:pr|press release|news release|media (?:note|release)|statement)\b[^a-z]{0,3}(?:no\b)?[^a-z]{1,20}$"
)


def words(low: str) -> list[str]:
    """The words of a lower-case text, without punctuation."""
    return ALPHANUMERIC(low)


def find_title(blocks: list[Block], rules: RuleSet) -> int:
    """Index of the headline, or -1 when the text has none.

    The first block that is no furniture is the headline when it reads like one and
    something longer follows. What stands above it (a section, a rate, a credit) is furniture.
    """
    open_ = [index for index, block in enumerate(blocks) if not block.kind]
    start = max(_below_menu(blocks, open_, rules), _by_subject(blocks, open_))
    for place, index in enumerate(open_):
        block = blocks[index]
        below = open_[place + 1 : place + 3]
        if index < start:
            block.kind, block.source = "nav", ABOVE_TITLE
            continue
        if not below or not _is_headline(block):
            return -1
        following = blocks[below[0]]
        likely = len(words(following.low)) >= 4 and not following.plain.endswith(".")
        if (
            len(below) > 1
            and likely
            and _is_headline(following)
            and (
                _is_listed(blocks, index)
                or _is_kicker(block, rules)
                or _leads_to(block, following)
                or _is_slug(blocks, index, below[0], rules)
            )
        ):
            block.kind, block.source = "nav", ABOVE_TITLE
            continue
        return index
    return -1


def _below_menu(blocks: list[Block], open_: list[int], rules: RuleSet) -> int:
    """Index of the headline below a menu whose lines no rule knows; 0 where there is none.

    A menu is short lines, more than one or with other furniture of menus between them and
    the headline; the headline is a longer line with a date, an author or itself again below.
    """
    if not open_ or not _is_short(blocks[open_[0]]) or len(open_) < 3:
        return 0
    first = open_[0]
    second = blocks[open_[1]]
    menu = blocks[first + 1].kind in ("nav", "teaser", "legal") or (_is_short(second) and not is_person(second, rules))
    for index in range(first + 1, min(len(blocks) - 1, first + _MENU)) if menu else ():
        block = blocks[index]
        if block.kind == "metadata" or len(block.low) > LONGEST_TITLE:
            return 0
        dated = index - first > 2 and blocks[index + 1].kind == "metadata"
        if not block.kind and _is_strong(block, _SHORT - 2 if dated else _SHORT) and _is_headed(blocks, index):
            return index
    return 0


def _by_subject(blocks: list[Block], open_: list[int]) -> int:
    """Index of the headline where the first line does not speak of what the article is about, else 0.

    Menus, appeals and names of sites share hardly a word with the paragraphs; a headline shares most.
    """
    if len(open_) < 3:
        return 0
    above = blocks[open_[0]]
    if open_[0] == 0 and blocks[1].start - above.end > 1 and "  " not in above.plain:
        return 0  # headline, empty line, text: how scrapers hand an article over
    subject = {word[:_STEM] for block in blocks if is_paragraph(block) for word in words(block.low)}
    plain = len(words(above.low)) > 3 and not _NO_HEADLINE.search(above.low)
    best, found = _OFF_SUBJECT, 0
    for place, index in enumerate(open_[:_MENU]):
        block = blocks[index]
        if is_paragraph(block) or _speaks(block) or index > _MENU:
            break
        listed = {word[:_STEM] for word in words(block.low) if len(word) > 3 and not _NO_SUBJECT.match(word)}
        share = len(listed & subject) / len(listed) if listed else 0.0
        if place == 0 and (plain or (len(listed) > 1 and share >= _OFF_SUBJECT)):
            return 0
        long = len(listed) >= 3 and len(words(block.low)) > 3
        if place and long and share > best and _is_headline(block) and "  " not in block.plain:
            if share >= _ON_SUBJECT:
                return index
            best, found = share, index
    return found


def _speaks(block: Block) -> bool:
    """Whether a line is a sentence or a point of a list, as no menu has."""
    return block.low.startswith(("- ", "• ")) or (block.low.endswith((".", ":")) and len(words(block.low)) > 7)


def is_person(block: Block, rules: RuleSet) -> bool:
    """Whether one of a line's words is a name of the region."""
    return any(word in rules.words["names"] for word in words(block.low))


def _is_short(block: Block) -> bool:
    return len(words(block.low)) <= _SHORT and not block.low.endswith((".", "?", "!", ":", '"', "”"))


def _is_strong(block: Block, least: int) -> bool:
    """Whether a line has more words than ``least``, as headlines have, and begins like one."""
    count, begins = len(words(block.low)), block.plain.lstrip("\"'“‘ ")[:1]
    return least < count <= 24 and _is_headline(block) and not begins.islower() and not block.low.endswith((".", ":"))


def _is_headed(blocks: list[Block], index: int) -> bool:
    """Whether a date, an author, or the same words again stand shortly below a line."""
    listed = set(words(blocks[index].low))
    for block in blocks[index + 1 : index + 5]:
        if block.kind == "metadata" or (not block.kind and same_words(listed, words(block.low))):
            return True
        if len(block.low) > LONGEST_TITLE:
            return False
    return False


def _leads_to(block: Block, following: Block) -> bool:
    """Whether a line is a trail that ends in the headline below it: "HomeWorldThe headline"."""
    trail, headline = block.low, following.low
    return len(trail) > len(headline) and trail.startswith("home") and trail.endswith(headline)


def _is_slug(blocks: list[Block], index: int, below: int, rules: RuleSet) -> bool:
    """Whether a line names the column or the number of what is headed on the very next line."""
    block, headline = blocks[index], blocks[below]
    near = headline.start - block.end == 1 and not is_person(block, rules)
    short = _is_short(block) or _NUMBERED.match(block.low) is not None
    return near and short and _is_strong(headline, _SHORT) and _is_headed(blocks, below)


def _is_listed(blocks: list[Block], index: int) -> bool:
    """Whether a line stands below one that opens a list, such as "Trending:" above the headline."""
    before = blocks[index - 1] if index else None
    if before is None:
        return False
    return before.kind == "teaser" or (before.kind == "nav" and before.low.endswith(":"))


def _is_headline(block: Block) -> bool:
    count = len(words(block.low))
    if len(block.plain) > LONGEST_TITLE or count > 36 or (count > _SENTENCE and block.plain.endswith(".")):
        return False
    return not block.low.startswith(("http", "•")) and not block.cut


def _is_kicker(block: Block, rules: RuleSet) -> bool:
    """Whether a line may stand above a headline: a section, a slug, a rate, an author, a page's address."""
    plain, listed = block.plain.strip(), words(block.low)
    if clean_title(block.shown, rules)[1]:
        return False
    if len(listed) <= 1 or not plain[0].isalnum() and plain[0] not in "\"'“‘":
        return True
    if all(part.strip().lower() in rules.agencies for part in plain.split(" - ")):
        return True
    if len(listed) <= 3 and (plain.isupper() or all(w in rules.words["sections"] for w in listed)):
        return True
    parts = [part for part in _PARTS.split(plain) if part]
    if len(parts) > 1 and all(len(part.split()) <= 3 for part in parts):
        return True
    digits = sum(c.isdigit() for c in plain)
    return digits > 0.3 * len(plain) or DOMAIN.match(block.low) is not None or "correspondent" in listed[-1]


def same_words(wanted: set[str], listed: list[str]) -> bool:
    """Whether the words of a line are nearly those of the headline."""
    if len(wanted) < 4 or not 0.75 * len(wanted) <= len(listed) <= 1.5 * len(wanted) + 2:
        return False
    shared = len(wanted.intersection(listed))
    return shared >= ALIKE * max(len(wanted), len(set(listed)))
