"""Furniture inside a body block: what is glued before its first word or behind its last."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.dateline import Dateline, find_dateline
from cpecnlp.stages.strip.dates import DATE
from cpecnlp.stages.strip.outlets import clean_title
from cpecnlp.stages.strip.rules import Pieces, RuleSet

DATELINE = "dateline_v1"
BYLINE_GLUED = "byline_glued_v2"
DATE_GLUED = "date_glued_v1"
POINTER = "pointer_inline_v1"
TITLE_GLUED = "title_glued_v1"
SIGN_OFF = "sign_off_v2"
IMAGE_CODE = "image_code_v1"
_HEAD_BLOCKS = 2
_HEAD_REACH = 9
_TAIL = 600
_LAST = 3  # most sentences that one rule takes
# a sentence begins behind a full stop, a closing quotation mark or bracket, and white space
_BOUNDARY = re.compile(
    r"(?:(?<=[.!?:\"”'’)\]…])|(?<=\.\.))\s+(?=\S)|(?<=[a-z.!?”\"])(?=\(adsbygoogle)|(?<=[.!?”\"])(?=/app-|/APP-)"
    r"|(?<=[.!?”\"’'])(?=(?:(?:read|see) (?:more|also)|also read|must read|published in)\b)"
)
_SPACE = re.compile(r"\s*")
_CODE = re.compile(r"(?P<code>[A-Z]{2}) (?P<place>[A-Z]{3,}(?: [A-Z]{3,})?)(?=[,:/ (])")
_GLUED = re.compile(
    r"By [A-Z][a-z]+(?: [A-Z][a-z]+){1,2}(?=[A-Z]{3,})"
    r"|(?:[Bb]y |[Ff]rom )?(?:(?:[Oo]ur|[Ss]taff|[Ss]pecial|[Bb]ureau|[Nn]ews|[Ww]eb) ){1,2}"
    r"(?:[Cc]orrespondent|[Rr]eporter|[Rr]eport|[Dd]esk)s?(?= ?[A-Z]{3,}[A-Z ]{0,20}[:,(–—])"
)
_DATED = re.compile(rf"{DATE}(?=[ ,:–—-]{{1,3}}[A-Z]{{3,}}[A-Z /-]{{0,30}}[:,(–—])", re.IGNORECASE)
# where a headline without a full stop can end: the first capitals behind a small letter
_SHOUT = re.compile(r"(?<=[a-z0-9'’)\"”])\s{0,2}(?=[A-Z]{4,}(?:[ /-][A-Z]{3,})*(?:: |,? ?\(|, [A-Z][a-z]+))")
_HEADLINE = (24, 220)
_SIGN_OFF = re.compile(
    r"(?<=[.!?\"”])\s{0,2}(?:—|–|--|-)\s?(?P<who>[A-Za-z][A-Za-z/ .]{1,28})$"
    r"|(?<=[.!?\"”])\s{1,2}\((?P<bracket>[A-Za-z][A-Za-z/ .]{1,28})\)$"
    r"|(?<=[.!?\"”])\s{1,2}(?P<code>[a-z]{2,4}(?:[-/][a-z]{2,5}){0,3}/[a-z]{2,4})$"
)
# a pointer to another story in the middle of a paragraph, and the words that open the sentence behind it
_POINTER = re.compile(
    r"(?:^|(?<=[.!?”\"’')…])\s{0,3})(?P<all>[\[(]?(?:(?:READ|Read|SEE|See|WATCH|Watch) (?:MORE|[Mm]ore|ALSO|[Aa]lso)"
    r"|(?:ALSO|Also|MUST|Must) (?:READ|[Rr]ead|WATCH|[Ww]atch)|READ|RELATED|Related|WATCH|MORE)(?: ?[:|»]| [–—-]) ?)"
)
_TURN = re.compile(
    r"(?<![\w’'-])[a-z0-9][\w’'-]*[?!]?[’'”\"]? (?=(?:The|A|An|It|Its|In|On|At|By|As|He|She|They|We|I|But|And|If|So"
    r"|This|That|These|Those|There|Here|When|While|After|Before|Since|With|For|From|To|Some|Many|Most|Both|One|Two|No"
    r"|None|Nobody|Not|Earlier|Later|Meanwhile|However|According|Speaking|Talking|Addressing|Replying|Responding"
    r"|Moreover|Besides|Despite|Under|During|Last|Also|His|Her|Their|Our|Such|Even|Now|Then) |[“\"][A-Z])"
)
_POINTED = 150
_TRIGGERS = Pieces((
    "adsbygoogle", "read more", "also read", "read also", "must read", "continue reading", "see also",
    "read full story", "read the full", "for more ", "follow ", "subscribe to", "download ", "join our", "like us",
    "click here", "published in", "/app-", "app/", "■", "illustration", "photo", "image", "picture", "graphic",
    "enditem", "related:", "related ", "read:", "watch:", "more:", "background:", "share", "scan the", "free trial",
    "(end", "[end",
))  # fmt: skip


def cut_prefixes(blocks: list[Block], rules: RuleSet) -> None:
    """Cut dates, share labels and page furniture from where blocks that stay begin."""
    for block in blocks:
        if not block.kind and not block.cut:
            at = _cut_prefixes(block, rules)
            if at and not block.kind:
                block.rest, block.rest_low = block.plain[at:], block.low[at:]


def cut_heads(blocks: list[Block], title: int, rules: RuleSet) -> Dateline | None:
    """Cut the dateline, and what is glued before it, from where the first body blocks begin.

    Args:
        title: index of the headline, -1 where none stands on a line of its own.

    Returns:
        The first dateline, for the fields.
    """
    found: Dateline | None = None
    body = reach = 0
    for block in blocks:
        if block.kind:
            continue
        at = len(block.plain) - len(block.rest)
        if found is None and body < _HEAD_BLOCKS and reach < _HEAD_REACH:
            at = _cut_headline(block, at, clean_title(blocks[title].plain, rules)[0] if title >= 0 else "", rules)
            at = _cut_glued(block, at, rules)
            line = find_dateline(block.plain, rules, at)
            if line is not None:
                end = at + line.end
                if end >= len(block.plain):
                    block.kind, block.source = "metadata", DATELINE
                else:
                    block.cut.append((at, end, "dateline", DATELINE))
                found = line
        # bullets and other standfirsts come before the dateline: only paragraphs count
        reach += 1
        body += len(block.plain) > 60 and block.low.endswith((".", '"', "”"))
    return found


def _cut_prefixes(block: Block, rules: RuleSet) -> int:
    """Cut what rules for beginnings match, one behind the other; where the rest begins."""
    at = 0
    while True:
        match = rules.starts.find(block.low, ("",), 0, at)
        if match is None or match[1] == at:
            return at
        rule, end = match
        if end >= len(block.low.rstrip()):
            block.kind, block.source = rule.kind, rule.name
            return end
        block.cut.append((at, end, rule.kind, rule.name))
        space = _SPACE.match(block.low, end)
        at = space.end() if space else end


def _cut_headline(block: Block, at: int, headline: str, rules: RuleSet) -> int:
    """Cut the headline that is glued before a dateline, where it stands again or for the first time."""
    if headline:
        end = at + len(headline)
        again = block.low.startswith(headline.lower(), at)
        glued = again and find_dateline(block.plain, rules, end) is not None
        kind = "repeat"
    else:
        low, high = _HEADLINE
        match = _SHOUT.search(block.plain, at + low, at + high)
        end = match.end() if match else 0
        line = find_dateline(block.plain, rules, end) if match and ". " not in block.plain[at:end] else None
        glued, kind = line is not None and (line.place.lower() in rules.places or bool(line.agency)), "title"
    if not glued:
        return at
    block.cut.append((at, len(block.plain[:end].rstrip()), kind, TITLE_GLUED))
    return end


def _cut_glued(block: Block, at: int, rules: RuleSet) -> int:
    """Cut a date, a by-line or a photographer's code that is glued before a dateline."""
    match = _DATED.match(block.plain, at)
    if match and find_dateline(block.plain, rules, match.end() + 1):
        block.cut.append((at, match.end(), "metadata", DATE_GLUED))
        at = match.end() + 1
    match = _GLUED.match(block.plain, at)
    if match:
        block.cut.append((at, match.end(), "metadata", BYLINE_GLUED))
        return match.end() + block.plain.startswith(" ", match.end())
    match = _CODE.match(block.plain, at)
    if match:
        code, place = match["code"].lower(), match["place"].lower()
        known = place in rules.places or place.split()[0] in rules.places
        if known and not {f"{code} {place}", f"{code} {place.split()[0]}"} & rules.places:
            block.cut.append((at, at + 2, "nav", IMAGE_CODE))
            return at + 3
    return at


