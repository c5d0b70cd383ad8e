"""`assistant restore`: a backup in place of the database."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.terminal import finish, out, start
from assistant.settings import Settings

# The storage room is imported when it is used: `assistant --help` should wait for no database.


def restore(
    file: Annotated[
        Path | None, typer.Argument(help="The backup. Left out: the newest sound one in the data folder.")
    ] = None,
) -> None:
    """Put a backup in place of the database, which is set aside. Stop the bot first."""
    finish(_restore(start(), file))


async def _restore(settings: Settings, file: Path | None) -> None:
    from assistant.app import backups_of
    from assistant.storage.durability.recovery import restore as put_back

    replaced = await put_back(settings.database_url, backups_of(settings), file)
    out.print(f"Restored from {replaced.by}.")
    if replaced.set_aside is not None:
        out.print(f"The database that was there is now {replaced.set_aside}, for seven days.")
