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
    from assistant.storage.question_report import (
        asked_questions,
        questions_of_server,
        tallies_of_server,
        weekly_tallies,
    )
    from assistant.storage.store import is_server

    now = datetime.now(UTC)
    url = settings.database_url
    if is_server(url):
        counts, asked = await tallies_of_server(url), await questions_of_server(url, now)
    else:
        counts, asked = weekly_tallies(database_of(url)), asked_questions(database_of(url), now)
    numbers = weekly_report(counts, asked, read_library(settings))
    with written_whole(file) as page:
        page.write(report_page(numbers, now).encode())
    out.print(f"Written: {file}. It holds words of people who agreed to that: give it to editors alone.")
