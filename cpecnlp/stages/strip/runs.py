"""What stands in rows: lists behind an opener, headlines with dashes, leads cut off, tickers."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import Block, is_paragraph, is_truncated
from cpecnlp.stages.strip.rules import Rule

BEHIND_OPENER = "behind_opener_v2"
HEADLINE_DASH = "headline_dash_v1"
TRUNCATED_TAIL = "truncated_tail_v1"
TICKER_NAME = "ticker_name_v2"
_OPENER = 40
_SENTENCE = 3  # spaces between the words of a line that closes with a full stop
_REOPENED = 8
_WRAPPED = 30  # a shorter line in small letters may be a button
_LOOK, _PROSE = 60, 0.6
_NAMED = re.compile(r"[:|»] ?[^\W\d_]+ [^\W\d_]+ ")
_CELLS = frozenset(("name", "email", "e-mail", "website", "submit", "reply", "comment"))
_POINT = re.compile(r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)] |[•▪●–-] ")
_LIST_END = "end of list"


def apply_runs(blocks: list[Block], hits: list[Rule | None], title: int, body: tuple[int, int]) -> None:
    """What openers bring behind them, lists of headlines, and tails of truncated lines."""
    first, last = body
    if title < 0:
        title = 0
    done = reopened = 0
    running = ""
    for index, rule in enumerate(hits):
        # above the article, a count of comments or a field of a form is a button
        if rule is None or not rule.opens or index <= title or (rule.opens == "end" and index < first):
            continue
        if rule.opens == "end" and (index <= last or blocks[index].low in _CELLS) and not _is_form(blocks, index):
            if first < index < last and blocks[index].low in _CELLS:
                blocks[index].kind = blocks[index].source = ""
            continue
        # behind the last paragraph an opener brings all that follows
        whole = rule.kind == "teaser" and rule.opens == "one" and index > last and len(blocks[index].low) <= _OPENER
        wide = whole or rule.opens not in ("one", "url")
        # what one opener took up to the next paragraph, a second one in it cannot change: walked once
        # … but for a list of stories behind the comments
        again = running == "comment" and rule.opens == "list" and reopened < _REOPENED
        reopened += again and index < done
        if not wide or index >= done or again:
            stop = _open(blocks, index, rule, whole, last)
            done, running = (stop, rule.kind) if wide else (done, running)
    _dash_headlines(blocks, title)
    _truncated_tail(blocks, title)


def _is_form(blocks: list[Block], index: int) -> bool:
    """Whether more of comments stands right below a line that may be a field of a form or a cell of a table."""
    return any(block.kind == "comment" for block in blocks[index + 1 : index + 4])


def _open(blocks: list[Block], index: int, rule: Rule, whole: bool, last: int) -> int:
    """Take what stands behind an opener; index of the block at which that ends."""
    one = rule.opens == "one" and not whole
    if one and (len(blocks[index].low) > _OPENER or _NAMED.search(blocks[index].low)):
        # it holds the headline that it points to
        return index
    stop = index + 2 if one or rule.opens == "url" else len(blocks)
    kind = rule.kind if rule.kind in ("teaser", "comment", "share") else "teaser"
    if rule.opens != "url" and _is_prose(blocks[index + 1 : min(stop, index + 1 + _LOOK)]):
        return index
    for at in range(index + 1, min(stop, len(blocks))):
        block = blocks[at]
        if rule.opens == "url":
            if not block.low.startswith("http"):
                return at
            kind = rule.kind
        elif is_paragraph(block) or (one and block.plain.isupper()) or _goes_on(blocks, at, last) or _lists(blocks, at):
            _give_back(blocks, index, at, last)
            return at
        taken = block.source == BEHIND_OPENER and block.kind == "comment" and kind == "teaser"
        if (
            not block.kind
            or taken
            or block.source
            in (
                "url_line_v1",
                "section_v1",
                "nav_trail_v1",
                "byline_v2",
                "byline_name_v1",
                "date_line_v1",
            )
        ):
            block.kind, block.source = kind, BEHIND_OPENER
        if block.low == _LIST_END:
            return at + 1
    return stop


def _lists(blocks: list[Block], at: int) -> bool:
    """Whether the article goes on with a list of its own: a colon, then points."""
    return blocks[at].low.endswith(":") and at + 1 < len(blocks) and _POINT.match(blocks[at + 1].low) is not None


def _resumes(low: str) -> bool:
    """Whether the article goes on at a block that is no whole paragraph: a short sentence with its full stop."""
    return low.endswith((".", ".”", '."')) and not is_truncated(low) and low.count(" ") >= _SENTENCE


def _give_back(blocks: list[Block], index: int, at: int, last: int) -> None:
    """In the middle of the article, a subheading that stands between a list and the paragraph below it."""
    above = blocks[at - 1]
    if at > last or at - 1 <= index or above.source != BEHIND_OPENER:
        return
    shouted = above.plain.isupper() and not any(block.plain.isupper() for block in blocks[index + 1 : at - 1])
    if shouted or above.low.endswith("?"):
        above.kind = above.source = ""


def _goes_on(blocks: list[Block], at: int, last: int) -> bool:
    """Whether a sentence in the middle of the article, or two behind each other, end a list."""
    if not _resumes(blocks[at].low):
        return False
    return at <= last or (at + 1 < len(blocks) and not blocks[at + 1].kind and _resumes(blocks[at + 1].low))


def _is_prose(blocks: list[Block]) -> bool:
    """Whether what follows is the article: most lines are sentences, or sentences run through them."""
    lines = [block for block in blocks if not block.kind]
    sentences = sum(_resumes(block.low) for block in lines)
    running = sum(block.plain[:1].islower() for block in lines)
    if lines and (_resumes(lines[0].low) or (lines[0].plain[:1].islower() and len(lines[0].low) >= _WRAPPED)):
        return True
    if any(is_paragraph(block) for block in lines):
        return False
    ended = sum(block.low.endswith(".") or ". " in block.low for block in lines)
    wrapped = len(lines) >= 8 and ended >= 3 and running >= 0.25 * len(lines)
    return wrapped or sentences > _PROSE * len(lines)


def _dash_headlines(blocks: list[Block], title: int) -> None:
    """Lines that end in " -": lists of other headlines, as a rule behind a lone dash.

    A line between two dashes is a subheading, as news agencies write it.
    """
    marked = [
        i
        for i, block in enumerate(blocks)
        if i > title
        and not block.kind
        and len(block.low) < 200
        and block.low.endswith((" -", " –", " —"))
        and not block.low.startswith(("- ", "– ", "— "))
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
            block.kind, block.source = "nav", TICKER_NAME
