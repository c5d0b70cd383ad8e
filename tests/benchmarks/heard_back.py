"""Are rare words said right? The local voice says each in a short sentence, and the recogniser listens.

    python -m tests.benchmarks.heard_back

prints the share of the words recognised, told nothing about them beforehand and then with the prompt that the
assistant itself uses, and what became of those that were missed. A word that was said right may come back
spelt wrong: the recogniser has never seen it, and writes what it hears ("calcinoce's"). So the share of words
that came back as they sound is printed beside the share that came back letter for letter.
"""

import asyncio
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from assistant.library.entries import Library
from assistant.library.loading import content_folder, load_library
from assistant.nlu.index.phonetics import sound_of
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from assistant.speech.stt.biasing_prompt import listening_prompt
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.mastering import voice_note
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Heard

CARRIER = "Some people ask the doctor about {word} first."


@dataclass(frozen=True, slots=True)
class HeardBack:
    """A term that was said, how to say it, and the words that came back."""

    term: str
    text: str

    @property
    def recognised(self) -> int:
        """How many of the term's words came back, letter for letter but for hyphens and spaces."""
        heard = _letters(self.text)
        return sum(_letters(word) in heard for word in self.term.split())

    @property
    def sounded(self) -> int:
        """How many came back as they sound: every consonant in its place, whatever the spelling."""
        heard = sound_of(_plain(self.text)).replace(" ", "")
        return sum(
            _letters(word) in _letters(self.text) or sound_of(_plain(word)) in heard
            for word in self.term.split()
        )

    @property
    def words(self) -> int:
        """How many words the term has."""
        return len(self.term.split())


def rare_words(library: Library) -> list[str]:
    """The terms that the topics want listened for or pronounced, each once."""
    found: dict[str, str] = {}
    for topic in library.topics.values():
        for term in (*topic.pronunciations, *topic.listen_for):
            found.setdefault(term.lower(), term)
    return list(found.values())


async def heard_back(
    library: Library, terms: Sequence[str], voice: HibariVoice, ear: WhisperRecognizer
) -> list[HeardBack]:
    """Says the terms, in one sentence, as a voice note would, and listens to it."""
    said = {word: sound for topic in library.topics.values() for word, sound in topic.pronunciations.items()}
    script = Script("", (CARRIER.format(word=", and about ".join(terms)),), "en", said)
    note = voice_note(await voice.synthesize(script, Speed.NORMAL))
    outcome = await ear.recognize(decode(AudioFile(note, "audio/ogg"), max_s=60))
    return [HeardBack(term, outcome.text if isinstance(outcome, Heard) else "") for term in terms]


def share_recognised(found: Iterable[HeardBack]) -> float:
    """The share of all their words that came back, letter for letter."""
    found = list(found)
    return sum(each.recognised for each in found) / sum(each.words for each in found)


def share_sounded(found: Iterable[HeardBack]) -> float:
    """The share of all their words that came back as they sound."""
    found = list(found)
    return sum(each.sounded for each in found) / sum(each.words for each in found)


async def main() -> None:
    """Says and hears all of them, without a prompt and with it."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        library = load_library(content_folder(), "en", Path(folder))
    voice = HibariVoice()
    terms = rare_words(library)
    for name, prompt in (("told nothing", ""), ("told the library's words", listening_prompt(library))):
        ear = WhisperRecognizer("", prompt=prompt, threads=2)
        found = [each for term in terms for each in await heard_back(library, [term], voice, ear)]
        await ear.close()
        words = sum(each.words for each in found)
        console.print(
            f"{name}: {100 * share_recognised(found):.1f} % letter for letter, "
            f"{100 * share_sounded(found):.1f} % by sound, of n={words} words ({len(terms)} terms)"
        )
        for each in found:
            if each.recognised < each.words:
                console.print(f"  {each.term}: {each.text}")
    await voice.close()


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower().replace("'", "").replace("-", "")))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


if __name__ == "__main__":
    asyncio.run(main())
