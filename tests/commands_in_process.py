"""The command line run in the tests' own process, which leaves the log as it was."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import typer
from typer.testing import CliRunner, Result


def run_command(app: typer.Typer, *words: str, given: str = "") -> Result:
    """What a command says and how it ends; `given` is its input."""
    with _log_as_before():
        return CliRunner().invoke(app, words, input=given)


@contextmanager
def _log_as_before() -> Iterator[None]:
    """A command sends the log to its own standard error, which is closed when it ends."""
    settings, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**settings)
        root.handlers[:] = handlers
        root.setLevel(level)
