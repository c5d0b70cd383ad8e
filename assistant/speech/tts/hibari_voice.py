"""The voice that speaks on this machine: hibari's American English "heart", from its own package."""

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hibari import Hibari
from numpy.typing import NDArray

from assistant.errors import SettingsError, SpeechError
from assistant.models import require_as_shipped
from assistant.speech.filters import to_int16
from assistant.speech.sound import Samples
from assistant.speech.tts import text_normalization
from assistant.speech.tts.lexicon import pronounced
from assistant.speech.tts.script import Script, Speed

MODEL = "hibari"
"""The package that carries it; see `assistant.models`."""
_VOICE = "heart"
_SEED = 20_260
"""Fixes the noise in the voice: the same text is the same audio."""
_PACE: Mapping[Speed, float] = {Speed.SLOW: 0.8, Speed.NORMAL: 0.95, Speed.FAST: 1.25}
"""Times the voice's own pace, which is brisk. Normal is a little calmer than that: health texts heard at
1.6 times the pace were understood 38 % less (HICSS-57, 2024)."""
_EDGE_S = 0.01
"""Faded at each end of a passage, so that it does not click."""


class HibariVoice:
    """Speaks English without any network. Loads its model at the first use, in its own thread."""

    voice = f"hibari-{_VOICE}"
    is_cloud = False

    def __init__(self) -> None:
        self._engine: Hibari | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="local-voice")

    def speaks(self, language: str) -> bool:
        """English, of whatever region."""
        return re.split(r"[-_]", language.lower())[0] == "en"

    async def synthesize(self, script: Script, speed: Speed) -> Samples:
        """The spoken script at 24 kHz. Raises SpeechError when there is nothing to say or the engine
        failed, and SettingsError when its model is not the one that was shipped."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._speak, script, speed)

    async def close(self) -> None:
        """Waits for the passage being spoken and frees the model."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        self._engine = None

    def _speak(self, script: Script, speed: Speed) -> Samples:
        parts = []
        try:
            if self._engine is None:
                require_as_shipped(MODEL)
                self._engine = Hibari(voice=_VOICE)
            for text, pause_s in text_normalization.passages(script):
                sound = self._engine(pronounced(text, script.pronunciations), speed=_PACE[speed], seed=_SEED)
                if len(sound):
                    parts.append((Samples(_faded(to_int16(sound)), self._engine.sample_rate), pause_s))
        except (SpeechError, SettingsError):
            raise
        except Exception as error:  # noqa: BLE001 - onnxruntime and hibari document no errors; all of them mean no speech
            raise SpeechError(f"the local voice failed ({type(error).__name__})") from None
        if not parts:
            raise SpeechError("the local voice found nothing to say")
        return text_normalization.joined(parts)


def _faded(pcm: NDArray[np.int16]) -> NDArray[np.int16]:
    length = min(int(_EDGE_S * 24_000), len(pcm) // 2)
    ramp = np.linspace(0.0, 1.0, length, endpoint=False)
    faded = pcm.copy()
    faded[:length] = (faded[:length] * ramp).astype(np.int16)
    faded[len(faded) - length :] = (faded[len(faded) - length :] * ramp[::-1]).astype(np.int16)
    return faded
