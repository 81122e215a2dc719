"""Ids for names that the gazetteer does not know.

``person:ruqaiya-tanoli`` holds in every article. An id that begins with ``#``
(``#org:ministry-of-health``) holds only within its article: the same words may mean another thing
in the next.
"""

from __future__ import annotations

from cpecnlp.stages.link.gazetteer import Gazetteer
from cpecnlp.stages.link.normal import is_chinese, slug, syllables, words

LOCAL = "#"
MAX_ACRONYM = 6
_COMMON_PLACES = frozenset(
    ["road", "bazaar", "chowk", "stadium", "park", "hall", "hospital", "station", "market", "bridge", "mosque", "street"]
    + ["highway", "gate", "avenue", "lake", "museum", "library", "square", "campus", "court", "jail", "airport", "house"]
)
_GENERIC = frozenset(
    ["fund", "bank", "center", "initiative", "company", "group", "party", "union", "foundation", "corridor", "project"]
    + ["program", "plan", "zone", "port", "airport", "city", "district", "province", "region", "north", "south", "east"]
    + ["west", "valley", "phase", "customs", "rangers", "police", "railway", "university", "court", "corporation"]
    + ["association", "forum", "expo", "eid", "summit", "village", "line", "base", "capital", "state", "mission"]
)


def named(label: str, name: str, surface: str, gazetteer: Gazetteer) -> str:
    """The id of a name that the gazetteer does not know, or nothing where the words name nothing.

    Args:
        label: entity type.
        name: the normalised name (:func:`~cpecnlp.stages.link.normal.key`).
        surface: the name as written.
        gazetteer: tells which words are names of places.
    """
    found = tuple(name.split())
    if label == "AGREEMENT" and all(word in words().lists["agreement_kinds"] or word.isdigit() for word in found):
        return ""
    identifier = f"{label.lower()}:{slug(' '.join(_bare(found) if label == 'PERSON' else found))}"
    return identifier if tells(label, found, surface, gazetteer) else LOCAL + identifier


def tells(label: str, name: tuple[str, ...], surface: str, gazetteer: Gazetteer) -> bool:
    """Whether a name means the same thing in every article.

    Precision comes first: what may be one of many ministries, one of many people of that name or
    one of a series of meetings does not.
    """
    if label == "TECH":
        return True
    if label == "PERSON":
        return _tells_person(name)
    if len(name) == 1:
        return _tells_word(name[0], surface)
    has_place = any(gazetteer.is_place(word) for word in name) or "pakistan" in name
    if label == "ORG":
        return has_place or not _many(name, "many_countries")
    if label == "EVENT":
        return any(char.isdigit() for char in surface) or not _many(name, "meetings")
    if label == "AGREEMENT":
        return not all(word in words().lists["agreement_kinds"] or gazetteer.is_place(word) for word in name)
    if label == "LOC":
        return has_place or len(name) > 2 or name[-1] not in _COMMON_PLACES
    return True


def _tells_person(name: tuple[str, ...]) -> bool:
    if len(name) < 2:
        return False
    if is_chinese(name):
        return not (name[0] in words().frequent and syllables(name[1]) == 1)
    return not all(word in words().lists["common_names"] or len(word) == 1 for word in name)


def _tells_word(word: str, surface: str) -> bool:
    acronym = surface.isupper() and len(surface) <= MAX_ACRONYM or sum(map(str.isupper, surface)) > 1
    return len(word) > 3 and not acronym and surface[0].isupper() and word not in _GENERIC


def _many(name: tuple[str, ...], which: str) -> bool:
    joined = f" {' '.join(name)} "
    return any(f" {head} " in joined for head in words().lists[which])


def _bare(name: tuple[str, ...]) -> tuple[str, ...]:
    """A person's name without the forenames that are often left out, where two words remain."""
    while len(name) > 2 and name[0] in words().lists["forenames"]:
        name = name[1:]
    return name


def entity_key(document: str, ref: str) -> str:
    """What a canonical entity is known by over a corpus: a local id goes with its document.

    >>> entity_key("art-001", "gaz:gwadar"), entity_key("art-001", "#org:ministry-of-health")
    ('gaz:gwadar', 'art-001#org:ministry-of-health')
    """
    return f"{document}{ref}" if ref.startswith(LOCAL) else ref
