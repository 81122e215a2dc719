"""Any spaCy pipeline with an entity recogniser as a span predictor (extra ``spacy``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpecnlp.backends.foreign import LABEL_MAP, mapped, tidy
from cpecnlp.document import Span
from cpecnlp.errors import MissingExtraError, ModelError

_NEEDED = {"tok2vec", "transformer", "ner", "entity_ruler"}


class SpacySpanPredictor:
    """Entities of a spaCy pipeline, mapped to our labels. Scores are ``None``: spaCy gives none.

    Args:
        nlp: a loaded ``spacy.Language``; only what entities need is kept switched on.
        name: its name, for the spans' source.
        label_map: its labels → ours; labels that are not there are dropped.
    """

    def __init__(self, nlp: Any, name: str, label_map: Mapping[str, str] | None = None) -> None:
        self._nlp = nlp
        self._map = dict(label_map or LABEL_MAP)
        self._off = [pipe for pipe in nlp.pipe_names if pipe not in _NEEDED]
        self._name = name

    @classmethod
    def load(cls, where: str, label_map: Mapping[str, str] | None = None) -> SpacySpanPredictor:
        """Load by package name or folder."""
        try:
            import spacy
        except ImportError:
            raise MissingExtraError("spacy", "spacy") from None
        try:
            nlp = spacy.load(where)
        except (OSError, ValueError) as error:
            raise ModelError(f"spaCy cannot load {where!r}: {str(error).splitlines()[0]}") from None
        return cls(nlp, f"spacy:{nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']}", label_map)

    @property
    def labels(self) -> tuple[str, ...]:
        found = {mapped(label, self._map) for name in self._nlp.pipe_names for label in self._labels_of(name)}
        return tuple(sorted(label for label in found if label))

    @property
    def source(self) -> str:
        return self._name

    def predict_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """See :class:`cpecnlp.backends.base.SpanPredictor`."""
        longest = max((len(text) for text in texts), default=0)
        self._nlp.max_length = max(self._nlp.max_length, longest + 1)
        docs = self._nlp.pipe(texts, disable=self._off)
        return [tidy(self._spans(doc), text) for doc, text in zip(docs, texts, strict=True)]

    def _spans(self, doc: Any) -> list[Span]:
        pairs = [(ent, mapped(ent.label_, self._map)) for ent in doc.ents]
        return [Span(ent.start_char, ent.end_char, label, None, self._name) for ent, label in pairs if label]

    def _labels_of(self, name: str) -> Sequence[str]:
        return getattr(self._nlp.get_pipe(name), "labels", ()) if name in {"ner", "entity_ruler"} else ()
