"""What passes between audio files, engines and the rest of the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Samples:
    """Mono audio: `pcm` is one-dimensional int16."""

    pcm: NDArray[np.int16]
    sample_rate_hz: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class Heard:
    """The words in a recording. `confidence` runs from 0 to 1; what is faint needs others that agree.

    `alternatives` are other words that the recording may hold, best first, no two alike; empty when the
    engine names none. `confidences` are theirs, in their order; empty when the engine does not tell.
    """

    text: str
    confidence: float
    seconds: float
    alternatives: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()


class UnheardReason(StrEnum):
    """Why there are no words to go on; each has its own sentence for the person."""

    SILENT = "silent"
    UNCLEAR = "unclear"
    """Noise, music, another language, or words too doubtful to act on."""
    TOO_LONG = "too_long"
    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"
    """Not an audio file of a known kind, or a broken one."""
    UNAVAILABLE = "unavailable"
    """The recogniser or the download failed; the recording may be fine."""
    BUSY = "busy"
    """So many others wait to be heard that this recording was not even fetched."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nothing that may be acted on was heard."""

    reason: UnheardReason


class Recognizer(Protocol):
    """Turns speech into words."""

    name: str
    is_cloud: bool
    """Whether the voice leaves this machine."""

    async def recognize(self, samples: Samples) -> Heard | Unheard:
        """What was said. Off the event loop; SpeechError when the engine itself failed."""
        ...

    async def close(self) -> None:
        """Frees the model, threads and connections."""
        ...


class Speed(StrEnum):
    """How fast the voice speaks. Rendered at that speed, so the pitch stays."""

    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"


@dataclass(frozen=True, slots=True)
class Script:
    """What to say aloud: the title first, then the paragraphs with short pauses between them.

    Plain sentences without markup. `pronunciations` maps a lower-case word to its misaki phonemes. `keep` is
    False when it holds words that a person said: then neither the recording nor its file id is kept, and no
    cloud engine sees it.
    """

    title: str
    paragraphs: tuple[str, ...]
    language: str
    pronunciations: Mapping[str, str]
    keep: bool = True


class Synthesizer(Protocol):
    """Turns a script into speech."""

    voice: str
    """Names engine and voice; part of a recording's key."""
    is_cloud: bool

    def speaks(self, language: str) -> bool:
        """Whether this engine has a voice for that language (`en`, `es`, ...)."""
        ...

    async def synthesize(self, script: Script, speed: Speed) -> Samples:
        """The spoken script. Off the event loop; SpeechError when the engine failed."""
        ...

    async def close(self) -> None:
        """Frees the model, threads and connections."""
        ...


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished voice note: OGG/Opus, mono, loudness-normalised."""

    key: str
    """SHA-256 of text, voice and speed, hexadecimal: the same key is the same audio."""
    ogg: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class AudioFile:
    """Audio as somebody sent it. `mime_type` is their claim, and only chooses among known containers."""

    data: bytes
    mime_type: str | None
