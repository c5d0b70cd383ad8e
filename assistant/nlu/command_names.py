"""What `commands.yaml` names and no command is: its editor is told, and nothing fails later."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from assistant.errors import Problem
from assistant.library.loading import LoadResult
from assistant.nlu.intents import CommandName
from assistant.nlu.stages.command_grammar import command_of

_FILE: Final = "commands.yaml"


def unknown_commands(loaded: LoadResult, folder: Path) -> Iterator[Problem]:
    """A problem for each name that is no command, in content that was read from its language's `folder`."""
    if loaded.rehearsed is None:
        return
    for key in loaded.rehearsed.commands:
        try:
            command_of(key)
        except ValueError:
            names = [name.value for name in CommandName]
            near = get_close_matches(key.partition(":")[0], names, n=1)
            remedy = f"Write {near[0]}, if that is meant." if near else "Take it and its wordings out."
            yield Problem(folder / _FILE, _line_of(folder / _FILE, key), f"`{key}` is no command.", remedy)


def _line_of(path: Path, key: str) -> int:
    starts = tuple(f"{quote}{key}{quote}:" for quote in ("", "'", '"'))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if line.startswith(starts)), 1)
