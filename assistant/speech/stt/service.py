"""From an audio file to words, whatever is in the file and whatever fails."""

import asyncio
from dataclasses import replace
from typing import Protocol, runtime_checkable

import structlog

from assistant.errors import SpeechError
from assistant.speech.audio import UnreadableAudio
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.stt.audibility import (
    IN_THE_NOISE_DB,
    NEAR_THE_NOISE_DB,
    above_the_noise_db,
    is_loud,
)
from assistant.speech.stt.recognizer import Recognizer
from assistant.tracing import Stage, timed
from assistant.transcript import Heard, Sayings, Unheard, UnheardReason

_log = structlog.stdlib.get_logger(__name__)

ROUNDING_S = 1.0
"""Senders declare whole seconds, so what was let in as 90 s may last almost 91."""


class Decoder(Protocol):
    """Reads what strangers send."""

    async def warm_up(self) -> None:
        """Gets ready; SpeechError when that is impossible."""
        ...

    async def decode(self, file: AudioFile, *, max_s: float) -> Samples:
        """The recording as mono int16, or its first `max_s` seconds.

        Raises UnreadableAudio, or SpeechError when the fault is not the file's.
        """
        ...

    async def close(self) -> None:
        """Frees what it holds."""
        ...


@runtime_checkable
class _Warmable(Protocol):
    """An engine with something to load before its first question."""

    async def warm_up(self) -> None: ...


class SpeechToText:
    """Hears recordings, on this machine or, where a person allows it, in the cloud.

    `decoder` reads the files; `local` is always there; `cloud` is an operator's choice. What lasts longer
    than `max_voice_s` is heard so far, and no further.
    """

    def __init__(
        self, decoder: Decoder, local: Recognizer, cloud: Recognizer | None, *, max_voice_s: float
    ) -> None:
        self._decoder = decoder
        self._local = local
        self._cloud = cloud
        self._max_voice_s = max_voice_s

    async def hear(self, file: AudioFile, *, cloud_allowed: bool, expected: Sayings = ()) -> Heard | Unheard:
        """The words in a recording, or why there are none. Never raises for anything that a person can send.

        The cloud engine is asked only when `cloud_allowed` is true; the local one stands in when it fails.
        `expected` is what a short recording may well be, at this moment. What lies in the noise is refused
        before any engine is asked, and what is near it comes back as doubtful.
        """
        try:
            with timed(Stage.DECODE):
                samples = await self._decoder.decode(file, max_s=self._max_voice_s + ROUNDING_S)
        except UnreadableAudio as error:
            _log.info("recording not readable", problem=str(error), size_bytes=len(file.data))
            return Unheard(UnheardReason.UNREADABLE)
        except SpeechError as error:
            _log.error("no recording can be read", problem=str(error))
            return Unheard(UnheardReason.UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - a hostile file must not find an error that nobody thought of
            _log.warning("decoding failed", error=type(error).__name__, size_bytes=len(file.data))
            return Unheard(UnheardReason.UNREADABLE)
        above_db = above_the_noise_db(samples)
        if above_db < IN_THE_NOISE_DB:
            return Unheard(UnheardReason.UNCLEAR if is_loud(samples) else UnheardReason.SILENT)
        heard = await self._heard(samples, cloud_allowed, expected)
        if isinstance(heard, Unheard):
            return heard
        return replace(heard, is_whole=samples.is_whole, is_doubtful=above_db < NEAR_THE_NOISE_DB)

    async def _heard(self, samples: Samples, cloud_allowed: bool, expected: Sayings) -> Heard | Unheard:
        if self._cloud is not None and cloud_allowed:
            heard = await self._ask(self._cloud, samples, ())
            if heard is not None:
                return heard
        return await self._ask(self._local, samples, expected) or Unheard(UnheardReason.UNAVAILABLE)

    async def _ask(self, engine: Recognizer, samples: Samples, expected: Sayings) -> Heard | Unheard | None:
        """What the engine makes of it; None when the engine failed."""
        started = asyncio.get_running_loop().time()
        try:
            with timed(Stage.RECOGNISE):
                heard = await engine.recognize(samples, expected)
        except SpeechError as error:
            _log.warning("recogniser failed", engine=engine.name, problem=str(error))
            return None
        except Exception as error:  # noqa: BLE001 - whatever an engine throws, the person gets an answer; the words stay out
            _log.error("recogniser failed unexpectedly", engine=engine.name, error=type(error).__name__)
            return None
        _log.info(
            "voice recognised",
            engine=engine.name,
            seconds=round(samples.seconds, 1),
            took_ms=round(1000 * (asyncio.get_running_loop().time() - started)),
            outcome="heard" if isinstance(heard, Heard) else heard.reason.value,
        )
        return heard

    async def warm_up(self) -> None:
        """Makes the decoder ready and loads the local model, so that the first question waits for nothing.

        Raises SettingsError when the model named in the settings cannot be used, and SpeechError when no
        decoder can be had.
        """
        local = self._local.warm_up() if isinstance(self._local, _Warmable) else asyncio.sleep(0)
        await asyncio.gather(self._decoder.warm_up(), local)

    async def close(self) -> None:
        """Closes the engines and the decoder."""
        await self._decoder.close()
        await self._local.close()
        if self._cloud is not None:
            await self._cloud.close()
