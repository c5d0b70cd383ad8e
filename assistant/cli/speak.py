"""`assistant speak`: one answer as a voice note."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.terminal import finish, out, start
from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.speech.tts.script import Script, Speed

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def speak(
    answer: Annotated[str, typer.Argument(help="An answer id, such as symptoms or faq-cure.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The OGG file to write.")],
    speed: Annotated[Speed, typer.Option(help="How fast to speak.")] = Speed.NORMAL,
) -> None:
    """Write the spoken form of one answer to an OGG file."""
    finish(_speak(start(), answer, output, speed))


async def _speak(settings: Settings, answer: str, output: Path, speed: Speed) -> None:
    from assistant.app import open_tts

    async with open_tts(settings) as (tts, parts):
        scripts: dict[str, Script] = {}
        for ref, part in parts:
            whole = scripts.setdefault(ref.entry, part)
            if whole is not part:
                paragraphs = (*whole.paragraphs, part.title, *part.paragraphs)
                scripts[ref.entry] = replace(whole, paragraphs=paragraphs)
        if answer not in scripts:
            raise SettingsError(f"There is no answer {answer!r}. There are: {', '.join(scripts)}.")
        recording = await tts.record(scripts[answer], speed)
    await asyncio.to_thread(output.write_bytes, recording.ogg)
    out.print(f"{output}: {recording.seconds:.1f} s")
