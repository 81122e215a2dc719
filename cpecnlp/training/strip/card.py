"""The card (``README.md``) of a block model."""

from __future__ import annotations

from collections.abc import Mapping

from cpecnlp.training.strip.figures import StripFigures

_TAIL = """## What it does

Rules (`resources/furniture.toml`) go first and take what has a form. The model is asked about the
blocks that they leave and that are not whole paragraphs in the flow of the article, and about
paragraphs that speak of rights, newsletters, careers or a company: hashed words, counts of words
that say what a line is for, place, lists, neighbours and likeness to the rest of the article go
through two rounds of boosted trees; the second sees what the first said of the blocks around. A
probability (Platt scaling on outlets left out) decides, whole paragraphs and sentences asking for a
higher one; a linear model names the kind. It runs on numpy and reads an article by itself.

## Files

`weights.npz`: plain arrays, no text; words stand in it as numbers of buckets that several share.

## Limits

English news on Pakistan, China and their region. A caption without a credit, the author's own
list at the end of an article, and a teaser that ends like a sentence are the usual errors. When in
doubt it keeps the line: `--strip-mode recall` strips more, `precision` less.
"""


def write_card(
    name: str,
    facts: Mapping[str, str],
    folds: Mapping[str, StripFigures],
    held: Mapping[str, StripFigures],
    thresholds: Mapping[str, float],
    extra: str = "",
) -> str:
    """Markdown: what the model is, what it learned from, its figures.

    Args:
        name: of the model.
        facts: what it was trained on, row by row.
        folds: figures on gold articles of outlets left out, by what was run.
        held: figures on the regression set, by what was run.
        thresholds: by mode.
        extra: paragraphs put behind the figures.
    """
    head = "| | articles | body lost, % | junk kept, % | exactly right |\n| --- | --- | --- | --- | --- |\n"
    rows = [f"| {what} | {figures.row()} |" for what, figures in folds.items()]
    later = [f"| {what} | {figures.row()} |" for what, figures in held.items()]
    learned = "\n".join(f"| {what} | {value} |" for what, value in facts.items())
    modes = ", ".join(f"{mode} {value:.2f}" for mode, value in thresholds.items())
    block = "\n".join(later)
    regression = f"\nOn articles that no model is trained on (the gate's):\n\n{head}{block}\n" if later else ""
    return f"""# {name}

Says of a block of a raw news article whether it is the article or furniture, and which.

| learned from | |
| --- | --- |
{learned}

## Figures

Outlets left out: what is said of an outlet's articles comes from a model that saw no article of
that outlet, nor furniture grafted on one. Intervals: bootstrap over articles, 95 %.

{head}{chr(10).join(rows)}
{regression}{extra}
Thresholds: {modes}.

{_TAIL}"""
