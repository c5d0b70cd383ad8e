"""What every command of the command line shares: where it writes, how it starts, and how it ends."""

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.errors import AssistantError, ContentError, SettingsError
from assistant.settings import Settings, load_settings, unknown_names

FAILED: Final = 1
"""The exit code of what failed while running."""
UNUSABLE: Final = 2
"""The exit code of what was given and cannot be used."""

# Neither markup nor emoji codes: ":100:" in "treatment.md:100: ..." is a line.
out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

_log = structlog.get_logger(__name__)


def start(*, serving: bool = False, roles: str | None = None) -> Settings:
    """The settings, with logging set up: in full for what serves people, warnings alone for the rest.

    What looks like a setting and is none is a warning: else it would be missed in silence. `roles` count
    for more than those of the environment.
    """
    from assistant.logs import configure_logging

    if serving:
        gc.disable()  # until what lasts is loaded: `assistant.bot` enables it before anybody is served
    try:
        settings = load_settings(roles)
    except SettingsError as error:
        refuse(str(error))
    configure_logging(settings if serving else settings.model_copy(update={"log_level": "warning"}))
    for unknown in unknown_names():
        _log.warning("unknown setting", name=unknown.name, nearest=unknown.nearest)
    return settings


def refuse(reason: str) -> NoReturn:
    """Ends the command with `reason` on standard error."""
    err.print(reason)
    raise typer.Exit(UNUSABLE)


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Runs the work; what it raises on purpose becomes a sentence and an exit code, never a traceback."""
    try:
        asyncio.run(work)
    except (ContentError, SettingsError) as error:
        refuse(str(error))
    except AssistantError as error:
        err.print(str(error))
        raise typer.Exit(FAILED) from None
    except OSError as error:
        err.print(f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}.")
        raise typer.Exit(FAILED) from None


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, moved by calling with the number done and the number in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def write_line(value: dict[str, Any]) -> None:
    """One JSON object on a line of its own, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
