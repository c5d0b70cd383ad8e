"""Is a short order understood in the moment in which it is said, by voices that nobody tuned to?

    python -m tests.benchmarks.short_words [--voices N] [--questions N] [--save FILE]

Every voice says the numbers one to ten while a list is open, short orders while an answer is open, yes and no
while erasing is asked about, and then calm questions, of which none may become an order. Right is what the
same words do when they are typed. It needs the programs flite and espeak-ng, and takes festival's voices too
where text2wave is installed.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from rich.console import Console

from assistant.app import Services, open_services
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Chosen, Spoken, Typed
from assistant.evaluation.sheets import Sheet
from assistant.logs import configure_logging
from assistant.nlu.intents import Command, CommandName
from assistant.settings import Settings
from assistant.speech.sound import AudioFile
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.storage.store import IN_MEMORY
from assistant.transcript import Heard, Unheard
from tests.evaluation.speak import QUESTIONS, every_voice, recorded, spoken_by

SEED: Final = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """Where somebody is, and what they may say there."""

    name: str
    before: tuple[Command | str, ...]
    says: tuple[str, ...]


_ANSWER: Final = Command(CommandName.SHOW, "calcinosis-universalis/treatment")
MOMENTS: Final = (
    Moment(
        "numbers, list open",
        (Command(CommandName.SECTIONS),),
        ("One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight.", "Nine.", "Ten."),
    ),
    Moment(
        "orders, answer open",
        (Command(CommandName.SAVE, "calcinosis-universalis/faq-cure"), _ANSWER),
        (
            "Next.",
            "Back.",
            "Repeat.",
            "Slower, please.",
            "Faster.",
            "Save.",
            "Listen.",
            "Help.",
            "Stop.",
            "Settings.",
            "My bookmarks.",
            "Related questions.",
            "All sections.",
            "Where am I?",
            "Text only.",
            "Audio on.",
            "Remove bookmark.",
            "Privacy.",
            "Thank you.",
            "Start over.",
        ),
    ),
    Moment(
        "yes and no, erasing asked about",
        (Command(CommandName.FORGET_ME),),
        ("Yes.", "No.", "Yes, delete everything.", "No, keep everything."),
    ),
)


class Ears:
    """Everything that hears and answers, asked by one new person after the other."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ids = count(1)

    async def replies(self, before: Sequence[Command | str], said: str, note: bytes) -> tuple[Reply, Reply]:
        """To the recording, and to the same words typed, of two people in the same moment."""
        talk = self._services.dialogue
        spoken, typed = next(self._ids), next(self._ids)
        for each in before:
            for person in (spoken, typed):
                await talk.respond(person, Typed(each) if isinstance(each, str) else Chosen(each))
        outcome = await self._hear(spoken, note)
        return await talk.respond(spoken, Spoken(outcome)), await talk.respond(typed, Typed(said))

    async def _hear(self, person: int, note: bytes) -> Heard | Unheard:
        talk = self._services.dialogue
        expected = talk.expected_from(await talk.person(person))
        return await self._services.stt.hear(AudioFile(note, None), cloud_allowed=False, expected=expected)


def is_same(spoken: Reply, typed: Reply) -> bool:
    """Whether both did the same."""
    return (spoken.title, spoken.entry, spoken.blocks) == (typed.title, typed.entry, typed.blocks)


async def measured(voices: Sequence[str], questions: int) -> tuple[Sheet, list[str]]:
    """The table, and what was heard where it went wrong."""
    asked = [
        each["text"] for each in map(json.loads, QUESTIONS.read_text("utf-8").splitlines())
        if each["kind"] != "command"
    ]  # fmt: skip
    asked = random.Random(SEED).sample(asked, min(questions, len(asked)))  # noqa: S311 - the same every time
    names = [each.name for each in MOMENTS]
    rows, wrong, sums = [], [], Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), log_level="error")
        configure_logging(settings)
        voice = HibariVoice()
        async with open_services(settings, database_url=IN_MEMORY, will_hear=True) as services:
            await services.stt.warm_up()
            ears = Ears(services)
            for name in voices:
                right = Counter[str]()
                for moment in MOMENTS:
                    for said in moment.says:
                        note = recorded(await spoken_by(said, name, voice))
                        spoken, typed = await ears.replies(moment.before, said, note)
                        right[moment.name] += is_same(spoken, typed)
                        if not is_same(spoken, typed):
                            wrong.append(f"{name}: {said} {spoken.heard} {spoken.intent}")
                for number, said in enumerate(asked):
                    moment = MOMENTS[number % len(MOMENTS)]
                    note = recorded(await spoken_by(said, name, voice))
                    spoken, _ = await ears.replies(moment.before, said, note)
                    if isinstance(spoken.intent, Command):
                        right["orders made of questions"] += 1
                        wrong.append(f"{name}: {moment.name}: {said} {spoken.heard} {spoken.intent}")
                sums += right
                rows.append((name, *_cells(right, names, asked, 1)))
        await voice.close()
    rows.append(("all", *_cells(sums, names, asked, len(voices))))
    columns = ("voice", *names, "questions taken for orders")
    return Sheet("Short words, by voice", columns, tuple(rows)), wrong


def _cells(right: Counter[str], names: Sequence[str], asked: Sequence[str], times: int) -> tuple[str, ...]:
    counts = {each.name: len(each.says) * times for each in MOMENTS}
    return (
        *(f"{right[name]} of {counts[name]}" for name in names),
        f"{right['orders made of questions']} of {len(asked) * times}",
    )


def main(voices: int, questions: int, save: Path | None) -> None:
    console = Console(width=180, highlight=False)
    sheet, wrong = asyncio.run(measured(every_voice()[:voices], questions))
    for line in wrong:
        console.print(line)
    console.print(sheet.as_rich())
    if save:
        save.write_text(sheet.as_markdown() + "\n")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--voices", type=int, default=100, help="only the first so many")
    given.add_argument("--questions", type=int, default=24, help="how many questions each voice asks")
    given.add_argument("--save", type=Path, help="also write the table to this Markdown file")
    arguments = given.parse_args()
    main(arguments.voices, arguments.questions, arguments.save)
