"""Training, a task a function: what ``cpecnlp train TASK`` does."""

from __future__ import annotations

import importlib
from typing import Any

from cpecnlp.errors import InputError

# task → "module:function"; imported when used, for each brings its own libraries
TASKS = {
    "topics": "cpecnlp.training.topics:train_topics",
    "ner": "cpecnlp.training.ner:train_ner",
    "strip": "cpecnlp.training.strip:train_strip",
}


def train(task: str, *args: Any, **options: Any) -> Any:
    """Train a model.

    Args:
        task: ``"topics"``, ``"ner"`` or ``"strip"``.
        args: as that task's function takes them: first the labelled articles.
        options: likewise; see :func:`cpecnlp.training.topics.train_topics` and its neighbours.

    Returns:
        What that function returns: the model folder and what was measured.

    Raises:
        InputError: there is no such task.
    """
    if task not in TASKS:
        raise InputError(f"unknown task {task!r}; there are: {', '.join(TASKS)}")
    module, _, name = TASKS[task].partition(":")
    return getattr(importlib.import_module(module), name)(*args, **options)
