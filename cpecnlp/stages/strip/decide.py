"""Which blocks go: rules line by line, then what openers and runs say, then the guard."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.dateline import is_place_line
from cpecnlp.stages.strip.inline import find_pointer
from cpecnlp.stages.strip.lines import BYLINE_NAME, FOREIGN, by_words, foreign_share, is_name
from cpecnlp.stages.strip.rules import Rule, RuleSet
from cpecnlp.stages.strip.title import TITLE, clean_title, find_title, mark_repeats

BEHIND_OPENER = "behind_opener_v1"
HEADLINE_DASH = "headline_dash_v1"
TRUNCATED_TAIL = "truncated_tail_v1"
TICKER_NAME = "ticker_name_v1"
PLACE_LINE = "place_line_v1"
_PARAGRAPH = 90
_OWN_SCRIPT = 0.3  # share of the letters
_OPENER = 40
_SENTENCE = 6  # spaces between the words of a line that closes with a full stop
_LIST_END = "end of list"
# what a browser prints at the foot of a sheet, glued before the next line
_FOOTER = re.compile(r"^https?://\S{4,300} \d{1,3}/\d{1,3}")
_ENDS = (".", "!", "?", '"', "”", "'", "’", ")", ":", ";", ",")


def is_paragraph(block: Block) -> bool:
    """Whether a block reads like body: long enough, closed by a full stop, not cut off."""
    low = block.low
    return len(low) >= _PARAGRAPH and low.count(" ") >= 14 and not is_truncated(low) and low.endswith(_ENDS[:5])


def is_truncated(low: str) -> bool:
    """Whether a text was cut off with dots."""
    return low.endswith(("...", "…", "[…]", "[...]", "....", "… →"))


def apply_line_rules(blocks: list[Block], rules: RuleSet, body: tuple[int, int]) -> list[Rule | None]:
    """Give each block that a rule takes its kind; the rules that matched, block by block."""
    first, last = body
    hits: list[Rule | None] = []
    for index, block in enumerate(blocks):
        zones = ["", "edge"] if index <= first or index >= last else [""]
        if index <= first:
            zones.append("head")
        if index >= last and index > first:
            zones.append("tail")
        if index == 0 and len(blocks) > 1 and clean_title(block.plain, rules)[1] and block.low.count(" ") > 3:
            # a headline with its outlet behind it looks like a credit or a menu
            hits.append(None)
            continue
        rule = rules.line(_FOOTER.sub("", block.key) or block.key, tuple(zones))
        if index == 0 and rule is not None and not _before_title(block, rule):
            rule = None
        if rule is not None and rule.kind == "teaser" and find_pointer(block):
            rule = None
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


def _before_title(block: Block, rule: Rule) -> bool:
    """Whether furniture may stand above the headline: a headline itself can look like many rules."""
    return rule.kind in ("nav", "share", "promo", "legal", "metadata", "caption") and len(block.low) < 120


def _body_range(blocks: list[Block]) -> tuple[int, int]:
    """Index of the first and behind the last block that is surely a paragraph."""
    sure = [i for i, block in enumerate(blocks) if len(block.low) >= 140 and is_paragraph(block)]
    if len(sure) < 2:
        sure = [i for i, block in enumerate(blocks) if len(block.low) >= 60 and block.low.count(" ") >= 9 and i > 0]
    if not sure:
        return min(3, len(blocks) - 1), 1
    return sure[0], sure[-1]


def name_lines(blocks: list[Block], rules: RuleSet, title: int, body: tuple[int, int]) -> None:
    """A person's name alone, right below the headline or behind the last paragraph: the author."""
    first, last = body
    for index, block in enumerate(blocks):
        if not block.kind and index > title and (index < first or index > last) and is_name(block.plain, rules):
            block.kind, block.source = "metadata", BYLINE_NAME


def place_lines(blocks: list[Block], rules: RuleSet, title: int, first: int) -> None:
    """A place alone on the line above the first paragraph: the dateline, and no section of a menu."""
    for index in range(max(0, title + 1), min(first, len(blocks))):
        block = blocks[index]
        if block.kind not in ("", "nav", "metadata") or not is_place_line(block.plain, rules):
            continue
        if index == first - 1 or block.plain.endswith((":", "–", "—", "-")):
            block.kind, block.source = "metadata", PLACE_LINE


def apply_runs(blocks: list[Block], hits: list[Rule | None], title: int, body: tuple[int, int]) -> None:
    """What openers bring behind them, lists of headlines, and tails of truncated lines."""
    first, last = body
    if title < 0:
        title = 0
    done = 0
    for index, rule in enumerate(hits):
        # above the article, a count of comments or a field of a form is a button
        if rule is None or not rule.opens or index <= title or (rule.opens == "end" and index < first):
            continue
        # behind the last paragraph an opener brings all that follows
        whole = rule.kind == "teaser" and rule.opens == "one" and index > last and len(blocks[index].low) <= _OPENER
        wide = whole or rule.opens not in ("one", "url")
        # what one opener took up to the next paragraph, a second one in it cannot change: walked once
        if not wide or index >= done:
            stop = _open(blocks, index, rule, whole, last)
            done = stop if wide else done
    _dash_headlines(blocks, title)
    _truncated_tail(blocks, title)


