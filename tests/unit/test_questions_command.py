"""`assistant questions`: for an operator to hand to an editor, and for machines."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from assistant.cli import app
from assistant.reply_kind import ReplyKind
from assistant.storage.questions import Question
from assistant.storage.store import Store
from tests.commands_in_process import run_command

_PERSON = 7_654_321


def _asked(database: Path, *questions: Question) -> None:
    async def keep() -> None:
        store = await Store.open(f"sqlite+aiosqlite:///{database}")
        async with store.write() as unit:
            await unit.people.save(_PERSON, {"version": 1})
            for question in questions:
                await unit.questions.keep(_PERSON, question)
        await store.close()

    asyncio.run(keep())


def test_what_has_no_answer_comes_first_and_nobody_is_named(database: Path) -> None:
    _asked(
        database,
        Question("what helps", False, ReplyKind.ANSWER, "topic/treatment"),
        Question("will \x1b[2Jmy insurance [bold]pay", True, ReplyKind.NOT_COVERED, None),
    )
    done = run_command(app, "questions")
    assert done.exit_code == 0
    missing, _, answered = done.stdout.partition("\n\n")
    assert missing.startswith("No answer fits:\n  will \ufffd[2Jmy insurance [bold]pay (once, last on ")
    assert "heard, so perhaps not as it was said" in missing
    assert answered.startswith("Answered:\n  what helps (once")
    assert "topic/treatment" in answered
    assert str(_PERSON) not in done.stdout


def test_machines_get_one_object_a_line(database: Path) -> None:
    _asked(database, *[Question("Grüße?", False, ReplyKind.NOT_COVERED, None)] * 2)
    (line,) = run_command(app, "questions", "--jsonl").stdout.splitlines()
    asked = json.loads(line)
    assert asked.pop("last")
    assert asked == {
        "words": "Grüße?",
        "outcome": "not_covered",
        "answer": None,
        "times": 2,
        "people": 1,
        "heard": 0,
    }


def test_where_none_are_kept_it_says_so(database: Path) -> None:
    _asked(database)
    done = run_command(app, "questions")
    assert (done.exit_code, "No questions are kept" in done.stdout) == (0, True)
    assert run_command(app, "questions", "--jsonl").stdout == ""


def test_without_a_database_it_says_so_and_makes_none(database: Path) -> None:
    done = run_command(app, "questions")
    assert (done.exit_code, database.exists()) == (2, False)
    assert "There is no database" in done.output


def test_a_database_of_an_older_version_is_left_alone(database: Path) -> None:
    older = Path(__file__).parent / "storage" / "schemas" / "0003.sql"
    with closing(sqlite3.connect(database)) as made:
        made.executescript(older.read_text(encoding="utf-8"))
    before = database.read_bytes()
    done = run_command(app, "questions")
    assert (done.exit_code, database.read_bytes() == before) == (2, True)
    assert "older version" in done.output
