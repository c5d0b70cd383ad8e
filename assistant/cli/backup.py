"""`assistant backup`: a copy of the database."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.terminal import finish, out, start
from assistant.settings import Settings

# The storage room is imported when it is used: `assistant --help` should wait for no database.


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write. Left out: a new one in the data folder.")
    ] = None,
) -> None:
    """Copy the database, without messages, to a file; the bot may run meanwhile."""
    finish(_backup(start(), file))


async def _backup(settings: Settings, file: Path | None) -> None:
    from assistant.app import backups_of

    backups = backups_of(settings)
    if file is None:
        file = await asyncio.to_thread(backups.make)
    else:
        await asyncio.to_thread(backups.make_at, file)
    out.print(f"{file}: {file.stat().st_size / 1000:.0f} kB")
