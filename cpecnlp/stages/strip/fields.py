"""Fields: what the furniture states about the article. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpecnlp.document import FIELDS
from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.dateline import Dateline, place_name
from cpecnlp.stages.strip.dates import iso_date
from cpecnlp.stages.strip.decide import PLACE_LINE
from cpecnlp.stages.strip.lines import without_counts
from cpecnlp.stages.strip.outlets import clean_title, named_outlet
from cpecnlp.stages.strip.rules import RuleSet

_PUBLISHED_IN = re.compile(
    r"(?:published|appeared|produced|carried) (?:in|by|on) (?P<who>[^,.]{2,40}?)(?: on\b|[,.]|\s[—–-]|$)"
)
_PART = re.compile(
    r"\s*[|·•»>/,;]\s*|\s+[—–-]\s+|\s{2,}|\t|\b[Ii]n (?=[A-Z])|(?<=\S) (?:[Pp]ublished|[Uu]pdated|[Pp]osted)\b"
    r"|(?<=\S) (?=Source ?:)"
)
_LABEL = re.compile(
    r"(?i)^(?:(?:written|posted|reported|story|report|interview|words|text|photos?|text and photos|"
    r"photographs?|compiled|edited|commentary|analysis|opinion|essay|review"
    r"|copyedited|translated|reporting|published)(?: by:?|:)|by:?|authors?:?|reporters? ?:|writers? ?:|"
    r"special report by)\s+"
)
_NOT_AUTHOR = re.compile(
    r"(?i)^(?:photo|video|design|layout|production|editing"
    r"|copyedited|edited|editor|web editor|translated|translation|source|category"
    r"|compiled|contact|media|"
    r"additional|with )"
)
# "Ana Li in Beijing and Omar Dar in Quetta": two authors, each with a place
_SEATS = re.compile(r" in [A-Z][\w-]+(?= and [A-Z]\w+ [A-Z])|(?<=[a-zA-Z]) in [A-Z][\w-]+(?= ?$| ?\|)")
_HONORIFIC = re.compile(
    r"^(?:(?:Dr|Prof|Mr|Ms|Mrs|Engr|Col|Gen|Brig|Amb|Ambassador|Lt|Maj|Sir|Professor)\.?(?: \(retd?\))? )+"
)
_PERSON = r"(?:[A-Z][\w.'’-]*|bin|ul|ur|al|de|van|von)"
_PEOPLE = rf"(?-i:[A-Z][\w.'’-]+(?: {_PERSON}){{1,4}})"
# "… by Ana Li, Omar Dar and Bo Wei on Monday"; what follows closes the name
_BY = re.compile(
    r"(?i)(?:^|[\s—–/-])(?:by|reporter|author|words|text)\b ?:? ?(?:our (?:reporter|correspondent|staff writer) )?"
    r"(?:(?:dr|prof|engr|col|maj|gen|brig|amb|lt)\.? (?:\(retd?\) )?)?"
    rf"(?P<who>{_PEOPLE}(?:, {_PEOPLE})*(?:,? (?:and|&) {_PEOPLE})?)"
    r"(?= ?(?:$|[,|·•—–/(;:]| on | in | for | with | at |\d))"
)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
# a desk signs for want of a name, and the field takes its words
_DESK = re.compile(
    r"(?i)(?:by )?(?P<who>(?!(?:from|with|compiled) )(?:[^\W\d_][\w'’-]* ){1,3}"
    r"(?:correspondents?|reporters?|report|desk|staff))"
)
_AGENCIES = (" Service", " Agency", " Press")
_NAME = re.compile(r"[A-Z][\w.'’-]*(?: (?:[A-Z(][\w.'’)-]*|bin|ul|ur|al|de|and)){1,6}")
_BIO = re.compile(
    r"(?P<who>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3})(?:, [^.]{3,60})?,? (?:is|was|works|teaches|serves|leads|"
    r"writes|heads|covers)\b"
)
_CAPITALS = re.compile(r"[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|of|and|&))*")
_RIGHTS = re.compile(
    r"copyright|[©Ⓒⓒ]|\(c\)|reserved|reproduc|republi|rights|reflect|views?|opinion|liab|responsib|disclaimer|\d{4}"
)
_NO_AUTHOR = (
    "author_bio",
    "contact",
    "source_line",
    "with_input",
    "contributed",
    "originally",
    "published_in",
    "date_",
)


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    source: str
    text: str


def find_fields(blocks: list[Block], title: int, dateline: Dateline | None, rules: RuleSet) -> dict[str, str]:
    """The five fields, ``""`` where the text does not state one."""
    out = dict.fromkeys(FIELDS, "")
    named = ""
    if title >= 0:
        out["title"], named = clean_title(blocks[title].shown, rules)
    pieces = list(_furniture(blocks))
    if title < 0:
        out["title"] = next((piece.text for piece in pieces if piece.kind == "title"), "")
    out["author"] = _author(pieces, rules)
    out["published"] = _published(pieces) or (dateline.published if dateline else "")
    out["place"] = dateline.place if dateline else _place(pieces, rules)
    out["agency"] = _agency(pieces, named, dateline.agency if dateline else "", rules)
    return out


def _furniture(blocks: list[Block]) -> Iterator[_Piece]:
    """Everything that was taken for furniture, in order."""
    for block in blocks:
        if block.kind:
            yield _Piece(block.kind, block.source, block.plain)
        for start, end, kind, source in block.cut:
            yield _Piece(kind, source, block.plain[start:end])


def _published(pieces: list[_Piece]) -> str:
    first = ""
    for piece in pieces:
        if piece.kind != "metadata" or piece.source.startswith(("author_bio", "contributed", "interview")):
            continue
        low = piece.text.lower()
        found = iso_date(low)
        if not found:
            continue
        if re.search(r"\bpubli|\bposted\b", low) and not low.startswith("update"):
            return found
        first = first or found
    return first


def _place(pieces: list[_Piece], rules: RuleSet) -> str:
    """The place that stands on a line of its own above the report."""
    return next((place_name(p.text.strip(" :–—-"), rules) for p in pieces if p.source == PLACE_LINE), "")


def _author(pieces: list[_Piece], rules: RuleSet) -> str:
    for piece in pieces:
        if piece.kind != "metadata" or piece.source.startswith(_NO_AUTHOR) or _NOT_AUTHOR.match(piece.text):
            continue
        if piece.source.startswith(("byline", "editor_line", "desk", "issued_by", "reporting_by")):
            found = _name_in(piece, rules)
            if found:
                return found
    for piece in pieces:
        if piece.kind == "metadata" and piece.source.startswith(("byline", "desk")):
            desk = _desk_in(piece)
            if desk:
                return desk
    for piece in pieces:
        if piece.source.startswith("author_bio"):
            match = _BIO.match(piece.text)
            if match and not match["who"].lower().startswith(("the ", "he ", "she ", "this ")):
                return _HONORIFIC.sub("", match["who"])
    return ""


def _name_in(piece: _Piece, rules: RuleSet) -> str:
    """The author whom a by-line names: the part that is neither date, label, outlet, section nor desk."""
    found = _BY.search(_SEATS.sub("", " ".join(piece.text.split())))
    people = "" if found is None else _people(found["who"], rules)
    if people:
        return people
    for part in _PART.split(_SEATS.sub("", piece.text)):
        text = part.strip(" .:()")
        labelled = _LABEL.match(text)
        text = without_counts(text[labelled.end() :] if labelled else text).strip(" .,:()")
        text = _HONORIFIC.sub("", text)
        match = _NAME.match(text)
        if not match or len(match.group()) < len(text) - 1:
            continue
        name = match.group().strip(" -")
        low = name.lower().split()
        plain = [word.strip(".'()") for word in low]
        if named_outlet(name, rules) or any(word in rules.words["labels"] for word in plain if word != "and"):
            continue
        if not labelled and (all(word in rules.words["sections"] for word in plain) or " ".join(plain) in rules.places):
            continue
        return " ".join(word.capitalize() for word in low) if name.isupper() else name
    return ""


def _people(who: str, rules: RuleSet) -> str:
    """The names of a by-line up to the first that is an outlet, a label or a place; as written, but not in capitals."""
    cut = len(who)
    for match in re.finditer(_PEOPLE, who):
        plain = [word.strip(".'()").lower() for word in match.group().split()]
        known = any(word in rules.words["labels"] for word in plain if word != "and")
        if known or named_outlet(match.group(), rules) or " ".join(plain) in rules.places:
            cut = match.start()
            break
    who = re.sub(r"(?:,|,? and|,? &) ?$", "", who[:cut].rstrip()).rstrip(" .,")
    return " ".join(word if word == "and" else word.capitalize() for word in who.split()) if who.isupper() else who


def _desk_in(piece: _Piece) -> str:
    """The desk or the unnamed correspondent whom a by-line names."""
    for part in _PART.split(piece.text):
        labelled = _LABEL.match(part.strip())
        match = _DESK.fullmatch(_EDGES.sub("", without_counts(part.strip()[labelled.end() :] if labelled else part)))
        if match:
            return match["who"]
    return ""


def _agency(pieces: list[_Piece], named: str, signed: str, rules: RuleSet) -> str:
    """The dateline's agency, else the outlet that the headline or the furniture names."""
    outlets = _outlets(pieces, rules)
    if signed:
        short = signed.removesuffix(" Report")
        if short.isupper() and short.lower() not in rules.agencies:
            for outlet in ([named] if named else []) + outlets:
                if outlet.endswith(_AGENCIES):
                    continue  # agencies are known by their short form, papers by their name
                if short == "".join(word[0] for word in outlet.removeprefix("The ").split() if word[0].isupper()):
                    return outlet
        return short
    for piece in pieces:
        low = piece.text.lower()
        if piece.kind == "metadata" and piece.source.startswith(("published_in", "originally")):
            match = _PUBLISHED_IN.search(low)
            if match:
                who = match["who"].strip()
                known = rules.outlets.get(who) or rules.outlets.get(who.removeprefix("the "))
                at = low.index(who)
                return known or re.sub("^the ", "The ", piece.text[at : at + len(who)])
    return named or (outlets[0] if outlets else "")


