"""The rules, from the surest to the least sure, over the groups of one article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from cpecnlp.stages.link.gazetteer import NEAR, Cue, Entry, Gazetteer
from cpecnlp.stages.link.mentions import Article, Group
from cpecnlp.stages.link.names import LOCAL, MAX_ACRONYM, named, tells
from cpecnlp.stages.link.normal import key, tokens, words
from cpecnlp.stages.link.people import CONTEXT, GAZETTEER, NAME, link_people
from cpecnlp.stages.link.short import MIN_INITIALS, initials

ACRONYM, INITIALS = "acronym_v1", "initials_v1"
RULES = (GAZETTEER, CONTEXT, ACRONYM, INITIALS, "partname_v1", "order_v1", NAME)
# how alike two words must be to count as spellings of one
ALIKE = 0.75

Link = tuple[str, str]


def resolve(article: Article, gazetteer: Gazetteer) -> dict[int, Link]:
    """(ref, rule) of every span that is linked, by its place in the document."""
    people = [group for group in article if group.label == "PERSON"]
    others = [group for group in article if group.label != "PERSON"]
    link_people(people, gazetteer, lambda group: _one_sense(group, article, gazetteer))
    single: dict[int, Link] = {}
    shorts = _defined(article, gazetteer)
    for group in others:
        if group.open and id(group) not in shorts and (entry := gazetteer.find(group.key, group.label)):
            _by_gazetteer(group, entry, article, gazetteer, single)
    for group in others:
        if group.open and id(group) not in shorts:
            _by_context(group, article, gazetteer, single)
    _by_initials(others, shorts)
    labels = _labels(others)
    for group in others:
        if group.open and id(group) not in shorts:
            group.give(named(labels.get(group.key, group.label), group.key, group.surface, gazetteer), NAME)
    for group in others:
        if group.open and (long := shorts.get(id(group))):
            group.give(long.ref, group.rule or ACRONYM)
    found = {place: (group.ref, group.rule) for group in article if group.ref for place in group.places}
    return found | single


def _defined(article: Article, gazetteer: Gazetteer) -> dict[int, Group]:
    """Short forms that the text defines: id of the short form's group → the group that it stands for."""
    meanings: dict[tuple[str, str], dict[str, Group]] = {}
    for short, long, label in list(article.definitions()):
        if isinstance(long, str):
            long = _long_group(article, long, label)
        if _another(short, label, long, gazetteer):
            continue
        for kind in {label, long.label}:
            meanings.setdefault((kind, key(short, kind)), {})[long.key] = long
    shorts: dict[int, Group] = {}
    for place, longs in meanings.items():
        group = article.groups.get(place)
        if group is None:
            continue
        one = _one_of(list(longs.values()), group, gazetteer)
        if one is None:
            group.closed = True
        elif one is not group:
            shorts[id(group)] = one
    return {short: _end(long, shorts) for short, long in shorts.items()}


def _another(short: str, label: str, long: Group, gazetteer: Gazetteer) -> bool:
    """Whether a bracket defines nothing, because the gazetteer knows the short form as something else.

    It knows both names and not as one ("CPEC Phase II (CPEC)"), or the long one ends in what it knows
    the short one for ("Workshop on Floods along the China-Pakistan Economic Corridor (CPEC)").
    """
    mine, other = gazetteer.find(key(short, label), label), gazetteer.find(long.key, long.label)
    if mine is None or other is not None:
        return mine is not None and other is not None and mine.id != other.id
    return any(long.key.endswith(f" {key(name, mine.type)}") for name in mine.plain_names)


def _by_gazetteer(group: Group, entry: Entry, article: Article, gazetteer: Gazetteer, single: dict[int, Link]) -> None:
    """The entry of this name, but not where another country stands beside it: "the British Foreign Office"."""
    foreign: list[int] = []
    if entry.country and not tells(group.label, tuple(group.key.split()), group.surface, gazetteer):
        nations = words().nations
        foreign = [
            place
            for place in group.places
            if any(nations.get(word, entry.country) != entry.country for word in article.attributes(place))
        ]
    if not foreign:
        group.give(entry.ref, GAZETTEER)
        return
    group.closed = True
    single.update({place: (entry.ref, GAZETTEER) for place in group.places if place not in foreign})


def _one_sense(group: Group, article: Article, gazetteer: Gazetteer) -> str:
    """The one id that fits a name with conditions, or nothing."""
    cues = gazetteer.cues(group.key, group.label)
    fits = {entry.ref for entry, cue in cues if any(_fits(cue, place, article) for place in group.places)}
    return fits.pop() if len(fits) == 1 else ""


