"""Other people and places in the same sentences, so that a model learns contexts and not names."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cpecnlp.paths import resource
from cpecnlp.training.ner.auxiliary import TaggedText

_TOKEN = re.compile(r"[^\W\d_]+")
CULTURES = ("pakistan", "china", "india", "bangladesh")
CULTURE_WEIGHTS = (0.45, 0.4, 0.05, 0.1)
GAZETTEER_FILES = (*(f"names/{culture}.csv" for culture in CULTURES), "world-cities/data/world-cities.csv")
CITY_COUNTRIES = frozenset({"Pakistan", "China"})


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names to substitute.

    Attributes:
        people: Name parts by culture.
        cities: Names of cities; a place is only replaced by another of these if it is one of them.
        technologies: Terms for technologies.
    """

    people: Mapping[str, Sequence[str]]
    cities: Sequence[str]
    technologies: Sequence[str] = ()


def read_gazetteer(folder: Path) -> Gazetteer:
    """Read ``names/<culture>.csv`` (column Name) and ``world-cities/data/world-cities.csv``.

    The terms for technologies are a file of ours.
    """
    people: dict[str, Sequence[str]] = {}
    for culture in CULTURES:
        with (folder / "names" / f"{culture}.csv").open(encoding="utf-8", newline="") as lines:
            names = [row["Name"] for row in csv.DictReader(lines)]
        people[culture] = [name for name in names if name.isalpha()]
    with (folder / "world-cities" / "data" / "world-cities.csv").open(encoding="utf-8", newline="") as lines:
        cities = [row["name"] for row in csv.DictReader(lines) if row["country"] in CITY_COUNTRIES]
    lines_of = resource("technologies.txt").read_text(encoding="utf-8").splitlines()
    technologies = [line for line in lines_of if line and not line.startswith("#")]
    return Gazetteer(people, [city for city in cities if city.isascii()], technologies)


class NameSwap:
    """Writes other names into texts; the same name is replaced by the same one throughout a text.

    Args:
        gazetteer: Names to substitute.
        texts: Share of texts that are changed.
        names: Share of the different names of such a text that are replaced.
    """

    def __init__(self, gazetteer: Gazetteer, texts: float = 0.4, names: float = 0.6) -> None:
        self.gazetteer = gazetteer
        self.texts, self.names = texts, names
        self._cities = frozenset(gazetteer.cities)

    def __call__(self, text: TaggedText, chance: random.Random) -> TaggedText:
        """Return the text with other names, or the very text where chance leaves it."""
        if chance.random() >= self.texts:
            return text
        people: dict[str, str] = {}
        cultures: dict[str, str] = {}
        places: dict[str, str] = {}
        terms: dict[str, str] = {}
        parts: list[str] = []
        spans: list[tuple[int, int, str]] = []
        at = length = 0
        for start, end, label in text.spans:
            surface = text.text[start:end]
            if label == "PERSON":
                surface = self._person(surface, people, cultures, chance)
            elif label == "GPE":
                surface = self._place(surface, places, chance)
            elif label == "TECH" and self.gazetteer.technologies:
                surface = self._term(surface, terms, chance)
            parts.extend((text.text[at:start], surface))
            length += start - at
            spans.append((length, length + len(surface), label))
            length, at = length + len(surface), end
        parts.append(text.text[at:])
        return TaggedText("".join(parts), tuple(spans), text.tag_set)

    def _person(self, surface: str, people: dict[str, str], cultures: dict[str, str], chance: random.Random) -> str:
        tokens = _TOKEN.findall(surface)
        culture = next((cultures[token] for token in tokens if token in cultures), None)
        if culture is None:
            culture = chance.choices(CULTURES, CULTURE_WEIGHTS)[0] if chance.random() < self.names else ""
        for token in tokens:
            cultures.setdefault(token, culture)
            if token not in people:
                people[token] = self._name_part(token, culture, chance)
        return _TOKEN.sub(lambda match: people[match.group()], surface)

    def _name_part(self, token: str, culture: str, chance: random.Random) -> str:
        if not culture or len(token) < 2 or not token[0].isupper():
            return token
        name = chance.choice(self.gazetteer.people[culture])
        if culture == "china" and len(token) > 5 and chance.random() < 0.8:
            name += chance.choice(self.gazetteer.people[culture]).lower()
        return name.upper() if token.isupper() else name

    def _place(self, surface: str, places: dict[str, str], chance: random.Random) -> str:
        if surface not in places:
            swap = surface in self._cities and chance.random() < self.names
            places[surface] = chance.choice(self.gazetteer.cities) if swap else surface
        return places[surface]

    def _term(self, surface: str, terms: dict[str, str], chance: random.Random) -> str:
        if surface not in terms:
            swap = chance.random() < self.names
            term = chance.choice(self.gazetteer.technologies) if swap else surface
            # a term that opens a sentence or stands in a headline keeps its capital
            capital = swap and surface[0].isupper() and not surface.isupper() and len(surface) > 3
            terms[surface] = term[0].upper() + term[1:] if capital else term
        return terms[surface]
