"""Ids for names that the gazetteer does not know.

``person:ruqaiya-tanoli`` holds in every article. An id that begins with ``#``
(``#org:ministry-of-health``) holds only within its article: the same words may mean another thing
in the next.
"""

from __future__ import annotations

from cpecnlp.stages.link.gazetteer import Gazetteer
from cpecnlp.stages.link.normal import is_chinese, key, slug, syllables, words

LOCAL = "#"
MAX_ACRONYM = 6


def named(label: str, name: str, surface: str, gazetteer: Gazetteer) -> str:
    """The id of a name that the gazetteer does not know, or nothing where the words name nothing.

    Args:
        label: entity type.
        name: the normalised name (:func:`~cpecnlp.stages.link.normal.key`).
        surface: the name as written.
        gazetteer: tells which words are names of places.
    """
    found = tuple(name.split())
    if is_kind_of_agreement(label, surface):
        return ""
    if label == "PERSON":
        found = _bare(found)
    elif label == "EVENT":
        found = tuple(_spelt_out(word, surface, gazetteer) for word in found)
    identifier = f"{label.lower()}:{slug(' '.join(found))}"
    return identifier if tells(label, tuple(name.split()), surface, gazetteer) else LOCAL + identifier


def is_kind_of_agreement(label: str, surface: str) -> bool:
    """Whether a mention only says what kind of agreement is meant, and may mean any of the kind.

    >>> is_kind_of_agreement("AGREEMENT", "MoUs"), is_kind_of_agreement("AGREEMENT", "Simla Agreement")
    (True, False)
    """
    kinds = words().lists["agreement_kinds"]
    return label == "AGREEMENT" and all(word in kinds or word.isdigit() for word in key(surface, label).split())


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
    places = sum(gazetteer.is_place(word) for word in name)
    if label == "ORG":
        if _many(name, "missions"):
            return places > 1
        return places > 0 or not _many(name, "many_countries")
    if label == "EVENT":
        return any(char.isdigit() for word in name for char in word) or not _many(name, "meetings")
    if label == "AGREEMENT":
        return not all(word in words().lists["agreement_kinds"] or gazetteer.is_place(word) for word in name)
    if label == "LOC":
        common = _many(name, "seats") or (len(name) < 3 and name[-1] in words().lists["common_places"])
        return places > 0 or not common
    return True


def _tells_person(name: tuple[str, ...]) -> bool:
    if len(name) < 2:
        return False
    if is_chinese(name):
        return not (name[0] in words().frequent and syllables(name[1]) == 1)
    bare = _bare(name)
    return len(bare) > 2 or not all(word in words().lists["common_names"] or len(word) == 1 for word in bare)


def _tells_word(word: str, surface: str) -> bool:
    acronym = surface.isupper() and len(surface) <= MAX_ACRONYM or sum(map(str.isupper, surface)) > 1
    return len(word) > 3 and not acronym and surface[0].isupper() and word not in words().lists["generic"]


def _many(name: tuple[str, ...], which: str) -> bool:
    joined = f" {' '.join(name)} "
    return any(f" {head} " in joined for head in words().lists[which])


def _spelt_out(word: str, surface: str, gazetteer: Gazetteer) -> str:
    """The body's whole name for its short form: a JCC meeting is a Joint Cooperation Committee meeting."""
    body = gazetteer.find(word, "ORG") if word.upper() in surface else None
    return key(body.name, "ORG") if body else word


def _bare(name: tuple[str, ...]) -> tuple[str, ...]:
    """A person's name without the forenames that are often left out, where two words remain."""
    while len(name) > 2 and name[0] in words().lists["forenames"] and name[1] not in words().lists["bound"]:
        name = name[1:]
    return name


def entity_key(document: str, ref: str) -> str:
    """What a canonical entity is known by over a corpus: a local id goes with its document.

    >>> entity_key("art-001", "gaz:gwadar"), entity_key("art-001", "#org:ministry-of-health")
    ('gaz:gwadar', 'art-001#org:ministry-of-health')
    """
    return f"{document}{ref}" if ref.startswith(LOCAL) else ref
