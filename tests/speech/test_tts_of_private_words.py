"""A script with words that a person said leaves nothing behind, and goes nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest
import sounds

from assistant.errors import SpeechError
from assistant.speech.sound import Samples
from assistant.speech.tts.script import Script, Speed
from assistant.speech.tts.service import TextToSpeech

WORDS = Script("I heard: my words.", ("I have no answer to that.",), "en", {}, keep=False)


class Voice:
    """A voice that hums, and counts how often."""

    def __init__(self, name: str, *, is_cloud: bool) -> None:
        self.voice, self.is_cloud, self.asked = name, is_cloud, 0

    def speaks(self, language: str) -> bool:
        return True

    async def synthesize(self, script: Script, speed: Speed) -> Samples:
        self.asked += 1
        return sounds.tone(300, 0.5, level=0.1, rate_hz=24_000)

    async def close(self) -> None:
        pass


def _kept(folder: Path) -> int:
    return len(list(folder.rglob("*.ogg")))


async def test_a_recording_of_a_persons_words_is_made_but_not_kept(tmp_path: Path) -> None:
    voice = Voice("near", is_cloud=False)
    tts = TextToSpeech([voice], tmp_path / "recordings")
    assert (await tts.record(WORDS, Speed.NORMAL)).seconds > 0.4
    assert _kept(tmp_path) == 0
    await tts.record(WORDS, Speed.NORMAL)
    assert voice.asked == 2
    await tts.record(replace(WORDS, keep=True), Speed.NORMAL)
    assert _kept(tmp_path) == 1
    await tts.close()


async def test_a_persons_words_are_never_spoken_by_a_cloud_engine(tmp_path: Path) -> None:
    cloud, near = Voice("cloud", is_cloud=True), Voice("near", is_cloud=False)
    tts = TextToSpeech([cloud, near], tmp_path / "recordings")
    await tts.record(WORDS, Speed.NORMAL)
    assert (cloud.asked, near.asked) == (0, 1)
    await tts.close()
    alone = TextToSpeech([cloud], tmp_path / "recordings")
    with pytest.raises(SpeechError):
        await alone.record(WORDS, Speed.NORMAL)
    await alone.close()
