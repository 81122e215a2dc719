"""Where things lie: the shipped models and corpus (beside the package in a wheel, at the root of a
checkout otherwise), and the models that the user has trained."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The shipped folder ``name`` (``"models"`` or ``"corpus"``)."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def user_models() -> Path:
    """The folder of the user's own models: ``CPECNLP_MODELS``, or ``.cpecnlp/models`` in the home folder.

    It need not exist. An installed package cannot be written to, so retrained models go here.
    """
    named = os.environ.get("CPECNLP_MODELS")
    return Path(named).expanduser() if named else Path.home() / ".cpecnlp" / "models"


def resource(name: str) -> Path:
    """A file of ``cpecnlp/resources``."""
    return _PACKAGE / "resources" / name
