"""A training run that was killed goes on where it stood: everything that a step depends on, in one file."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cpecnlp.training.ner.trainer import Trainer

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Progress:
    """Where a run stands.

    Attributes:
        stage: Name of the stage.
        epoch: Epochs of the stage that are behind.
        batch: Batches of the running epoch that are behind.
        chance: State of the random numbers at the beginning of the running epoch.
        best: Best F1 on dev so far; below 0 where there is none.
        stale: Epochs since the best one.
    """

    stage: str = ""
    epoch: int = 0
    batch: int = 0
    chance: Any = None
    best: float = -1.0
    stale: int = 0


@dataclass(slots=True)
class Checkpoint:
    """Saves and restores a run.

    Attributes:
        path: The file, safetensors with the progress in its metadata; None to keep nothing.
        run: What the run depends on; a file of another run is left unread.
        every: Seconds between two saves within an epoch.
        best_weights: Averaged weights of the best epoch, if there has been one.
    """

    path: Path | None
    run: str
    every: float = 180.0
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    _last: float = field(default_factory=time.monotonic)
    _found: tuple[Progress, dict[str, Tensor]] | None = None
    _read: bool = False

    def reached(self) -> Progress | None:
        """Return where the run in the file stands; None where there is none, or another one's."""
        if not self._read:
            self._read = True
            if self.path is not None and self.path.is_file():
                self._found = self._open(self.path)
        return self._found[0] if self._found else None

    def _open(self, path: Path) -> tuple[Progress, dict[str, Tensor]] | None:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(path), framework="pt") as file:
                notes: Mapping[str, str] = file.metadata() or {}
                if notes.get("run") != self.run:
                    log.info("%s is of another run and will be overwritten", path)
                    return None
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except SafetensorError:
            log.info("%s cannot be read and will be overwritten", path)
            return None
        values = json.loads(notes["progress"])
        version, numbers, gauss = values["chance"]
        return Progress(**{**values, "chance": (version, tuple(numbers), gauss)}), tensors

    def restore(self, stage: str, trainer: Trainer, chance: random.Random) -> Progress:
        """Set a trainer to where the run in the file stands, if it stands in this stage.

        Returns:
            The progress to go on from; a fresh one where the file says nothing of this stage.
        """
        reached = self.reached()
        if reached is None or self._found is None or reached.stage != stage:
            self.best_weights = {}
            return Progress(stage, chance=chance.getstate())
        tensors = self._found[1]
        trainer.load_state(_below(tensors, "trainer."))
        self.best_weights = _below(tensors, "best.")
        self._found = None
        chance.setstate(reached.chance)
        log.info("going on from %s: %s, epoch %d, batch %d", self.path, stage, reached.epoch + 1, reached.batch)
        return reached

    def due(self) -> bool:
        """Whether it is time to save within an epoch."""
        return self.path is not None and time.monotonic() - self._last >= self.every

    def save(self, progress: Progress, trainer: Trainer) -> None:
        """Write the file, aside and then renamed."""
        if self.path is None:
            return
        from safetensors.torch import save_file

        self.path.parent.mkdir(parents=True, exist_ok=True)
        tensors = {f"trainer.{name}": tensor for name, tensor in trainer.state().items()}
        tensors |= {f"best.{name}": tensor for name, tensor in self.best_weights.items()}
        names = ("stage", "epoch", "batch", "chance", "best", "stale")
        values = {name: getattr(progress, name) for name in names}
        aside = self.path.with_name(self.path.name + ".part")
        save_file(
            {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
            str(aside),
            metadata={"run": self.run, "progress": json.dumps(values)},
        )
        aside.replace(self.path)
        self._last = time.monotonic()

    def keep_best(self, model: torch.nn.Module) -> None:
        """Remember the weights of the best epoch so far."""
        self.best_weights = {name: weight.detach().clone() for name, weight in model.state_dict().items()}

    def remove(self) -> None:
        """Delete the file: the run is over."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
