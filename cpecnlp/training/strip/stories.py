"""Stories: articles whose body is known, as material for grafted pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cpecnlp.document import Document
from cpecnlp.stages.strip.outlets import clean_title
from cpecnlp.stages.strip.rules import load_rules
from cpecnlp.stages.strip.stage import StripStage
from cpecnlp.training.strip.data import Example, Line, outlet_key

_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Story:
    """An article taken apart.

    Attributes:
        id: of the article that it comes from.
        group: its outlet.
        title: the headline, without the outlet.
        paragraphs: its body, datelines and furniture left out.
        lines: the raw lines with their kinds.
    """

    id: str
    group: str
    title: str
    paragraphs: tuple[str, ...]
    lines: tuple[Line, ...]


def stories_of(examples: Iterable[Example], rules_only: StripStage) -> Iterator[Story]:
    """The stories of labelled articles; those with no headline or hardly any body are left out."""
    for example in examples:
        lines = tuple(example.lines)
        title = next((line.text.strip() for line in lines if line.kind == "title"), "")
        layers = rules_only.predict([Document(example.id, example.text)])[0]
        cut = [(s.start, s.end) for s in layers["removed"]] + [(s, e) for s, e, _ in example.removed]
        paragraphs = tuple(_outside(example.text, cut))
        if len(title.split()) > 3 and paragraphs:
            yield Story(example.id, example.group, clean_title(title, load_rules())[0], paragraphs, lines)


def _outside(text: str, cut: list[tuple[int, int]]) -> Iterator[str]:
    mask = bytearray(len(text))
    for start, end in cut:
        mask[start:end] = b"\1" * (end - start)
    kept = "".join(c for c, gone in zip(text, mask, strict=True) if not gone)
    for line in kept.split("\n")[: 4 * _LONGEST]:
        if len(line.split()) >= 8:
            yield " ".join(line.split())


def examples_by_rules(documents: Iterable[Document], rules_only: StripStage, weight: float) -> Iterator[Example]:
    """Examples of articles that nobody labelled: the rules' answer, which loses next to no body."""
    for doc in documents:
        spans = rules_only.predict([doc])[0]["removed"]
        removed = tuple((s.start, s.end, s.label) for s in spans)
        yield Example(doc.id, outlet_key(str(doc.metadata.get("outlet", ""))), doc.text, removed, weight, gold=False)
