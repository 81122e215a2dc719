"""Canonical ids for entity mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from cpecnlp.document import Document, Span
from cpecnlp.errors import PipelineError
from cpecnlp.paths import resource
from cpecnlp.stage import Layers, Stage
from cpecnlp.stages.link.gazetteer import FILE, Gazetteer, read_gazetteer, shipped_gazetteer
from cpecnlp.stages.link.mentions import Article
from cpecnlp.stages.link.resolve import RULES, resolve

_OWN = re.compile(rf"(?:^|\+)(?:{'|'.join(RULES)})$")


class LinkStage(Stage):
    """Gives every entity that it can tell a ``ref``, and says in ``source`` which rule did.

    A ``ref`` is ``"gaz:ID"`` for an entry of the gazetteer, ``"org:…"`` (the label in lower case)
    for another name that means the same in every article, and ``"#org:…"`` for a name that is only
    known to mean one thing within this article. Dates, amounts, kinds of agreements and names that
    may mean several things stay without. The rule is added to the span's own source behind a
    ``+``: ``"ner-v1@0a1b2c3d+acronym_v1"``.

    Args:
        gazetteer: canonical names; the shipped ones by default.
    """

    name: ClassVar[str] = "link"
    requires: ClassVar[tuple[str, ...]] = ("removed", "entities")
    assigns: ClassVar[tuple[str, ...]] = ()
    refines: ClassVar[tuple[str, ...]] = ("entities",)

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        self.gazetteer = gazetteer or shipped_gazetteer()

    @classmethod
    def load(
        cls,
        folder: Path | None = None,  # noqa: ARG003 - rules and data, no model
        *,
        gazetteer: Path | str | None = None,
        only: bool = False,
        threads: int = 1,  # noqa: ARG003
        **options: Any,
    ) -> LinkStage:
        """The stage with the shipped gazetteer, or with yours.

        Args:
            folder: not used; the stage has no model.
            gazetteer: a file like ``resources/gazetteer.jsonl``; its entries are added to the shipped
                ones and replace those of the same id.
            only: take ``gazetteer`` alone.
            threads: not used.

        Raises:
            InputError: the gazetteer cannot be read, or two of its entries share a name.
            PipelineError: there is no such option.
        """
        if options:
            raise PipelineError(f"stage 'link' has no option {', '.join(sorted(options))}")
        if gazetteer is None:
            return cls()
        return cls(read_gazetteer(gazetteer) if only else read_gazetteer(resource(FILE), gazetteer))

    @property
    def source(self) -> str:
        return f"link_v1+{self.gazetteer.source}"

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        """The entities of each document with their ids; places, labels and scores stay as they are."""
        return [{"entities": self._linked(document)} for document in documents]

    def _linked(self, document: Document) -> tuple[Span, ...]:
        links = resolve(Article(document), self.gazetteer)
        out = []
        for place, span in enumerate(document.entities or ()):
            base = _OWN.sub("", span.source)
            ref, rule = links.get(place, ("", ""))
            source = "+".join(filter(None, (base, rule))) if ref else base
            if (span.ref, span.source) != (ref, source):
                span = replace(span, ref=ref, source=source)
            out.append(span)
        return tuple(out)
