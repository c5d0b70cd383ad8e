"""What is to be said, how fast, the role of whoever says it, and the finished recording."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from assistant.speech.sound import Samples
from assistant.text import sentences_in

_LONG: Final = 240
"""Characters, title and all, about 16 seconds of speech: what takes longer than a second to make."""
_OPENING: Final = 60
"""Characters of the paragraphs, at least, in an opening: while it is heard, the rest gets ready."""


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

    def parted(self) -> "tuple[Script, ...]":
        """A long script in two, for whoever waits: its title and first sentences, and all the rest. Nothing
        of it is left out, and what is short stays whole.
        """
        if len(self.title) + sum(map(len, self.paragraphs)) < _LONG:
            return (self,)
        first: list[str] = []
        for number, paragraph in enumerate(self.paragraphs):
            for sentence in sentences_in(paragraph):
                if sum(map(len, first)) >= _OPENING:
                    behind = (paragraph[sentence.offset :], *self.paragraphs[number + 1 :])
                    before = paragraph[: sentence.offset].strip()
                    ahead = (*self.paragraphs[:number], *([before] if before else []))
                    return replace(self, paragraphs=ahead), replace(self, title="", paragraphs=behind)
                first.append(sentence.text)
        return (self,)


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
