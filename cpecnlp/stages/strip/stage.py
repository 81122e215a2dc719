"""The stage that strips boilerplate: what is not the article becomes removed spans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from cpecnlp.document import Document, Span
from cpecnlp.errors import PipelineError
from cpecnlp.models import model_path, open_model
from cpecnlp.stage import Layers, Stage
from cpecnlp.stages.strip.bios import mark_bios
from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.decide import guard, settle_tail
from cpecnlp.stages.strip.fields import find_fields
from cpecnlp.stages.strip.inline import cut_heads, cut_prefixes, cut_tails
from cpecnlp.stages.strip.judge import Page, judge
from cpecnlp.stages.strip.known import KnownLines
from cpecnlp.stages.strip.model import BlockModel
from cpecnlp.stages.strip.rules import RuleSet, load_rules

RULES = "strip-rules-4"
MODES = ("balanced", "precision", "recall")


class StripStage(Stage):
    """Finds the spans of a raw text that are not its article, and the fields that they state."""

    name: ClassVar[str] = "strip"
    requires: ClassVar[tuple[str, ...]] = ()
    assigns: ClassVar[tuple[str, ...]] = ("removed", "fields")

    def __init__(
        self,
        rules: RuleSet,
        model: BlockModel | None = None,
        threshold: float = 0.5,
        known: KnownLines | None = None,
        source: str = RULES,
    ) -> None:
        self._rules, self._model, self._threshold, self._known = rules, model, threshold, known
        self._source = source

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        *,
        mode: str = "balanced",
        threshold: float | None = None,
        lines: Path | str | None = None,
        learned: bool = True,
        **_: Any,
    ) -> StripStage:
        """The stage with the shipped rules and a block model.

        Args:
            folder: of the model; the shipped one by default.
            mode: ``"balanced"``, ``"precision"`` (when in doubt keep) or ``"recall"`` (when in doubt
                strip). Rules are not affected.
            threshold: probability from which a block goes, in place of the mode's.
            lines: a table of lines that stand in many articles of the corpus, see
                :class:`cpecnlp.stages.strip.known.KnownLines`.
            learned: ``False`` for the rules alone.

        Raises:
            PipelineError: unknown mode, or a threshold that is no probability.
            ModelError: no such model or table.
        """
        if mode not in MODES:
            raise PipelineError(f"unknown mode {mode!r} of stripping; there are: {', '.join(MODES)}")
        if threshold is not None and not 0.0 <= threshold <= 1.0:
            raise PipelineError(f"the threshold of stripping must be a probability, not {threshold}")
        if not learned:
            return cls(load_rules())
        opened = open_model(folder or model_path("strip"), "strip")
        model = BlockModel.from_folder(opened)
        known = KnownLines.load(lines) if lines is not None else None
        source = f"{RULES}+{opened.source}" + (f"+lines@{known.digest}" if known else "")
        return cls(load_rules(), model, model.thresholds[mode] if threshold is None else threshold, known, source)

    @property
    def source(self) -> str:
        """Name and version of rules, model and table of lines."""
        return self._source

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        """Removed spans and fields of each document."""
        pages = [
            Page.read(
                document.text,
                self._rules,
                _stated(document, "outlet") or "",
                headline=_stated(document, "html_title") or None,
            )
            for document in documents
        ]
        if self._model is not None:
            judge(pages, self._model, self._threshold, self._known)
        return [layers_of(page.blocks, page.title, page.rules) for page in pages]


def _stated(document: Document, key: str) -> str | None:
    value = document.metadata.get(key)
    return value.strip() if isinstance(value, str) else None


def layers_of(blocks: list[Block], title: int, rules: RuleSet) -> Layers:
    """What is left to do once every block is judged: spans inside blocks, and the fields."""
    if guard(blocks, title):
        cut_prefixes(blocks, rules)
    settle_tail(blocks)
    dateline = cut_heads(blocks, title, rules)
    cut_tails(blocks, rules)
    fields = find_fields(blocks, title, dateline, rules)
    mark_bios(blocks, fields["author"], rules)
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
