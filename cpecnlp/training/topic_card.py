"""The card (``README.md``) of a topic model."""

from __future__ import annotations

from cpecnlp.models import ModelFolder
from cpecnlp.training.topic_figures import figures_table, reliability_table
from cpecnlp.training.topic_fit import FittedTopics
from cpecnlp.training.topic_rows import ALWAYS, TopicRows

_TAIL = """## Files

`features.npz` word vectors and document frequencies, `lexicon.json` the keywords (groups in brackets are
places, not topics), `weights.npz` the weights and the calibration, `memory.npz` the training rows as hashed word
counts and embeddings, from which `cpecnlp train topics` goes on when articles are added: no text, no word
order, words only as numbers of buckets that several words share; of headlines and passages only what the model said
of them, which stands in their place when the model goes on from these articles.

## Limits

Written for English news on Pakistan, China and their cooperation. Topics at the edge of an article
(a single paragraph among many) are the usual misses. A probability is calibrated for whole articles,
not for single sentences.
"""

_STACK = """A second logistic regression, the same for all topics, weighs what the first says of the article, its
headline and its passages (of 45 to 90 and of 20 to 45 words; embeddings and keywords alone), their squares and products
(stacked generalisation, Wolpert 1992). One threshold serves all topics: the one with the best expected F1 if the
probabilities are right (Lipton, Elkan and Naryanaswamy 2014).
"""


def write_card(name: str, fitted: FittedTopics, rows: TopicRows, base: ModelFolder | None, extra: str = "") -> str:
    """Markdown: what the model is, its figures by topic, how far its probabilities can be trusted.

    Args:
        name: of the model.
        fitted: the model and its figures.
        rows: what it was trained on.
        base: the model that it goes on from, if any.
        extra: paragraphs put behind the figures.
    """
    figures = fitted.figures
    kind = "exactly one topic" if fitted.rule.exclusive else "one topic or more"
    judged = int((rows.folds != ALWAYS).sum())
    origin = f" It goes on from `{base.source}` and remembers that model's articles." if base else ""
    return f"""# {name}

Gives an English news article {kind} of {len(rows.labels)}, each with a calibrated probability.
Logistic regression over hashed words and word pairs (TF-IDF), a static embedding distilled from
MiniLM, the latent directions of words in news of the region, the nearness of both to the training
articles, and counts of keywords and of places; runs on numpy alone, reads the whole article.
{_STACK if fitted.weights.stack else ""}
Trained on {len(rows)} labelled articles, {judged} of them judged by cross-validation.{origin}

## Figures

Cross-validation in which near-copies share a fold; calibration and thresholds were found on the
other folds too. Intervals: bootstrap over articles, 95 %.

Micro F1 **{figures.micro:.3f}** ({figures.micro_low:.3f}–{figures.micro_high:.3f}), macro F1 over topics with at
least 8 articles **{figures.macro:.3f}**, all topics of an article exactly right {figures.exact:.3f}.

{figures_table(figures)}

## Calibration

Expected calibration error {figures.ece:.4f} over all (article, topic) pairs in ten bins,
{figures.ece_given:.4f} over those with a probability of at least 0.1.

{reliability_table(figures)}
{extra}
{_TAIL}"""
