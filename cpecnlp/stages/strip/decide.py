"""Which blocks go: rules line by line, then what openers and runs say, then the guard."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import PARAGRAPH, Block, is_paragraph
from cpecnlp.stages.strip.dateline import is_place_line
from cpecnlp.stages.strip.dates import is_date_line
from cpecnlp.stages.strip.inline import find_pointer
from cpecnlp.stages.strip.lines import BYLINE, BYLINE_NAME, FOREIGN, by_words, foreign_share, is_name
from cpecnlp.stages.strip.outlets import clean_title
from cpecnlp.stages.strip.release import about_companies, behind_release
from cpecnlp.stages.strip.repeats import mark_repeats
from cpecnlp.stages.strip.rules import Rule, RuleSet
from cpecnlp.stages.strip.runs import apply_runs, tickers
from cpecnlp.stages.strip.title import TITLE, find_title

PLACE_LINE = "place_line_v1"
_OWN_SCRIPT = 0.3  # share of the letters
_HEAD_LINES = 14  # most lines between a standfirst and the first paragraph
_SURE = 100  # characters of a paragraph that is surely the article's, if nothing speaks against it
_PEELS = 4
_PERSON = re.compile(r"[A-Z][\w.'’-]+ [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)?(?: in [A-Z][\w-]+)?")
_AUTHORS = 3
# the zones of rules that hold up to the first paragraph, between the first and the last, behind the last
_HEAD, _BODY, _TAIL = ("", "edge", "head"), ("",), ("", "edge", "tail")
_TITLE_LINES, _PART_OF_TITLE = 4, 15
_ROMAN = re.compile(r"\b[IVX]+$")
_HEADS = ("KEY POINTS", "Key Points", "Key points", "Key Takeaways", "In Brief", "At A Glance", "Story Highlights")
# what a browser prints at the foot of a sheet, glued before the next line
_FOOTER = re.compile(r"^https?://\S{4,300} \d{1,3}/\d{1,3}")
# signs that promotion and teasers open with
_SIGNS = re.compile("^[\u2600-\u27bf\u25b2-\u25ff\ufe0f\U0001f300-\U0001faff ]+(?=[a-z])")


def apply_line_rules(blocks: list[Block], rules: RuleSet, body: tuple[int, int]) -> list[Rule | None]:
    """Give each block that a rule takes its kind; the rules that matched, block by block."""
    first, last = body
    hits: list[Rule | None] = []
    for index, block in enumerate(blocks):
        rule = None
        if not block.kind and not _is_suffixed(blocks, index, rules):
            rule = _line_rule(blocks, index, rules, body)
            if rule is not None:
                block.kind, block.source = rule.kind, rule.name
            else:
                found = by_words(block, rules, index <= first, index >= last)
                if found is not None:
                    block.kind, block.source = found.kind, found.source
        hits.append(rule)
    if any(block.source == FOREIGN for block in blocks) and foreign_share("".join(b.low for b in blocks)) > _OWN_SCRIPT:
        # the page itself is written in that script
        for block in blocks:
            if block.source == FOREIGN:
                block.kind = block.source = ""
    return hits


def _is_suffixed(blocks: list[Block], index: int, rules: RuleSet) -> bool:
    """Whether the first line is a headline with its outlet behind it: that looks like a credit or a menu."""
    block = blocks[index]
    return index == 0 and len(blocks) > 1 and block.low.count(" ") > 3 and clean_title(block.plain, rules)[1] != ""


def _line_rule(blocks: list[Block], index: int, rules: RuleSet, body: tuple[int, int]) -> Rule | None:
    """The rule for whole lines that takes a block where it stands."""
    block, (first, last) = blocks[index], body
    zones = _HEAD if index <= first else _BODY if index < last else _TAIL
    key = block.key
    rule = rules.line(_FOOTER.sub("", key) or key if key.startswith("http") else key, zones)
    if rule is None and not key[:1].isalnum() and (sign := _SIGNS.match(key)):
        rule = rules.line(key[sign.end() :], zones)
    if rule is not None and index == 0 and not _before_title(block, rule):
        return None
    return None if rule is not None and rule.kind == "teaser" and find_pointer(block) else rule


def _before_title(block: Block, rule: Rule) -> bool:
    """Whether furniture may stand above the headline: a headline itself can look like many rules."""
    return rule.kind in ("nav", "share", "promo", "legal", "metadata", "caption") and len(block.low) < 120


def _body_range(blocks: list[Block]) -> tuple[int, int]:
    """Index of the first and of the last block that is surely a paragraph of the article."""
    sure = [i for i, block in enumerate(blocks) if not block.kind and len(block.low) >= _SURE and is_paragraph(block)]
    if len(sure) < 2:
        sure = [
            i
            for i, block in enumerate(blocks)
            if not block.kind and len(block.low) >= 60 and block.low.count(" ") >= 9 and i > 0
        ]
    if not sure:
        return min(3, len(blocks) - 1), 1
    return _below_standfirst(blocks, sure), sure[-1]


def _below_standfirst(blocks: list[Block], sure: list[int]) -> int:
    """The first paragraph, or the one below it where a date, an author or buttons stand between the two."""
    first = sure[0]
    if len(sure) > 2 and 2 < sure[1] - first < _HEAD_LINES:
        between = blocks[first + 1 : sure[1]]
        if any(is_date_line(block.low) or block.low.startswith("by ") or block.kind == "share" for block in between):
            return sure[1]
    return first


def _rules_by_line(blocks: list[Block], rules: RuleSet) -> tuple[list[Rule | None], tuple[int, int]]:
    """Rules line by line, again where long furniture at the end had counted as the article's last paragraph."""
    body = _body_range(blocks)
    hits = apply_line_rules(blocks, rules, body)
    for _ in range(_PEELS):
        now = _body_range(blocks)
        now = (max(body[0], now[0]), min(body[1], now[1]))
        if now == body or now[1] <= now[0]:
            break
        body = now
        more = apply_line_rules(blocks, rules, body)
        hits = [new or old for new, old in zip(more, hits, strict=True)]
    return hits, body


