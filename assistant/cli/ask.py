"""`assistant ask`: one question or many, and what the bot would say."""

import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.terminal import err, finish, out, refuse, start, write_line
from assistant.errors import SettingsError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.evaluation.asking import Asker, QuestionResult

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question, in quotes. Without one, many: one a line.")
    ] = None,
    audio: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="A recording of the question instead."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read {"text": ...} or {"audio": path} lines from standard input; write one object a line.',
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also show what spoke for each answer, what was mended, and the scores."
        ),
    ] = False,
) -> None:
    """Ask, typed or recorded, and print what the bot would say; without a question, until Ctrl+D."""
    given = sum((question is not None, audio is not None, as_jsonl))
    if given > 1:
        refuse("Give one of: a question in quotes, --audio FILE, or --jsonl with lines on standard input.")
    settings = start()
    if as_jsonl:
        finish(_ask_lines(settings, explain))
    elif given:
        finish(_ask_once(settings, question, audio, as_json, explain))
    else:
        finish(_ask_on(settings, as_json, explain))


@asynccontextmanager
async def _asker(settings: Settings, explains: bool) -> AsyncIterator["Asker"]:
    from assistant.app import open_services
    from assistant.evaluation.asking import Asker
    from assistant.storage.store import IN_MEMORY

    async with open_services(settings, database_url=IN_MEMORY) as services:
        yield Asker(services, explains=explains)


async def _ask_once(
    settings: Settings, question: str | None, audio: Path | None, as_json: bool, explains: bool
) -> None:
    async with _asker(settings, explains) as asker:
        asked = await asker.ask_audio(audio) if audio is not None else await asker.ask(question or "")
    _show(asked, as_json)


async def _ask_on(settings: Settings, as_json: bool, explains: bool) -> None:
    """Question after question, each by itself, until there are no more."""
    async with _asker(settings, explains) as asker:
        for number, question in enumerate(_questions()):
            if number and not as_json:
                out.print()
            _show(await asker.ask(question), as_json)


def _questions() -> Iterator[str]:
    """Lines of standard input that hold something. At a terminal with a prompt; Ctrl+C ends it too."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr] # it is a file wherever a program starts
    if not sys.stdin.isatty():
        yield from filter(None, map(str.strip, sys.stdin))
        return
    err.print("Ask, one question a line. Ctrl+D ends it.")
    while True:
        # Python's own handler: that of the event loop would wait for the line to end.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            question = input("> ")
        except (EOFError, KeyboardInterrupt):
            err.print()
            return
        finally:
            signal.signal(signal.SIGINT, before)
        if question := question.strip():
            yield question


def _show(asked: "QuestionResult", as_json: bool) -> None:
    from assistant.nlu.trace import lines_of

    if as_json:
        write_line(asked.as_dict())
        return
    if asked.heard is not None:
        out.print(f'I heard: "{asked.heard}"\n')
    out.print(asked.text)
    if asked.explain is not None:
        out.print(f"\n{asked.outcome}, confidence {asked.confidence:.2f}", *lines_of(asked.explain), sep="\n")


async def _ask_lines(settings: Settings, explains: bool) -> None:
    from assistant.evaluation.asking import answer_lines

    bad_lines = 0
    async with _asker(settings, explains) as asker:
        async for answered in answer_lines(asker, sys.stdin):
            bad_lines += "error" in answered
            write_line(answered)
    if bad_lines:
        raise SettingsError(f"{bad_lines} line(s) could not be used; each has an object with its error.")
