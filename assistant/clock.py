"""What time it is, by a clock that nobody can set while the program runs, and that Telegram puts right."""

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


class SteadyClock:
    """The machine's clock as it is now, and what passes from now on.

    So nothing is due a day too early or too late because somebody, or a server of time, has set the clock.
    """

    def __init__(self) -> None:
        self._zero = datetime.now(UTC) - timedelta(seconds=_ticks())

    def now(self) -> datetime:
        """The moment in UTC."""
        return self._zero + timedelta(seconds=_ticks())

    def told(self, moment: datetime) -> None:
        """Somebody whose clock is right says that it is `moment`: an hour's difference is this one's fault.

        A machine may start with a clock that is a year ahead, or, without a battery, at 1970. What is kept
        for a time would then be erased at once, or at the next start.
        """
        ahead = self.now() - moment
        if abs(ahead) > WRONG_BY:
            self._zero -= ahead


_STEADY: Final = SteadyClock()
steady_now: Final = _STEADY.now
told: Final = _STEADY.told


def set_by_s() -> float:
    """How many seconds the machine's clock is ahead of `steady_now`; behind: negative."""
    return (datetime.now(UTC) - steady_now()).total_seconds()


async def warn_when_set(*, look_every_s: float = _LOOK_EVERY_S) -> NoReturn:
    """A warning in the log each time the machine's clock was set, or found wrong, by more than a minute."""
    known_s = 0.0
    while True:
        now_s = set_by_s()
        if abs(now_s - known_s) > _NOTICED_S:
            by_s, in_all_s = round(now_s - known_s), round(now_s)
            _log.warning("the machine's clock is wrong, or was set", by_s=by_s, in_all_s=in_all_s)
            known_s = now_s
        await asyncio.sleep(look_every_s)
