"""A run in a process of its own, which a test may kill.

``python -m tests.killable INPUT OUTPUT WORKERS [EVENT]``: with EVENT the process kills itself when it
is about to change the output folder for the EVENT-th time.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from cpecnlp import running
from tests.fakes import load_small

CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}


def main(source: str, output: str, workers: str, event: str = "0") -> None:
    seen = 0

    def watch(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if name in CHANGES and isinstance(arguments[0], str | Path) and output in str(arguments[0]):
            seen += 1
            if seen == int(event):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    running.load = load_small
    say("begin")
    report = running.run([source], output, workers=int(workers), explorer=False)
    say(f"end {report.resumed} {seen}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
