"""Boilerplate stripping: versioned rules and a learned model of blocks, as spans with reasons."""

from cpecnlp.stages.strip.stage import StripStage

__all__ = ["StripStage"]
