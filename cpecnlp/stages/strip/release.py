"""What stands behind a press release: the company about itself, its lawyers' caution, whom to call."""

from __future__ import annotations

import re

from cpecnlp.stages.strip.blocks import Block

ABOUT = "release_about_v1"
CAUTION = "release_caution_v1"
CONTACT = "release_contact_v1"
OWN_ABOUT = "about_company_v1"
# the newswire signs the dateline
_WIRE = re.compile(
    r"/ ?(?:pr ?newswire|xinhua-asianet|asianet|media outreach newswire) ?/"
    r"|\((?:business ?wire|globe ?newswire|accesswire|ein presswire|newsfile[a-z .]*|antara/pr newswire)\)"
)
_WIRED = 400
_ABOUT = re.compile(r"about (?!the |this |our |us\b)[^!?]{1,80}(?:[^.!?:]|\b(?:inc|ltd|co|corp|llc|plc)\.):?")
_NAMED = re.compile(
    r"(?:About|ABOUT) (?!(?:The|THE|This|Us|US|Our) )"
    r"(?P<name>[A-Z][\w&.'’-]*(?: (?!IN )(?:[A-Z0-9(&][\w&.'’)-]*|of|the|and|for))*)"
    r"(?P<rest>:? ?$|: .{30,600})"
)
_STANDING = re.compile(
    r"(?:the (?:company|group|firm|centre|center|institute|university|bank|fund|organi[sz]ation)"
    r"|(?:founded|established|headquartered|based|incorporated|set up|created|launched|formed) (?:in|as|by))\b"
)
_IS = re.compile(
    r"\b(?:is|are) (?:an?|the|one|among|based|headquartered)\b|\b(?:founded|established|headquartered|incorporated)\b"
    r"|, (?:founded|established|based|headquartered)\b"
    r"|\b(?:runs|operates|employs|develops|manufactures|provides|offers)\b"
)
_OPENING = 160
_CAUTION = re.compile(r"(?:cautionary |safe harbou?r |forward[- ]looking )+(?:statements?|notes?|disclaimer)?.{0,60}")
_CONTACT = re.compile(
    r"(?:for (?:media|press) (?:enquiries|inquiries)|(?:media |press |investor |public )?contacts?) ?:?"
)
_LINE = 90
_MOST = 2  # paragraphs behind a heading


def about_companies(blocks: list[Block]) -> None:
    """Take "About <Company>" and what stands below it, in the second half of a page.

    The paragraph must begin with the name, or say when it was founded, and say what it is: a subheading of the
    article does not lead to that.
    """
    for index in range(len(blocks) // 2, len(blocks)):
        match = None if blocks[index].kind else _NAMED.match(blocks[index].plain)
        if not match:
            continue
        below = blocks[index + 1] if index + 1 < len(blocks) and not blocks[index + 1].kind else None
        own = match["rest"].strip(": ").lower()
        text = own or (below.low if below is not None else "")
        named = text.startswith(match["name"].lower().split(" in ")[0])
        if not (_STANDING.match(text) or ((named or own) and _IS.search(text[:_OPENING]))):
            continue
        for block in (blocks[index],) if own or below is None else (blocks[index], below):
            block.kind, block.source = "metadata", OWN_ABOUT


def behind_release(blocks: list[Block], title: int, last: int) -> None:
    """Take what follows a release that a newswire carries, and the lines of contact behind any article.

    Args:
        title: index of the headline or -1.
        last: index of the article's last sure paragraph.
    """
    wired = any(_WIRE.search(block.low[:_WIRED]) for block in blocks[: title + 16])
    kind, source, taken = "", "", 0
    for index, block in enumerate(blocks):
        if index <= title or (index <= last and not (wired and index > title + 2)):
            continue
        heading = _heading(block.low, wired)
        if heading:
            (kind, source), taken = heading, 0
        elif source != CONTACT and taken > _MOST or block.kind in ("teaser", "comment", "nav", "promo", "share"):
            kind = ""
        if source == CONTACT and (len(block.low) > _LINE or _is_sentence(block.low)):
            kind = ""
        if kind and (not block.kind or block.kind == "metadata"):
            block.kind, block.source = kind, source
            taken += 1


def _is_sentence(low: str) -> bool:
    return low.endswith((".", "”", '"')) and low.count(" ") >= 6 and "@" not in low


def _heading(low: str, wired: bool) -> tuple[str, str] | None:
    if len(low) > _LINE:
        return None
    if _CONTACT.fullmatch(low):
        return "metadata", CONTACT
    if wired and _ABOUT.fullmatch(low):
        return "metadata", ABOUT
    return ("legal", CAUTION) if wired and _CAUTION.fullmatch(low) else None
