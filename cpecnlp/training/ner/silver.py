"""Silver data: unlabelled articles, chosen for what gold is short of, labelled by a model."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cpecnlp.backends.base import SpanPredictor
from cpecnlp.document import Document

# Words of the subject and of the rare labels (TECH, EVENT, AGREEMENT, LOC, PROJECT).
_SUBJECT = re.compile(
    r"china|chinese|cpec|beijing|belt and road|technolog|digital|summit|agreement|mou\b|memorandum|solar"
    r"|hydropower|dam\b|river|corridor|port\b|conference|expo|forum|motorway|university",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
LONGEST = 6000
SHORTEST = 400


def choose_articles(
    candidates: Iterable[Document], avoid: Iterable[Document], count: int, seed: int = 5
) -> list[Document]:
    """Choose articles to label: three quarters on the subject, the rest at random.

    Near-copies of one another and of ``avoid`` (articles that are measured on) are left out: a fifth
    of the word 8-grams in common is too much.

    Args:
        candidates: Unlabelled articles; a long one is cut at ``LONGEST`` characters.
        avoid: Articles that must not come back.
        count: How many to choose.
        seed: Of the choice.
    """
    chance = random.Random(seed)
    avoided = list(avoid)
    seen = {gram for document in avoided for gram in _grams(document.text)}
    ids = {document.id for document in avoided}
    strong: list[Document] = []
    other: list[Document] = []
    for document in candidates:
        if document.id not in ids and len(document.text) >= SHORTEST:
            words = {match.group().lower() for match in _SUBJECT.finditer(document.text)}
            (strong if len(words) >= 3 else other).append(document)
    chance.shuffle(strong)
    chance.shuffle(other)
    chosen: list[Document] = []
    for source, limit in ((strong, round(count * 0.75)), (other, count)):
        for document in source:
            if len(chosen) >= limit:
                break
            text = document.text[:LONGEST]
            grams = _grams(text)
            if len(grams) >= 20 and len(grams & seen) <= 0.2 * len(grams):
                seen |= grams
                chosen.append(Document(document.id, text))
    return chosen


def _grams(text: str, size: int = 8) -> set[int]:
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[start : start + size])) for start in range(len(words) - size)}


def label_articles(documents: Sequence[Document], predictor: SpanPredictor) -> list[Document]:
    """Return the documents with the entities that a model finds in what is kept of them.

    Args:
        documents: Articles; of one that was not stripped yet all is kept.
        predictor: The model.
    """
    labelled = []
    for document in documents:
        if document.removed is None:
            document = replace(document, removed=())
        kept = [(start, end) for start, end in document.slices() if document.text[start:end].strip()]
        found = predictor.predict_spans([document.text[start:end] for start, end in kept])
        spans = [
            replace(span, start=span.start + start, end=span.end + start)
            for (start, _), part in zip(kept, found, strict=True)
            for span in part
        ]
        labelled.append(replace(document, entities=tuple(sorted(spans))))
    return labelled
