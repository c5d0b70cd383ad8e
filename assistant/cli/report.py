"""`assistant report`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.terminal import finish, out, start
from assistant.settings import Settings

# The rooms are imported when they are used: `assistant --help` should wait for no database.


def report(
    file: Annotated[Path, typer.Argument(help="The HTML file to write.")] = Path("report.html"),
) -> None:
    """Write a page for whoever coordinates: what is asked, found, missed and of help, week by week."""
    finish(_report(start(), file))


async def _report(settings: Settings, file: Path) -> None:
    from assistant.app import read_library
    from assistant.evaluation.report_page import report_page
    from assistant.evaluation.weekly_report import weekly_report
    from assistant.files import written_whole
    from assistant.storage.durability.recovery import database_of
    from assistant.storage.question_report import asked_questions, weekly_tallies

    now = datetime.now(UTC)
    database = database_of(settings.database_url)
    numbers = weekly_report(weekly_tallies(database), asked_questions(database, now), read_library(settings))
    with written_whole(file) as page:
        page.write(report_page(numbers, now).encode())
    out.print(f"Written: {file}. It holds words of people who agreed to that: give it to editors alone.")
