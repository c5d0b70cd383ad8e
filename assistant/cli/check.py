"""`assistant check`: what is wrong with the content, and how hard it is to read."""

import asyncio
from pathlib import Path

import typer
from rich.table import Table

from assistant.cli.terminal import UNUSABLE, err, out, start
from assistant.errors import ContentError

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def check() -> None:
    """Check the content: every problem at once, what cannot be spoken, and every answer's reading grade."""
    from assistant.app import read_sentences, unspoken_answers
    from assistant.library.checking import check as check_content
    from assistant.library.loading import content_folder

    settings = start()
    report = check_content(settings.content_dir or content_folder())
    table = Table("File", "Reading grade", title="Flesch-Kincaid, names of the illness left out")
    for path, grade in report.grades.items():
        table.add_row(_shown(path), f"{grade:.1f}")
    out.print(table)
    for warning in report.warnings:
        err.print(f"warning: {warning}")
    problems = report.problems
    try:
        read_sentences(settings)
    except ContentError as error:
        problems += error.problems
    for unfinished in report.unfinished:
        out.print(f"draft: {unfinished}")
    for problem in problems:
        err.print(str(problem))
    if problems:
        err.print(f"{len(problems)} problem(s). Nothing is served until they are mended.")
        raise typer.Exit(UNUSABLE)
    for ref, reason in asyncio.run(unspoken_answers(settings)).items():
        err.print(f"warning: {ref} is served in writing and cannot be spoken: {reason}.")
    out.print(f"{len(report.grades)} answers, no problems.")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
