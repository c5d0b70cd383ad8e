"""What a recording says: noted as the voice is given it to read, so that a test can do as it was told."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from assistant.speech.tts.script import Recording, Script, Speed
from assistant.speech.tts.service import TextToSpeech
from tests.journeys.house import say

_SAY: Final = re.compile(r"(?:\bsay: |^Say )([^.?!:]+)[.?!]")
"""The words to say, to the end of the sentence: "To save this, say: save." and "Say yes or no."."""
_ORDERS: Final = re.compile(r"\bSay ")
_QUOTED: Final = re.compile(r'["“]([^"”]+)["”]')
_BY_NUMBER_OR_NAME: Final = re.compile(r"\bsay its number or its name\b")
_BETWEEN: Final = re.compile(r",? or |, ", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?<=[.?!])\s+")


class Ears:
    """Knows what every recording made since `open` says."""

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}

    @contextmanager
    def open(self) -> Iterator[None]:
        """Listen to every studio meanwhile."""
        record = TextToSpeech.record

        async def noted(tts: TextToSpeech, script: Script, speed: Speed) -> Recording:
            recording = await record(tts, script, speed)
            self._scripts[_name(recording.ogg)] = script
            return recording

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TextToSpeech, "record", noted)
            yield

    def hear(self, ogg: bytes) -> tuple[str, ...]:
        """What is said, paragraph by paragraph, the title first. Raises LookupError for other sounds."""
        script = self._scripts.get(_name(ogg))
        if script is None:
            raise LookupError("nobody was heard to say that")
        return tuple(text for text in (script.title, *script.paragraphs) if text)


def keywords(said: tuple[str, ...]) -> frozenset[str]:
    """What a listener was told to say, in lower case; all that was named when they may say a name."""
    found: set[str] = set()
    sentences = [sentence for paragraph in said for sentence in _SENTENCE.split(paragraph)]
    for sentence in sentences:
        quoted = _QUOTED.findall(sentence)
        told = quoted if _ORDERS.search(sentence) else []
        if not told:
            told = [part for match in _SAY.findall(sentence) for part in _BETWEEN.split(match)]
        found.update(plain(each) for each in told)
    if any(_BY_NUMBER_OR_NAME.search(sentence) for sentence in sentences):
        numbers = [int(each) for each in found if each.isdecimal()]
        found.update(f"number {say('number-in-words', number=number)}" for number in numbers)
        found.update(plain(sentence) for sentence in sentences)
    return frozenset(found)


def plain(words: str) -> str:
    """Words without capitals and without what ends a sentence."""
    return words.casefold().strip(" .,;:!?\"'“”")


def _name(ogg: bytes) -> str:
    return hashlib.sha256(ogg).hexdigest()
