"""Google's free speech recognition, through SpeechRecognition. Only for people who agreed that their voice
leaves this machine."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
import requests
import speech_recognition
from speech_recognition.recognizers.google import OutputParser, create_request_builder

from assistant.addresses import by_scheme
from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import encode_flac
from assistant.speech.sound import Samples
from assistant.transcript import Heard, Sayings, Unheard, UnheardReason

GOOGLE = "https://www.google.com/speech-api/v2/recognize"
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
    most. `proxy`: what Google is asked through.

    The package writes the request and reads the answer; it cannot send through every proxy.

    Raises SettingsError for an endpoint that is no web address.
    """

    name = "google"
    is_cloud = True

    def __init__(
        self,
        endpoint: str | None,
        timeout_s: float = 10.0,
        *,
        language: str = "en-US",
        proxy: str | None = None,
    ) -> None:
        if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
            raise SettingsError("ASSISTANT_GOOGLE_SPEECH_ENDPOINT must begin with https:// or http://.")
        self._requests = create_request_builder(endpoint=endpoint or GOOGLE, language=language)
        self._proxies = by_scheme(proxy)
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="google-recognizer")

    async def recognize(self, samples: Samples, expected: Sayings = ()) -> Heard | Unheard:
        """What was said; UNCLEAR when Google makes nothing of it. What is `expected` stays here: it tells
        what somebody was shown. Raises SpeechError for every other failure."""
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
            text, confidence = OutputParser(show_all=False, with_confidence=True).parse(self._answer(audio))
            words, sure = str(text).strip(), float(confidence)
        except speech_recognition.UnknownValueError:
            return Unheard(UnheardReason.UNCLEAR)
        except requests.RequestException as error:
            raise SpeechError(f"Google's recogniser failed ({type(error).__name__})") from None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            # The package reads the answer without looking: anything but the expected JSON ends here.
            raise SpeechError(f"Google's recogniser answered rubbish ({type(error).__name__})") from None
        if not words or len(words) > _MOST_CHARACTERS:
            return Unheard(UnheardReason.UNCLEAR)
        return Heard(words, min(1.0, max(0.0, sure)), samples.seconds)

    def _answer(self, audio: speech_recognition.AudioData) -> str:
        url = self._requests.build_url()
        request = requests.Request(
            "POST", url, self._requests.build_headers(audio), data=self._requests.build_data(audio)
        ).prepare()
        with requests.Session() as session:
            # The operator's certificates apply, and verification stays on. The settings say which proxy.
            environment = session.merge_environment_settings(url, {}, False, True, None)
            environment |= {"proxies": self._proxies}
            sent = session.send(request, timeout=self._timeout_s, **environment)
        sent.raise_for_status()
        return sent.content.decode("utf-8")
