"""What stands in rows: lists behind an opener, headlines with dashes, leads cut off, tickers."""

from __future__ import annotations

from cpecnlp.stages.strip.blocks import Block, is_paragraph, is_truncated
from cpecnlp.stages.strip.rules import Rule

BEHIND_OPENER = "behind_opener_v2"
HEADLINE_DASH = "headline_dash_v1"
TRUNCATED_TAIL = "truncated_tail_v1"
TICKER_NAME = "ticker_name_v2"
_OPENER = 40
_SENTENCE = 6  # spaces between the words of a line that closes with a full stop
_REOPENED = 8
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
            block.kind, block.source = "nav", TICKER_NAME
