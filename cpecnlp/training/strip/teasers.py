"""Teasers out of other articles: headlines, cut leads, captions, pull quotes, in many formats."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from cpecnlp.training.strip.data import Line
from cpecnlp.training.strip.stories import Story
from cpecnlp.training.strip.templates import Templates

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]?[\"”']?")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?) ")
_CLAUSE = re.compile(r",? (?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|while|where|when|adding that)\b.*")
_BULLETS = ("• ", "- ", "» ", "▶ ", "* ", "· ", "→ ", "■ ", "> ")
_DOTS = ("...", "…", " ...", "[…]", "..", "")

Format = Callable[[str, int], str]


class Teasers:
    """Writes teasers of stories; one block of them keeps one format, as pages do."""

    def __init__(self, rng: random.Random, templates: Templates) -> None:
        self._rng, self._templates = rng, templates

    def block(self, stories: Sequence[Story]) -> list[Line]:
        """A list of other stories, with or without what opens it."""
        rng = self._rng
        out = [Line(self._templates.opener(), "teaser")] if rng.random() < 0.5 else []
        write = rng.choice((self._headline, self._headline, self._dek, self._dek, self._lead, self._both))
        form, cut, case = self._format(), rng.choice((0, 0, 0, 40, 60, 90, 120)), rng.random()
        below = self._below()
        for number, story in enumerate(stories, start=1):
            for text in write(story):
                shown = self._shorten(text, cut)
                shown = shown.upper() if case < 0.06 else _capitals(shown) if case < 0.25 else shown
                out.append(Line(form(shown, number), "teaser"))
            if below:
                out.append(Line(self._templates.fill(below), "teaser"))
        return out

    def gists(self, stories: Sequence[Story]) -> list[Line]:
        """The gists of other stories alone, one a line, as some papers put them right behind the article."""
        return [Line(self._dek(story)[0].rstrip("."), "teaser") for story in stories]

    def lone(self, stories: Sequence[Story]) -> list[Line]:
        """One headline or lead of another story between the paragraphs."""
        return [Line(text, "teaser") for text in self._rng.choice((self._headline, self._dek))(stories[0])]

    def caption(self, stories: Sequence[Story]) -> list[Line]:
        """A caption that says in a sentence what a picture shows."""
        rng = self._rng
        text = self._dek(stories[0])[0]
        place, agency = self._templates.fill("{place}"), self._templates.fill("{agency}")
        before = rng.choice((f"{place}: ", "", "", "Photo shows "))
        credit = rng.choice((" — Photo by {}", " — {}", ". Photo: {}", " [Photo/{}]", " ({})", "/{}", ". {} photo"))
        return [Line(before + text + credit.format(agency), "caption")]

    def pull_quote(self, body: Sequence[Line]) -> list[Line]:
        """A sentence of the article, as a rule shortened, that stands once more on its own."""
        rng = self._rng
        long = [line.text for line in body if not line.kind and len(line.text) > 120]
        sentences = [s.strip() for text in long for s in _SENTENCE.findall(text) if 50 < len(s.strip()) < 180]
        if not sentences:
            return []
        words = rng.choice(sentences).rstrip('.”"').split()
        if rng.random() < 0.5:
            words = [word for word in words if rng.random() > 0.12]
        text = " ".join(words)
        return [Line(rng.choice((text, f"“{text}”", f"‘{text}’")), "repeat")] if len(words) > 6 else []

    def _headline(self, story: Story) -> list[str]:
        return [story.title]

    def _dek(self, story: Story) -> list[str]:
        """The gist of a lead, shortened as desks do: no article, no day, no full stop."""
        rng = self._rng
        paragraph = story.paragraphs[rng.randrange(min(6, len(story.paragraphs)))]
        text = (_SENTENCE.findall(paragraph) or [paragraph])[0].strip()
        if rng.random() < 0.6:
            text = _ARTICLE.sub("", text)
        if rng.random() < 0.5:
            text = _CLAUSE.sub("", text)
        text = text[:1].upper() + text[1:]
        if rng.random() < 0.85:
            text = text.rstrip(".")
        return [self._shorten(text, rng.choice((90, 110, 120, 140, 180)))]

    def _lead(self, story: Story) -> list[str]:
        rng = self._rng
        text = story.paragraphs[0]
        if rng.random() < 0.6:
            text = text[: rng.choice((80, 120, 160, 200, 280))].rsplit(" ", 1)[0] + rng.choice(_DOTS)
        return [text]

    def _both(self, story: Story) -> list[str]:
        return [story.title, *self._rng.choice((self._lead, self._dek))(story)]

    def _shorten(self, text: str, length: int) -> str:
        if not length or len(text) <= length:
            return text
        cut = text[:length] if self._rng.random() < 0.4 else text[:length].rsplit(" ", 1)[0]
        return cut.rstrip(" ,;") + self._rng.choice(_DOTS)

    def _format(self) -> Format:
        """One way to write each line of a list."""
        rng, fill = self._rng, self._templates.fill
        bullet = rng.choice(_BULLETS)
        forms: tuple[Format, ...] = (
            lambda text, _: bullet + text,
            lambda text, _: text + rng.choice((" -", " -", " –")),
            lambda text, number: f"{number}. {text}",
            lambda text, number: f"{number} {text}",
            lambda text, _: f"{text} | {fill('{section}')}",
            lambda text, _: f"{fill('{section}')}: {text}",
            lambda text, _: f"{fill('{section}')} {text}",
            lambda text, _: f"{text} {fill('{small} hours ago')}",
            lambda text, _: f"{fill('{date}')} {text}",
            lambda text, _: f"{fill('{time}')} {text}",
            lambda text, _: f"{text} ({fill('{date}')})",
            lambda text, _: f"[{text}]",
            lambda text, _: f"{text} »",
        )
        return rng.choice(forms) if rng.random() < 0.4 else lambda text, _: text

    def _below(self) -> str:
        """A line that stands under each headline of a list, as a rule none."""
        if self._rng.random() > 0.2:
            return ""
        return self._rng.choice(
            ("{date}", "{section}", "{small} hours ago", "By {name}", "{small} minutes ago | {section}", "{name}",
             "{section} - {date}", "Read More", "{section} | {small}h", "{n} views")
        )  # fmt: skip


def _capitals(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
