"""A file that is touched while updates are being received: health checks outside this process look at it."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

import structlog

from assistant.settings import Settings

_log = structlog.get_logger(__name__)

BEAT_S: Final = 10.0
_FIRST_S: Final = 0.5
LIMIT_S: Final = 120.0
"""A poll lasts half a minute, so two minutes without an answer mean that something is wrong."""


def heartbeat_file(settings: Settings) -> Path:
    """Touched while updates are being received; `assistant health` looks at its age."""
    return settings.data_dir / "heartbeat"


def heartbeat_age_s(settings: Settings) -> float | None:
    """Seconds since updates were last received, or None when no bot has run with this data folder.

    A heartbeat of the future was made before somebody set the clock back: it is as old as it is ahead, until
    a running bot renews it.
    """
    try:
        return abs(time.time() - heartbeat_file(settings).stat().st_mtime)
    except FileNotFoundError:
        return None


async def beat(reached_at: Callable[[], float | None], file: Path, *, every_s: float = BEAT_S) -> NoReturn:
    """Touches `file` whenever Telegram was in touch since the last look.

    Nothing ends it: a full disk is noticed, and tried again.
    """
    seen: float | None = None
    while True:
        now = reached_at()
        if now != seen:
            try:
                await asyncio.to_thread(_touch, file)
                seen = now
            except OSError as error:
                _log.warning("heartbeat not written", error=type(error).__name__)
        # The first contact is shown soon, so that nobody takes a start for a failure.
        await asyncio.sleep(min(every_s, _FIRST_S) if seen is None else every_s)


def _touch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
