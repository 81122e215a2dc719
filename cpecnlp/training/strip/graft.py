"""Synthetic furniture grafted on real articles, in memory: pages of outlets that no gold has.

Headlines, leads and captions of other articles become teasers; templates of
``resources/grafts.toml`` become bylines, promotions, menus, comments. Bodies are roughened too
(full stops lost, lists, subheadings), so that the model does not learn that body is well formed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from cpecnlp.training.strip.bodies import live_stamps, print_page, rough_body, standfirst
from cpecnlp.training.strip.boxes import Boxes
from cpecnlp.training.strip.data import Example, Line, example_of
from cpecnlp.training.strip.stories import Story
from cpecnlp.training.strip.teasers import Teasers
from cpecnlp.training.strip.templates import Templates

_RELATED = 40


class Grafter:
    """Makes pages out of stories.

    Args:
        stories: articles whose bodies are known; each can be the page's own or another's teaser.
        seed: the same stories and seed give the same pages.
    """

    def __init__(self, stories: Sequence[Story], seed: int = 0) -> None:
        self._stories = list(stories)
        self._rng = random.Random(seed)
        self._templates = Templates(self._rng)
        self._teasers = Teasers(self._rng, self._templates)
        self._boxes = Boxes(self._rng, self._templates)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for number, story in enumerate(self._stories):
            for word in set(story.title.lower().split()):
                if len(word) > 4:
                    self._by_word[word].append(number)

    def pages(self, count: int) -> list[Example]:
        """``count`` pages, on stories drawn at random."""
        return [self.page(self._rng.choice(self._stories)) for _ in range(count)]

    def page(self, story: Story) -> Example:
        """One page on ``story``."""
        rng = self._rng
        lines = [line for line in story.lines if not line.kind or rng.random() < 0.5]
        title = [line for line in lines if line.kind == "title"][:1] or [Line(story.title, "title")]
        rest = [line for line in lines if line.kind != "title" and line.text.strip()]
        first = next((n for n, line in enumerate(rest) if not line.kind), len(rest))
        last = max((n for n, line in enumerate(rest) if not line.kind), default=-1)
        head, body, tail = rest[:first], rest[first : last + 1], rest[last + 1 :]
        self._templates.about(story)
        points = standfirst(body, rng) if rng.random() < 0.3 else []
        body = rough_body(body, rng)
        body = live_stamps(body, rng, self._templates) if rng.random() < 0.03 else body
        body = self._with_middle(body, story)
        above = self._several("nav", "any", (0.2, 3)) if rng.random() < 0.25 else []
        below = self._head() if rng.random() < 0.7 else []
        below = [*points, *below] if rng.random() < 0.7 else [*below, *points]
        behind = self._tail(story) if rng.random() < 0.85 else []
        if rng.random() < 0.08:
            made = print_page(above + title + head + below, body, tail + behind, self._templates, rng)
        else:
            gap = [Line("")] if rng.random() < 0.6 else []
            spaced = [part for line in body for part in ((line, Line("")) if gap and rng.random() < 0.9 else (line,))]
            made = [*above, *title, *head, *below, *gap, *spaced, *tail, *behind]
        return example_of(made, story.id, story.group)

    def _several(self, kind: str, where: str, spec: tuple[float, int]) -> list[Line]:
        stop, most = spec
        out = [Line(self._templates.line(kind, where), kind)]
        while len(out) < most and self._rng.random() > stop:
            out.append(Line(self._templates.line(kind, where), kind))
        return out

    def _head(self) -> list[Line]:
        """What stands between the headline and the lede."""
        rng, out = self._rng, []
        for kind, where, chance in (
            ("metadata", "head", 0.7), ("share", "any", 0.25), ("caption", "any", 0.35), ("promo", "any", 0.12),
            ("nav", "any", 0.15), ("metadata", "head", 0.25), ("comment", "any", 0.05),
        ):  # fmt: skip
            if rng.random() < chance:
                out.append(Line(self._templates.line(kind, where), kind))
        rng.shuffle(out)
        if rng.random() < 0.45:
            out += self._boxes.above()
        if rng.random() < 0.06:
            out += self._teasers.block(self._others("", rng.randint(2, 5)))
        return out

    def _with_middle(self, body: list[Line], story: Story) -> list[Line]:
        """Furniture between the paragraphs."""
        rng = self._rng
        if len(body) < 3 or rng.random() < 0.45:
            return body
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            at = rng.randint(1, len(body) - 1)
            body = [*body[:at], *self._middle(body, story), *body[at:]]
        return body

    def _middle(self, body: list[Line], story: Story) -> list[Line]:
        rng = self._rng
        if rng.random() < 0.35:
            return self._boxes.inside()
        what = rng.choice(("caption", "caption", "teaser", "teaser", "promo", "share", "other", "list", "quote", "nav"))
        if what == "quote":
            return self._teasers.pull_quote(body)
        if what == "other":
            return self._teasers.lone(self._others(story.title, 1))
        if what == "list":
            return self._teasers.block(self._others(story.title, rng.randint(2, 4)))
        if what == "caption" and rng.random() < 0.4:
            return self._teasers.caption(self._others(story.title, 1))
        if what == "teaser":
            return [Line(self._templates.line("teaser", "any", self._others(story.title, 1)[0].title), "teaser")]
        return [Line(self._templates.line(what, "any"), what)]

    def _tail(self, story: Story) -> list[Line]:
        """What stands behind the last paragraph: one to five parts in any order."""
        rng, out = self._rng, []
        parts = [
            kind
            for kind, chance in (
                ("metadata", 0.3), ("share", 0.3), ("teasers", 0.75), ("promo", 0.25), ("comment", 0.2), ("legal", 0.3),
                ("nav", 0.2), ("teasers", 0.25), ("caption", 0.08), ("box", 0.45), ("box", 0.25), ("box", 0.1),
            )
            if rng.random() < chance
        ]  # fmt: skip
        if rng.random() < 0.5:
            rng.shuffle(parts)
        if rng.random() < 0.07:
            out += self._teasers.gists(self._others(story.title, rng.randint(4, 8)))
        for part in parts:
            if part == "teasers":
                out += self._teasers.block(self._others(story.title, rng.choice((1, 2, 3, 3, 4, 5, 6, 6, 8, 12))))
            elif part == "comment":
                out += self._comments()
            elif part == "box":
                out += self._boxes.behind()
            else:
                where = "tail" if part == "metadata" else "any"
                out += self._several(part, where, (0.5, 6 if part in ("nav", "legal") else 3))
        return out

    def _comments(self) -> list[Line]:
        rng, out = self._rng, self._several("comment", "any", (0.5, 4))
        for _ in range(rng.choice((0, 0, 1, 2, 4))):
            out.append(Line(rng.choice((self._templates.name(), self._templates.line("comment", "any"))), "comment"))
            out.append(Line(self._templates.line("comment", "text"), "comment"))
            if rng.random() < 0.4:
                out.append(Line(rng.choice(("Reply", "Like", f"{rng.randint(1, 23)} hours ago", "Report")), "comment"))
        return out

    def _others(self, title: str, count: int) -> list[Story]:
        """Other stories: any, gossip, or such as share a word with the page's own."""
        rng = self._rng
        related: list[int] = []
        if rng.random() < 0.35:
            words = [word for word in title.lower().split() if len(self._by_word.get(word, ())) > 1]
            related = self._by_word[rng.choice(words)][:_RELATED] if words else []
        gossip = rng.random() if rng.random() < 0.35 else 0.0
        out = []
        for _ in range(count):
            if rng.random() < gossip:
                line = self._templates.line("gossip", "any")
                out.append(Story("", "", line, (line + ".",), ()))
            else:
                out.append(self._stories[rng.choice(related)] if related else rng.choice(self._stories))
        return [story for story in out if story.title != title] or [rng.choice(self._stories)]
