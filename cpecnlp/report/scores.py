"""An evaluation as rows, as Markdown and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpecnlp.evaluation.evaluate import Evaluation
    from cpecnlp.evaluation.figures import Figure

Rows = list[list[str]]
BOILERPLATE = "entities_in_boilerplate"
_PARTS = ("figures", "oracle", "unstripped", "cost", "gain", "against", "difference")
_WITHOUT_STRIPPING = ("ner_f1", "ner_core4", "ner_boundary_f1", "topic_micro", "topic_macro")


def rows(evaluation: Evaluation, details: bool = True) -> Rows:
    """A header and a row a figure: name, value with interval, gold items, other models and the difference.

    Args:
        evaluation: what was measured.
        details: also the figures by label, kind, field and topic.
    """
    others = [name for name in ("against", "difference") if getattr(evaluation, name)]
    out = [["figure", "value [95 % interval]", "gold items", *others]]
    for name, figure in evaluation.figures.items():
        if details or "[" not in name:
            cells = (shown(getattr(evaluation, other).get(name)) for other in others)
            out.append([name, shown(figure), f"{figure.support:,}", *cells])
    return out


def stripping_rows(evaluation: Evaluation) -> Rows:
    """A header and a row a figure: end to end, on gold-stripped and on unstripped text, and what lies between.

    Empty where that was not measured.
    """
    if not evaluation.oracle:
        return []
    out = [["figure", "end to end", "on gold-stripped text", "end to end less that", "unstripped", "gain"]]
    for name in _WITHOUT_STRIPPING:
        if name in evaluation.oracle:
            parts = (evaluation.figures, evaluation.oracle, evaluation.cost, evaluation.unstripped, evaluation.gain)
            out.append([name, *(shown(part.get(name)) for part in parts)])
    return out


def boilerplate_sentence(evaluation: Evaluation) -> str:
    """How many entities would have come from boilerplate; empty where that was not measured."""
    figure = evaluation.unstripped.get(BOILERPLATE)
    if figure is None or math.isnan(figure.value):
        return ""
    number = round(figure.value * figure.support)
    return (
        f"Without stripping, {number:,} of the {figure.support:,} entities found would have come from boilerplate:"
        f" {shown(figure)} of them."
    )


def frame(figures: Mapping[str, Figure], *names: str) -> Any:
    """Figures as a pandas table, a row a figure: ``value``, ``low``, ``high``, ``gold`` items.

    Args:
        figures: those of an :class:`~cpecnlp.evaluation.evaluate.Evaluation`.
        names: only these, in this order; ``"ner_f1["`` stands for all figures that begin so, and
            their rows are named by what stands in the brackets.
    """
    import pandas as pd

    chosen: dict[str, Figure] = {}
    for name in names or figures:
        if name.endswith("["):
            chosen |= {key[len(name) : -1]: figure for key, figure in figures.items() if key.startswith(name)}
        elif name in figures:
            chosen[name] = figures[name]
    columns = ["value", "low", "high", "gold"]
    return pd.DataFrame([(f.value, f.low, f.high, f.support) for f in chosen.values()], list(chosen), columns)


def shown(figure: Figure | None) -> str:
    """``0.912 [0.900, 0.923]``."""
    if figure is None:
        return ""
    if math.isnan(figure.value):
        return "–"
    if math.isnan(figure.low):
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def heading(evaluation: Evaluation) -> str:
    """How many articles, and which models."""
    parts = [f"{evaluation.articles:,} articles"]
    if evaluation.missing:
        parts.append(f"{evaluation.missing:,} without a prediction")
    for name, sources in (("", evaluation.sources), ("against ", evaluation.against_sources)):
        if sources:
            parts.append(name + ", ".join(f"{stage} {source}" for stage, source in sources.items()))
    return "; ".join(parts)


def to_markdown(evaluation: Evaluation, details: bool = True, errors: Mapping[str, Rows] | None = None) -> str:
    """Tables in Markdown; ``errors`` are those of :func:`cpecnlp.evaluation.browser.browse`."""
    parts = [heading(evaluation), table(rows(evaluation, details))]
    if stripping := stripping_rows(evaluation):
        parts += [table(stripping), boilerplate_sentence(evaluation)]
    for title, body in (errors or {}).items():
        parts += [f"**{title}**", table(body)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(lines: Rows) -> str:
    """A Markdown table; the first row is the header."""
    header, *body = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, ["---"] * len(header), *body))


def to_json(evaluation: Evaluation, errors: Mapping[str, Rows] | None = None) -> dict[str, Any]:
    """Every figure as numbers, what could not be measured as ``null``; errors as in :func:`to_markdown`."""
    out: dict[str, Any] = {
        "articles": evaluation.articles,
        "missing": evaluation.missing,
        "models": dict(evaluation.sources),
    }
    if evaluation.against_sources:
        out["against_models"] = dict(evaluation.against_sources)
    for name in _PARTS:
        if figures := getattr(evaluation, name):
            out[name] = _numbers(figures)
    if errors:
        out["errors"] = {
            title: [dict(zip(body[0], line, strict=True)) for line in body[1:]] for title, body in errors.items()
        }
    return out


def _numbers(figures: Mapping[str, Figure]) -> dict[str, dict[str, float | None]]:
    def number(value: float) -> float | None:
        return None if math.isnan(value) else value

    return {name: {key: number(value) for key, value in asdict(figure).items()} for name, figure in figures.items()}
