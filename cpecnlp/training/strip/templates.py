"""Lines out of ``resources/grafts.toml``, their slots filled at random."""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache
from typing import Any

from cpecnlp.paths import resource
from cpecnlp.training.strip.stories import Story

GRAFTS = "grafts.toml"
_SLOT = re.compile(r"\{(\w+)\}")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: (?:of |and )?[A-Z][a-z]+){0,3}")
_SAID = re.compile(r"(?<=[.!?] )[A-Z][^.!?“”\"]{40,160}(?=\.)")
_READ = 3000
# lists that a line of its kind may come from where nothing else is said
_ANY = ("any", "any", "long", "own", "glued")
_WORD = re.compile(r"[A-Z][a-z]{3,}|[a-z]{6,}")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resource(GRAFTS).read_text(encoding="utf-8"))


class Templates:
    """Fills templates; the same random generator gives the same lines."""

    def __init__(self, rng: random.Random) -> None:
        data = _data()
        self._rng, self._lines, self.openers = rng, data["lines"], data["openers"]
        words = data["words"]
        self._first, self._last = words["first"].split(), words["last"].split()
        self._lists = {key: words[key].split(";") for key in ("place", "outlet", "section", "topic", "agency")}
        self._parts: dict[str, list[str]] = data["parts"]
        self._outlet = self._title = ""
        self._keys, self._own, self._said = ["news"], ["the port"], ["Work goes on"]

    def about(self, story: Story) -> None:
        """Let what follows stand on the page of ``story``, in one outlet."""
        self._outlet = self._rng.choice(self._lists["outlet"])
        self._title = story.title
        self._keys = _WORD.findall(story.title) or ["news"]
        # a caption or a comment names what the article names
        text = " ".join(story.paragraphs)[:_READ]
        self._own = _NAME.findall(text) or ["the port"]
        self._said = _SAID.findall(text) or ["Work goes on"]

    def name(self) -> str:
        """A person's name."""
        rng = self._rng
        name = f"{rng.choice(self._first)} {rng.choice(self._last)}"
        return name.upper() if rng.random() < 0.06 else name

    def line(self, kind: str, where: str, headline: str = "") -> str:
        """A line of ``kind``, as a rule in its own case."""
        table = self._lines[kind]
        if where == "any":
            where = self._rng.choice([name for name in _ANY if name in table])
        text = self.fill(self._rng.choice(table[where]), headline)
        dice = self._rng.random()
        return text.upper() if dice < 0.04 else text.lower() if dice > 0.98 else text

    def opener(self) -> str:
        """What stands above a list of other stories."""
        text = self.fill(self._rng.choice(self.openers[self._rng.choice(("known", "odd", "odd"))]))
        dice = self._rng.random()
        return text.upper() if dice < 0.15 else text + ":" if dice > 0.9 else text

    def fill(self, template: str, headline: str = "") -> str:
        """The template with its slots filled."""
        return _SLOT.sub(lambda match: self._slot(match[1], headline), template)

    def _slot(self, name: str, headline: str) -> str:
        rng = self._rng
        if name in self._lists:
            return self._outlet if name == "outlet" and self._outlet else rng.choice(self._lists[name])
        if name == "name":
            return self.name()
        if name in ("headline", "title"):
            return headline or self._title
        if name in self._parts:
            return self.fill(rng.choice(self._parts[name]), headline)
        own = {"key": self._keys, "own": self._own, "said": self._said}.get(name)
        if own:
            return rng.choice(own)
        if name == "n":
            return rng.choice((str(rng.randint(100, 99_999)), f"{rng.randint(1, 99)},{rng.randint(100, 999)}"))
        if name == "small":
            return str(rng.randint(1, 59))
        return self._stamp(name)

    def _stamp(self, name: str) -> str:
        rng = self._rng
        if name == "day":
            return rng.choice(_DAYS)
        if name == "time":
            return rng.choice((f"{rng.randint(1, 12)}:{rng.randint(10, 59)} {rng.choice(('AM', 'PM', 'am'))}",
                               f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"))  # fmt: skip
        if name == "handle":
            return f"{rng.choice(self._last).lower()}{rng.choice(('', '_pk', '92', 'writes', 'news'))}"
        if name == "email":
            return f"{rng.choice(self._first).lower()}@{rng.choice(self._last).lower()}news.example"
        if name == "url":
            return f"https://{rng.choice(self._last).lower()}.example/{rng.randint(1000, 999_999)}"
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2013, 2026)
        word = _MONTHS[month - 1]
        return rng.choice((f"{word} {day}, {year}", f"{day} {word} {year}", f"{year}-{month:02}-{day:02}",
                           f"{word[:3]} {day}, {year}", f"{day:02}/{month:02}/{year}", f"{word} {day}"))  # fmt: skip
