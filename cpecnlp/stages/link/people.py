"""People of one article: parts of names belong to the one person introduced in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cpecnlp.stages.link.gazetteer import Gazetteer
from cpecnlp.stages.link.mentions import Group
from cpecnlp.stages.link.names import named
from cpecnlp.stages.link.normal import is_chinese, person_tokens, tokens, words

GAZETTEER, CONTEXT, PART, ORDER, NAME = "gazetteer_v1", "context_v1", "partname_v1", "order_v1", "name_v1"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in full.

    Attributes:
        name: words of the fullest name, a Chinese surname first.
        ref: canonical id.
    """

    name: tuple[str, ...]
    ref: str


class People:
    """The people of an article, found by the words of their names.

    A crowd that shares a last name is searched by the rarer words, so that time grows with the
    number of names and not with its square.
    """

    def __init__(self) -> None:
        self._by_word: dict[str, list[Person]] = {}
        self._by_letter: dict[str, list[Person]] = {}
        self._by_rarest: dict[str, list[Person]] = {}

    def add(self, name: tuple[str, ...], ref: str) -> None:
        """Somebody new, or another full form of somebody's name."""
        person = Person(name, ref)
        whole = [word for word in name if len(word) > 1]
        rarest = [min(whole, key=lambda word: len(self.with_word(word)))] if whole else [*name, "".join(name)]
        for index, keys in (
            (self._by_word, {*name, "".join(name)}),
            (self._by_letter, {word[0] for word in name}),
            (self._by_rarest, rarest),
        ):
            for word in keys:
                index.setdefault(word, []).append(person)

    def with_word(self, word: str) -> Sequence[Person]:
        """Those who have ``word`` in their name, or whose name run together is ``word``."""
        return self._by_word.get(word, ())

    def forms_of(self, name: tuple[str, ...]) -> Iterator[Person]:
        """Those of whose name ``name`` is a shorter or longer form; somebody may come twice."""
        letters = self._by_letter
        longer = min((self.with_word(word) if len(word) > 1 else letters.get(word, ()) for word in name), key=len)
        for person in longer:
            if _within(name, person.name) and not {*person.name, "".join(person.name)}.isdisjoint(name):
                yield person
        # all words of a shorter form stand in ``name``, its rarest too
        for word in dict.fromkeys(name):
            for person in self._by_rarest.get(word, ()):
                if _within(person.name, name):
                    yield person


def link_people(groups: Sequence[Group], gazetteer: Gazetteer, in_context: Callable[[Group], str]) -> None:
    """Give every group of ``PERSON`` mentions its id, as far as there is no doubt.

    Args:
        groups: the mentions of people of one article.
        gazetteer: people that are known.
        in_context: the id that a name with conditions has in this article, or nothing: there is more
            than one Imran Khan.
    """
    full = sorted((g for g in groups if " " in g.key), key=lambda g: (-len(g.key.split()), g.places[0]))
    people = People()
    for group in full:
        if known := gazetteer.find(group.key, "PERSON"):
            group.give(known.ref, GAZETTEER)
        elif ref := in_context(group):
            group.give(ref, CONTEXT)
        if group.ref:
            people.add(tuple(group.key.split()), group.ref)
    for group in full:
        if group.open:
            _link_full(group, people, gazetteer)
    for group in groups:
        if " " not in group.key:
            _link_part(group, people, gazetteer)


def _link_full(group: Group, people: People, gazetteer: Gazetteer) -> None:
    """A whole name: a shorter or longer form of one person's, or somebody new."""
    name = tuple(group.key.split())
    same: set[str] = set()
    for person in people.forms_of(name):
        same.add(person.ref)
        if len(same) > 1:
            break
    if len(same) == 1:
        group.give(same.pop(), PART)
    elif same:
        group.closed = True
    else:
        ref = named("PERSON", group.key, group.surface, gazetteer)
        turned = is_chinese(name) and person_order(group.surface) != name
        group.give(ref, ORDER if turned else NAME)
        people.add(name, ref)


def person_order(surface: str) -> tuple[str, ...]:
    """The words of a name in the order in which they stand, a given name in one word."""
    found = tokens(surface)
    while len(found) > 1 and found[0] in words().lists["honorifics"]:
        found = found[1:]
    return (found[0], "".join(found[1:])) if is_chinese(person_tokens(surface)) else found


def _link_part(group: Group, people: People, gazetteer: Gazetteer) -> None:
    refs = {person.ref for person in people.with_word(group.key) if _names(group.key, person.name)}
    known = gazetteer.find(group.key, "PERSON")
    if len(refs) == 1:
        group.give(refs.pop(), PART)
    elif refs and (known is None or known.ref not in refs):
        group.closed = True
    elif known:
        group.give(known.ref, GAZETTEER)
    else:
        group.give(named("PERSON", group.key, group.surface, gazetteer), NAME)


def _names(part: str, name: tuple[str, ...]) -> bool:
    """Whether one word can stand for a person: the surname, the given name, or both run together."""
    if is_chinese(name):
        return part in name or part == "".join(name)
    return part in name and (part == name[-1] or part not in words().lists["family_titles"])


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the words of ``short`` stand in ``long`` in order and begin or end it alike."""
    if is_chinese(short) or is_chinese(long):
        return short == long
    rest = iter(long)
    if not all(any(_same(word, other) for other in rest) for word in short):
        return False
    bare = [word for word in long if word not in words().lists["forenames"]] or list(long)
    return short[0] in (long[0], bare[0]) or short[-1] == long[-1]


def _same(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))
