"""Whisper itself, with the model that comes with the program."""

import logging
import shutil
import subprocess
from pathlib import Path

import pytest
import sounds

from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.stt.hypothesis_filter import LEAST_CONFIDENCE
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.loudness import normalise
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Heard, Unheard, UnheardReason


@pytest.mark.parametrize(
    ("question", "keywords"),
    [
        ("What time does the library open on Sunday?", {"library", "open", "sunday"}),
        ("Can swimming make stiff hands feel better?", {"swimming", "stiff", "hands", "better"}),
        ("Please read the second paragraph again.", {"read", "second", "paragraph", "again"}),
        ("Is there a treatment for calcinosis universalis?", {"treatment", "calcinosis", "universalis"}),
    ],
)
async def test_a_voice_note_spoken_by_the_local_voice_is_heard(
    local_voice: HibariVoice, whisper: WhisperRecognizer, question: str, keywords: set[str]
) -> None:
    script = Script("", (question,), "en", {"calcinosis": "kˌælsənˈOsəs", "universalis": "jˌunəvəɹsˈAləs"})
    spoken = await local_voice.synthesize(script, Speed.NORMAL)
    note = encode_voice_note(normalise(spoken))
    heard = await whisper.recognize(decode(AudioFile(note, "audio/ogg"), max_s=90))
    assert isinstance(heard, Heard)
    words = {word.strip("?.,!").lower() for word in heard.text.split()}
    assert keywords <= words
    assert LEAST_CONFIDENCE <= heard.confidence <= 1.0
    assert heard.seconds == pytest.approx(spoken.seconds, abs=0.1)


@pytest.mark.parametrize(
    "sound",
    [
        sounds.silence(3.0),
        sounds.silence(0.05),
        sounds.white_noise(4.0, 0.01),
        sounds.white_noise(4.0, 0.4),
        sounds.tone(50, 4.0),
        sounds.tone(120, 4.0),
        sounds.tone(1000, 4.0),
        sounds.music(),
    ],
    ids=["silence", "a moment", "hiss", "loud noise", "hum 50", "hum 120", "beep", "music"],
)
async def test_what_is_no_speech_is_not_heard(whisper: WhisperRecognizer, sound: Samples) -> None:
    heard = await whisper.recognize(sound)
    assert isinstance(heard, Unheard)
    assert heard.reason in {UnheardReason.SILENT, UnheardReason.UNCLEAR}


async def test_silence_and_noise_have_different_reasons(whisper: WhisperRecognizer) -> None:
    assert await whisper.recognize(sounds.silence(2.0)) == Unheard(UnheardReason.SILENT)
    assert await whisper.recognize(sounds.white_noise(2.0, 0.3)) == Unheard(UnheardReason.UNCLEAR)


def foreign(language: str, sentence: str) -> bytes:
    """The sentence as a WAV, in another independent voice."""
    command = [str(shutil.which("espeak-ng")), "-v", language, "--stdout", sentence]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.needs("espeak-ng")
@pytest.mark.process
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Können Sie mir bitte sagen, wo der Bahnhof ist?"),
        ("fr", "Pouvez-vous me dire où se trouve la gare ?"),
        ("es", "¿Me puede decir dónde está la estación?"),
        ("ru", "Скажите, пожалуйста, где находится вокзал?"),
        ("pl", "Dzień dobry, gdzie jest dworzec kolejowy?"),
    ],
)
async def test_speech_in_another_language_is_not_heard(
    whisper: WhisperRecognizer, language: str, sentence: str
) -> None:
    heard = await whisper.recognize(decode(AudioFile(foreign(language, sentence), "audio/wav"), max_s=90))
    assert isinstance(heard, Unheard)


async def test_audio_at_another_rate_is_heard_too(
    local_voice: HibariVoice, whisper: WhisperRecognizer
) -> None:
    spoken = await local_voice.synthesize(Script("", ("Turn on the kitchen light.",), "en", {}), Speed.NORMAL)
    assert spoken.sample_rate_hz != 16_000
    heard = await whisper.recognize(spoken)
    assert isinstance(heard, Heard)
    assert "kitchen" in heard.text.lower()


async def test_the_words_are_not_logged(
    local_voice: HibariVoice, whisper: WhisperRecognizer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spoken = await local_voice.synthesize(Script("", ("Please water the garden.",), "en", {}), Speed.NORMAL)
    heard = await whisper.recognize(spoken)
    assert isinstance(heard, Heard)
    assert "garden" in heard.text.lower()
    assert "garden" not in caplog.text.lower()


@pytest.mark.parametrize("model", ["no-such-model", "/no/such/folder/"])
async def test_a_model_that_does_not_exist_is_named_as_a_wrong_setting(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    engine = WhisperRecognizer(model, prompt="", threads=1)
    with pytest.raises(SettingsError, match="ASSISTANT_WHISPER_MODEL"):
        await engine.warm_up()
    await engine.close()


async def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    engine = WhisperRecognizer(str(tmp_path), prompt="", threads=1)
    with pytest.raises(SettingsError, match=r"model\.bin, tokenizer\.json"):
        await engine.warm_up()
    await engine.close()


@pytest.mark.speech
async def test_a_broken_model_is_a_wrong_setting(tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.bin"):
        (tmp_path / name).write_bytes(b"{}")
    engine = WhisperRecognizer(str(tmp_path), prompt="", threads=1)
    with pytest.raises(SettingsError, match="could not be loaded"):
        await engine.warm_up()
    await engine.close()


@pytest.mark.speech
async def test_an_engine_that_fails_raises_a_speech_error_without_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("private words")

    engine = WhisperRecognizer("", prompt="", threads=1)
    monkeypatch.setattr("faster_whisper.WhisperModel.transcribe", broken)
    with pytest.raises(SpeechError) as caught:
        await engine.recognize(sounds.white_noise(1.0, 0.1))
    assert "private" not in str(caught.value)
    await engine.close()


@pytest.mark.speech
async def test_after_warming_up_the_same_model_serves_every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    real = __import__("faster_whisper").WhisperModel.__init__

    def counted(self: object, *args: object, **options: object) -> None:
        loaded.append(1)
        real(self, *args, **options)

    monkeypatch.setattr("faster_whisper.WhisperModel.__init__", counted)
    engine = WhisperRecognizer("", prompt="", threads=1)
    await engine.warm_up()
    for _ in range(2):
        await engine.recognize(sounds.silence(1.0))
    await engine.close()
    assert len(loaded) == 1
