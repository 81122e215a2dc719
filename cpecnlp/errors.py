"""What can go wrong, each with one sentence that says what and where."""

from __future__ import annotations


class CpecnlpError(Exception):
    """Base of every error that the library raises on purpose."""


class InputError(CpecnlpError):
    """A file, a line or a text that cannot be read; the message names it."""


class RecordError(InputError):
    """A JSON record that does not follow the record format."""


class OutputError(CpecnlpError):
    """Results that cannot be written: no room, no rights, or another run writes there."""


class ExecutorError(CpecnlpError):
    """Worker processes or a cluster that cannot be started."""


class ModelError(CpecnlpError):
    """A model folder that is missing, incomplete or whose files do not match their hashes."""


class PipelineError(CpecnlpError):
    """Stages in an order that cannot work, or an unknown stage."""


class MissingExtraError(CpecnlpError):
    """An optional dependency is not installed; the message gives the install line."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f'this needs {package}: install it with  pip install "cpecnlp[{extra}]"')
        self.package, self.extra = package, extra
