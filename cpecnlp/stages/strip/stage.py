"""The stage that strips boilerplate: what is not the article becomes removed spans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from cpecnlp.document import Document, Span
from cpecnlp.stage import Layers, Stage
from cpecnlp.stages.strip.blocks import Block, split_blocks
from cpecnlp.stages.strip.decide import decide
from cpecnlp.stages.strip.fields import find_fields
from cpecnlp.stages.strip.inline import cut_heads, cut_tails
from cpecnlp.stages.strip.rules import RuleSet, load_rules

MODES = ("balanced", "precision", "recall")


class StripStage(Stage):
    """Finds the spans of a raw text that are not its article, and the fields that they state."""

    name: ClassVar[str] = "strip"
    requires: ClassVar[tuple[str, ...]] = ()
    assigns: ClassVar[tuple[str, ...]] = ("removed", "fields")

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules

    @classmethod
    def load(cls, folder: Path | None = None, **options: Any) -> StripStage:  # noqa: ARG003
        """The stage with the shipped rules."""
        return cls(load_rules())

    @property
    def source(self) -> str:
        """Name and version."""
        return "strip-rules-1"

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        """Removed spans and fields of each document."""
        return [self._one(document.text) for document in documents]

    def _one(self, text: str) -> Layers:
        blocks = split_blocks(text)
        title = decide(blocks, self._rules)
        dateline = cut_heads(blocks, self._rules)
        cut_tails(blocks, self._rules)
        fields = find_fields(blocks, title, dateline, self._rules)
        return Layers(removed=spans_of(blocks), fields=fields)


def spans_of(blocks: list[Block]) -> tuple[Span, ...]:
    """One span a removed line, and one a cut inside a body block."""
    out: list[Span] = []
    lines: list[int] = []
    for block in blocks:
        if block.kind:
            if lines and lines[-1] == block.line and out[-1].label == block.kind:
                # parts of one line, split at a literal \\n: one removal
                out[-1] = Span(out[-1].start, block.end, block.kind, out[-1].score, out[-1].source)
            else:
                out.append(Span(block.start, block.end, block.kind, block.score, block.source))
                lines.append(block.line)
            continue
        for start, end, kind, source in block.cut:
            out.append(Span(*block.raw(start, end), kind, None, source))
            lines.append(-1)
    return tuple(out)
