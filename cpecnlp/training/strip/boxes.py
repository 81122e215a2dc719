"""Furniture that comes in groups: a newsletter's box, a biography, a company's notes, a player, a menu."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from cpecnlp.training.strip.data import Line
from cpecnlp.training.strip.templates import Templates

Box = Callable[[], list[Line]]


class Boxes:
    """Writes groups of lines that stand together; each keeps an order, as pages do."""

    def __init__(self, rng: random.Random, templates: Templates) -> None:
        self._rng, self._templates = rng, templates

    def inside(self) -> list[Line]:
        """A group as it stands between paragraphs."""
        makers: Sequence[Box] = (self._letter, self._player, self._share, self._plea, self._caption, self._caption)
        return self._rng.choice(makers)()

    def above(self) -> list[Line]:
        """A group as it stands between headline and lede."""
        makers: Sequence[Box] = (self._byline, self._byline, self._share, self._caption, self._caption, self._menu)
        return self._rng.choice(makers)()

    def behind(self) -> list[Line]:
        """A group as it stands behind the article."""
        makers: Sequence[Box] = (
            self._biography, self._biography, self._company, self._letter, self._plea, self._law, self._law,
            self._tags, self._share, self._menu, self._press,
        )  # fmt: skip
        return self._rng.choice(makers)()

    def _line(self, kind: str, where: str = "long") -> Line:
        return Line(self._templates.line(kind, where), kind)

    def _some(self, kind: str, where: str, least: int, most: int) -> list[Line]:
        return [self._line(kind, where) for _ in range(self._rng.randint(least, most))]

    def _letter(self) -> list[Line]:
        """The box that asks for an address."""
        out = [*self._some("promo", "any", 0, 1), *self._some("promo", "long", 1, 3), *self._some("promo", "any", 0, 1)]
        return out + (self._some("legal", "long", 1, 1) if self._rng.random() < 0.3 else [])

    def _plea(self) -> list[Line]:
        return [*self._some("promo", "long", 1, 3)]

    def _player(self) -> list[Line]:
        return [
            *self._some("caption", "own", 0, 1),
            *self._some("nav", "long", 1, 2),
            *self._some("share", "long", 0, 2),
        ]

    def _caption(self) -> list[Line]:
        return self._some("caption", self._rng.choice(("own", "own", "any")), 1, self._rng.choice((1, 1, 2)))

    def _share(self) -> list[Line]:
        return self._some("share", self._rng.choice(("long", "any")), 1, 4)

    def _byline(self) -> list[Line]:
        return [*self._some("metadata", "below", 1, 3), *self._some("metadata", "head", 0, 1)]

    def _menu(self) -> list[Line]:
        return self._some("nav", self._rng.choice(("long", "any")), 2, 7)

    def _tags(self) -> list[Line]:
        fill = self._templates.fill
        head = [Line(self._rng.choice(("TAGS", "Topics", "In this story", "Keywords", "Related topics")), "share")]
        own = [Line(fill(self._rng.choice(("{own}", "{key}", "{section}", "{place}"))), "share") for _ in range(3)]
        return [*(head if self._rng.random() < 0.6 else []), *own[: self._rng.randint(1, 3)]]

    def _biography(self) -> list[Line]:
        """Who wrote it, in one line or several."""
        rng = self._rng
        out = [self._line("metadata", "below")] if rng.random() < 0.3 else []
        out += self._some("metadata", "bio", 1, rng.choice((1, 1, 2, 3)))
        return out + (self._some("legal", "long", 1, 1) if rng.random() < 0.25 else [])

    def _company(self) -> list[Line]:
        """What stands behind a press release."""
        rng = self._rng
        out = [self._line("metadata", "about")] if rng.random() < 0.8 else []
        out += self._some("metadata", "firm", 1, 2)
        if rng.random() < 0.3:
            out += self._some("legal", "long", 1, 2)
        return out + (self._some("metadata", "about", 1, 4) if rng.random() < 0.5 else [])

    def _press(self) -> list[Line]:
        """Whom the press may call."""
        out = [Line(self._rng.choice(("Contacts:", "Contact", "Press contacts", "Media enquiries")), "metadata")]
        for _ in range(self._rng.randint(1, 3)):
            forms = ["{place}", "{name}", "{job}", "+{small} ({small}) {n} {small}", "Tel: {n}", "{email}"]
            start = self._rng.randint(0, 2)
            lines = [self._templates.fill(form) for form in forms[start : start + self._rng.randint(2, 4)]]
            out += [Line(line, "metadata") for line in lines]
        return out

    def _law(self) -> list[Line]:
        return self._some("legal", "long", 1, self._rng.choice((1, 1, 2, 3)))
