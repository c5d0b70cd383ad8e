"""`assistant topic`: a new illness, spreadsheets in and out, and letting drafts out."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from assistant.cli.terminal import finish, out, refuse, start
from assistant.errors import SettingsError
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

        _refuse_packed(content)
        started = start_topic(content, _LANGUAGE, id_)
        if started.shared:
            out.print(f"Put beside it, as they come with the program: {', '.join(started.shared)}.")
        out.print(
            f"{started.folder}: topic.md and {started.answers} answers, all of them drafts.\n"
            f"Fill in topic.md first, then ask what is missing: assistant check --topic {id_}"
        )

    _do(begin)


@topic.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="A spreadsheet (.xlsx, .csv) or an article (.md, .docx).",
        ),
    ],
    id_: Annotated[
        str, typer.Option("--topic", metavar="ID", help="The topic, where the file does not name it.")
    ] = "",
) -> None:
    """Make drafts of what somebody wrote in a spreadsheet or an article. Nothing is published."""

    def bring_in(content: Path) -> None:
        from assistant.editing.article_table import article_table
        from assistant.editing.importing import planned_import
        from assistant.editing.spreadsheet import read_table

        _refuse_packed(content)
        left_out: tuple[str, ...] = ()
        match file.suffix.casefold():
            case ".xlsx" | ".csv":
                table = read_table(file)
            case ".md" | ".docx":
                if not id_:
                    raise SettingsError(f"{file}: an article names no topic. Give it with --topic ID.")
                table, left_out = article_table(content, _LANGUAGE, id_, file)
            case _:
                raise SettingsError(f"{file}: give a spreadsheet (.xlsx, .csv) or an article (.md, .docx).")
        planned = planned_import(content, _LANGUAGE, table, id_)
        planned.write()
        for what in left_out:
            out.print(f"Left out, {what}.")
        for what, ids in (
            ("New drafts", planned.new),
            ("Changed, drafts from now on", planned.changed),
            ("Only the review or the state changed", planned.reviewed),
        ):
            if ids:
                out.print(f"{what}: {', '.join(ids)}.")
        out.print(
            f"{len(planned.unchanged)} unchanged. What is missing: assistant check --topic {planned.topic}"
        )

    _do(bring_in)


@topic.command()
def export(id_: _Id, file: Annotated[Path, typer.Argument(help="The spreadsheet to write, .xlsx.")]) -> None:
    """Write a topic's answers to a spreadsheet, for those who review them; `import` takes it back."""

    def bring_out(content: Path) -> None:
        from assistant.editing.importing import exported
        from assistant.editing.spreadsheet import write_table

        rows, about = exported(content, _LANGUAGE, id_)
        write_table(file, rows, about)
        out.print(f"{file}: {len(rows)} answers of {id_}.")

    _do(bring_out)


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

        _refuse_packed(content)
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


def _refuse_packed(content: Path) -> None:
    """Nobody's work goes into an installed package: its next version would replace it."""
    from assistant.library.loading import PACKED

    if content.name == PACKED:
        raise SettingsError(
            "This content came with the installed program, and its next version replaces it. Name a folder "
            "of your own first: ASSISTANT_CONTENT_DIR."
        )
