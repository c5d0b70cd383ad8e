"""Reading recordings and hearing them in processes of their own, which a hostile file may break as it likes.

Two processes. One runs the native code that reads strangers' files, one file at a time. The other holds the
recogniser's model and gets plain samples. Neither can open a file or a socket (`limits.py`), and what
passes between them is in memory alone. Of each a spare is ready to take over.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from assistant.errors import SpeechError
from assistant.speech.audio import UnreadableAudio
from assistant.speech.sandbox.process import SandboxDiedError, SandboxProcess, SandboxSlowError
from assistant.speech.sound import AudioFile, Samples
from assistant.transcript import Heard, Sayings, Unheard, UnheardReason

MODELS: Final = "https://huggingface.co"
"""Where a model that is named is fetched from."""
_RATE_HZ: Final = 16_000
_BYTES_A_SECOND: Final = 2 * _RATE_HZ
_ROOM_BYTES: Final = 1_000_000

_READER_START_S: Final = 20.0
_READING_S: Final = 1.9
"""Many times what the longest recording takes: nobody waits longer than this for a hostile file."""
_READING_PROCESSOR_S: Final = 0.8
_USUAL_S: Final = 120.0
_MORE_PER_SECOND: Final = 0.01
"""For each second of a limit beyond the usual."""

_HEARER_START_S: Final = 600.0
"""A model that is named may have to be fetched first."""
_HEARING_S: Final = 20.0
_HEARING_PROCESSOR_S: Final = 40.0
_HEARING_PER_SECOND: Final = 2.0
"""Many times what a recording takes on two processors: this is for what hangs, not for what is slow."""
_SPARE_HEARER_AFTER_S: Final = 10.0
"""Loading the model takes all processors for seconds, when everybody waits for what has just started."""
_AT_ONCE: Final = 2
"""As many as the recogniser hears side by side."""


class SandboxedDecoder:
    """`audio.decode` in a child process. `max_s` is the longest recording ever asked for.

    `on_replaced` is told when the child had to be replaced.
    """

    def __init__(self, *, max_s: float, on_replaced: Callable[[], None] = lambda: None) -> None:
        self._helper = SandboxProcess(
            {"work": "read", "max_s": max_s},
            most_bytes=round(max_s + 2) * _BYTES_A_SECOND + _ROOM_BYTES,
            start_s=_READER_START_S,
            # No token and no settings; and one thread: a small process that is quickly there again.
            environment={"OPENBLAS_NUM_THREADS": "1"},
            spare_after_s=0.0,
            on_replaced=on_replaced,
        )
        self._one = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id, for those who watch or end it."""
        return self._helper.pid

    async def warm_up(self) -> None:
        """Starts the child. Raises SpeechError when that is impossible."""
        await self._helper.start()

    async def decode(self, file: AudioFile, *, max_s: float) -> Samples:
        """The recording as mono int16, or its first `max_s` seconds, as `audio.decode` gives it.

        Raises UnreadableAudio as that does, and for what ends the child or keeps it busy, and SpeechError
        when there is no child.
        """
        more_s = max(0.0, max_s - _USUAL_S) * _MORE_PER_SECOND
        question = {
            "mime_type": file.mime_type,
            "max_s": max_s,
            "processor_s": _READING_PROCESSOR_S + more_s,
        }
        limit_s = _READING_S + more_s
        async with self._one:  # so that it is clear whose file it was
            try:
                answer, body = await self._asked(question, file.data, limit_s)
            except SandboxDiedError:
                raise UnreadableAudio("reading it ended the process") from None
            except SandboxSlowError:
                raise UnreadableAudio("reading it took too long") from None
        if "unreadable" in answer:
            raise UnreadableAudio(str(answer["unreadable"])[:200])
        if answer.get("rate_hz") != _RATE_HZ or not body or len(body) % 2:
            raise UnreadableAudio("reading it gave no samples")
        return Samples(np.frombuffer(body, np.int16), _RATE_HZ, answer.get("is_whole") is not False)

    async def _asked(
        self, question: Mapping[str, Any], body: bytes, limit_s: float
    ) -> tuple[dict[str, Any], bytes]:
        try:
            return await self._helper.ask(question, body, limit_s=limit_s)
        except SandboxDiedError as error:
            if not error.by_outside:
                raise
            return await self._helper.ask(question, body, limit_s=limit_s)  # not the file's fault

    async def close(self) -> None:
        """Ends the child."""
        await self._helper.close()


class SandboxedWhisper:
    """`WhisperRecognizer` in a child process, with the same parameters. Two recordings at a time.

    `proxy`: what a model that is named is fetched through. `on_replaced` is told when the child had to be
    replaced.
    """

    name = "whisper"
    is_cloud = False

    def __init__(
        self,
        model: str,
        prompt: str,
        threads: int,
        second_prompt: str = "",
        *,
        proxy: str | None = None,
        on_replaced: Callable[[], None] = lambda: None,
    ) -> None:
        order = {
            "work": "hear",
            "model": model,
            "prompt": prompt,
            "threads": threads,
            "second_prompt": second_prompt,
            "proxy": proxy,
        }
        self._helper = SandboxProcess(
            order,
            most_bytes=0,
            start_s=_HEARER_START_S,
            # A model that is named may be fetched, and where from and whereto is in the environment.
            environment=None if model else {},
            # The model that comes with the program is small; one that is named may take far more memory.
            spare_after_s=None if model else _SPARE_HEARER_AFTER_S,
            on_replaced=on_replaced,
        )
        self._some = asyncio.Semaphore(_AT_ONCE)

    @property
    def pid(self) -> int | None:
        """The child's process id, for those who watch or end it."""
        return self._helper.pid

    async def warm_up(self) -> None:
        """Starts the child and loads the model. Raises SettingsError when it cannot be found or loaded."""
        await self._helper.start()

    async def recognize(self, samples: Samples, expected: Sayings = ()) -> Heard | Unheard:
        """What was said in English; see `WhisperRecognizer`. Raises SpeechError when the engine failed.

        A child that ends is asked once more when it is there again, and one that hangs is not.
        """
        question = {
            "rate_hz": samples.sample_rate_hz,
            "processor_s": _HEARING_PROCESSOR_S + samples.seconds * _HEARING_PER_SECOND,
            "expected": [list(each) for each in expected],
        }
        limit_s = _HEARING_S + samples.seconds * _HEARING_PER_SECOND
        body = samples.pcm.tobytes()
        async with self._some:
            try:
                answer, _ = await self._helper.ask(question, body, limit_s=limit_s)
            except SandboxDiedError:
                answer, _ = await self._helper.ask(question, body, limit_s=limit_s)
        return _heard(answer)

    async def close(self) -> None:
        """Ends the child."""
        await self._helper.close()


def _heard(answer: Mapping[str, Any]) -> Heard | Unheard:
    try:
        if "unheard" in answer:
            return Unheard(UnheardReason(answer["unheard"]))
        return Heard(
            str(answer["text"]),
            float(answer["confidence"]),
            float(answer["seconds"]),
            tuple(map(str, answer["alternatives"])),
            tuple(map(float, answer["confidences"])),
        )
    except (KeyError, ValueError, TypeError):
        # Also how the child says that the engine failed, which needs no other words.
        raise SpeechError("Whisper failed") from None
