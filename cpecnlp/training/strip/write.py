"""Writing a trained block model, and putting it into the present one's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cpecnlp.document import Document
from cpecnlp.models import ModelFolder, write_model
from cpecnlp.stages.strip.features import FEATURES
from cpecnlp.stages.strip.model import BACKEND, WEIGHTS, BlockModel
from cpecnlp.stages.strip.rules import load_rules
from cpecnlp.stages.strip.sequence import SEQUENCE
from cpecnlp.stages.strip.stage import StripStage
from cpecnlp.training.strip.card import write_card
from cpecnlp.training.strip.data import Example, digest
from cpecnlp.training.strip.figures import StripFigures, figures_of
from cpecnlp.training.strip.fit import Fitted
from cpecnlp.training.strip.gate import count_articles
from cpecnlp.training.strip.rows import Frequencies

# how much likelier a line that stands in three articles is furniture than body, as a logarithm: of the
# open blocks of 39 articles of The News, 41 of 78 of the furniture and 0 of 20 of the body stood in a
# table of 2,616 articles of that paper (one added to each count)
KNOWN_EVIDENCE = 2.45


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted model with all that its folder says of it.

    Attributes:
        fitted: the weights.
        frequencies: word counts for the likeness of blocks.
        thresholds: by mode.
        folds: figures on outlets left out, by what was run.
        counts: of what it learned from.
        examples: all of them, for their hash.
    """

    fitted: Fitted
    frequencies: Frequencies
    thresholds: Mapping[str, float]
    folds: Mapping[str, StripFigures]
    counts: Mapping[str, int]
    examples: Sequence[Example]

    @property
    def settings(self) -> dict[str, object]:
        """What the model needs beside its weights."""
        return {
            "features": [*FEATURES, *SEQUENCE],
            "thresholds": dict(self.thresholds),
            "known_evidence": KNOWN_EVIDENCE,
            "articles": self.frequencies.articles,
        }


def write_blocks(path: Path, name: str, learned: Learned, regression: Sequence[Document], seed: int) -> ModelFolder:
    """Write the model's folder; its card holds the figures on outlets left out and on ``regression``."""
    held: dict[str, StripFigures] = {}
    if regression:
        model = BlockModel(learned.fitted.arrays, learned.fitted.labels, learned.settings, name)
        stage = StripStage(load_rules(), model, learned.thresholds["balanced"])
        runs = {"rules alone": StripStage.load(learned=False), "rules and model": stage}
        held = {what: figures_of(count_articles(run, regression), seed) for what, run in runs.items()}

    def files(folder: Path) -> None:
        # written by hand: numpy's own zip would carry the time of day
        _write_arrays(folder / WEIGHTS, learned.fitted.arrays)

    return write_model(
        path,
        task="strip",
        backend=BACKEND,
        name=name,
        labels=learned.fitted.labels,
        write_files=files,
        card=write_card(name, _facts(learned.counts), learned.folds, held, learned.thresholds),
        settings=learned.settings,
        metrics={
            "outlets_left_out": {what: figures.to_json() for what, figures in learned.folds.items()},
            "regression": {what: figures.to_json() for what, figures in held.items()},
        },
        training={"seed": seed, **learned.counts, "sha256": digest(learned.examples)},
        libraries=("numpy", "scikit-learn", "scipy"),
    )


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(arrays[name], order="C"), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(),
                             zipfile.ZIP_DEFLATED, 9)  # fmt: skip


def _facts(counts: Mapping[str, int]) -> dict[str, str]:
    return {
        "gold articles": f"{counts['gold']:,} of {counts['outlets'] or 'few'} outlets",
        "simulated scrapes": f"{counts['scrapes']:,}",
        "articles with labelled lines": f"{counts['lines']:,}",
        "articles that the rules alone labelled": f"{counts['unlabelled']:,}",
        "synthetic pages grafted on them": f"{counts['grafts']:,}",
        "blocks that the rules leave open": f"{counts['blocks']:,}",
    }
