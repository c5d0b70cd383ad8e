"""Are the journeys made by voice alone, whoever speaks? Every voice makes each of them, note by note.

    python -m tests.benchmarks.journeys_by_voice [--voices N] [--journeys TEXT] [--save FILE]

prints for each journey and voice how many of its stages came out as the table of journeys says, and which
notes did not. After one that failed the person goes on all the same, as people do. It needs the programs
flite and espeak-ng, and takes festival's voices too where text2wave is installed.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from assistant.evaluation.sheets import Sheet
from tests.evaluation.speak import every_voice
from tests.journeys.ears import Ears
from tests.journeys.house import House, open_house
from tests.journeys.journeys import JOURNEYS
from tests.journeys.recordings import Mouth
from tests.journeys.table import Journey, Mode, Stage
from tests.journeys.travelling import Traveller, steps


async def failed(house: House, ears: Ears, journey: Journey) -> list[str]:
    """The notes of the stages that did not come out, in one voice."""
    traveller = Traveller(house, ears)
    wrong = []
    for stage in journey.stages:
        try:
            await _made(traveller, stage)
        except AssertionError:
            wrong.append(", then ".join(step.words for step in stage.voice))
    return wrong


async def _made(traveller: Traveller, stage: Stage) -> None:
    if stage.after_restart:
        await traveller.comes_back_later()
    for step in steps(stage, Mode.VOICE):
        await traveller.go(step)
    *before, came = traveller.came
    assert stage.then.holds(came, before)


async def measured(voices: Sequence[str], journeys: Sequence[Journey], folder: Path) -> tuple[Sheet, Sheet]:
    """The table, and the notes that failed."""
    ears = Ears()
    wrong: dict[tuple[str, str], list[str]] = {}
    with ears.open():
        for number, voice in enumerate(voices):
            home = folder / str(number)
            home.mkdir()
            mouth = Mouth(voice)
            async with open_house(home, mouth) as house:
                for journey in journeys:
                    wrong[journey.name, voice] = await failed(house, ears, journey)
            await mouth.close()
    rows = [
        (each.name, *(_share(each, len(wrong[each.name, voice])) for voice in voices)) for each in journeys
    ]
    held = sum(len(each.stages) for each in journeys)
    lost = [sum(len(wrong[each.name, voice]) for each in journeys) for voice in voices]
    rows.append(("all", *(f"{held - each} of {held}" for each in lost)))
    notes = [(voice, name, "; ".join(said)) for (name, voice), said in wrong.items() if said]
    return (
        Sheet("The journeys by voice alone", ("Journey", *voices), tuple(rows)),
        Sheet("What failed", ("voice", "journey", "said"), tuple(notes)),
    )


def _share(journey: Journey, lost: int) -> str:
    count = len(journey.stages)
    return f"{count - lost} of {count}"


def main(voices: int, named: str, save: Path | None) -> None:
    journeys = [each for each in JOURNEYS if named.casefold() in each.name.casefold()]
    with tempfile.TemporaryDirectory() as folder:
        sheets = asyncio.run(measured(every_voice()[:voices], journeys, Path(folder)))
    console = Console(width=200, highlight=False)
    for sheet in sheets:
        console.print(sheet.as_rich())
    if save:
        save.write_text("\n\n".join(sheet.as_markdown() for sheet in sheets) + "\n", encoding="utf-8")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--voices", type=int, default=8, help="only the first so many")
    given.add_argument("--journeys", default="", help="only those with this in their name")
    given.add_argument("--save", type=Path, help="also write the tables to this Markdown file")
    arguments = given.parse_args()
    main(arguments.voices, arguments.journeys, arguments.save)
