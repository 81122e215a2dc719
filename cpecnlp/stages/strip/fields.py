"""Fields: what the furniture states about the article. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cpecnlp.document import FIELDS
from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.dateline import Dateline
from cpecnlp.stages.strip.dates import iso_date
from cpecnlp.stages.strip.rules import RuleSet
from cpecnlp.stages.strip.title import clean_title

_PUBLISHED_IN = re.compile(r"(?:published|appeared) (?:in|by|on) (?:the )?(?P<who>[^,.]{2,40}?)(?: on\b|[,.]|\s[—–-]|$)")
_BY = re.compile(
    r"(?:^|[|•·] ?)(?:By|Written by|Posted by|Author ?:|Reporter ?:|Writer ?:|By:)\s+"
    r"(?P<who>[A-Z][\w.'-]*(?: (?:[A-Z][\w.'-]*|bin|ul|ur|e|al|de|von)){0,4})"
)
_NAME_FIRST = re.compile(
    r"(?P<who>[A-Z][\w.'()-]*(?: [A-Z(][\w.'()-]*){1,3}) ?[|,·•-]? ?"
    r"(?:(?:Last )?(?:[Pp]ublished|[Uu]pdated|[Pp]osted)|\d+ (?:second|minute|hour|day|week|month|year)s? ago|(?:an?|one) )"
)
_BIO = re.compile(r"(?P<who>[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3}),? (?:is|was|works|teaches|serves|leads|writes|heads)\b")
_BIO_ROLE = re.compile(r"(?P<who>[A-Z][\w.-]+ [A-Z][\w.-]+(?: [A-Z][\w.-]+)?), [A-Z]")
_RIGHTS = re.compile(r"copyright|[©Ⓒⓒ]|rights reser|all rights with|views?\b.{0,60}(?:reflect|those of)")


def find_fields(blocks: list[Block], title: int, dateline: Dateline | None, rules: RuleSet) -> dict[str, str]:
    """The five fields, ``""`` where the text does not state one."""
    out = dict.fromkeys(FIELDS, "")
    named = ""
    if title >= 0:
        out["title"], named = clean_title(blocks[title].shown, rules)
    furniture = list(_furniture(blocks))
    out["author"] = _author(furniture)
    out["published"] = _published(furniture) or (dateline.published if dateline else "")
    out["place"] = dateline.place if dateline else ""
    out["agency"] = (dateline.agency if dateline else "") or _agency(furniture, named, rules)
    return out


def _furniture(blocks: list[Block]) -> Iterator[tuple[str, str, str]]:
    """Kind, source and plain text of everything that was taken for furniture, in order."""
    for block in blocks:
        if block.kind:
            yield block.kind, block.source, block.plain
        for start, end, kind, source in block.cut:
            yield kind, source, block.plain[start:end]


def _published(furniture: list[tuple[str, str, str]]) -> str:
    first = ""
    for kind, source, text in furniture:
        if kind != "metadata" or source.startswith(("author_bio", "contributed")):
            continue
        low = text.lower()
        found = iso_date(low)
        if not found:
            continue
        if re.search(r"\b(?:published|publish|posted)\b", low) and not low.startswith("update"):
            return found
        first = first or found
    return first


def _author(furniture: list[tuple[str, str, str]]) -> str:
    for kind, source, text in furniture:
        if kind != "metadata":
            continue
        if source.startswith("byline") or source in ("editor_line_v1", "desk_v1"):
            match = _BY.match(text) or _NAME_FIRST.match(text)
            if match and not match["who"].lower().startswith(("published", "updated", "posted", "last ")):
                return match["who"].strip(" .,-")
            if source == "desk_v1":
                return re.split(r"\s*[|/·•]\s*", text.removeprefix("By ").removeprefix("by "))[0]
    for kind, source, text in furniture:
        if kind == "metadata" and source.startswith("author_bio"):
            match = _BIO_ROLE.match(text) or _BIO.match(text)
            if match and not match["who"].lower().startswith(("the ", "he ", "she ")):
                return re.sub(r"^(?:Dr|Prof|Mr|Ms|Mrs)\.? ", "", match["who"])
    return ""


def _agency(furniture: list[tuple[str, str, str]], named: str, rules: RuleSet) -> str:
    for kind, source, text in furniture:
        low = text.lower()
        if kind == "metadata" and ("published" in low or "appeared" in low) and "_in" in source + "_in":
            match = _PUBLISHED_IN.search(low)
            if match:
                who = match["who"].strip()
                known = rules.outlets.get(who) or rules.outlets.get("the " + who)
                if known:
                    return known
                if source.startswith(("published_in", "originally")):
                    at = low.index(who)
                    return text[at : at + len(who)]
    if named:
        return named
    for wanted in ("metadata", "legal", "nav", "promo"):
        for kind, source, text in furniture:
            if kind != wanted:
                continue
            low = text.lower()
            if kind == "legal" and not _RIGHTS.search(low):
                continue
            if source in ("author_bio_v1", "author_bio_named_v1", "with_input_v1"):
                continue
            for alias, outlet in rules.outlets.items():
                if " " in alias or "." in alias or source in ("source_line_v1", "sign_off_v1"):
                    if alias in low:
                        return outlet
            if source in ("source_line_v1", "sign_off_v1"):
                for part in re.split(r"[^\w' ]+", low):
                    if rules.agencies.get(part.strip()):
                        return rules.agencies[part.strip()]
    return ""
