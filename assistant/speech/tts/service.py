"""Voice notes, rendered once and kept."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from assistant.errors import SpeechError
from assistant.files import written_whole
from assistant.speech.audio import UnreadableAudio
from assistant.speech.sound import Samples
from assistant.speech.tts.mastering import voice_note
from assistant.speech.tts.ogg import duration_s
from assistant.speech.tts.script import Recording, Script, Speed, Synthesizer

_log = structlog.stdlib.get_logger(__name__)

RENDERER_VERSION = 5
"""Raise it whenever the same script would sound different: preparing, pauses, loudness, encoding, pace."""
_AT_ONCE = 2


class TextToSpeech:
    """Makes recordings with the first of its `voices` that speaks the language; the others stand in when it
    fails.

    Recordings are kept in `folder`, one file for each (text, voice, speed, pronunciations), unless a script
    says that it is not to be kept. Several processes may share the folder.
    """

    def __init__(self, voices: Sequence[Synthesizer], folder: Path) -> None:
        self._voices = tuple(voices)
        self._folder = folder
        self._rendering: dict[str, asyncio.Task[Recording]] = {}
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="studio")

    def key(self, script: Script, speed: Speed) -> str:
        """The key of this recording in the preferred voice. Raises SpeechError when no voice speaks the
        language."""
        return _key(script, speed, self._voices_for(script)[0].voice)

    def has(self, script: Script, speed: Speed) -> bool:
        """Whether the recording in the preferred voice is kept already. False when no voice speaks the
        language."""
        voices = [voice for voice in self._voices if voice.speaks(script.language)]
        if not voices:
            return False
        try:
            return self._path(_key(script, speed, voices[0].voice)).is_file()
        except OSError:
            return False  # a folder that cannot be looked into has nothing to give

    async def record(self, script: Script, speed: Speed) -> Recording:
        """The finished voice note: from the folder, or rendered now.

        People who ask for the same recording at the same time wait for one rendering. A recording by a
        stand-in voice has that voice's own key. Raises SpeechError when every voice failed; a full disk only
        means not kept.
        """
        key = self.key(script, speed)
        task = self._rendering.get(key)
        if task is None:
            task = asyncio.create_task(self._record(script, speed))
            self._rendering[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        # Shielded: one person who gives up must not take the recording from the others.
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            waiting = asyncio.current_task()
            if task.cancelled() and not (waiting and waiting.cancelling()):
                raise SpeechError("the studio is being closed") from None
            raise

    async def close(self) -> None:
        """Gives up what is being rendered and closes every voice."""
        tasks = tuple(self._rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for voice in self._voices:
            await voice.close()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    def _forget(self, key: str, done: asyncio.Task[Recording]) -> None:
        self._rendering.pop(key, None)
        if not done.cancelled():
            done.exception()  # seen, even when everybody who waited has gone

    def _voices_for(self, script: Script) -> tuple[Synthesizer, ...]:
        # What a person said leaves this machine no more than it is kept on it.
        voices = tuple(
            voice
            for voice in self._voices
            if voice.speaks(script.language) and (script.keep or not voice.is_cloud)
        )
        if not voices:
            raise SpeechError("no voice speaks that language")
        return voices

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.ogg"

    async def _record(self, script: Script, speed: Speed) -> Recording:
        loop = asyncio.get_running_loop()
        for voice in self._voices_for(script):
            key = _key(script, speed, voice.voice)
            kept = await loop.run_in_executor(self._threads, self._kept, key) if script.keep else None
            if kept is not None:
                return kept
            try:
                samples = await voice.synthesize(script, speed)
                return await loop.run_in_executor(self._threads, self._finish, key, samples, script.keep)
            except SpeechError as error:
                _log.warning("voice failed", voice=voice.voice, problem=str(error))
        raise SpeechError("every voice failed")

    def _kept(self, key: str) -> Recording | None:
        path = self._path(key)
        try:
            ogg = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("kept recording not readable", error=type(error).__name__)
            return None
        try:
            return Recording(key, ogg, duration_s(ogg))
        except UnreadableAudio as error:
            _log.warning("kept recording is damaged and rendered again", problem=str(error))
            return None

    def _finish(self, key: str, samples: Samples, keep: bool) -> Recording:
        ogg = voice_note(samples)
        recording = Recording(key, ogg, duration_s(ogg))
        if not keep:
            return recording
        try:
            # All of it or nothing, also when the process is killed or another one writes the same recording.
            with written_whole(self._path(key)) as file:
                file.write(ogg)
        except OSError as error:
            _log.warning("recording not kept", error=type(error).__name__, size_bytes=len(ogg))
        return recording


def _key(script: Script, speed: Speed, voice: str) -> str:
    described = [
        RENDERER_VERSION,
        voice,
        speed.value,
        script.language,
        script.title,
        list(script.paragraphs),
        sorted(script.pronunciations.items()),
    ]
    return hashlib.sha256(json.dumps(described, ensure_ascii=False).encode()).hexdigest()
