"""How long each stage of an answer takes: logged at DEBUG, and told to whoever observes; without any words.

`tests/benchmarks/latency.py` makes a table of the log lines; the metrics observe.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final

import structlog

_log = structlog.stdlib.get_logger(__name__)

EVENT = "stage done"
"""The event of every line; it has `stage` and `took_ms`."""


class Stage(StrEnum):
    """What happens between a spoken question and its answer, in order."""

    DOWNLOAD = "download"
    DECODE = "decode"
    RECOGNISE = "recognise"
    UNDERSTAND = "understand"
    RENDER = "render"
    SEND = "send"


Observer = Callable[[Stage, float], None]
"""Is told each stage that ended, and how many seconds it took."""

# Belongs to the tasks begun inside `observed`, as the fields of a log line do: two assistants in one process
# keep their times apart.
_observer: Final[ContextVar[Observer | None]] = ContextVar("stage_observer", default=None)


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Tells `observer` every stage within the block, and within the tasks and threads begun there."""
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


@contextmanager
def timed(stage: Stage) -> Iterator[None]:
    """Measures the block, waiting included, also when it fails. Lines logged inside it say `stage`."""
    started = time.perf_counter()
    with structlog.contextvars.bound_contextvars(stage=stage.value):
        try:
            yield
        finally:
            took_s = time.perf_counter() - started
            _log.debug(EVENT, stage=stage.value, took_ms=round(1000 * took_s, 1))
            observer = _observer.get()
            if observer is not None:
                observer(stage, took_s)