def _outlets(pieces: list[_Piece], rules: RuleSet) -> list[str]:
    """Outlets that the furniture names, the surest first."""
    out: list[str] = []
    for wanted in ("legal", "metadata", "nav", "promo", "share", "comment"):
        for piece in pieces:
            if piece.kind != wanted or piece.source.startswith(("author_bio", "with_input", "contributed")):
                continue
            if wanted == "legal" and not _RIGHTS.search(piece.text.lower()):
                continue
            out.extend(_named_in(piece, rules))
    return out


def _named_in(piece: _Piece, rules: RuleSet) -> Iterator[str]:
    low = piece.text.lower()
    for alias, outlet in rules.outlets.items():
        if ("." in alias or " " in alias) and alias in low:
            yield outlet
    for part in re.split(r"[^\w'’ &]+", piece.text):
        key = part.strip().lower()
        if piece.source.startswith(("source_line", "sign_off", "byline", "agency_line")):
            known = rules.agencies.get(key) or (rules.outlets.get(key) if piece.source.startswith("agency") else "")
            if known:
                yield known
        for match in _CAPITALS.finditer(part):
            found = _outlet_run(match.group().split(), rules)
            if found:
                yield found


def _outlet_run(run: list[str], rules: RuleSet) -> str:
    """The longest end of a run of capitalised words, up to an outlet's noun, that no label opens."""
    stops = [i for i, word in enumerate(run) if word.lower() in rules.words["outlet_nouns"]]
    if not stops:
        return ""
    words = run[: stops[-1] + 1]
    for i in range(len(words) - 1, -1, -1):
        if words[i].lower() in rules.words["not_outlet"]:
            words = words[i + 1 :]
            break
    # "World News", "Industry News": a section, not an outlet
    if len(words) >= 2 and all(word.lower() in rules.words["sections"] for word in words[:-1]):
        return ""
    if not 2 <= len(words) <= 5 or words[0] in ("of", "and", "&") or (len(words) == 2 and words[0] == "The"):
        return ""
    name = " ".join(words)
    return " ".join(word.capitalize() for word in words) if name.isupper() else name
