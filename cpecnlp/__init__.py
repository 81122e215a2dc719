"""cpecnlp: raw English news on China–Pakistan cooperation, made into data a researcher can trust.

The public names are loaded when they are first used, so that importing the package is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cpecnlp.corpus.duplicates import duplicates as duplicates
    from cpecnlp.corpus.reader import Corpus as Corpus
    from cpecnlp.corpus.reader import read as read
    from cpecnlp.corpus.writer import write_jsonl as write_jsonl
    from cpecnlp.discovery.discover import discover as discover
    from cpecnlp.document import Document as Document
    from cpecnlp.document import Span as Span
    from cpecnlp.errors import CpecnlpError as CpecnlpError
    from cpecnlp.evaluation.evaluate import evaluate as evaluate
    from cpecnlp.models import list_models as list_models
    from cpecnlp.pipeline import Pipeline as Pipeline
    from cpecnlp.pipeline import load as load
    from cpecnlp.report.explorer import explore as explore
    from cpecnlp.report.gexf import write_gexf as write_gexf
    from cpecnlp.report.relations import cooccurrence as cooccurrence
    from cpecnlp.report.relations import entities as entities
    from cpecnlp.running import run as run
    from cpecnlp.stage import Stage as Stage
    from cpecnlp.training.select import select as select
    from cpecnlp.training.tasks import train as train

__version__ = "0.1.0"

_HOME = {
    "cooccurrence": "cpecnlp.report.relations",
    "entities": "cpecnlp.report.relations",
    "Corpus": "cpecnlp.corpus.reader",
    "CpecnlpError": "cpecnlp.errors",
    "Document": "cpecnlp.document",
    "Pipeline": "cpecnlp.pipeline",
    "Span": "cpecnlp.document",
    "Stage": "cpecnlp.stage",
    "list_models": "cpecnlp.models",
    "duplicates": "cpecnlp.corpus.duplicates",
    "evaluate": "cpecnlp.evaluation.evaluate",
    "explore": "cpecnlp.report.explorer",
    "discover": "cpecnlp.discovery.discover",
    "load": "cpecnlp.pipeline",
    "read": "cpecnlp.corpus.reader",
    "run": "cpecnlp.running",
    "select": "cpecnlp.training.select",
    "train": "cpecnlp.training.tasks",
    "write_gexf": "cpecnlp.report.gexf",
    "write_jsonl": "cpecnlp.corpus.writer",
}

__all__ = [
    "Corpus",
    "CpecnlpError",
    "Document",
    "Pipeline",
    "Span",
    "Stage",
    "duplicates",
    "cooccurrence",
    "discover",
    "entities",
    "evaluate",
    "explore",
    "list_models",
    "load",
    "read",
    "run",
    "select",
    "train",
    "write_gexf",
    "write_jsonl",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'cpecnlp' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
