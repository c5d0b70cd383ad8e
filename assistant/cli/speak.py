"""`assistant speak`: one answer as a voice note."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.terminal import finish, out, start
from assistant.settings import Settings
from assistant.speech.tts.script import Speed

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def speak(
    answer: Annotated[
        str,
        typer.Argument(
            help="An answer id, such as symptoms or faq-cure; topic/answer where several are served."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The OGG file to write.")],
    speed: Annotated[Speed, typer.Option(help="How fast to speak.")] = Speed.NORMAL,
) -> None:
    """Write the spoken form of one answer to an OGG file."""
    finish(_speak(start(), answer, output, speed))


async def _speak(settings: Settings, answer: str, output: Path, speed: Speed) -> None:
    from assistant.app import open_tts
    from assistant.library.naming import AnswerNames

    async with open_tts(settings) as (tts, parts):
        wanted = AnswerNames(ref for ref, _ in parts).meant(answer)
        first, *others = (part for ref, part in parts if ref == wanted)
        paragraphs = [line for part in others for line in (part.title, *part.paragraphs)]
        script = replace(first, paragraphs=(*first.paragraphs, *paragraphs))
        recording = await tts.record(script, speed)
    await asyncio.to_thread(output.write_bytes, recording.ogg)
    out.print(f"{output}: {recording.seconds:.1f} s")
