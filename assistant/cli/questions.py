"""`assistant questions`."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assistant.cli.terminal import finish, out, start, write_line
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.storage.question_report import AskedQuestion

# The storage room is imported when it is used: `assistant --help` should wait for no database.

_TITLES: Final = {
    "not_covered": "No answer fits",
    "choice": "Two or three answers were offered",
    "answer": "Answered",
}


def questions(
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="Write one JSON object a line.")] = False,
) -> None:
    """Print what people asked who let it be kept, without their numbers: what has no answer first."""
    finish(_questions(start(), as_jsonl))


async def _questions(settings: Settings, as_jsonl: bool) -> None:
    from assistant.storage.durability.recovery import database_of
    from assistant.storage.question_report import asked_questions, questions_of_server
    from assistant.storage.store import is_server

    if is_server(settings.database_url):
        asked = await questions_of_server(settings.database_url, datetime.now(UTC))
    else:
        asked = asked_questions(database_of(settings.database_url), datetime.now(UTC))
    if as_jsonl:
        for each in asked:
            write_line(asdict(each) | {"last": each.last.isoformat()})
        return
    if not asked:
        out.print("No questions are kept: nobody has agreed to it yet, or asked anything since.")
        return
    outcome = None
    for each in asked:
        if each.outcome is not outcome:
            out.print(f"{'' if outcome is None else chr(10)}{_TITLES[each.outcome]}:")
            outcome = each.outcome
        out.print(f"  {_line(each)}")


def _line(asked: "AskedQuestion") -> str:
    # What somebody typed must not steer the terminal of whoever reads it.
    words = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in asked.words)
    notes = [f"{asked.times} times" if asked.times > 1 else "once", f"last on {asked.last.isoformat()}"]
    if asked.people > 1:
        notes.insert(1, f"by {asked.people} people")
    if asked.heard:
        notes.append("heard, so perhaps not as it was said" if asked.heard == asked.times else "partly heard")
    if asked.answer is not None:
        notes.append(asked.answer)
    return f"{words} ({', '.join(notes)})"
