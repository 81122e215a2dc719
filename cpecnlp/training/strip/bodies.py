"""Bodies as careless pages bring them, and pages as a browser prints them."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Sequence

from cpecnlp.training.strip.data import Line
from cpecnlp.training.strip.templates import Templates

_SENTENCE_END = re.compile(r"(?<=[a-z)”\"]{2}[.!?]) (?=[A-Z“\"])")
_NAMES = re.compile(r"(?:[A-Z][a-z]+ ?){1,3}")
_HEADS = ("The way ahead", "Challenges remain", "What next?", "Background", "A question of trust", "Key points")


def rough_body(body: Sequence[Line], rng: random.Random) -> list[Line]:
    """The body with some of what real bodies have: lost full stops, lists, subheadings, an early end."""
    out = list(body)
    if not any(not line.kind for line in out):
        return out
    if rng.random() < 0.25:
        out = _shortened(out, rng)
    if rng.random() < 0.15:
        share = rng.choice((0.1, 0.3, 1.0))
        out = [_unstopped(line) if rng.random() < share else line for line in out]
    elif rng.random() < 0.12:
        out[-1] = _unstopped(out[-1])
    if rng.random() < 0.2:
        out = _listed(out, rng)
    if rng.random() < 0.15:
        out = _headed(out, rng)
    if rng.random() < 0.12:
        out = [Line(part, line.kind) for line in out for part in _SENTENCE_END.split(line.text)]
    return out


def _shortened(lines: list[Line], rng: random.Random) -> list[Line]:
    keep = rng.randint(1, max(1, min(6, len(lines))))
    return [*lines[:keep], *([lines[-1]] if rng.random() < 0.3 and keep < len(lines) else [])]


def _unstopped(line: Line) -> Line:
    return line if line.kind else Line(line.text.rstrip().rstrip("."), "")


def _listed(lines: list[Line], rng: random.Random) -> list[Line]:
    """A paragraph becomes a list of its sentences."""
    long = [n for n, line in enumerate(lines) if not line.kind and len(_SENTENCE_END.split(line.text)) >= 2]
    if not long:
        return lines
    at = rng.choice((rng.choice(long), long[-1]))
    mark = rng.choice(("• ", "- ", "", "", "* ", "n"))
    made = []
    for number, sentence in enumerate(_SENTENCE_END.split(lines[at].text), start=1):
        text = sentence.rstrip(".") if rng.random() < 0.7 else sentence
        made.append(Line((f"{number}. " if mark == "n" else mark) + text))
    return [*lines[:at], *made, *lines[at + 1 :]]


def _headed(lines: list[Line], rng: random.Random) -> list[Line]:
    """Subheadings, as a rule made of words of the paragraph below."""
    out: list[Line] = []
    for line in lines:
        if out and not line.kind and len(line.text) > 100 and rng.random() < 0.35:
            names = [name.strip() for name in _NAMES.findall(line.text) if len(name) > 5]
            words = " ".join(line.text.split()[2 : rng.randint(5, 9)]).rstrip(",.")
            text = rng.choice((*_HEADS, words, words, rng.choice(names or [words])))
            out.append(Line(text.upper() if rng.random() < 0.15 else text[:1].upper() + text[1:]))
        out.append(line)
    return out


def print_page(
    head: Sequence[Line], body: Sequence[Line], tail: Sequence[Line], templates: Templates, rng: random.Random
) -> list[Line]:
    """The page wrapped to a width and cut into sheets, each with its address and its date."""
    width = rng.choice((32, 50, 60, 72, 85, 100))
    stamp, url = templates.fill("{date}, {time} {title} | {outlet}"), templates.fill("{url}/{small}/{n}")
    wrapped = [
        Line(part, line.kind)
        for line in (*head, *body, *tail)
        for part in textwrap.wrap(line.text, width, break_on_hyphens=False) or [""]
    ]
    step = rng.randint(15, 40)
    sheets = max(1, -(-len(wrapped) // step))
    out: list[Line] = []
    for number in range(sheets):
        out += wrapped[number * step : (number + 1) * step]
        if rng.random() < 0.5:
            out.append(Line(templates.line("nav", "any"), "nav"))
        out.append(Line(stamp, "nav"))
        out.append(Line(f"{url} {number + 1}/{sheets}", "nav"))
    return out
