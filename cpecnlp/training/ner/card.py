"""The card of a trained entity model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def write_card(
    name: str,
    scores: Mapping[str, Mapping[str, float]],
    calibration_error: float | None,
    facts: Mapping[str, Any],
    weights: str,
) -> str:
    """Return the text of ``README.md`` for a model folder.

    Args:
        name: Name of the model.
        scores: Precision, recall, F1 and count of each label on dev; empty where there was none.
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
        lines += ["| label | precision | recall | F1 | gold |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {label} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['gold']:.0f} |"
            for label, row in scores.items()
        ]
        lines += ["", f"Expected calibration error of the scores: {calibration_error}", ""]
    else:
        lines += ["No dev articles were set apart, so this run measured nothing.", ""]
    lines += ["## Training", "", "```json", json.dumps(dict(facts), indent=1), "```", ""]
    return "\n".join(lines)
