"""Voice notes, rendered once and kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sounds
from google_services import GoogleService, refuse

from assistant.errors import SpeechError
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.tts.gtts_voice import GttsVoice
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.loudness import measure
from assistant.speech.tts.ogg import duration_s
from assistant.speech.tts.script import Script, Speed, Synthesizer
from assistant.speech.tts.service import TextToSpeech


class Voice:
    """A voice that hums, and counts how often."""

    is_cloud = False

    def __init__(self, name: str = "hum", languages: tuple[str, ...] = ("en",)) -> None:
        self.voice = name
        self.asked = 0
        self.closed = False
        self.failing = False
        self.asked_first, self.may_finish = asyncio.Event(), asyncio.Event()
        self.may_finish.set()
        self._languages = languages

    def speaks(self, language: str) -> bool:
        return language in self._languages

    async def synthesize(self, script: Script, speed: Speed) -> Samples:
        self.asked += 1
        self.asked_first.set()
        await self.may_finish.wait()
        if self.failing:
            raise SpeechError("hoarse")
        return sounds.tone(300, 1.0, level=0.1, rate_hz=24_000)

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
async def tts_of(tmp_path: Path) -> AsyncIterator[Callable[..., TextToSpeech]]:
    studios: list[TextToSpeech] = []

    def make(*voices: Synthesizer, folder: Path = tmp_path / "recordings") -> TextToSpeech:
        studios.append(TextToSpeech(voices, folder))
        return studios[-1]

    yield make
    for tts in studios:
        await tts.close()


async def test_a_recording_is_a_finished_voice_note(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    recording = await tts_of(Voice()).record(script, Speed.NORMAL)
    played = decode(AudioFile(recording.ogg, "audio/ogg"), max_s=5, sample_rate_hz=48_000)
    assert recording.seconds == pytest.approx(1.0, abs=0.05)
    assert played.seconds == pytest.approx(recording.seconds, abs=0.05)
    assert measure(played).integrated_lufs == pytest.approx(-16, abs=1)


async def test_the_second_time_nothing_is_rendered_not_even_by_another_studio(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    voice, later = Voice(), Voice()
    tts = tts_of(voice)
    first = await tts.record(script, Speed.NORMAL)
    assert await tts.record(script, Speed.NORMAL) == first
    assert await tts_of(later).record(script, Speed.NORMAL) == first
    assert (voice.asked, later.asked) == (1, 0)


async def test_whoever_asks_at_the_same_time_waits_for_one_rendering(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    voice = Voice()
    tts = tts_of(voice)
    recordings = await asyncio.gather(*(tts.record(script, Speed.NORMAL) for _ in range(10)))
    assert voice.asked == 1
    assert len(set(recordings)) == 1


async def test_one_who_gives_up_does_not_take_the_recording_from_the_others(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    voice = Voice()
    voice.may_finish.clear()
    tts = tts_of(voice)
    impatient, patient = (asyncio.create_task(tts.record(script, Speed.NORMAL)) for _ in range(2))
    await voice.asked_first.wait()
    impatient.cancel()
    await asyncio.wait([impatient])
    voice.may_finish.set()
    assert (await patient).ogg
    assert impatient.cancelled()
    assert voice.asked == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Other"},
        {"paragraphs": ("The sun is out.", "Take a rest.")},
        {"paragraphs": ("The sun is out.Take a walk.",)},
        {"pronunciations": {"sun": "sˈun"}},
    ],
)
async def test_every_difference_that_can_be_heard_is_another_recording(
    tts_of: Callable[..., TextToSpeech], script: Script, changed: dict[str, object]
) -> None:
    tts = tts_of(Voice())
    other = replace(script, **changed)  # type: ignore[arg-type] # the table above holds field names and values
    keys = {tts.key(each, speed) for each in (script, other) for speed in Speed}
    assert len(keys) == 6
    assert tts_of(Voice("alto")).key(script, Speed.NORMAL) not in keys


async def test_it_tells_what_is_kept(tts_of: Callable[..., TextToSpeech], script: Script) -> None:
    tts = tts_of(Voice())
    assert not tts.has(script, Speed.NORMAL)
    recording = await tts.record(script, Speed.NORMAL)
    assert tts.has(script, Speed.NORMAL)
    assert not tts.has(script, Speed.SLOW)
    assert recording.key == tts.key(script, Speed.NORMAL)
    assert not tts.has(replace(script, language="xx"), Speed.NORMAL)


@pytest.mark.parametrize(
    "damage", [lambda ogg: b"", lambda ogg: ogg[:-10], lambda ogg: ogg[:300] + b"\0" + ogg[301:]]
)
async def test_a_damaged_file_is_rendered_again(
    tts_of: Callable[..., TextToSpeech], script: Script, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    voice = Voice()
    tts = tts_of(voice)
    whole = await tts.record(script, Speed.NORMAL)
    kept = tmp_path / "recordings" / f"{whole.key}.ogg"
    kept.write_bytes(damage(whole.ogg))
    assert await tts.record(script, Speed.NORMAL) == whole
    assert voice.asked == 2
    assert kept.read_bytes() == whole.ogg


async def test_a_full_disk_only_means_not_kept(
    tts_of: Callable[..., TextToSpeech], script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    tts = tts_of(Voice())
    monkeypatch.setattr("pathlib.Path.replace", full)
    recording = await tts.record(script, Speed.NORMAL)
    assert duration_s(recording.ogg) > 0
    assert not tts.has(script, Speed.NORMAL)
    assert not list((tmp_path / "recordings").iterdir())


async def test_a_folder_that_cannot_be_made_only_means_not_kept(
    tts_of: Callable[..., TextToSpeech], script: Script, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    tts = tts_of(Voice(), folder=tmp_path / "file" / "recordings")
    assert (await tts.record(script, Speed.NORMAL)).ogg


async def test_the_next_voice_stands_in_under_its_own_key(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    hoarse, spare = Voice("hoarse"), Voice("spare")
    hoarse.failing = True
    tts = tts_of(hoarse, spare)
    stand_in = await tts.record(script, Speed.NORMAL)
    assert stand_in.key != tts.key(script, Speed.NORMAL)
    assert stand_in.key == tts_of(spare).key(script, Speed.NORMAL)
    hoarse.failing = False
    assert (await tts.record(script, Speed.NORMAL)).key == tts.key(script, Speed.NORMAL)


async def test_a_stand_in_is_rendered_once_too(tts_of: Callable[..., TextToSpeech], script: Script) -> None:
    hoarse, spare = Voice("hoarse"), Voice("spare")
    hoarse.failing = True
    tts = tts_of(hoarse, spare)
    assert await tts.record(script, Speed.NORMAL) == await tts.record(script, Speed.NORMAL)
    assert spare.asked == 1


async def test_a_voice_is_not_asked_for_a_language_that_it_does_not_speak(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    english, spanish = Voice("english"), Voice("spanish", ("es",))
    tts = tts_of(english, spanish)
    await tts.record(replace(script, language="es"), Speed.NORMAL)
    assert (english.asked, spanish.asked) == (0, 1)
    with pytest.raises(SpeechError):
        await tts.record(replace(script, language="xx"), Speed.NORMAL)
    with pytest.raises(SpeechError):
        tts.key(replace(script, language="xx"), Speed.NORMAL)


async def test_when_every_voice_fails_it_is_an_error_and_the_next_try_is_fresh(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    voice = Voice()
    voice.failing = True
    tts = tts_of(voice)
    with pytest.raises(SpeechError, match="every voice failed"):
        await tts.record(script, Speed.NORMAL)
    voice.failing = False
    assert (await tts.record(script, Speed.NORMAL)).ogg


async def test_closing_ends_what_is_being_rendered(
    tts_of: Callable[..., TextToSpeech], script: Script
) -> None:
    voice = Voice()
    voice.may_finish.clear()
    tts = tts_of(voice)
    waiting = asyncio.create_task(tts.record(script, Speed.NORMAL))
    await voice.asked_first.wait()
    await tts.close()
    with pytest.raises(SpeechError):
        await waiting
    assert voice.closed


@pytest.mark.speech
async def test_the_local_voice_stands_in_for_a_refusing_google(
    tts_of: Callable[..., TextToSpeech], google_voice_server: GoogleService, script: Script
) -> None:
    google_voice_server.next_replies.extend([refuse(429), refuse(429)])
    tts = tts_of(GttsVoice(google_voice_server.base, 2.0, backoff_s=0.01), HibariVoice())
    first = await tts.record(script, Speed.NORMAL)
    second = await tts.record(script, Speed.NORMAL)
    assert first.key != tts.key(script, Speed.NORMAL) == second.key


async def test_the_local_voice_says_the_same_thing_with_the_same_bytes(
    local_voice: HibariVoice, script: Script
) -> None:
    once, again = [await local_voice.synthesize(script, Speed.NORMAL) for _ in range(2)]
    assert once.pcm.tobytes() == again.pcm.tobytes()


async def test_the_local_voice_is_slower_and_faster_on_request(
    local_voice: HibariVoice, script: Script
) -> None:
    lengths = [(await local_voice.synthesize(script, speed)).seconds for speed in Speed]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 1.1 * lengths[1] > 1.2 * lengths[2]


async def test_a_pronunciation_is_heard_in_the_local_voice(local_voice: HibariVoice) -> None:
    plain = Script("", ("The gout is here.",), "en", {})
    as_written = await local_voice.synthesize(plain, Speed.NORMAL)
    as_told = await local_voice.synthesize(
        replace(plain, pronunciations={"gout": "bˌænənˈænə"}), Speed.NORMAL
    )
    assert as_told.seconds > as_written.seconds + 0.2


async def test_a_text_cannot_change_its_own_pronunciation(local_voice: HibariVoice) -> None:
    tricky = await local_voice.synthesize(
        Script("", ("The [gout](/bˌænənˈænə/) is here.",), "en", {}), Speed.NORMAL
    )
    honest = await local_voice.synthesize(Script("", ("The gout is here.",), "en", {}), Speed.NORMAL)
    assert tricky.pcm.tobytes() == honest.pcm.tobytes()


@pytest.mark.speech
def test_the_local_voice_speaks_english_only() -> None:
    voice = HibariVoice()
    assert voice.speaks("en")
    assert voice.speaks("en-GB")
    assert not voice.speaks("es")
    assert not voice.speaks("enm")
