"""Kept questions: ninety days at most, bounded, erased from every copy, and never in a backup."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.dialogue.person import Preferences
from assistant.errors import StorageError
from assistant.reply_kind import ReplyKind
from assistant.storage import questions
from assistant.storage.durability import database_files
from assistant.storage.durability.backups import Backups, stamp
from assistant.storage.durability.recovery import restore
from assistant.storage.question_report import AskedQuestion, asked_questions
from assistant.storage.questions import KEPT_DAYS, Question
from assistant.storage.store import Store
from tests.postgres import SQLITE_ONLY

_ME, _OTHER = 7_000_001, 8_000_002


def _asked(words: str) -> Question:
    return Question(words, False, ReplyKind.NOT_COVERED, None)


def _bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def _keep(store: Store, person: int, *words: str) -> None:
    async with store.write() as unit:
        await unit.people.save(
            person, {"version": 1, "preferences": {"keep_questions": True, "speed": "slow"}}
        )
        for each in words:
            await unit.questions.keep(person, _asked(each))


async def _kept(store: Store, person: int) -> list[str]:
    async with store.read() as unit:
        return [row.columns["words"] for row in await unit.belongings.of(person) if row.table == "questions"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "assistant.db"


@pytest.fixture
def backups(database: Path, tmp_path: Path, clock: Any) -> Backups:
    return Backups(database, tmp_path / "backups", now=clock)


async def test_a_question_goes_after_ninety_days(store: Store, clock: Any) -> None:
    await _keep(store, _ME, "early")
    clock.forward(days=KEPT_DAYS)
    await _keep(store, _ME, "late")
    assert await _kept(store, _ME) == ["early", "late"]
    clock.forward(seconds=1)
    async with store.write() as unit:
        assert await unit.questions.purge() == 1
    assert await _kept(store, _ME) == ["late"]


async def test_of_one_person_the_newest_thousand_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_OF_ONE", 3)
    await _keep(store, _OTHER, "theirs")
    await _keep(store, _ME, *map(str, range(5)))
    assert (await _kept(store, _ME), await _kept(store, _OTHER)) == (["2", "3", "4"], ["theirs"])


async def test_a_story_and_half_a_character_can_be_kept(store: Store) -> None:
    await _keep(store, _ME, "x" * 5000, "half \ud83d", "no\0thing")
    assert await _kept(store, _ME) == ["x" * questions.LONGEST, "half ?", "nothing"]


@SQLITE_ONLY
async def test_a_backup_holds_no_question_and_no_consent_and_all_else(
    store: Store, backups: Backups, url: str
) -> None:
    await _keep(store, _ME, "wobblethorpe")
    made = backups.make()
    assert b"wobblethorpe" not in made.read_bytes()
    await store.close()
    await restore(url, backups, made)
    again = await Store.open(url)
    async with again.read() as unit:
        assert await unit.people.load(_ME) == {"version": 1, "preferences": {"speed": "slow"}}
    assert await _kept(again, _ME) == []
    await again.close()


def test_a_backup_leaves_out_choices_that_there_are() -> None:
    assert set(database_files.CONSENTS) <= set(Preferences.model_fields)


@SQLITE_ONLY
async def test_erasing_leaves_no_word_in_any_file_a_database_set_aside_included(
    url: str, database: Path, backups: Backups, clock: Any, tmp_path: Path
) -> None:
    store = await Store.open(url, now=clock, copies=backups)
    await _keep(store, _ME, "wobblethorpe")
    await _keep(store, _OTHER, "quillfeather")
    aside = database.with_name(f"{database.name}.set-aside-{stamp(clock())}")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(aside)) as target:
        source.backup(target)
    async with store.write() as unit:
        await unit.questions.erase(_ME)
    held = _bytes_under(tmp_path)
    assert b"wobblethorpe" not in held
    assert held.count(b"quillfeather") >= 2, "the files hold no words at all, so this proves nothing"
    async with store.read() as unit:
        assert await unit.people.load(_ME) is not None
    await store.close()


@SQLITE_ONLY
async def test_nobody_is_told_that_questions_are_erased_while_a_copy_still_holds_them(
    url: str, clock: Any, monkeypatch: pytest.MonkeyPatch, backups: Backups
) -> None:
    def refuses(*_: object) -> None:
        raise StorageError("The database could not be cleaned (SQLITE_READONLY).")

    store = await Store.open(url, now=clock, copies=backups)
    await _keep(store, _ME, "still here")
    backups.make()
    monkeypatch.setattr(database_files, "erase", refuses)
    with pytest.raises(StorageError):
        async with store.write() as unit:
            await unit.questions.erase(_ME)
    assert await _kept(store, _ME) == ["still here"]
    await store.close()


@SQLITE_ONLY
async def test_old_questions_go_from_a_database_set_aside_too(
    store: Store, database: Path, backups: Backups, clock: Any
) -> None:
    await _keep(store, _ME, "wobblethorpe")
    clock.forward(days=KEPT_DAYS)
    await _keep(store, _ME, "quillfeather")
    aside = database.with_name(f"{database.name}.set-aside-{stamp(clock() + timedelta(days=1))}")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(aside)) as target:
        source.backup(target)
    clock.forward(days=1)
    backups.sweep()
    held = b"".join(path.read_bytes() for path in aside.parent.glob(f"{aside.name}*"))
    assert (b"wobblethorpe" in held, b"quillfeather" in held) == (False, True)


@SQLITE_ONLY
async def test_an_editor_sees_what_is_missing_first_grouped_and_without_numbers(
    store: Store, database: Path, clock: Any
) -> None:
    await _keep(store, _ME, "too old")
    clock.forward(days=KEPT_DAYS, seconds=1)
    await _keep(store, _ME, "Will it pay?", "is it rare")
    clock.forward(days=1)
    async with store.write() as unit:
        await unit.people.save(_OTHER, {"version": 1})
        for question in (
            Question("will it  pay", True, ReplyKind.NOT_COVERED, None),
            *[Question("what helps", False, ReplyKind.ANSWER, "t/treatment")] * 3,
            Question("what helps", False, ReplyKind.CHOICE, "t/treatment"),
        ):
            await unit.questions.keep(_OTHER, question)
    day = clock().date()
    asked = asked_questions(database, clock())
    assert asked == (
        AskedQuestion("will it  pay", ReplyKind.NOT_COVERED, None, 2, 2, 1, day),
        AskedQuestion("is it rare", ReplyKind.NOT_COVERED, None, 1, 1, 0, day - timedelta(days=1)),
        AskedQuestion("what helps", ReplyKind.CHOICE, "t/treatment", 1, 1, 0, day),
        AskedQuestion("what helps", ReplyKind.ANSWER, "t/treatment", 3, 1, 0, day),
    )
    assert str(_OTHER) not in str(asked)
