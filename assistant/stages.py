"""How long each stage of an answer takes: lines in the log at DEBUG, without anybody's words.

`tests/benchmarks/latency.py` makes a table of them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

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


@contextmanager
def timed(stage: Stage) -> Iterator[None]:
    """Logs how many milliseconds the block took, waiting included, also when it fails."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _log.debug(EVENT, stage=stage.value, took_ms=round(1000 * (time.perf_counter() - started), 1))
