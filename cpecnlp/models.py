"""Model folders: ``model.json`` beside the weights, every file under its sha256.

A folder is written aside and renamed when whole; a file whose hash differs is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cpecnlp import __version__
from cpecnlp.errors import ModelError
from cpecnlp.paths import shipped, user_models

MANIFEST = "model.json"
CARD = "README.md"
TASKS = ("strip", "ner", "topics")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder whose files have been checked.

    Attributes:
        path: the folder.
        task: ``"strip"``, ``"ner"`` or ``"topics"``.
        backend: which backend runs it (``"onnx"``, ``"sklearn"``, ``"linear"`` …).
        name: the model's name, unique among versions.
        labels: what it can answer.
        settings: whatever else the backend needs (thresholds, windows …).
        metrics: measured figures with their intervals.
        manifest: the whole ``model.json``.
    """

    path: Path
    task: str
    backend: str
    name: str
    labels: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Name and the first digits of the hash of the manifest: what a span or a run cites."""
        return f"{self.name}@{self.digest[:8]}"

    @property
    def digest(self) -> str:
        """sha256 of ``model.json``, which itself holds the hash of every file."""
        return sha256(self.path / MANIFEST)


def sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_model(path: Path, task: str | None = None) -> ModelFolder:
    """Read ``model.json`` and check every file against its hash.

    Args:
        path: the model folder.
        task: refuse a model for another task.

    Raises:
        ModelError: no such folder, a missing or altered file, another task.
    """
    path = Path(path)
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"no model at {path}: {MANIFEST} is missing") from None
    except ValueError as error:
        raise ModelError(f"{path / MANIFEST} is not valid JSON ({error})") from None
    try:
        model = ModelFolder(
            path,
            manifest["task"],
            manifest["backend"],
            manifest["name"],
            tuple(manifest["labels"]),
            manifest.get("settings", {}),
            manifest.get("metrics", {}),
            manifest,
        )
        files: dict[str, str] = dict(manifest["files"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path / MANIFEST} lacks or misstates {error}") from None
    if task and model.task != task:
        raise ModelError(f"{path} holds a model for {model.task!r}, not for {task!r}")
    for name, digest in files.items():
        file = path / name
        if not file.is_file():
            raise ModelError(f"{path}: the file {name} is missing")
        if sha256(file) != digest:
            raise ModelError(f"{path}: {name} is not the file that {MANIFEST} names (sha256 differs)")
    return model


def write_model(
    path: Path,
    *,
    task: str,
    backend: str,
    name: str,
    labels: tuple[str, ...],
    write_files: Callable[[Path], None],
    card: str,
    settings: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
    libraries: tuple[str, ...] = (),
    date: str | None = None,
) -> ModelFolder:
    """Write a model folder aside and move it to ``path`` when it is whole.

    Args:
        path: where the folder shall stand; one that is there is replaced.
        write_files: writes the weights into the folder that it is given.
        card: the text of ``README.md``.
        settings: what the backend needs beside the weights.
        metrics: measured figures.
        training: seed, sha256 of the training data and the like.
        libraries: packages whose versions shall be noted.
        date: ISO date; today by default.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        aside.chmod(0o755)
        write_files(aside)
        names = sorted(p.relative_to(aside).as_posix() for p in aside.rglob("*") if p.is_file())
        (aside / CARD).write_text(card, encoding="utf-8")
        manifest = {
            "task": task,
            "backend": backend,
            "name": name,
            "date": date or datetime.now(UTC).date().isoformat(),
            "labels": list(labels),
            "settings": dict(settings or {}),
            "metrics": dict(metrics or {}),
            "training": dict(training or {}),
            "libraries": {"cpecnlp": __version__, **{lib: _version(lib) for lib in libraries}},
            "files": {n: sha256(aside / n) for n in names},
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        (aside / MANIFEST).write_text(text + "\n", encoding="utf-8")
        _replace(aside, path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return open_model(path, task)


def model_path(task: str, models: Path | str | None = None) -> Path:
    """The folder of the model for ``task``.

    Args:
        models: a model folder for this very task, a folder that holds one a task, or the name of a
            model that :func:`list_models` shows. A task that it does not hold, or ``None``, stands
            for the present model: the one promoted in :func:`~cpecnlp.paths.user_models`, else the
            shipped one.

    Raises:
        ModelError: there is no such folder or name, or no model in it.
    """
    if models is not None:
        folder = Path(models) if Path(models).is_dir() else _by_name(str(models))
        if (folder / task / MANIFEST).is_file():
            return folder / task
        if (folder / MANIFEST).is_file():
            held = _manifest(folder).get("task")
            if held not in TASKS:  # no silent fall back on another model than the one that was asked for
                raise ModelError(f"{folder / MANIFEST} does not describe a model for any of {', '.join(TASKS)}")
            if held == task:
                return folder
        elif not any((folder / other / MANIFEST).is_file() for other in TASKS):
            raise ModelError(f"{folder} holds no model: neither {MANIFEST} nor a folder of {', '.join(TASKS)}")
    own = user_models() / task
    return own if (own / MANIFEST).is_file() else shipped("models") / task


def list_models(models: Path | str | None = None, problems: list[str] | None = None) -> list[ModelFolder]:
    """Every model below ``models``, checked, sorted by task and folder.

    Args:
        models: a folder; by default the user's own models and the shipped ones.
        problems: takes one sentence for each model that cannot be used; without it the first raises ``ModelError``.
    """
    roots = [Path(models)] if models is not None else [user_models(), shipped("models")]
    found = []
    for folder in (folder for root in roots for folder in _folders(root)):
        try:
            found.append(open_model(folder))
        except ModelError as error:
            if problems is None:
                raise
            problems.append(str(error))
    return sorted(found, key=lambda model: (model.task, str(model.path)))


def find_model(model: Path | str, task: str | None = None) -> ModelFolder:
    """A model by its folder or by its name.

    Raises:
        ModelError: there is none, or it is for another task.
    """
    return open_model(Path(model) if (Path(model) / MANIFEST).is_file() else _by_name(str(model)), task)


def promote(model: ModelFolder) -> ModelFolder:
    """Make ``model`` the one that :func:`model_path` gives when nothing else is asked for.

    It moves (or, from outside the user's models, is copied) to ``user_models()/<task>``. The one
    that stood there moves beside it under its own name; the shipped models are never touched, and
    promoting a shipped model only moves the user's out of its way.

    Returns:
        The model at its new place.
    """
    root = user_models()
    place = root / model.task
    if place.exists() and place.samefile(model.path):
        return model
    root.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(_free(root, str(_manifest(place).get("name") or model.task)))
    if model.path.resolve().is_relative_to(shipped("models").resolve()):
        return model
    if model.path.resolve().parent == root.resolve():
        model.path.rename(place)
    else:
        aside = Path(tempfile.mkdtemp(prefix=f".{model.task}.", dir=root))
        shutil.copytree(model.path, aside, dirs_exist_ok=True)
        aside.chmod(0o755)
        aside.rename(place)
    return open_model(place, model.task)


def _by_name(name: str) -> Path:
    """The folder of the model called ``name`` or ``name@hash``, among the user's and the shipped ones."""
    for root in (user_models(), shipped("models")):
        for folder in _folders(root):
            called = str(_manifest(folder).get("name"))
            if name in (called, f"{called}@{sha256(folder / MANIFEST)[:8]}"):
                return folder
    raise ModelError(f"no model folder at {name}, and no model of that name (cpecnlp list models shows all)")


def _folders(root: Path) -> list[Path]:
    """Folders below ``root`` that hold a model; not those that are still being written."""
    if not root.is_dir():
        return []
    found = (file.parent for file in sorted(root.rglob(MANIFEST)))
    return [folder for folder in found if not any(p.startswith(".") for p in folder.relative_to(root).parts)]


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _free(root: Path, name: str) -> Path:
    """A folder of ``root`` that is not there yet."""
    names = (name, *(f"{name}-{number}" for number in range(2, 10_000)))
    return next(root / each for each in names if not (root / each).exists())


def _replace(aside: Path, path: Path) -> None:
    if not path.exists():
        os.replace(aside, path)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
    os.replace(path, old / path.name)
    os.replace(aside, path)
    shutil.rmtree(old, ignore_errors=True)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"
