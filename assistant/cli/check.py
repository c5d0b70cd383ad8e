"""`assistant check`: what is wrong with the content, what is still to be done, and how hard it is to read."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from assistant.cli.terminal import FAILED, UNUSABLE, err, out, refuse, start
from assistant.errors import AssistantError, ContentError, Problem, SettingsError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.library.checking import Report
    from assistant.library.entries import Library
    from assistant.library.loading import LoadResult

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.

_LANGUAGE: Final = "en"


def check(
    topic: Annotated[str, typer.Option(metavar="ID", help="One topic alone, its drafts in full.")] = "",
    stale: Annotated[
        bool, typer.Option("--stale", help="Only what is unreviewed or overdue; exit 1 if there is any.")
    ] = False,
) -> None:
    """Check the content: every problem at once, what is to be done, and every answer's reading grade."""
    from assistant.library.checking import report_on
    from assistant.library.loading import content_folder, read_content
    from assistant.nlu.command_names import unknown_commands

    settings = start()
    content = settings.content_dir or content_folder()
    loaded = read_content(content, _LANGUAGE)
    folder = content / _LANGUAGE
    within = _within(loaded, folder, topic)
    report = report_on(loaded, folder)
    if stale:
        _say_what_is_stale(loaded, folder, within)
        return
    _show_grades(report, within)
    _say_what_is_drafted(loaded, report, topic)
    problems = _in((*report.problems, *unknown_commands(loaded, folder)), within)
    problems += () if topic else _problems_of_sentences(settings)
    if problems:
        _show("warning: ", _in(report.warnings, within))
        for problem in problems:
            err.print(str(problem))
        err.print(f"{len(problems)} problem(s). Nothing is served until they are mended.")
        raise typer.Exit(UNUSABLE)
    try:
        _show("warning: ", _in(report.warnings, within))
        _say_what_wordings_do(settings, loaded, topic)
        if loaded.library is not None:
            _say_what_is_unspoken(settings, loaded.library, topic)
    except (ContentError, SettingsError) as error:
        refuse(str(error))
    except AssistantError as error:
        err.print(str(error))
        raise typer.Exit(FAILED) from None
    out.print(f"{sum(path.is_relative_to(within) for path in report.grades)} answers, no problems.")


def _within(loaded: "LoadResult", folder: Path, topic: str) -> Path:
    """The folder that is asked about."""
    from assistant.editing.publishing import topic_named

    if not topic:
        return folder
    try:
        return topic_named(loaded.topics, topic).folder
    except SettingsError as error:
        refuse(str(error))


def _in(problems: Iterable[Problem], folder: Path) -> list[Problem]:
    return [problem for problem in problems if problem.path.is_relative_to(folder)]


def _show(kind: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        err.print(f"{kind}{problem}")


def _say_what_is_stale(loaded: "LoadResult", folder: Path, within: Path) -> None:
    from assistant.library.reviews import stale

    found = _in(stale(loaded, folder, datetime.now(UTC).date()), within)
    for problem in found:
        out.print(str(problem))
    out.print(f"{len(found)} text(s) without a review that holds.")
    if found:
        raise typer.Exit(FAILED)


def _show_grades(report: "Report", within: Path) -> None:
    table = Table("File", "Reading grade", title="Flesch-Kincaid, names of the illness left out")
    for path, grade in report.grades.items():
        if path.is_relative_to(within):
            table.add_row(_shown(path), f"{grade:.1f}")
    if table.row_count:
        out.print(table)


def _say_what_is_drafted(loaded: "LoadResult", report: "Report", topic: str) -> None:
    from assistant.editing.progress import in_full, in_short

    for parts in loaded.topics:
        if parts.folder.name == topic:
            for line in in_full(parts, report):
                out.print(f"draft: {line}")
        if topic in ("", parts.folder.name) and (line := in_short(parts, report)):
            out.print(f"draft: {line}")


def _problems_of_sentences(settings: Settings) -> tuple[Problem, ...]:
    from assistant.app import read_sentences

    try:
        read_sentences(settings)
    except ContentError as error:
        return error.problems
    return ()


def _say_what_wordings_do(settings: Settings, loaded: "LoadResult", topic: str) -> None:
    from assistant.editing.wording_check import remarks_on_wordings

    # A folder of its own: what a running bot keeps there is of what it serves.
    _show("warning: ", remarks_on_wordings(loaded, topic, settings.data_dir / "artefacts" / "check"))


def _say_what_is_unspoken(settings: Settings, library: "Library", topic: str) -> None:
    from assistant.app import unspoken_answers

    for ref, reason in asyncio.run(unspoken_answers(settings, library)).items():
        if topic in ("", ref.topic):
            err.print(f"warning: {ref} is served in writing and cannot be spoken: {reason}.")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
