"""Names and coordinates of the gazetteer, for the page's map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cpecnlp.errors import InputError
from cpecnlp.paths import resource

PLACE_LABELS = frozenset({"GPE", "LOC"})
GAZETTEER = "gaz:"  # a ref is this and the id of an entry
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Places:
    """What the gazetteer knows of an entity.

    Attributes:
        names: ref → canonical name.
        spots: ref → (latitude, longitude) in degrees.
        by_surface: a place's name or alias, in lower case → its ref; only where one place has it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    spots: Mapping[str, Spot] = field(default_factory=dict)
    by_surface: Mapping[str, str] = field(default_factory=dict)

    def spot(self, label: str, ref: str, surface: str) -> Spot | None:
        """Where a mention lies: by its link, or for a place that was not linked by its name."""
        if ref:
            return self.spots.get(ref)
        if label not in PLACE_LABELS:
            return None
        return self.spots.get(self.by_surface.get(fold(surface), ""))


def fold(surface: str) -> str:
    """A name without case and with single spaces."""
    return " ".join(surface.casefold().split())


def read_places(path: Path | None = None) -> Places:
    """Read ``gazetteer.jsonl``; empty where there is none.

    Raises:
        InputError: a line is not a JSON object with an ``id``.
    """
    path = path or resource("gazetteer.jsonl")
    if not path.is_file():
        return Places()
    entries = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                entries.append(_entry(line, f"{path.name}:{number}"))
    return _places(entries)


def _entry(line: str, where: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not valid JSON ({error})") from None
    if not isinstance(entry, dict) or not entry.get("id"):
        raise InputError(f"{where}: an entry of the gazetteer is an object with an id")
    return entry


def _places(entries: Iterable[Mapping[str, Any]]) -> Places:
    names: dict[str, str] = {}
    spots: dict[str, Spot] = {}
    owners: dict[str, set[str]] = {}
    for entry in entries:
        key = f"{GAZETTEER}{entry['id']}"
        names[key] = str(entry.get("name") or entry["id"])
        if entry.get("lat") is None or entry.get("lon") is None:
            continue
        spots[key] = (round(float(entry["lat"]), 3), round(float(entry["lon"]), 3))
        for surface in (names[key], *entry.get("aliases", ())):
            owners.setdefault(fold(str(surface)), set()).add(key)
    return Places(names, spots, {name: next(iter(keys)) for name, keys in owners.items() if len(keys) == 1})
