"""Backends: what runs a model. Two protocols carry them all (see :mod:`cpecnlp.backends.base`)."""
