"""Google's voice over the network, through gTTS. Every language that it has; used when the operator prefers
it, and for languages that the local voice does not speak.

gTTS itself sends with TLS verification off, waits forever, logs what it sends and knows no retry. So it
prepares the requests and reads the answers here, but does not send them.
"""

import asyncio
import base64
import binascii
import logging
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
import requests
import urllib3
from gtts import gTTS
from gtts.lang import tts_langs

from assistant.addresses import by_scheme
from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import decode
from assistant.speech.filters import change_tempo
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.tts import text_normalization
from assistant.speech.tts.script import Script, Speed

GOOGLE = "https://translate.google.com"
_PACE: Mapping[Speed, float] = {Speed.SLOW: 0.8, Speed.NORMAL: 1.0, Speed.FAST: 1.25}
_RATE_HZ = 24_000
_AT_ONCE = 2
"""Scripts spoken at the same time: more only earns a 429."""
_BACKOFF_S = 1.0
_LONGEST_BACKOFF_S = 5.0
_MOST_BYTES = 2_000_000
"""For one piece of at most 100 characters; real answers stay far below."""
_LONGEST_PIECE_S = 60.0
_ANSWER = re.compile(r'jQ1olc","\[\\"([A-Za-z0-9+/=]+)\\"]')


class GttsVoice:
    """Speaks through Google Translate. The text leaves this machine, over verified TLS; no voice of a person
    does.

    `base` replaces Google's address (scheme and host) in tests; `timeout_s` bounds each piece of up to 100
    characters; `proxy` is what Google is asked through. Pronunciations do not apply: the service takes no
    phonemes. Raises SettingsError for a base that is no web address.
    """

    voice = "gtts"
    is_cloud = True

    def __init__(
        self, base: str | None, timeout_s: float, *, proxy: str | None = None, backoff_s: float = _BACKOFF_S
    ) -> None:
        if base and urlsplit(base).scheme not in {"http", "https"}:
            raise SettingsError("ASSISTANT_GTTS_BASE must begin with https:// or http://.")
        self._base = base.rstrip("/") if base else None
        self._proxies = by_scheme(proxy)
        self._timeout_s = timeout_s
        self._backoff_s = backoff_s
        self._closing = threading.Event()
        self._languages = {code.lower(): code for code in tts_langs()}
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="gtts-voice")
        # gTTS writes every text that it is given to its log at DEBUG.
        logging.getLogger("gtts").setLevel(logging.WARNING)

    def speaks(self, language: str) -> bool:
        """Whether Google Translate has a voice for the language, whatever its region."""
        return self._code(language) is not None

    async def synthesize(self, script: Script, speed: Speed) -> Samples:
        """The spoken script at 24 kHz. Raises SpeechError when the service refuses, hangs, or answers
        rubbish."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._speak, script, speed)

    async def close(self) -> None:
        """Gives up what waits; the pieces on their way end within their timeout."""
        self._closing.set()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    def _code(self, language: str) -> str | None:
        wanted = language.lower().replace("_", "-")
        return self._languages.get(wanted) or self._languages.get(wanted.partition("-")[0])

    def _speak(self, script: Script, speed: Speed) -> Samples:
        code = self._code(script.language)
        if code is None:
            raise SpeechError("gTTS has no voice for that language")
        parts = []
        with requests.Session() as session:
            for text, pause_s in text_normalization.passages(script):
                pieces = [self._piece(session, request) for request in _requests_for(text, code)]
                passage = Samples(np.concatenate([piece.pcm for piece in pieces]), _RATE_HZ)
                parts.append((change_tempo(passage, _PACE[speed]), pause_s))
        return text_normalization.joined(parts)

    def _piece(self, session: requests.Session, request: requests.PreparedRequest) -> Samples:
        if self._base:
            request.url = self._base + urlsplit(str(request.url)).path
        mp3 = self._answer(session, request)
        return decode(AudioFile(mp3, "audio/mpeg"), max_s=_LONGEST_PIECE_S, sample_rate_hz=_RATE_HZ)

    def _answer(self, session: requests.Session, request: requests.PreparedRequest) -> bytes:
        """The MP3 of one piece; tries a second time when the service is busy or did not answer."""
        first = self._try(session, request)
        if isinstance(first, bytes):
            return first
        if self._closing.wait(first):
            raise SpeechError("the voice is being closed")
        second = self._try(session, request)
        if isinstance(second, bytes):
            return second
        raise SpeechError("gTTS is busy or cannot be reached")

    def _try(self, session: requests.Session, request: requests.PreparedRequest) -> bytes | float:
        """The MP3, or the seconds to wait before it is worth another try. Raises SpeechError when it is
        not."""
        ends = time.monotonic() + self._timeout_s
        try:
            # The operator's certificates apply, and verification stays on. The settings say which proxy.
            environment = session.merge_environment_settings(str(request.url), {}, True, True, None)
            environment |= {"proxies": self._proxies}
            with session.send(
                request, timeout=self._timeout_s, allow_redirects=False, **environment
            ) as response:
                if response.status_code == requests.codes.too_many_requests or response.status_code >= 500:
                    return _patience(response.headers.get("Retry-After"), self._backoff_s)
                if response.status_code != requests.codes.ok:
                    raise SpeechError(f"gTTS answered {response.status_code}")
                body = bytearray()
                # Whatever has arrived: `iter_content` waits for a full block, however slow the sender.
                while chunk := response.raw.read1(16_384, decode_content=True):
                    body += chunk
                    if len(body) > _MOST_BYTES or time.monotonic() > ends:
                        raise SpeechError("gTTS answered too much or too slowly")
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            return self._backoff_s
        return _mp3_in(bytes(body))


def _requests_for(text: str, code: str) -> list[requests.PreparedRequest]:
    """gTTS's own requests for a text, one for each piece of at most 100 characters, not sent."""
    try:
        prepared: list[requests.PreparedRequest] = gTTS(text, lang=code, lang_check=False)._prepare_requests()
    except (AssertionError, ValueError, RecursionError):
        raise SpeechError("gTTS finds nothing to speak in the text") from None
    return prepared


def _mp3_in(body: bytes) -> bytes:
    found = _ANSWER.search(body.decode("utf-8", errors="replace"))
    if not found:
        raise SpeechError("gTTS answered without audio")
    try:
        return base64.b64decode(found[1], validate=True)
    except binascii.Error:
        raise SpeechError("gTTS answered without audio") from None


def _patience(retry_after: str | None, backoff_s: float) -> float:
    try:
        return min(float(retry_after or backoff_s), _LONGEST_BACKOFF_S)
    except ValueError:  # a date: not worth the parsing
        return backoff_s