def cut_tails(blocks: list[Block], rules: RuleSet) -> None:
    """Cut furniture that ends body blocks, and whole sentences of it from the article's last block."""
    body = [block for block in blocks if not block.kind]
    for block in body:
        tail = block.low[-_TAIL:]
        if _TRIGGERS.found(tail) and not _cut_pointer(block):
            _cut_end(block, rules)
    if body:
        _cut_sentences(body[-1], rules)
        _cut_sign_off(body[-1], rules)


def find_pointer(block: Block) -> tuple[int, int] | None:
    """Where a pointer to another story stands, with the sentence that goes on behind it; if its end can be told."""
    match = _POINTER.search(block.plain, block.cut[-1][1] if block.cut else 0)
    if not match or not block.low.endswith((".", "!", "?", "”", '"')):
        return None
    turns = list(_TURN.finditer(block.plain, match.end() + 8, match.end() + _POINTED))
    return (match.start("all"), len(block.plain[: turns[0].end()].rstrip())) if len(turns) == 1 else None


def _cut_pointer(block: Block) -> bool:
    found = find_pointer(block)
    if found:
        block.cut.append((*found, "teaser", POINTER))
    return found is not None


def _cut_end(block: Block, rules: RuleSet) -> None:
    floor = max(len(block.low) - _TAIL, block.cut[-1][1] if block.cut else 1)
    for match in _BOUNDARY.finditer(block.low, floor):
        found = rules.ends.find(block.low, ("",), 0, match.end())
        if found:
            block.cut.append((match.end(), len(block.low), found[0].kind, found[0].name))
            return


