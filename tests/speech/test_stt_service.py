"""From an audio file to words, whatever is in it and whatever fails."""

from collections.abc import Callable

import numpy as np
import pytest
import sounds
import structlog
from google_services import GoogleService, refuse

from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.stt.google_recognizer import GoogleRecognizer
from assistant.speech.stt.service import SpeechToText
from assistant.transcript import Heard, Sayings, Unheard, UnheardReason


def note_of(seconds: float) -> AudioFile:
    """A voice note that stands out from its noise: a tone, then quiet."""
    parts = (sounds.tone(300, seconds / 2), sounds.silence(seconds / 2))
    whole = Samples(np.concatenate([part.pcm for part in parts]), parts[0].sample_rate_hz)
    return AudioFile(encode_voice_note(whole), "audio/ogg")


NOTE = note_of(1.0)


class Reader:
    """A decoder in this very process: these tests send nothing that would hurt it."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.warm = self.closed = False
        self._fails = fails

    async def warm_up(self) -> None:
        self.warm = True

    async def decode(self, file: AudioFile, *, max_s: float) -> Samples:
        if self._fails is not None:
            raise self._fails
        return decode(file, max_s=max_s)

    async def close(self) -> None:
        self.closed = True


class Ear:
    """A recogniser that hears what it is told to."""

    def __init__(self, name: str, hears: Heard | Unheard | Exception, *, is_cloud: bool = False) -> None:
        self.name = name
        self.is_cloud = is_cloud
        self.asked: list[Samples] = []
        self.closed = self.warm = False
        self._hears = hears

    async def recognize(self, samples: Samples, expected: Sayings = ()) -> Heard | Unheard:
        self.asked.append(samples)
        if isinstance(self._hears, Exception):
            raise self._hears
        return self._hears

    async def warm_up(self) -> None:
        self.warm = True

    async def close(self) -> None:
        self.closed = True


def here(hears: Heard | Unheard | Exception = Heard("at home", 0.9, 1.0)) -> Ear:  # noqa: B008 - frozen
    return Ear("here", hears)


def away(hears: Heard | Unheard | Exception = Heard("far away", 0.8, 1.0)) -> Ear:  # noqa: B008 - frozen
    return Ear("away", hears, is_cloud=True)


async def test_a_voice_stays_here_unless_the_person_allowed_the_cloud() -> None:
    local, cloud = here(), away()
    heard = await SpeechToText(Reader(), local, cloud, max_voice_s=90).hear(NOTE, cloud_allowed=False)
    assert isinstance(heard, Heard)
    assert heard.text == "at home"
    assert not cloud.asked


async def test_an_allowed_cloud_is_asked_first() -> None:
    local, cloud = here(), away()
    heard = await SpeechToText(Reader(), local, cloud, max_voice_s=90).hear(NOTE, cloud_allowed=True)
    assert isinstance(heard, Heard)
    assert heard.text == "far away"
    assert not local.asked


async def test_permission_without_a_cloud_is_heard_here() -> None:
    heard = await SpeechToText(Reader(), here(), None, max_voice_s=90).hear(NOTE, cloud_allowed=True)
    assert isinstance(heard, Heard)


@pytest.mark.parametrize("failure", [SpeechError("busy"), RuntimeError("surprise")])
async def test_when_the_cloud_fails_it_is_heard_here(failure: Exception) -> None:
    heard = await SpeechToText(Reader(), here(), away(failure), max_voice_s=90).hear(NOTE, cloud_allowed=True)
    assert isinstance(heard, Heard)
    assert heard.text == "at home"


async def test_a_refusing_google_is_replaced_by_the_local_engine(google_speech_server: GoogleService) -> None:
    google_speech_server.next_replies.append(refuse(429))
    google = GoogleRecognizer(google_speech_server.speech_endpoint, timeout_s=5)
    stt = SpeechToText(Reader(), here(), google, max_voice_s=90)
    first = await stt.hear(NOTE, cloud_allowed=True)
    second = await stt.hear(NOTE, cloud_allowed=True)
    assert isinstance(first, Heard)
    assert isinstance(second, Heard)
    assert (first.text, second.text) == ("at home", google_speech_server.transcript)
    await stt.close()


@pytest.mark.parametrize(
    "failure", [SpeechError("broken"), SettingsError("no model"), RuntimeError("surprise")]
)
async def test_when_nothing_can_hear_it_is_unavailable(failure: Exception) -> None:
    stt = SpeechToText(Reader(), here(failure), away(failure), max_voice_s=90)
    assert await stt.hear(NOTE, cloud_allowed=True) == Unheard(UnheardReason.UNAVAILABLE)


async def test_what_the_engine_could_not_make_out_is_passed_on() -> None:
    unclear = Unheard(UnheardReason.UNCLEAR)
    assert (
        await SpeechToText(Reader(), here(unclear), None, max_voice_s=90).hear(NOTE, cloud_allowed=False)
        == unclear
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", UnheardReason.UNREADABLE),
        (b"#EXTM3U\n/etc/passwd\n", UnheardReason.UNREADABLE),
        (b"OggS" + bytes(300), UnheardReason.UNREADABLE),
    ],
    ids=["nothing", "playlist", "broken"],
)
async def test_bad_files_have_their_own_reasons_and_reach_no_engine(
    data: bytes, reason: UnheardReason
) -> None:
    local = here()
    heard = await SpeechToText(Reader(), local, None, max_voice_s=90).hear(
        AudioFile(data, "audio/ogg"), cloud_allowed=False
    )
    assert heard == Unheard(reason)
    assert not local.asked


async def test_an_error_that_nobody_thought_of_is_a_bad_file() -> None:
    heard = await SpeechToText(Reader(ZeroDivisionError()), here(), None, max_voice_s=90).hear(
        NOTE, cloud_allowed=False
    )
    assert heard == Unheard(UnheardReason.UNREADABLE)


async def test_a_reader_that_is_not_there_is_not_held_against_the_recording() -> None:
    heard = await SpeechToText(Reader(SpeechError("none")), here(), None, max_voice_s=90).hear(
        NOTE, cloud_allowed=False
    )
    assert heard == Unheard(UnheardReason.UNAVAILABLE)


@pytest.mark.parametrize(("seconds", "fits"), [(2.9, True), (3.9, True), (4.2, False)])
async def test_seconds_declared_rounded_are_not_held_against_anybody(seconds: float, fits: bool) -> None:
    stt = SpeechToText(Reader(), here(), None, max_voice_s=3)
    heard = await stt.hear(note_of(seconds), cloud_allowed=False)
    assert isinstance(heard, Heard)
    assert heard.is_whole is fits


@pytest.mark.parametrize("engine", [lambda: here(), lambda: here(RuntimeError("at home, my words"))])
async def test_the_log_tells_the_event_and_not_the_words(engine: Callable[[], Ear]) -> None:
    with structlog.testing.capture_logs() as logged:
        await SpeechToText(Reader(), engine(), None, max_voice_s=90).hear(NOTE, cloud_allowed=False)
    assert logged
    assert "at home" not in str(logged)


async def test_warming_up_and_closing_reach_the_engines() -> None:
    reader, local, cloud = Reader(), here(), away()
    stt = SpeechToText(reader, local, cloud, max_voice_s=90)
    await stt.warm_up()
    await stt.close()
    assert reader.warm
    assert reader.closed
    assert local.warm
    assert local.closed
    assert cloud.closed
