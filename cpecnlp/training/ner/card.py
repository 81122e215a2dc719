"""The card of an entity model: what people wrote of it, and what its ``model.json`` says.

    python -m cpecnlp.training.ner.card MODEL [NOTES.md …]

writes the card of a model folder again, so that hand-written parts and figures measured later join it
without a new training. The card is the one file of the folder that has no hash.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cpecnlp.models import CARD, MANIFEST

_INTRO = (
    "An entity model for English news: a BERT encoder that also sees case shapes, BIOES tags, weights in"
    " {weights}, trained by `cpecnlp train ner` from {base}."
)


def write_card(manifest: Mapping[str, Any], notes: Sequence[str] = ()) -> str:
    """Return the text of ``README.md`` for a model folder.

    Args:
        manifest: ``model.json``, or what is known of it while the folder is being written: ``name``,
            ``settings``, ``metrics`` and ``training``.
        notes: Markdown to stand before the figures of the training run; the first one opens the card.
    """
    lines = [f"# {manifest['name']}", ""]
    if notes:
        lines += [f"{note.strip()}\n" for note in notes]
    else:
        training = manifest["training"]
        lines += [_INTRO.format(weights=manifest["settings"]["weights"], base=training.get("base", "an encoder")), ""]
    lines += [*_figures(manifest["metrics"]), *_record(manifest["training"])]
    return "\n".join(lines)


def _figures(metrics: Mapping[str, Any]) -> list[str]:
    scores = metrics.get("dev")
    lines = ["## Held-out articles of the training run", ""]
    if not scores:
        return [*lines, "No articles were set apart, so the run measured nothing.", ""]
    lines += [
        metrics.get("dev_what", "Strict scores on the dev articles, boilerplate removed by hand:"),
        "",
        "| label | precision | recall | F1 | gold |",
        "| --- | --- | --- | --- | --- |",
    ]
    for label, row in scores.items():
        figures = " | ".join(f"{row[figure]:.3f}" for figure in ("precision", "recall", "f1"))
        lines.append(f"| {label} | {figures} | {row['gold']:.0f} |")
    error = metrics.get("dev_calibration_error")
    return [*lines, "", f"Expected calibration error of the scores: {error}", ""]


def _record(training: Mapping[str, Any]) -> list[str]:
    return [
        "## Record of the training",
        "",
        "As in `model.json`; a sha256 is of the records as JSON lines, or of a file.",
        "",
        "```json",
        json.dumps(dict(training), indent=1),
        "```",
        "",
    ]


def rewrite_card(model: Path, notes: Sequence[Path] = ()) -> Path:
    """Write the card of a model folder again, with hand-written parts.

    Args:
        model: Model folder.
        notes: Files of Markdown, in order.

    Returns:
        The card.
    """
    manifest = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
    card = model / CARD
    card.write_text(write_card(manifest, [note.read_text(encoding="utf-8") for note in notes]), encoding="utf-8")
    return card


def main() -> None:
    """Run :func:`rewrite_card` from the command line."""
    parser = argparse.ArgumentParser(prog="python -m cpecnlp.training.ner.card", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("notes", type=Path, nargs="*")
    arguments = parser.parse_args()
    rewrite_card(arguments.model, arguments.notes)


if __name__ == "__main__":
    main()
