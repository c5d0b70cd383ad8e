"""Recordings made before anybody asks for them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import product
from typing import Final

import structlog

from assistant.errors import SpeechError
from assistant.speech.tts.script import Script, Speed
from assistant.speech.tts.service import TextToSpeech

_log = structlog.stdlib.get_logger(__name__)

_COMMONEST_FIRST: Final = (Speed.NORMAL, Speed.SLOW, Speed.FAST)


async def prepare(
    tts: TextToSpeech, scripts: Callable[[], Sequence[Script]], quiet: Callable[[], Awaitable[None]]
) -> None:
    """Renders what can be known before anybody asks, when nobody is served, and half of that time at most.

    Everything at the usual speed first, then for those who chose another. What is kept from an earlier start,
    or was made by `assistant audio build`, is not rendered again. `quiet` returns when nobody is served.
    """
    for speed, script in product(_COMMONEST_FIRST, scripts()):
        if await asyncio.to_thread(tts.has, script, speed):
            continue
        await quiet()
        started = time.monotonic()
        try:
            await tts.record(script, speed)
        except SpeechError as error:
            _log.warning("recording not prepared", problem=str(error))
        await asyncio.sleep(time.monotonic() - started)