def _is_signed(blocks: list[Block], index: int, rules: RuleSet) -> bool:
    """Whether a line of the head may be a name, and a date or a desk stands right above or below it."""
    match = _PERSON.fullmatch(blocks[index].plain)
    if not match or blocks[index].kind not in ("", "nav"):
        return False
    if any(word in rules.words["sections"] or word in rules.words["labels"] for word in _words(blocks[index])):
        return False
    around = blocks[max(0, index - 1) : index] + blocks[index + 1 : index + 2]
    dated = any(block.source == BYLINE and block.low[:1].isdigit() for block in around)
    return dated or any(block.source.startswith(("date_line", "desk", "live_stamp")) for block in around)


def _is_nobody_else(blocks: list[Block], index: int, rules: RuleSet) -> bool:
    """Whether a line of the head reads like a person's name and nothing in the article is called so."""
    plain = blocks[index].plain
    if blocks[index].kind or not _PERSON.fullmatch(plain) or "  " in plain or plain in _HEADS:
        return False
    listed = blocks[index].low.replace(".", "").split()
    beside = blocks[max(0, index - 1) : index] + blocks[index + 1 : index + 2]
    if _ROMAN.search(plain) or not any(block.kind in ("metadata", "share") for block in beside):
        return False
    known = ("sections", "labels", "outlet_nouns", "nav", "nav_more", "share", "share_more")
    if any(word in rules.words[name] for name in known for word in listed) or " ".join(listed) in rules.places:
        return False
    rest = "\n".join(block.low for number, block in enumerate(blocks) if number != index and is_paragraph(block))
    return not any(re.search(rf"\b{re.escape(word)}\b", rest) for word in listed if len(word) > 2)


def _words(block: Block) -> list[str]:
    return [word for word in block.low.split() if word != "in"]


def name_lines(blocks: list[Block], rules: RuleSet, title: int, body: tuple[int, int]) -> None:
    """A person's name alone, right below the headline or behind the last paragraph: the author.

    More than a few are a list of people.
    """
    first, last = body
    names = [
        i > title
        and (
            ((i < first or i > last) and is_name(block.plain, rules))
            or (i <= first and _is_signed(blocks, i, rules))
            or (i < first and _is_nobody_else(blocks, i, rules))
        )
        for i, block in enumerate(blocks)
    ]
    for lines in (range(first + 1), range(first + 1, len(blocks))):
        found = [blocks[i] for i in lines if names[i]]
        for block in found if len(found) <= _AUTHORS else ():
            if block.kind in ("", "nav"):
                block.kind, block.source = "metadata", BYLINE_NAME


def place_lines(blocks: list[Block], rules: RuleSet, title: int, first: int) -> None:
    """A place alone on the line above the first paragraph: the dateline, and no section of a menu."""
    for index in range(max(0, title + 1), min(first, len(blocks))):
        block = blocks[index]
        if block.kind not in ("", "nav", "metadata") or not is_place_line(block.plain, rules):
            continue
        if index == first - 1 or block.plain.endswith((":", "–", "—", "-")):
            block.kind, block.source = "metadata", PLACE_LINE


def guard(blocks: list[Block], title: int) -> bool:
    """Never strip everything: when no body would remain, what may be body comes back.

    Returns:
        Whether that was so.
    """
    if any(not block.kind for block in blocks):
        return False
    for block in blocks:
        if block.kind in ("teaser", "repeat", "caption", "metadata") and len(block.low) >= PARAGRAPH:
            block.kind, block.source, block.score = "", "", None
    if all(block.kind for block in blocks) and title >= 0:
        blocks[title].kind = blocks[title].source = ""
    return True


def settle_tail(blocks: list[Block]) -> None:
    """Behind the last block of body, captions among teasers belong to the other stories."""
    last = max((index for index, block in enumerate(blocks) if not block.kind), default=len(blocks))
    tail = blocks[last + 1 :]
    if sum(block.kind == "teaser" for block in tail) >= 2:
        for block in tail:
            if block.kind == "caption":
                block.kind = "teaser"


def _stated_title(blocks: list[Block], headline: str) -> int:
    """Index of the line among the first that is the headline which the page's markup states, or -1."""
    wanted = "".join(c for c in headline.casefold() if c.isalnum())
    found, longest = -1, _PART_OF_TITLE - 1
    for index, block in enumerate(blocks[:_TITLE_LINES] if wanted else ()):
        there = "".join(c for c in block.plain.casefold() if c.isalnum())
        if wanted.startswith(there) and len(there) > longest:
            found, longest = index, len(there)
    return found


def decide(blocks: list[Block], rules: RuleSet, headline: str = "") -> int:
    """Fill ``kind`` and ``source`` of the blocks that go; the index of the headline or -1.

    Args:
        headline: that the markup of a web page states; one of the first lines, if any, is it.
    """
    hits, body = _rules_by_line(blocks, rules)
    title = _stated_title(blocks, headline)
    if title < 0:
        title = find_title(blocks, rules)
    if title >= 0:
        blocks[title].kind, blocks[title].source = "title", TITLE
    name_lines(blocks, rules, title, body)
    place_lines(blocks, rules, title, body[0])
    mark_repeats(blocks, title, rules)
    tickers(blocks)
    behind_release(blocks, title, body[1])
    about_companies(blocks)
    apply_runs(blocks, hits, title, body)
    guard(blocks, title)
    return title
