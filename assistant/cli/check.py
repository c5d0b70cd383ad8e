"""`assistant check`: what is wrong with the content, and how hard it is to read."""

from pathlib import Path

import typer
from rich.table import Table

from assistant.cli.terminal import UNUSABLE, err, out, start

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def check() -> None:
    """Check the content: every problem at once, and the reading grade of every answer."""
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
    for problem in report.problems:
        err.print(str(problem))
    if report.problems:
        err.print(f"{len(report.problems)} problem(s). Nothing is served until they are mended.")
        raise typer.Exit(UNUSABLE)
    out.print(f"{len(report.grades)} answers, no problems.")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
