"""`assistant train`: what it takes, what it writes, and what it shows."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from assistant.cli.terminal import FAILED, err, finish, out, progress_bar, start
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.nlu.training.tuning import Training

# The understanding room is imported when it is used: `assistant --help` should wait for no model.

_STALE: Final = "{path} was not trained from this content. Run `assistant train`."


def train(
    check: Annotated[
        bool,
        typer.Option("--check", help="Train nothing: exit 1 when what is stored belongs to other content."),
    ] = False,
) -> None:
    """Train the ranking and the alarm from the content, and show how well they do on wordings left out."""
    finish(_train(start(), check))


async def _train(settings: Settings, check: bool) -> None:
    from assistant.library.loading import content_folder, load_library
    from assistant.nlu.index.dense import MiniLmEncoder
    from assistant.nlu.training.artifact import (
        Trained,
        fingerprint_of,
        kept_path,
        shipped_path,
        shipped_vectors_path,
    )
    from assistant.nlu.training.embedding import write_vectors
    from assistant.nlu.training.folds import count_of
    from assistant.nlu.training.tuning import LEAST_WORDINGS, keep
    from assistant.nlu.training.tuning import train as train_from

    artefacts = settings.data_dir / "artefacts"
    library = load_library(settings.content_dir or content_folder())
    if count_of(library) < LEAST_WORDINGS:
        out.print(f"Fewer than {LEAST_WORDINGS} wordings: the numbers that come with the program are used.")
        return
    encoder = MiniLmEncoder()
    fingerprint = fingerprint_of(library, encoder.id)
    is_shipped = _is_of_checkout(settings.content_dir or content_folder())
    path = shipped_path(library.language) if is_shipped else kept_path(artefacts, fingerprint)
    if check:
        stored = Trained.read(path)
        if stored is None or stored.fingerprint != fingerprint:
            err.print(_STALE.format(path=path))
            raise typer.Exit(FAILED)
        out.print(f"{path} belongs to this content.")
        return
    with progress_bar("Asking") as progress:
        training = await asyncio.to_thread(train_from, library, encoder, artefacts, progress)
    _show(training)
    if is_shipped:
        training.trained.write(path)
        await asyncio.to_thread(
            write_vectors, library, encoder, shipped_vectors_path(library.language, encoder.id)
        )
    else:
        keep(training.trained, path)
    out.print(f"Written to {path}.")


def _is_of_checkout(content: Path) -> bool:
    """Whether this is the content that comes with the program, in a checkout: its file may be renewed."""
    package = Path(__file__).resolve().parents[1]
    return content.resolve() == package.parent / "content"


def _show(training: "Training") -> None:
    answers = Table(
        *("asked", "n", "right first", "found", "wrong", "refused"),
        *("counter-examples", "answered", "offered", "refused"),
        title="Wordings left out in turn, under weights fitted without them",
    )
    for manner, told in training.figures.items():
        wordings, counter = training.asked[manner]
        shares = (told.right_first, told.found, told.wrong, told.refused)
        offered = 1 - told.counter_answered - told.counter_refused
        against = (told.counter_answered, offered, told.counter_refused)
        answers.add_row(
            manner, str(wordings), *(f"{share:.3f}" for share in shares),
            str(counter), *(f"{share:.3f}" for share in against),
        )  # fmt: skip
    out.print(answers)
    if training.raised:
        alarms = Table("what", "asked", "n", "raises the alarm", "or brings a safety line", title="The alarm")
        for (sort, manner), (raised, cautioned) in training.raised.items():
            alarms.add_row(
                sort, manner, str(training.alarms[sort, manner]), f"{raised:.3f}", f"{cautioned:.3f}"
            )
        out.print(alarms)
    if training.commands:
        commands = Table(
            *("asked", "n", "right", "another command", "questions", "taken for a command"),
            title="Commands in other words",
        )
        for manner, seen in training.commands.items():
            taken = (str(seen.questions), f"{seen.swallowed:.3f}")
            commands.add_row(manner, str(seen.asked), f"{seen.right:.3f}", f"{seen.another:.3f}", *taken)
        out.print(commands)
    out.print(str(training.trained.thresholds), str(training.trained.alarm_thresholds), sep="\n")
