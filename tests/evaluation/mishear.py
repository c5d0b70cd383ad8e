"""Writes down what the assistant's own ears make of the lines that it learns from.

    python -m tests.evaluation.mishear COUNT >> assistant/nlu/data/en/heard.jsonl

Draws COUNT lines that people wrote, has each read aloud by one of many voices, under noise or in a room, and
prints what was heard where that differs from what was said, as lines of the same writers with the source
`heard`. The voices that speak the evaluation's recordings of unknown voices are not among them. The same
count gives the same lines. It needs the programs espeak-ng and flite, which the assistant itself does not.
"""

import asyncio
import json
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

import numpy as np
from rapidfuzz.distance import Levenshtein

from assistant.library.loading import content_folder, load_library
from assistant.nlu.training.examples import data_lines
from assistant.nlu.training.provenance import data_folder
from assistant.nlu.words import plain
from assistant.speech.stt.biasing_prompt import listening_prompt
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.text import legible
from assistant.transcript import Heard
from tests.evaluation.speak import CONDITIONS, UNTUNED_VOICES, VOICES, as_samples, spoken_by, under

HEARD: Final = "heard"
MOST_WORDS: Final = 30
LEAST_ALIKE: Final = 0.6
SEED: Final = 1
SHARES: Final = {"questions": 0.5, "emergencies": 0.25, "commands": 0.15, "other": 0.1}
"""Of the files: what is asked suffers most from a rare word misheard."""
MORE_VOICES: Final = (
    *("espeak:en-us+m1", "espeak:en-us+f2", "espeak:en-gb+m7", "espeak:en-029", "espeak:en-us+f4"),
    *("espeak:en-gb-x-gbclan", "espeak:en-gb+klatt2", "flite:kal"),
)
_NOT_SAID: Final = frozenset({"asr", HEARD})


async def write_heard_lines(count: int, out: TextIO) -> None:
    """Writes each line as soon as it was heard. A first reading is enough: the second mends the most."""
    library = load_library(content_folder())
    chance = random.Random(SEED)  # noqa: S311 - the same lines in every run
    drawn = _drawn(count, chance)
    voices = [each for each in (*VOICES, *MORE_VOICES) if each not in UNTUNED_VOICES]
    ears = WhisperRecognizer("", listening_prompt(library), 1)
    voice = HibariVoice()
    await ears.warm_up()
    together = asyncio.Semaphore(2)

    async def heard(number: int, line: Mapping[str, str]) -> None:
        async with together:
            said = await spoken_by(line["text"], voices[number % len(voices)], voice)
            noise = CONDITIONS[number // len(voices) % len(CONDITIONS)]
            sound = under(noise, said, np.random.default_rng(number))
            found = await ears.recognize(as_samples(sound))
        if not isinstance(found, Heard) or not _is_misheard(found.text, line["text"]):
            return
        today = datetime.now(UTC).date().isoformat()
        told = {**line, "text": found.text, "source": HEARD, "added": today}
        out.write(json.dumps(told, ensure_ascii=False) + "\n")
        out.flush()

    try:
        await asyncio.gather(*(heard(number, line) for number, line in enumerate(drawn)))
    finally:
        await voice.close()
        await ears.close()


def _drawn(count: int, chance: random.Random) -> Sequence[Mapping[str, str]]:
    by_file: dict[str, list[Mapping[str, str]]] = {}
    for line, where in data_lines(data_folder("en")):
        is_said = line["source"] not in _NOT_SAID and "{" not in line["text"]
        if is_said and len(line["text"].split()) <= MOST_WORDS:
            by_file.setdefault(Path(where.partition(",")[0]).stem, []).append(line)
    drawn = [
        line for name, share in SHARES.items() for line in chance.sample(by_file[name], int(count * share))
    ]
    chance.shuffle(drawn)
    return drawn


def _is_misheard(heard: str, said: str) -> bool:
    """Whether it is something else, and still so like it that somebody could tell what was said."""
    alike = Levenshtein.normalized_similarity(plain(legible(heard)), plain(legible(said)))
    return bool(LEAST_ALIKE <= alike < 1)


if __name__ == "__main__":
    asyncio.run(write_heard_lines(int(sys.argv[1]), sys.stdout))
