"""People, their bookmarks, and that both can be erased without a trace."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.errors import StorageError
from assistant.library.entries import EntryRef
from assistant.queue.table import queue_in
from assistant.storage.bookmarks import Bookmark
from assistant.storage.store import Store
from tests.arrivals import put_updates
from tests.postgres import SQLITE_ONLY

CAUSES = EntryRef("calcinosis", "causes")
TYPES = EntryRef("calcinosis", "types")
CURE = EntryRef("calcinosis", "faq-cure")


async def test_somebody_new_has_no_state(store: Store) -> None:
    async with store.read() as unit:
        assert await unit.people.load(404) is None


async def test_the_state_saved_last_is_the_one_loaded(store: Store) -> None:
    for state in ({"speed": "slow"}, {"speed": "fast", "offered": [["t", "e"]]}):
        async with store.write() as unit:
            await unit.people.save(7, state)
    async with store.read() as unit:
        assert await unit.people.load(7) == {"speed": "fast", "offered": [["t", "e"]]}


async def test_a_person_comes_with_their_bookmarks_in_one_statement(store: Store, clock) -> None:
    async with store.write() as unit:
        await unit.people.save(7, {"n": 1})
        for ref in (TYPES, CAUSES, CURE):
            await unit.bookmarks.add(7, ref, ref.entry)
            clock.forward(minutes=1)
        await unit.bookmarks.remove(7, CURE)
        await unit.people.save(8, {"n": 2})
        await unit.bookmarks.add(8, CURE, "Cure")
        await unit.bookmarks.remove(8, CURE)
        await unit.bookmarks.add(9, CURE, "Cure")
    async with store.look() as unit:
        state, bookmarks = await unit.people.load_with_bookmarks(7)
        assert (state, [bookmark.ref for bookmark in bookmarks]) == ({"n": 1}, [TYPES, CAUSES])
        assert bookmarks == await unit.bookmarks.listing(7)
        assert await unit.people.load_with_bookmarks(8) == ({"n": 2}, ())
        assert await unit.people.load_with_bookmarks(9) == (None, await unit.bookmarks.listing(9))
        assert await unit.people.load_with_bookmarks(404) == (None, ())


async def test_being_gone_is_kept_beside_the_state(store: Store) -> None:
    async with store.write() as unit:
        await unit.people.save(7, {"n": 1})
        assert not await unit.people.is_gone(7)
        await unit.people.mark_gone(7, True)
        await unit.people.save(7, {"n": 2})
        assert await unit.people.is_gone(7)
        await unit.people.mark_gone(7, False)
        assert not await unit.people.is_gone(7)
        assert await unit.people.load(7) == {"n": 2}


@SQLITE_ONLY
async def test_marking_somebody_unknown_as_gone_keeps_nothing_about_them(
    store: Store, tmp_path: Path
) -> None:
    async with store.write() as unit:
        await unit.people.mark_gone(8, True)
        assert not await unit.people.is_gone(8)
    with sqlite3.connect(tmp_path / "kept" / "assistant.db") as database:
        assert database.execute("SELECT count(*) FROM people").fetchone() == (0,)
    database.close()


async def test_saving_twice_keeps_one_bookmark_in_its_place(store: Store, clock) -> None:
    async with store.write() as unit:
        assert await unit.bookmarks.add(1, CAUSES, "Causes")
        clock.forward(minutes=1)
        assert await unit.bookmarks.add(1, TYPES, "Types")
        clock.forward(minutes=1)
        assert not await unit.bookmarks.add(1, CAUSES, "Causes, again")
    async with store.read() as unit:
        listing = await unit.bookmarks.listing(1)
    assert [bookmark.ref for bookmark in listing] == [CAUSES, TYPES]
    assert listing[0] == Bookmark(CAUSES, "Causes", datetime(2026, 3, 1, 12, tzinfo=UTC))


async def test_a_bookmark_does_not_need_a_saved_state_nor_bring_one(store: Store) -> None:
    async with store.write() as unit:
        await unit.bookmarks.add(1, CAUSES, "Causes")
        assert await unit.people.load(1) is None
        await unit.people.save(1, {"n": 1})
    async with store.read() as unit:
        assert await unit.bookmarks.has(1, CAUSES)


async def test_nobody_reaches_somebody_elses_bookmarks(store: Store) -> None:
    async with store.write() as unit:
        await unit.bookmarks.add(1, CAUSES, "Causes")
        assert await unit.bookmarks.listing(2) == ()
        assert not await unit.bookmarks.has(2, CAUSES)
        assert await unit.bookmarks.remove(2, CAUSES) is None
        assert await unit.bookmarks.restore(2, CAUSES) is None
        assert await unit.bookmarks.has(1, CAUSES)


@pytest.mark.parametrize("by", ["reference", "bookmark"])
async def test_undoing_a_removal_puts_it_back_in_its_old_place(url: str, clock, by: str) -> None:
    store = await Store.open(url, now=clock)
    async with store.write() as unit:
        for ref in (CAUSES, TYPES, CURE):
            await unit.bookmarks.add(1, ref, ref.entry)
            clock.forward(minutes=1)
        removed = await unit.bookmarks.remove(1, TYPES)
        assert removed is not None
        assert [bookmark.ref for bookmark in await unit.bookmarks.listing(1)] == [CAUSES, CURE]
        assert not await unit.bookmarks.has(1, TYPES)
    await store.close()
    store = await Store.open(url, now=clock)
    async with store.write() as unit:
        for _ in range(2):
            assert await unit.bookmarks.restore(1, TYPES if by == "reference" else removed) == removed
        assert [bookmark.ref for bookmark in await unit.bookmarks.listing(1)] == [CAUSES, TYPES, CURE]
    await store.close()


async def test_only_the_last_removal_can_be_undone_by_name(store: Store, tmp_path: Path) -> None:
    async with store.write() as unit:
        await unit.bookmarks.add(1, CAUSES, "Causes")
        await unit.bookmarks.add(1, TYPES, "Types")
        first = await unit.bookmarks.remove(1, CAUSES)
        await unit.bookmarks.remove(1, TYPES)
        assert await unit.bookmarks.remove(1, TYPES) is None
        assert await unit.bookmarks.restore(1, CAUSES) is None
        assert await unit.bookmarks.restore(1, TYPES) is not None
        assert first is not None
        assert await unit.bookmarks.restore(1, first) == first


async def test_saving_what_was_removed_makes_it_the_newest(store: Store, clock) -> None:
    async with store.write() as unit:
        await unit.bookmarks.add(1, CAUSES, "Causes")
        clock.forward(minutes=1)
        await unit.bookmarks.add(1, TYPES, "Types")
        await unit.bookmarks.remove(1, CAUSES)
        clock.forward(minutes=1)
        assert await unit.bookmarks.add(1, CAUSES, "Causes, retitled")
        listing = await unit.bookmarks.listing(1)
    assert [(bookmark.ref, bookmark.title) for bookmark in listing] == [
        (TYPES, "Types"),
        (CAUSES, "Causes, retitled"),
    ]


async def test_a_moment_keeps_its_instant_whatever_its_time_zone(store: Store) -> None:
    moment = datetime(2026, 5, 4, 3, 2, 1, 678, tzinfo=timezone(timedelta(hours=-5)))
    async with store.write() as unit:
        await unit.bookmarks.add(1, CAUSES, "Causes", moment)
        (bookmark,) = await unit.bookmarks.listing(1)
    assert bookmark.saved_at == moment
    assert bookmark.saved_at.tzinfo is UTC
    with pytest.raises(StorageError):
        async with store.write() as unit:
            await unit.bookmarks.add(1, TYPES, "Types", moment.replace(tzinfo=None))


async def test_file_ids_are_kept_per_recording_and_kind(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.recordings.file_id("k") is None
        await unit.recordings.remember("k", "first")
        await unit.recordings.remember("k", "second")
        await unit.recordings.remember("k", "as-audio", kind="audio")
        assert await unit.recordings.file_id("k") == "second"
        assert await unit.recordings.file_id("k", kind="audio") == "as-audio"
        await unit.recordings.drop("k")
        await unit.recordings.drop("k")
        assert await unit.recordings.file_id("k") is None
        assert await unit.recordings.file_id("k", kind="audio") == "as-audio"


def update_from(person: int, number: int, words: str, chat: int | None = None) -> dict[str, object]:
    return {
        "update_id": number,
        "message": {"chat": {"id": chat or person}, "from": {"id": person}, "text": words},
    }


@SQLITE_ONLY
async def test_forgetting_leaves_no_row_and_no_word_in_any_file(store: Store, tmp_path: Path) -> None:
    forgotten, kept = 77_000_001, 77_000_002
    async with store.write() as unit:
        for person, mark in ((forgotten, "canary"), (kept, "remains")):
            await unit.people.save(person, {"said": mark + "-state"})
            await unit.bookmarks.add(person, CAUSES, mark + "-title")
            await unit.bookmarks.add(person, TYPES, mark + "-removed")
            await unit.bookmarks.remove(person, TYPES)
            await put_updates(
                unit,
                [
                    update_from(person, person % 10 * 10, mark + "-running"),
                    update_from(person, person % 10 * 10 + 1, mark + "-waiting"),
                    update_from(person, person % 10 * 10 + 2, mark + "-in-a-group", chat=-100),
                ],
            )
    async with store.write() as unit:
        running = await queue_in(unit).claim()
    assert running is not None
    async with store.write() as unit:
        await unit.people.forget(forgotten)
    async with store.write() as unit:
        await queue_in(unit).done(running.id)
        await queue_in(unit).bury(running.id)
        assert await queue_in(unit).fail(running.id) is None
        assert await unit.people.load(forgotten) is None
        assert await unit.bookmarks.listing(forgotten) == ()
        assert await unit.people.load(kept) == {"said": "remains-state"}
        assert await queue_in(unit).depth() == 3

    with sqlite3.connect(tmp_path / "kept" / "assistant.db") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    assert str(forgotten) not in dump
    assert "canary" not in dump
    files = b"".join(file.read_bytes() for file in (tmp_path / "kept").iterdir())
    assert b"remains" in files
    assert b"canary" not in files


async def test_forgetting_somebody_unknown_is_not_an_error(store: Store) -> None:
    async with store.write() as unit:
        await unit.people.forget(404)
