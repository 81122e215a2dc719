"""An evaluation as Markdown and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpecnlp.evaluation.evaluate import Evaluation
    from cpecnlp.evaluation.figures import Figure

_COLUMNS = ("oracle", "unstripped", "against", "difference")


def rows(evaluation: Evaluation, details: bool = True) -> list[list[str]]:
    """A header and a row a figure: name, value with interval, gold items, then what else was measured."""
    others = [name for name in _COLUMNS if getattr(evaluation, name)]
    names = [*evaluation.figures, *(n for n in evaluation.unstripped if n not in evaluation.figures)]
    out = [["figure", "value [95 % interval]", "gold items", *others]]
    for name in names:
        if "[" in name and not details:
            continue
        figure = evaluation.figures.get(name)
        cells = [shown(figure), "" if figure is None else f"{figure.support:,}"]
        out.append([name, *cells, *(shown(getattr(evaluation, other).get(name)) for other in others)])
    return out


def shown(figure: Figure | None) -> str:
    """``0.912 [0.900, 0.923]``."""
    if figure is None:
        return ""
    if math.isnan(figure.value):
        return "–"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def to_markdown(evaluation: Evaluation, details: bool = True) -> str:
    """A Markdown table."""
    header, *body = rows(evaluation, details)
    lines = [header, ["---"] * len(header), *body]
    models = ", ".join(f"{stage} {source}" for stage, source in evaluation.sources.items())
    head = f"{evaluation.articles} articles" + (f"; {models}" if models else "")
    return head + "\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def to_json(evaluation: Evaluation) -> dict[str, Any]:
    """Every figure as numbers; what could not be measured is ``null``."""
    out: dict[str, Any] = {"articles": evaluation.articles, "models": dict(evaluation.sources)}
    for name in ("figures", *_COLUMNS):
        if figures := getattr(evaluation, name):
            out[name] = _numbers(figures)
    return out


def _numbers(figures: Mapping[str, Figure]) -> dict[str, dict[str, float | None]]:
    def number(value: float) -> float | None:
        return None if math.isnan(value) else value

    return {name: {key: number(value) for key, value in asdict(figure).items()} for name, figure in figures.items()}
