"""What time it is, by a clock that nobody can set while the program runs."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

import structlog

_log = structlog.get_logger(__name__)

WRONG_BY: Final = timedelta(hours=1)
"""What is stamped this far in the future was stamped by a wrong clock; two machines differ by less."""
_LOOK_EVERY_S: Final = 60.0
_NOTICED_S: Final = 60.0


def _ticks() -> float:
    """Seconds since some moment; they go on while the machine sleeps, where its system can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


_BEGAN_AT: Final = datetime.now(UTC)
_BEGAN: Final = _ticks()


def steady_now() -> datetime:
    """The moment in UTC: the machine's clock as it was when the program began, and what has passed since.

    So nothing is due a day too early or too late because somebody, or a server of time, has set the clock.
    """
    return _BEGAN_AT + timedelta(seconds=_ticks() - _BEGAN)


def set_by_s() -> float:
    """How many seconds the machine's clock was set forward since the program began; back: negative."""
    return (datetime.now(UTC) - steady_now()).total_seconds()


async def warn_when_set(*, look_every_s: float = _LOOK_EVERY_S) -> NoReturn:
    """A warning in the log each time the machine's clock was set by more than a minute."""
    known_s = 0.0
    while True:
        now_s = set_by_s()
        if abs(now_s - known_s) > _NOTICED_S:
            _log.warning("the machine's clock was set", by_s=round(now_s - known_s), in_all_s=round(now_s))
            known_s = now_s
        await asyncio.sleep(look_every_s)
