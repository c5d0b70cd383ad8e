"""What is to be said, how fast, the role of whoever says it, and the finished recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assistant.speech.sound import Samples


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