def _open(blocks: list[Block], index: int, rule: Rule, whole: bool, last: int) -> int:
    """Take what stands behind an opener; index of the block at which that ends."""
    one = rule.opens == "one" and not whole
    if one:
        if len(blocks[index].low) > _OPENER:
            return index
        stop = index + 2
    elif rule.opens == "url":
        stop = index + 2
    else:
        stop = len(blocks)
    kind = rule.kind if rule.kind in ("teaser", "comment", "share") else "teaser"
    if rule.opens in ("list", "end") and _is_prose(blocks[index + 1 : stop]):
        return index
    for at in range(index + 1, min(stop, len(blocks))):
        block = blocks[at]
        if rule.opens == "url":
            if not block.low.startswith("http"):
                return at
            kind = rule.kind
        elif is_paragraph(block) or (one and block.plain.isupper()) or (at <= last and _resumes(block.low)):
            return at
        if not block.kind or block.source in (
            "url_line_v1",
            "section_v1",
            "nav_trail_v1",
            "byline_v2",
            "byline_name_v1",
        ):
            block.kind, block.source = kind, BEHIND_OPENER
        if block.low == _LIST_END:
            return at + 1
    return stop


def _resumes(low: str) -> bool:
    """Whether the article goes on at a block that is no whole paragraph: a short sentence with its full stop."""
    return low.endswith((".", ".”", '."')) and not is_truncated(low) and low.count(" ") >= _SENTENCE


def _is_prose(blocks: list[Block]) -> bool:
    """Whether lines that hold no whole paragraph are text wrapped to a width: sentences run through them."""
    if len(blocks) < 8 or any(is_paragraph(block) for block in blocks):
        return False
    ended = sum(block.low.endswith(".") or ". " in block.low for block in blocks)
    running = sum(block.plain[:1].islower() for block in blocks)
    return ended >= 3 and running >= 0.25 * len(blocks)


def _dash_headlines(blocks: list[Block], title: int) -> None:
    """Lines that end in " -": lists of other headlines, as a rule behind a lone dash."""
    marked = [
        i
        for i, block in enumerate(blocks)
        if i > title and not block.kind and len(block.low) < 200 and block.low.endswith((" -", " –", " —"))
    ]
    lone = [i for i, block in enumerate(blocks) if i > title and block.low in ("-", "–", "—")]
    if len(marked) < 2 and not (marked and lone):
        return
    for index in marked:
        blocks[index].kind, blocks[index].source = "teaser", HEADLINE_DASH


def _truncated_tail(blocks: list[Block], title: int) -> None:
    """From the end backwards: two or more lines cut off with dots are leads of other stories."""
    found: list[Block] = []
    for block in reversed(blocks[title + 1 :]):
        if block.kind:
            continue
        if not is_truncated(block.low) or len(block.low) > 320:
            break
        found.append(block)
    if len(found) < 2 and not (found and blocks[-1].kind and len(found[0].low) < 200):
        return
    for block in found:
        block.kind, block.source = "teaser", TRUNCATED_TAIL


def tickers(blocks: list[Block]) -> None:
    """Names and prices that stand on lines of their own between the lines of a ticker."""
    hits = [i for i, block in enumerate(blocks) if block.source.startswith("ticker")]
    if len(hits) < 3:
        return
    for i in range(max(0, hits[0] - 2), min(len(blocks), hits[-1] + 3)):
        block = blocks[i]
        if (
            not block.kind
            and len(block.low) <= 24
            and (block.plain.isupper() or not any(c.isalpha() for c in block.low))
        ):
            block.kind, block.source = "promo", TICKER_NAME


def guard(blocks: list[Block], title: int) -> bool:
    """Never strip everything: when no body would remain, what may be body comes back.

    Returns:
        Whether that was so.
    """
    if any(not block.kind for block in blocks):
        return False
    for block in blocks:
        if block.kind in ("teaser", "repeat", "caption", "metadata") and len(block.low) >= _PARAGRAPH:
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


def decide(blocks: list[Block], rules: RuleSet) -> int:
    """Fill ``kind`` and ``source`` of the blocks that go; the index of the headline or -1."""
    body = _body_range(blocks)
    hits = apply_line_rules(blocks, rules, body)
    title = find_title(blocks, rules)
    if title >= 0:
        blocks[title].kind, blocks[title].source = "title", TITLE
    name_lines(blocks, rules, title, body)
    place_lines(blocks, rules, title, body[0])
    mark_repeats(blocks, title, rules)
    tickers(blocks)
    apply_runs(blocks, hits, title, body)
    guard(blocks, title)
    return title
