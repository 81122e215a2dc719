"""The gazetteer: canonical names with their aliases, read from ``resources/gazetteer.jsonl``.

A line is one entry::

    {"id": "gwadar", "name": "Gwadar", "type": "GPE", "aliases": [], "lat": 25.12, "lon": 62.33, "country": "PK"}

``id``, ``name`` and ``type`` are needed. ``aliases`` always mean this entry under its type; spellings
that differ in case, hyphens, "&", centre/center, a short form in brackets or a plural inside need
not be listed. A name that may mean several things goes to ``contextual`` with its conditions:
``{"alias": "PTI", "with": […], "without": […], "near": […]}``: one of the words of ``with`` stands
in the article, none of ``without`` does, one of ``near`` stands beside the mention.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cpecnlp.errors import InputError
from cpecnlp.paths import resource
from cpecnlp.stages.link.normal import key

FILE = "gazetteer.jsonl"
TYPES = ("PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH")
# types that a model takes for one another on the same name
NEAR = {
    "GPE": ("LOC",),
    "LOC": ("GPE", "PROJECT", "ORG"),
    "PROJECT": ("LOC", "ORG", "EVENT"),
    "ORG": ("LOC", "PROJECT", "EVENT"),
    "EVENT": ("ORG", "PROJECT"),
}
MIN_NEAR = 6


@dataclass(frozen=True, slots=True)
class Cue:
    """A name that means the entry only under a condition.

    Attributes:
        alias: the name.
        near: one of these words must stand next to the mention ("China's …", "… of China").
        present: one of these must stand in the article.
        absent: none of these may stand in the article.
    """

    alias: str
    near: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One canonical entity.

    Attributes:
        id: unique; a mention's ``ref`` is ``"gaz:"`` and this.
        name: the canonical name.
        type: entity label.
        aliases: other names that always mean this one under the same label.
        cues: names that mean this one under a condition.
        lat, lon: degrees, for places.
        country: ISO 3166 code of the country that it belongs to, or empty.
        wikidata: Wikidata id where certain, else empty.
    """

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    lat: float | None = None
    lon: float | None = None
    country: str = ""
    wikidata: str = ""

    @property
    def ref(self) -> str:
        """What a linked mention carries."""
        return f"gaz:{self.id}"

    @property
    def plain_names(self) -> tuple[str, ...]:
        """The names that need no condition."""
        conditional = {key(cue.alias, self.type) for cue in self.cues}
        return tuple(name for name in (self.name, *self.aliases) if key(name, self.type) not in conditional)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries, found by name and label.

    Attributes:
        entries: by id.
        source: for ``run.json``: the rule's name and the first digits of the hash of the data.
    """

    entries: Mapping[str, Entry]
    source: str
    _names: dict[tuple[str, str], Entry] = field(repr=False)
    _cues: dict[tuple[str, str], list[tuple[Entry, Cue]]] = field(repr=False)
    _places: frozenset[str] = field(repr=False)

    def find(self, name: str, label: str) -> Entry | None:
        """The entry that a normalised name means under ``label``, without any condition."""
        found = self._names.get((label, name))
        if found or not (" " in name or len(name) >= MIN_NEAR):
            return found
        others = {entry.id: entry for near in NEAR.get(label, ()) if (entry := self._names.get((near, name)))}
        return next(iter(others.values())) if len(others) == 1 else None

    def cues(self, name: str, label: str) -> list[tuple[Entry, Cue]]:
        """The entries that a normalised name may mean, with their conditions."""
        return self._cues.get((label, name), [])

    def is_place(self, word: str) -> bool:
        """Whether one normalised word names a country, a province or a city."""
        return word in self._places

    @classmethod
    def build(cls, entries: Iterable[Entry], digest: str) -> Gazetteer:
        """Index ``entries``; a later one replaces an earlier one of the same id.

        Raises:
            InputError: two entries of one type share a name that no condition tells apart.
        """
        by_id = {entry.id: entry for entry in entries}
        names: dict[tuple[str, str], Entry] = {}
        cues: dict[tuple[str, str], list[tuple[Entry, Cue]]] = {}
        for entry in by_id.values():
            for name in entry.plain_names:
                place = (entry.type, key(name, entry.type))
                if names.setdefault(place, entry) is not entry:
                    raise InputError(f"gazetteer: {name!r} stands for {names[place].id!r} and for {entry.id!r}")
            for cue in entry.cues:
                cues.setdefault((entry.type, key(cue.alias, entry.type)), []).append((entry, cue))
        if both := names.keys() & cues.keys():
            label, name = min(both)
            raise InputError(f"gazetteer: {name!r} ({label}) stands both with and without a condition")
        places = {word for label, name in (*names, *cues) if label == "GPE" for word in [name] if " " not in word}
        return cls(by_id, f"gazetteer_v1@{digest[:8]}", names, cues, frozenset(places | {"chinese", "pakistani"}))


@cache
def shipped_gazetteer() -> Gazetteer:
    """The gazetteer of the package."""
    return read_gazetteer(resource(FILE))


def read_gazetteer(*paths: Path | str) -> Gazetteer:
    """Read gazetteer files; in a later one an entry replaces the one of the same id before it.

    Raises:
        InputError: no such file, or a line that is not an entry; the message names file and line.
    """
    digest = hashlib.sha256()
    entries: list[Entry] = []
    for path in map(Path, paths):
        try:
            data = path.read_bytes()
            digest.update(data)
            entries += _entries(data.decode("utf-8"), path)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"gazetteer {path}: {error}") from None
    return Gazetteer.build(entries, digest.hexdigest())


def _entries(text: str, path: Path) -> Iterator[Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield _entry(json.loads(line))
            except (ValueError, TypeError, KeyError) as error:
                raise InputError(f"gazetteer {path}:{number}: not an entry ({error})") from None


def _entry(row: Mapping[str, Any]) -> Entry:
    if row["type"] not in TYPES:
        raise ValueError(f"type {row['type']!r} is none of {', '.join(TYPES)}")
    cues = tuple(
        Cue(cue["alias"], tuple(cue.get("near", ())), tuple(cue.get("with", ())), tuple(cue.get("without", ())))
        for cue in row.get("contextual", ())
    )
    lat, lon = row.get("lat"), row.get("lon")
    return Entry(
        str(row["id"]),
        str(row["name"]),
        row["type"],
        tuple(map(str, row.get("aliases", ()))),
        cues,
        None if lat is None else float(lat),
        None if lon is None else float(lon),
        str(row.get("country", "")),
        str(row.get("wikidata", "")),
    )
