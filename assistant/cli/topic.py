"""`assistant topic`: a new illness, spreadsheets in and out, and letting drafts out."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from assistant.cli.terminal import finish, out, refuse, start
from assistant.settings import Settings

# The rooms are imported when they are used: `assistant --help` should wait for none of them.

topic = typer.Typer(
    help="Write about an illness: begin, bring texts in and out, publish.", no_args_is_help=True
)
_LANGUAGE: Final = "en"
_Id = Annotated[str, typer.Argument(metavar="ID", help="The topic's id, such as calcinosis-universalis.")]


@topic.command()
def new(id_: _Id) -> None:
    """Write a folder for a new illness, with everything that is to be filled in."""

    def begin(content: Path) -> None:
        from assistant.editing.skeleton import start_topic

        started = start_topic(content, _LANGUAGE, id_)
        if started.shared:
            out.print(f"Put beside it, as they come with the program: {', '.join(started.shared)}.")
        out.print(
            f"{started.folder}: topic.md and {started.answers} answers, all of them drafts.\n"
            f"Fill in topic.md first, then ask what is missing: assistant check --topic {id_}"
        )

    _do(begin)


@topic.command()
def publish(
    id_: _Id,
    answers: Annotated[list[str] | None, typer.Argument(metavar="[ANSWER]...", help="The answers.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All drafts of the topic.")] = False,
) -> None:
    """Let drafts out that you have read: they are served from the next start."""
    if bool(answers) is every:
        refuse("Name the answers that you have read, or give --all when you have read every draft.")

    def let_out(content: Path) -> None:
        from assistant.editing.publishing import publish as publish_drafts

        published = publish_drafts(content, _LANGUAGE, id_, answers or ())
        out.print(
            f"{len(published)} answer(s) of {id_} are served from the next start: {', '.join(published)}."
        )

    _do(let_out)


def _do(work: Callable[[Path], None]) -> None:
    finish(_with_content(start(), work))


async def _with_content(settings: Settings, work: Callable[[Path], None]) -> None:
    from assistant.library.loading import content_folder

    await asyncio.to_thread(work, settings.content_dir or content_folder())