def _cut_sentences(block: Block, rules: RuleSet) -> None:
    """From the end backwards, as long as sentences are furniture."""
    end = block.cut[-1][0] if block.cut and block.cut[-1][1] == len(block.low) else len(block.low)
    floor = max(block.cut[-1][1] if block.cut and block.cut[-1][1] < end else 1, end - 3 * _TAIL)
    near = [match.end() for match in _BOUNDARY.finditer(block.low, max(floor, end - _TAIL), end)]
    if len(near) >= _LAST and _last_furniture(block.low, near, end, rules) is None:
        return
    starts = [match.end() for match in _BOUNDARY.finditer(block.low, floor, end)]
    cuts: list[tuple[int, int, str, str]] = []
    while cut := _last_furniture(block.low, starts, end, rules):
        cuts.append(cut)
        end = cut[0]
        starts = [start for start in starts if start < end]
    block.cut.extend(reversed(cuts))
    block.cut.sort()


def _last_furniture(low: str, starts: list[int], end: int, rules: RuleSet) -> tuple[int, int, str, str] | None:
    """The last sentence before ``end``, or the last two or three, if they are furniture."""
    for start in reversed(starts[-_LAST:]):
        sentence = low[start:end].rstrip()
        found = rules.sentences.find(sentence, ("",), len(sentence))
        if found:
            return start, start + len(sentence), found[0].kind, found[0].name
    return None


def _cut_sign_off(block: Block, rules: RuleSet) -> None:
    """ "… he added. — APP": the agency behind the last sentence."""
    end = block.cut[-1][0] if block.cut and block.cut[-1][0] > 0 else len(block.plain)
    tail = max(0, end - 60)
    match = _SIGN_OFF.search(block.plain[tail:end].rstrip())
    if not match:
        return
    who = [part.strip(" .").lower() for part in (match["who"] or match["bracket"] or "").split("/")]
    if match["code"] or all(part in rules.agencies or (match["bracket"] and part in rules.outlets) for part in who):
        start = tail + match.start()
        while block.plain[start].isspace():
            start += 1
        block.cut.append((start, tail + match.end(), "metadata", SIGN_OFF))
        block.cut.sort()
