"""Are the words that people are told to say heard? Every voice says each of them, and the assistant listens.

    python -m tests.benchmarks.words_to_say [WORDS ...]

prints, for all that a spoken reply can end with ("To save this, say: save."), from how many of the voices it
was understood, and what was heard in its place. Given other WORDS, it tries those. It needs the
programs espeak-ng and flite, which the assistant itself does not.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from assistant.app import open_services
from assistant.library.loading import content_folder
from assistant.logs import configure_logging
from assistant.nlu.intents import Command
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.stages.nbest_fusion import understood
from assistant.settings import Settings
from assistant.speech.sound import AudioFile
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.storage.store import IN_MEMORY
from assistant.transcript import Heard
from tests.evaluation.speak import VOICES, recorded, spoken_by

_TOLD: Final = re.compile(r"^invite-\S+ = .*\bsay: ([^{}.]+)\.$", re.MULTILINE)


def told() -> list[str]:
    """What the last sentences of spoken replies say to say."""
    return list(dict.fromkeys(_TOLD.findall((content_folder() / "en" / "interface.ftl").read_text("utf-8"))))


async def main(words: list[str]) -> None:
    """Says and hears all of them, and prints the table."""
    console, voice = Console(width=160), HibariVoice()
    table = Table("say", "understood from", "heard in its place")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), log_level="error")
        configure_logging(settings)
        async with open_services(settings, database_url=IN_MEMORY, will_hear=True) as services:
            await services.stt.warm_up()
            context = Context(topic=next(iter(services.library.topics)), manner=Manner.SPOKEN)
            for each in words:
                meant = await services.interpreter.interpret(each, context)
                wrong = []
                for name in VOICES:
                    note = recorded(await spoken_by(each, name, voice))
                    outcome = await services.stt.hear(AudioFile(note, "audio/ogg"), cloud_allowed=False)
                    if not isinstance(outcome, Heard):
                        wrong.append("nothing")
                        continue
                    intent, heard = await understood(
                        lambda text: services.interpreter.interpret(text, context), outcome, services.library
                    )
                    if not isinstance(meant, Command) or intent != meant:
                        wrong.append(heard.text)
                table.add_row(each, f"{len(VOICES) - len(wrong)} of {len(VOICES)}", " / ".join(wrong))
    await voice.close()
    console.print(table)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or told()))
