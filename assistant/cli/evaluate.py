"""`assistant evaluate`: what it takes, and what it shows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from assistant.cli.terminal import finish, out, progress_bar, refuse, start
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.evaluation.sheets import Sheet

# The rest of this room is imported when it is used: `assistant --help` should wait for no model.

_WIDE: Final = 200
"""Columns for a table that goes to a file or another program; a terminal has its own width."""


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help='Questions: one {"id", "text", "kind", "accept"} a line.',
        ),
    ],
    spoken: Annotated[
        bool,
        typer.Option(
            "--spoken", help='Play the recordings: each line has "file", "voice" and "condition" too.'
        ),
    ] = False,
    save: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Also write the tables and a chart to this folder."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The saved files' name. Left out: that of FILE.")] = None,
    no_prompt: Annotated[
        bool, typer.Option("--no-prompt", help="Do not tell the recogniser which words to expect.")
    ] = False,
    topic: Annotated[
        str | None,
        typer.Option(help="The illness in hand, by its id: ids in FILE without a topic are its answers."),
    ] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Leave out one part of understanding at a time instead.")
    ] = False,
) -> None:
    """Measure how well questions are understood, with 95 % intervals, beside a plain search."""
    if ablate and spoken:
        refuse("Give --ablate or --spoken, not both: what was heard would be the same each time.")
    if ablate and topic is not None:
        refuse("Give --ablate or --topic, not both: it takes what is served.")
    if no_prompt and not spoken:
        refuse("--no-prompt is about recordings: give --spoken too.")
    if name is not None and Path(name).name != name:
        refuse("--name is a file's name without folders: give the folder with --save.")
    settings = start()
    saved = None if save is None else (save, name or file.stem)
    if ablate:
        finish(_ablate(settings, file, saved))
    else:
        finish(_evaluate(settings, file, saved, spoken=spoken, prompted=not no_prompt, topic=topic))


async def _evaluate(
    settings: Settings,
    file: Path,
    saved: tuple[Path, str] | None,
    *,
    spoken: bool,
    prompted: bool,
    topic: str | None,
) -> None:
    from assistant.evaluation import running, saving, sheets

    if saved is not None:
        saving.check_can_save()
    with progress_bar("Asking") as progress:
        evaluation = await running.evaluate(
            settings, file, spoken=spoken, prompted=prompted, progress=progress, topic=topic
        )
    for sheet in sheets.sheets_of(evaluation):
        _show(sheet)
    out.print(sheets.timing(evaluation))
    if saved is not None:
        for path in saving.save(evaluation, *saved):
            out.print(f"Written: {path}")


async def _ablate(settings: Settings, file: Path, saved: tuple[Path, str] | None) -> None:
    from assistant.evaluation import ablation, saving

    with progress_bar("Asking") as progress:
        sheet = await ablation.ablate(settings, file, progress)
    _show(sheet)
    if saved is not None:
        out.print(f"Written: {saving.save_sheet(sheet, *saved)}")


def _show(sheet: "Sheet") -> None:
    shown = out if out.is_terminal else Console(width=_WIDE, highlight=False)
    shown.print(sheet.as_rich())
