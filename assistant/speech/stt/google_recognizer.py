"""Google's free speech recognition, through SpeechRecognition. Only for people who agreed that their voice
leaves this machine."""

import asyncio
import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.parse import urlsplit

import numpy as np
import speech_recognition

from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import encode_flac
from assistant.speech.sound import Samples
from assistant.transcript import Heard, Unheard, UnheardReason

_ENDPOINT = "https://www.google.com/speech-api/v2/recognize"
"""The package's own default is the same address without encryption."""
_AT_ONCE = 4
_MOST_CHARACTERS = 4_000


class _FlacInMemory(speech_recognition.AudioData):  # type: ignore[misc] # the package ships no type information
    """Audio that turns itself into FLAC here: the package would start a program, which not every machine
    can run."""

    def get_flac_data(self, convert_rate: int | None = None, convert_width: int | None = None) -> bytes:
        pcm = np.frombuffer(self.get_raw_data(convert_rate, 2), np.int16)
        return encode_flac(Samples(pcm, convert_rate or self.sample_rate))


class GoogleRecognizer:
    """Hears through Google. `endpoint` replaces Google's address in tests; each try waits `timeout_s` at
    most.

    Raises SettingsError for an endpoint that is no web address.
    """

    name = "google"
    is_cloud = True

    def __init__(self, endpoint: str | None, timeout_s: float = 10.0, *, language: str = "en-US") -> None:
        if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
            raise SettingsError("ASSISTANT_GOOGLE_SPEECH_ENDPOINT must begin with https:// or http://.")
        self._endpoint = endpoint or _ENDPOINT
        self._language = language
        self._timeout_s = timeout_s
        self._engine = speech_recognition.Recognizer()
        self._engine.operation_timeout = timeout_s
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="google-recognizer")

    async def recognize(self, samples: Samples) -> Heard | Unheard:
        """What was said; UNCLEAR when Google makes nothing of it. Raises SpeechError for every other
        failure."""
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, samples)
        try:
            # The socket's own timeout starts again with every byte, so the whole is bounded too.
            async with asyncio.timeout(2 * self._timeout_s):
                return await asked
        except TimeoutError:
            raise SpeechError("Google's recogniser did not answer in time") from None

    async def close(self) -> None:
        """Gives up what waits; nobody waits for what is on its way."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, samples: Samples) -> Heard | Unheard:
        audio = _FlacInMemory(samples.pcm.tobytes(), samples.sample_rate_hz, 2)
        try:
            text, confidence = self._engine.recognize_google(
                audio, language=self._language, endpoint=self._endpoint, with_confidence=True
            )
            words, sure = str(text).strip(), float(confidence)
        except speech_recognition.UnknownValueError:
            return Unheard(UnheardReason.UNCLEAR)
        except (speech_recognition.RequestError, OSError, http.client.HTTPException) as error:
            if isinstance(error.__context__, HTTPError):
                error.__context__.close()  # the package leaves the connection open
            raise SpeechError(f"Google's recogniser failed ({type(error).__name__})") from None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            # The package reads the answer without looking: anything but the expected JSON ends here.
            raise SpeechError(f"Google's recogniser answered rubbish ({type(error).__name__})") from None
        if not words or len(words) > _MOST_CHARACTERS:
            return Unheard(UnheardReason.UNCLEAR)
        return Heard(words, min(1.0, max(0.0, sure)), samples.seconds)
