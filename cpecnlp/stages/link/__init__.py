"""Linking mentions of entities to canonical ids."""

from cpecnlp.stages.link.stage import LinkStage

__all__ = ["LinkStage"]
