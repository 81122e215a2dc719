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
_QUESTIONS = (
    "Why now?", "Who pays?", "What comes next?", "What is at stake for {}?", "What does {} want?", "Is {} ready?",
    "How does it work?", "Where does {} stand?", "What has {} said?", "Q: And what about {}?", "Will {} agree?",
)  # fmt: skip
_LEADS = (
    "Here is what we know so far:", "The demands were as follows:", "{} put forward these points:", "Key numbers:",
    "The two sides agreed on:", "According to {}, these are the steps:", "Main points of the plan:", "On {}:",
    "The breakdown, as given by {}, is this:", "He listed the reasons:", "Highlights:", "How to apply:",
)  # fmt: skip
_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "October", "November", "Dec")
_CELLS = ("Item", "Share", "Cost", "Source", "Local", "Imported", "Total", "Capacity (MW)", "Year", "Status", "Done")
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
    if rng.random() < 0.1:
        out = _asked(out, rng)
    for chance, make in ((0.2, _points), (0.08, _table)):
        if rng.random() < chance:
            out = _put_in(out, make(out, rng), rng)
    return [*out, *_short_end(out, rng)] if rng.random() < 0.08 else out


def standfirst(body: Sequence[Line], rng: random.Random) -> list[Line]:
    """One to three lines that sum the article up below its headline: its own, though nothing ends them."""
    sentences = _sentences(body)
    if not sentences:
        return []
    out, mark = [], rng.choice(("", "", "", "• ", "- "))
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        text = " ".join(rng.choice(sentences).rstrip(".").split()[: rng.randint(8, 20)]).rstrip(",;")
        # word by word the same it would be a repeat
        words = [word for word in text.split() if word not in ("the", "a", "an", "has", "have", "that")]
        text = " ".join(words)
        out.append(Line(mark + text[:1].upper() + text[1:] + rng.choice(("", "", ".")), ""))
    return out


def live_stamps(body: Sequence[Line], rng: random.Random, templates: Templates) -> list[Line]:
    """The body as entries of a live page: a time, a heading, a paragraph."""
    form = rng.choice(("{time}", "{date} {time}", "{small}m ago", "{time} PKT", "Posted at {time}"))
    before = rng.choice(("", templates.fill("{key} {key} live: "), templates.fill("{own} updates: ")))
    out: list[Line] = []
    for line in body:
        if not line.kind and len(line.text) > 60 and rng.random() < 0.7:
            out.append(Line(templates.fill(form), "metadata"))
            if rng.random() < 0.7:
                out.append(Line(before + " ".join(line.text.split()[: rng.randint(3, 9)]).rstrip(",.")))
        out.append(line)
    return out


def _sentences(lines: Sequence[Line]) -> list[str]:
    parts = [part for line in lines if not line.kind for part in _SENTENCE_END.split(line.text)]
    return [part for part in parts if 5 <= len(part.split()) <= 40]


def _name(lines: Sequence[Line], rng: random.Random) -> str:
    names = [n.strip() for line in lines if not line.kind for n in _NAMES.findall(line.text[5:]) if len(n) > 5]
    return str(rng.choice(names or ["the ministry"]))


def _put_in(lines: list[Line], made: list[Line], rng: random.Random) -> list[Line]:
    at = rng.choice((rng.randint(1, len(lines)), rng.randint(1, len(lines)), len(lines)))
    return [*lines[:at], *made, *lines[at:]]


def _points(lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """A line that ends in a colon and short points behind it, with or without marks."""
    sentences = _sentences(lines)
    if not sentences:
        return []
    mark = rng.choice(
        ("• ", "- ", "* ", "➤ ", "▪️ ", "✅ ", "", "", "", "n. ", "n) ", "(n) ", "M n: ", "M n - ", "n M: ")
    )
    mark = mark.replace("M", rng.choice(_MONTHS))
    head = rng.choice((*_LEADS, *_LEADS, *_HEADS, "Take-aways", "{} at a glance", "What to do", "In brief"))
    made = [Line(head.format(_name(lines, rng)))]
    for number in range(1, rng.randint(3, 8)):
        words = rng.choice(sentences).rstrip(".").split()
        start = rng.randint(0, max(0, len(words) - 5))
        text = " ".join(words[start : start + rng.randint(3, 12)]).rstrip(",;")
        made.append(Line(mark.replace("n", str(number)) + text[:1].upper() + text[1:] + rng.choice(("", "", "", "."))))
    return made


def _table(lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """The cells of a table, one a line."""
    made = [Line(rng.choice(_LEADS).format(_name(lines, rng)))] if rng.random() < 0.6 else []
    width = rng.randint(2, 4)
    made += [Line(text) for text in rng.sample(_CELLS, width)]
    for _ in range(rng.randint(2, 7)):
        made.append(Line(_name(lines, rng)))
        for _ in range(width - 1):
            number = rng.choice((f"{rng.randint(1, 99)}%", f"{rng.randint(1, 9999):,}", f"Rs{rng.randint(1, 90)}bn",
                                 str(rng.randint(1990, 2026)), rng.choice(_CELLS), "-"))  # fmt: skip
            made.append(Line(number))
    return made


def _asked(lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """Questions over the paragraphs, as explainers have them."""
    out: list[Line] = []
    for line in lines:
        if out and not line.kind and rng.random() < 0.4:
            out.append(Line(rng.choice(_QUESTIONS).format(_name(lines, rng))))
        out.append(line)
    return out


def _short_end(lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """A last line that is short and that nothing ends."""
    sentences = _sentences(lines)
    return [Line(rng.choice(sentences).rstrip("."))] if sentences else []


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