def _end(group: Group, shorts: dict[int, Group]) -> Group:
    """Follow a chain of definitions to its end; a circle stops where it began."""
    seen = {id(group)}
    while (after := shorts.get(id(group))) and id(after) not in seen:
        group = after
        seen.add(id(group))
    return group


def _long_group(article: Article, words_: str, label: str) -> Group:
    """The group of a long form that stands inside a longer name."""
    for kind in (label, "ORG", "PROJECT", "EVENT"):
        if group := article.groups.get((kind, key(words_, kind))):
            return group
    kind = "ORG" if label == "EVENT" else label
    return Group(kind, key(words_, kind), words_)


def _one_of(longs: Sequence[Group], short: Group, gazetteer: Gazetteer) -> Group | None:
    """What a short form stands for when the text gives ``longs``; ``None`` when they differ."""
    for long in longs:
        if long.open and (entry := gazetteer.find(long.key, long.label)):
            long.give(entry.ref, GAZETTEER)
    refs = {long.ref or long.key for long in longs}
    if len(refs) > 1:
        return None
    long = longs[0]
    entry = gazetteer.find(short.key, short.label) if long.open else None
    if entry and _same_name(long.key.split(), key(entry.name, entry.type).split()):
        long.give(entry.ref, ACRONYM)
    if long.open and not long.places:
        long.give(named(long.label, long.key, long.surface, gazetteer), NAME)
    return long


def _same_name(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two long forms of a shared short form differ in bonds and slips of spelling only."""
    slack = words().lists["bonds"] | words().lists["company_endings"] | {"pakistan", "company"}
    extra, missing = set(one) - set(other) - slack, set(other) - set(one) - slack
    return len(extra) == len(missing) and all(get_close_matches(word, missing, 1, ALIKE) for word in extra)


def _by_context(group: Group, article: Article, gazetteer: Gazetteer, single: dict[int, Link]) -> None:
    """Names that mean an entry only under a condition; one sense an article where none speaks against it."""
    cues = gazetteer.cues(group.key, group.label)
    if not cues:
        return
    fits = {place: {entry.ref for entry, cue in cues if _fits(cue, place, article)} for place in group.places}
    senses = set[str]().union(*fits.values())
    if len(senses) == 1:
        group.give(senses.pop(), CONTEXT)
    elif senses:
        group.closed = True
        single.update({place: (refs.pop(), CONTEXT) for place, refs in fits.items() if len(refs) == 1})
    elif any(_speaks_for(cue, place, article) for place in group.places for _, cue in cues):
        group.closed = True  # the article speaks for one sense and against it as well
    elif ref := named(group.label, group.key, group.surface, gazetteer):
        group.give(LOCAL + ref.removeprefix(LOCAL), NAME)  # in the next article it may be another


def _fits(cue: Cue, place: int, article: Article) -> bool:
    return _speaks_for(cue, place, article) and not any(map(article.has, cue.absent))


def _speaks_for(cue: Cue, place: int, article: Article) -> bool:
    if cue.near and not article.beside(place) & {word.casefold() for word in cue.near}:
        return False
    return not cue.present or any(map(article.has, cue.present))


def _by_initials(groups: Sequence[Group], shorts: dict[int, Group]) -> None:
    """Undefined short forms that are the initials of exactly one longer name of the same label."""
    bonds = words().lists["bonds"]
    longs: dict[tuple[str, str], set[int]] = {}
    named_by = {id(group): group for group in groups}
    for group in groups:
        found = tokens(group.surface)
        if len(found) >= MIN_INITIALS:
            for leave in (bonds, frozenset[str]()):
                longs.setdefault((group.label, initials(found, leave)), set()).add(id(group))
    for group in groups:
        short = group.surface
        if not (short.isalpha() and short.isupper() and MIN_INITIALS <= len(short) <= MAX_ACRONYM):
            continue
        match = longs.get((group.label, short.casefold()), set()) - {id(group)}
        if len(match) != 1 or id(group) in shorts:
            continue
        (long,) = (named_by[number] for number in match)
        if group.open:
            shorts[id(group)] = long
            group.rule = INITIALS
        elif group.ref != long.ref and long.ref == "":
            group.ref, group.closed = "", True  # the gazetteer says one thing, the article another


def _labels(groups: Sequence[Group]) -> dict[str, str]:
    """For names of several words that came with several labels: the most frequent, if they may be taken for one."""
    counts: dict[str, Counter[str]] = {}
    for group in groups:
        if " " in group.key and group.open:
            counts.setdefault(group.key, Counter())[group.label] += len(group.places)
    best = {}
    for name, labels in counts.items():
        (top, _), *rest = labels.most_common()
        if rest and all(label in NEAR.get(top, ()) for label, _ in rest):
            best[name] = top
    return best
