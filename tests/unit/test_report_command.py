"""`assistant report`: numbers of everybody, words of those who agreed, in one file."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.cli import app
from assistant.reply_kind import ReplyKind
from assistant.storage.questions import Question
from assistant.storage.store import Store
from assistant.storage.tallies import HELPED, NOT_HELPED, Tally, week_of
from tests.commands_in_process import run_command
from tests.shipped import shipped_library

_PERSON = 7_654_321
_SYMPTOMS = "calcinosis-universalis/symptoms"


def _counted(database: Path, tallies: dict[Tally, int], now: datetime, *questions: Question) -> None:
    async def keep() -> None:
        store = await Store.open(f"sqlite+aiosqlite:///{database}", now=lambda: now)
        async with store.write() as unit:
            for tally, times in tallies.items():
                await unit.tallies.add(tally, times)
            if questions:
                await unit.people.save(_PERSON, {"version": 1})
            for question in questions:
                await unit.questions.keep(_PERSON, question)
        await store.close()

    asyncio.run(keep())


def _page(tmp_path: Path) -> str:
    done = run_command(app, "report")
    assert (done.exit_code, done.stderr) == (0, "")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_weeks_answers_and_open_questions_stand_in_one_page(database: Path, tmp_path: Path) -> None:
    version = next(iter(shipped_library().topics.values())).entries["symptoms"].version
    now = datetime.now(UTC)
    _counted(database, {Tally(ReplyKind.NOT_COVERED): 4}, now - timedelta(weeks=1))
    _counted(
        database,
        {
            Tally(ReplyKind.ANSWER, _SYMPTOMS, version): 11,
            Tally(ReplyKind.COMMAND, _SYMPTOMS, version): 3,
            Tally(HELPED, _SYMPTOMS, version): 7,
            Tally(NOT_HELPED, _SYMPTOMS, version): 2,
            Tally(NOT_HELPED, _SYMPTOMS, "anoldversion"): 5,
            Tally(ReplyKind.EMERGENCY): 1,
        },
        now,
        Question("will <b>my insurance</b> pay", True, ReplyKind.NOT_COVERED, None),
        Question("which signs are there", False, ReplyKind.ANSWER, _SYMPTOMS),
    )
    page = _page(tmp_path)
    monday = week_of(now)
    cells = "".join(f'<td class="number">{count}</td>' for count in (11, 11, 0, 0, 0))
    assert f'<th scope="row">{monday}</th>{cells}' in page
    cells = "".join(f'<td class="number">{count}</td>' for count in (4, 0, 0, 4, 0))
    assert f'<th scope="row">{monday - timedelta(weeks=1)}</th>{cells}' in page
    cells = "".join(f'<td class="number">{count}</td>' for count in (11, 3, 7, 2, 5))
    assert f"<td>{_SYMPTOMS}</td>{cells}" in page
    assert "will &lt;b&gt;my insurance&lt;/b&gt; pay" in page
    assert "which signs are there" not in page
    assert str(_PERSON) not in page
    assert "http" not in page, "it needs something else"


def test_before_anything_was_counted_the_page_says_so(database: Path, tmp_path: Path) -> None:
    _counted(database, {}, datetime.now(UTC))
    assert "Nothing has been counted yet." in _page(tmp_path)


def test_without_a_database_there_is_a_sentence_and_no_page(database: Path, tmp_path: Path) -> None:
    done = run_command(app, "report")
    assert done.exit_code == 2
    assert "no database" in done.stderr
    assert not (tmp_path / "report.html").exists()
