"""Where the shipped models and the shipped corpus lie: beside the package in a wheel, at the
root of a checkout otherwise."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The shipped folder ``name`` (``"models"`` or ``"corpus"``)."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def resource(name: str) -> Path:
    """A file of ``cpecnlp/resources``."""
    return _PACKAGE / "resources" / name
