"""The card of a trained entity model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def write_card(
    name: str,
    scores: Mapping[str, Mapping[str, float]],
    before: Mapping[str, Mapping[str, float]],
    calibration_error: float | None,
    facts: Mapping[str, Any],
    weights: str,
) -> str:
    """Return the text of ``README.md`` for a model folder.

    Args:
        name: Name of the model.
        scores: Precision, recall, F1 and count of each label on dev; empty where there was none.
        before: The same of the model that training started from; may be empty.
        calibration_error: Of the entity scores on dev.
        facts: Seed, recipe, sizes and hashes of the data.
        weights: Precision of the weights.
    """
    lines = [
        f"# {name}",
        "",
        "An entity model for English news: a BERT encoder that also sees case shapes, BIOES tags, weights in"
        f" {weights}. Written by `train_ner`.",
        "",
    ]
    if scores:
        lines += ["Strict scores on the dev articles of this run:", ""]
        lines += ["| label | precision | recall | F1 | F1 before | gold |", "| --- " * 6 + "|"]
        for label, row in scores.items():
            figures = [f"{row[figure]:.3f}" for figure in ("precision", "recall", "f1")]
            earlier = f"{before[label]['f1']:.3f}" if label in before else "–"
            lines.append(f"| {' | '.join([label, *figures, earlier])} | {row['gold']:.0f} |")
        lines += ["", f"Expected calibration error of the scores: {calibration_error}", ""]
    else:
        lines += ["No dev articles were set apart, so this run measured nothing.", ""]
    lines += ["## Training", "", "```json", json.dumps(dict(facts), indent=1), "```", ""]
    return "\n".join(lines)
