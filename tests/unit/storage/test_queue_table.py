"""The inbox: nothing lost, nothing twice, in order for each chat and each person."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import StorageError
from assistant.queue.purging import purge, purge_hourly
from assistant.queue.retry_policy import FAILURES, STARTS
from assistant.queue.table import Survey, queue_in
from assistant.queue.updates import Claimed
from assistant.reply_kind import ReplyKind
from assistant.storage.dialects import sqlite_file
from assistant.storage.questions import Question
from assistant.storage.store import Store
from handlers.sources.arrivals import turn_keys
from tests.arrivals import BOT_ID, put_updates
from tests.postgres import SQLITE_ONLY

LONG = timedelta(days=1)


def message(number: int, chat: int, person: int | None = None) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {"chat": {"id": chat}, "from": {"id": person or chat}, "text": f"words {number}"},
    }


async def put(store: Store, *updates: dict[str, Any]) -> int:
    async with store.write() as unit:
        return await put_updates(unit, updates)


async def claim(store: Store) -> Claimed | None:
    async with store.write() as unit:
        return await queue_in(unit).claim()


async def claim_number(store: Store) -> int | None:
    stored = await claim(store)
    return None if stored is None else stored.arrival.number


async def claimed(store: Store) -> Claimed:
    stored = await claim(store)
    assert stored is not None
    return stored


async def test_an_update_comes_out_as_it_went_in(store: Store) -> None:
    update = message(1, 5) | {"unknown": {"deep": [1, 2.5, None, True, "snow \u2603 \ud800"]}}
    assert await put(store, update) == 1
    assert (await claimed(store)).arrival.body == update


async def test_an_update_delivered_twice_is_stored_once_even_when_done(store: Store, clock) -> None:
    assert await put(store, message(1, 5), message(2, 5)) == 2
    assert await put(store, message(2, 5), message(3, 5)) == 1
    done = await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).done(done.id)
    clock.forward(hours=24)
    assert await put(store, message(1, 5)) == 0


async def test_numbers_that_start_again_after_an_idle_week_are_new_updates(store: Store, clock) -> None:
    await put(store, message(1, 5))
    stored = await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).done(stored.id)
    clock.forward(days=7)
    await purge(store, BOT_ID)
    assert await put(store, message(1, 6)) == 1
    assert await claim_number(store) == 1


@SQLITE_ONLY
async def test_what_is_done_loses_its_words_at_once_and_goes_after_48_hours(
    store: Store, clock, tmp_path: Path
) -> None:
    await put(store, message(1, 5))
    stored = await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).done(stored.id)
    with sqlite3.connect(tmp_path / "kept" / "assistant.db") as database:
        row = database.execute("SELECT update_id, state, body, chat, person FROM inbox").fetchall()
        assert row == [(1, "done", None, None, None)]
        clock.forward(hours=48, seconds=-1)
        await purge(store, BOT_ID)
        assert database.execute("SELECT count(*) FROM inbox").fetchone() == (1,)
        clock.forward(seconds=2)
        await purge(store, BOT_ID)
        assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    database.close()


async def test_every_hour_what_has_been_kept_long_enough_goes_also_after_a_time_that_failed(
    store: Store, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, message(1, 5))
    stored = await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).done(stored.id)
        await unit.people.save(5, {"n": 1})
        await unit.questions.keep(5, Question("words", False, ReplyKind.NOT_COVERED, None))
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            clock.forward(days=91)
            monkeypatch.setattr(store, "write", failing)
        if len(slept) == 3:
            monkeypatch.undo()
        if len(slept) == 4:
            raise asyncio.CancelledError

    @asynccontextmanager
    async def failing() -> AsyncIterator[None]:
        raise StorageError("The database could not be written (SQLITE_FULL).")
        yield

    with pytest.raises(asyncio.CancelledError):
        await purge_hourly(partial(purge, store, BOT_ID), is_reached=lambda: len(slept) > 1, sleep=sleep)
    assert slept == [3600.0] * 4
    async with store.read() as unit:
        assert [row.table for row in await unit.belongings.of(5)] == ["people"]
    async with store.write() as unit:
        assert await queue_in(unit).purge() == 0


async def test_one_update_of_a_chat_runs_at_a_time_in_order_while_other_chats_go_on(store: Store) -> None:
    await put(store, message(1, 5), message(2, 5), message(3, 6), message(4, 5))
    first = await claimed(store)
    assert first.arrival.number == 1
    assert await claim_number(store) == 3
    assert await claim_number(store) is None
    async with store.write() as unit:
        await queue_in(unit).done(first.id)
    assert await claim_number(store) == 2
    assert await claim_number(store) is None


async def test_one_person_in_two_chats_is_served_one_after_the_other(store: Store) -> None:
    await put(store, message(1, 5), message(2, -100, person=5), message(3, -100, person=6))
    first = await claimed(store)
    assert first.arrival.number == 1
    # The group's turn is its oldest update's, which waits for its person.
    assert await claim_number(store) is None
    async with store.write() as unit:
        await queue_in(unit).done(first.id)
    assert await claim_number(store) == 2


async def test_several_are_claimed_at_once_under_the_same_rules(store: Store) -> None:
    await put(store, message(1, 5), message(2, 5), message(3, 6), message(4, 7, person=6), message(5, 8))
    async with store.write() as unit:
        several = await queue_in(unit).claim_several(10)
    assert [stored.arrival.number for stored in several] == [1, 3, 5]
    async with store.write() as unit:
        await queue_in(unit).done(*(stored.id for stored in several))
        several = await queue_in(unit).claim_several(1)
    assert [stored.arrival.number for stored in several] == [2]


async def test_updates_of_nobody_in_particular_do_not_wait_for_each_other(store: Store) -> None:
    await put(store, {"update_id": 1, "x": 1}, {"update_id": 2, "x": 1}, {"update_id": 3})
    assert [await claim_number(store) for _ in range(4)] == [1, 2, 3, None]


async def test_a_failing_update_rests_and_is_dead_after_three_failures(store: Store, clock) -> None:
    await put(store, message(1, 5), message(2, 5), message(3, 6))
    for failure in range(1, FAILURES):
        stored = await claimed(store)
        assert (stored.arrival.number, stored.failures) == (1, failure - 1)
        async with store.write() as unit:
            pause_s = await queue_in(unit).fail(stored.id)
        assert pause_s is not None
        if failure == 1:
            # Others are served meanwhile, but nobody overtakes within the chat.
            assert await claim_number(store) == 3
        assert await claim_number(store) is None
        clock.forward(seconds=pause_s)
    stored = await claimed(store)
    async with store.write() as unit:
        assert await queue_in(unit).fail(stored.id) is None
        assert await queue_in(unit).dead() == 1
    assert await claim_number(store) == 2


async def test_a_postponed_update_rests_longer_as_it_ages_and_dies_after_an_hour_unless_telegram_is_away(
    store: Store, clock
) -> None:
    await put(store, message(1, 5))
    rests = []
    while True:
        stored = await claimed(store)
        async with store.write() as unit:
            pause_s = await queue_in(unit).postpone(stored.id, tried_for=LONG, patiently=True)
        assert pause_s is not None
        rests.append(pause_s)
        assert await claim_number(store) is None
        clock.forward(seconds=pause_s)
        if sum(rests) > 3600:
            break
    assert rests[0] == 5
    assert rests == sorted(rests)
    assert rests[-1] == 300
    stored = await claimed(store)
    assert stored.failures == 0
    async with store.write() as unit:
        # A program that has only just begun has not tried it for an hour, however old it is.
        pause_s = await queue_in(unit).postpone(stored.id, tried_for=timedelta(), patiently=False)
    assert pause_s == 300
    clock.forward(seconds=pause_s)
    stored = await claimed(store)
    async with store.write() as unit:
        assert await queue_in(unit).postpone(stored.id, tried_for=LONG, patiently=False) is None
        assert await queue_in(unit).dead() == 1


async def test_pauses_can_be_ended(store: Store) -> None:
    await put(store, message(1, 5))
    stored = await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).postpone(stored.id, tried_for=LONG, patiently=True)
    assert await claim_number(store) is None
    async with store.write() as unit:
        await queue_in(unit).end_pauses()
    assert await claim_number(store) == 1


async def test_a_released_update_is_due_at_once_and_nothing_counts_against_it(store: Store) -> None:
    await put(store, message(1, 5))
    for _ in range(STARTS * 2):
        stored = await claimed(store)
        async with store.write() as unit:
            await queue_in(unit).release(stored.id)
    async with store.write() as unit:
        await queue_in(unit).requeue_running()
    assert await claim_number(store) == 1


async def test_depth_counts_what_waits_and_what_runs(store: Store) -> None:
    await put(store, message(1, 5), message(2, 5), message(3, 6))
    stored = await claimed(store)
    async with store.read() as unit:
        assert await queue_in(unit).depth() == 3
    async with store.write() as unit:
        await queue_in(unit).done(stored.id)
        assert await queue_in(unit).depth() == 2


async def test_a_survey_counts_by_state_and_names_the_age_of_the_oldest_that_is_unsettled(
    store: Store, clock
) -> None:
    async with store.read() as unit:
        assert await queue_in(unit).survey() == Survey(waiting=0, spoken=0, running=0, dead=0, oldest_s=0.0)
    await put(store, message(1, 5))
    clock.forward(minutes=2)
    await put(store, message(2, 6), voice(3, 7))
    clock.forward(seconds=30)
    running, buried = await claimed(store), await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).bury(buried.id)
        assert await queue_in(unit).survey() == Survey(waiting=1, spoken=1, running=1, dead=1, oldest_s=150.0)
        await queue_in(unit).done(running.id)
        assert await queue_in(unit).survey() == Survey(waiting=1, spoken=1, running=0, dead=1, oldest_s=30.0)


async def test_what_a_crash_left_running_waits_again_in_its_old_place(url: str, clock) -> None:
    store = await Store.open(url, now=clock)
    await put(store, message(1, 5), message(2, 5))
    assert await claim_number(store) == 1
    await store.close()
    store = await Store.open(url, now=clock)
    assert await claim_number(store) is None
    async with store.write() as unit:
        assert await queue_in(unit).requeue_running() == (0,)
    assert await claim_number(store) == 1
    await store.close()


async def test_what_was_running_at_several_crashes_rests_longer_each_time_while_others_go_on(
    store: Store, clock
) -> None:
    await put(store, message(1, 5), message(2, 5), message(3, 6))
    rested = []
    for _ in range(STARTS):
        assert await claim_number(store) == 1
        async with store.write() as unit:
            [rest_s] = await queue_in(unit).requeue_running() or [None]
        if rest_s:
            if rest_s == 4:
                # Not even when Telegram comes back; but somebody else, in the meantime.
                async with store.write() as unit:
                    await queue_in(unit).end_pauses()
                settled = await claimed(store)
                assert settled.arrival.number == 3
                async with store.write() as unit:
                    await queue_in(unit).done(settled.id)
            assert await claim_number(store) is None
            clock.forward(seconds=rest_s)
        rested.append(rest_s)
    assert rested == [0, 4, 8, 16, 32, 64, 128, 0]
    # Nothing is left of it that could end the process, but for whoever waits to be told.
    told = await claimed(store)
    assert (told.arrival.number, told.arrival.chat, told.arrival.body) == (1, 5, {})
    async with store.write() as unit:
        assert await queue_in(unit).requeue_running() == (), "not even that can be said"
        assert await queue_in(unit).dead() == 1
    assert await claim_number(store) == 2


@pytest.mark.process
@pytest.mark.kill
def test_a_kill_loses_nothing_that_was_put_and_claims_nothing_for_good(tmp_path: Path) -> None:
    program = (
        "import asyncio, os, signal\n"
        "from assistant.queue.table import queue_in\n"
        "from assistant.storage.store import Store\n"
        "from tests.arrivals import BOT_ID, put_updates\n"
        "async def main():\n"
        f"    store = await Store.open('sqlite+aiosqlite:///{tmp_path}/a.db')\n"
        "    async with store.write() as unit:\n"
        "        await put_updates(unit, [{'update_id': n, 'x': {'chat': {'id': n}}} for n in range(1, 9)])\n"
        "    async with store.write() as unit:\n"
        "        await queue_in(unit).claim_several(3)\n"
        "    async with store.write() as unit:\n"
        "        await put_updates(unit, [{'update_id': 99}])\n"
        "        await queue_in(unit).claim()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=60, env=os.environ)
    assert killed.returncode == -signal.SIGKILL

    async def look() -> list[int]:
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/a.db")
        async with store.write() as unit:
            assert await queue_in(unit).requeue_running() == (0, 0, 0)
            numbers = [stored.arrival.number for stored in await queue_in(unit).claim_several(20)]
        await store.close()
        return numbers

    assert asyncio.run(look()) == list(range(1, 9))


@pytest.mark.parametrize("number", [None, "7", 7.5, True, -1, 2**31, 2**80, [7]])
async def test_an_update_without_a_usable_number_is_left_out_and_the_others_stay(
    store: Store, number
) -> None:
    assert await put(store, message(1, 5), {"update_id": number, "message": {}}, message(3, 6)) == 2
    assert [await claim_number(store) for _ in range(3)] == [1, 3, None]


async def test_of_an_update_too_deep_or_too_long_to_keep_its_place_stays(store: Store) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    too_deep = {"update_id": 2, "message": {"chat": {"id": 7}, "text": deep}}
    too_long = {"update_id": 3, "message": {"chat": {"id": 8}, "voice": {}, "text": "x" * 1_000_001}}
    assert await put(store, message(1, 5), too_deep, too_long, message(4, 6)) == 4
    async with store.write() as unit:
        claimed = await queue_in(unit).claim_several(9, spoken=0)
    emptied = [(each.arrival.number, each.arrival.chat) for each in claimed if each.arrival.body == {}]
    assert [each.arrival.number for each in claimed] == [1, 2, 3, 4]
    assert emptied == [(2, 7), (3, 8)]


@SQLITE_ONLY
@pytest.mark.parametrize("damaged", ['{"upd', "7", "", "\x00", "[" * 100_000])
async def test_of_a_body_damaged_on_the_disk_its_place_stays_and_the_others_go_on(
    store: Store, tmp_path: Path, damaged: str
) -> None:
    await put(store, message(1, 5), message(2, 6))
    with sqlite3.connect(tmp_path / "kept" / "assistant.db") as damage:
        damage.execute("UPDATE inbox SET body = ?, answer = ? WHERE update_id = 1", (damaged, damaged))
    damage.close()
    first = await claimed(store)
    assert (first.arrival.number, first.arrival.chat, first.arrival.body, first.answer) == (1, 5, {}, None)
    assert await claim_number(store) == 2


@pytest.mark.parametrize(
    ("update", "keys"),
    [
        ({"message": {"chat": {"id": -5}, "from": {"id": 6}}}, (-5, 6)),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": -5}}}}, (-5, 6)),
        ({"callback_query": {"from": {"id": 6}, "inline_message_id": "x"}}, (6, 6)),
        ({"inline_query": {"from": {"id": 6}, "query": "q"}}, (6, 6)),
        ({"chosen_inline_result": {"from": {"id": 6}}}, (6, 6)),
        ({"my_chat_member": {"chat": {"id": 6}, "from": {"id": 6}}}, (6, 6)),
        ({"poll_answer": {"user": {"id": 6}}}, (6, 6)),
        ({"channel_post": {"chat": {"id": -5}}}, (-5, None)),
        ({"message": {"chat": {"id": "5"}, "from": [6]}}, (None, None)),
        ({"message": {"chat": {"id": 2**70}, "from": {"id": 1.5}}}, (None, None)),
        ({"message": "words"}, (None, None)),
        ({"message": None, "callback_query": {"from": {"id": 6}, "message": 3}}, (6, 6)),
        ({}, (None, None)),
    ],
)
def test_every_kind_of_update_says_whose_turn_it_takes(update: dict[str, Any], keys: object) -> None:
    assert turn_keys({"update_id": 1} | update) == keys


@SQLITE_ONLY
async def test_an_answer_kept_with_its_effects_comes_back_after_a_crash_and_goes_when_done(
    store: Store, tmp_path: Path
) -> None:
    await put(store, message(1, 5))
    first = await claimed(store)
    assert first.answer is None
    async with store.write() as unit:
        await queue_in(unit).answered(first.id, {"text": "kept words"})
    async with store.write() as unit:
        assert await queue_in(unit).requeue_running() == (0,)
    again = await claimed(store)
    assert again.answer == {"text": "kept words"}
    assert again.arrival.body == message(1, 5)
    async with store.write() as unit:
        await queue_in(unit).done(again.id)
    await store.clear_journal()
    files = b"".join(file.read_bytes() for file in (tmp_path / "kept").iterdir())
    assert b"kept words" not in files


@pytest.fixture
async def impatient_store(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    """Waits for nobody who reads."""
    others = tuple(each for each in sqlite_file._PRAGMAS if not each.startswith("busy_timeout"))
    monkeypatch.setattr(sqlite_file, "_PRAGMAS", ("busy_timeout=1", *others))
    opened = await Store.open(url)
    yield opened
    await opened.close()


@SQLITE_ONLY
async def test_a_reader_keeps_the_journal_from_being_emptied_and_that_is_told(
    impatient_store: Store, tmp_path: Path
) -> None:
    store = impatient_store
    await put(store, message(1, 5))
    (file,) = (tmp_path / "kept").glob("*.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        await put(store, message(2, 5))
        assert not await store.clear_journal()
    assert await store.clear_journal()
    assert file.with_name(file.name + "-wal").stat().st_size == 0


async def test_only_a_running_update_is_answered(store: Store) -> None:
    await put(store, message(1, 5))
    async with store.write() as unit:
        await queue_in(unit).answered(1, {"text": "too early"})
    assert (await claimed(store)).answer is None


async def test_forgetting_leaves_the_answer_that_says_so_and_nothing_else(store: Store) -> None:
    await put(store, message(1, 5), message(2, 5))
    running = await claimed(store)
    async with store.write() as unit:
        await queue_in(unit).answered(running.id, {"text": "All is erased."})
        await unit.people.forget(5)
    async with store.write() as unit:
        await queue_in(unit).requeue_running()
    again = await claimed(store)
    assert (again.arrival.body, again.answer) == ({}, {"text": "All is erased."})
    assert await claim(store) is None


def voice(number: int, chat: int) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {"chat": {"id": chat}, "from": {"id": chat}, "voice": {"file_id": "x"}},
    }


async def test_what_is_typed_overtakes_other_peoples_voices_and_never_ones_own(store: Store) -> None:
    await put(store, *(voice(number, number) for number in range(1, 6)), message(6, 1), message(7, 9))
    async with store.write() as unit:
        claimed = await queue_in(unit).claim_several(4, spoken=2)
    # Person 1 typed after speaking, and waits for their own voice.
    assert [(stored.arrival.number, stored.arrival.spoken) for stored in claimed] == [
        (1, True),
        (2, True),
        (7, False),
    ]
    async with store.write() as unit:
        assert await queue_in(unit).claim_several(4, spoken=0) == ()
        assert [stored.arrival.number for stored in await queue_in(unit).claim_several(1, spoken=1)] == [3]


@pytest.mark.parametrize("broken", [None, 7, [], {"voice": None}, "voice"], ids=str)
async def test_a_broken_message_is_of_some_kind(store: Store, broken: Any) -> None:
    assert await put(store, {"update_id": 1, "message": broken}) == 1
    assert (await claimed(store)).arrival.body["message"] == broken


async def test_more_voices_than_may_wait_are_taken_up_at_once_and_marked(store: Store) -> None:
    async with store.write() as unit:
        for numbers in ((1, 2), (3, 4, 5)):
            await put_updates(unit, [voice(number, number) for number in numbers], most_spoken=3)
        await put_updates(unit, [message(6, 6)], most_spoken=3)
    async with store.write() as unit:
        claimed = await queue_in(unit).claim_several(9, spoken=1)
    # Three wait to be listened to; the fourth and fifth are only to be told, and wait for nobody.
    assert [(stored.arrival.number, stored.arrival.spoken) for stored in claimed] == [
        (1, True),
        (4, False),
        (5, False),
        (6, False),
    ]
    async with store.write() as unit:
        # One of the three is being listened to, so there is room again.
        await put_updates(unit, [voice(7, 7), voice(8, 8)], most_spoken=3)
        later = await queue_in(unit).claim_several(9, spoken=9)
    assert {stored.arrival.number: stored.arrival.spoken for stored in later} == {
        2: True,
        3: True,
        7: True,
        8: False,
    }


async def test_two_bots_number_their_updates_alike_and_neither_loses_any(store: Store) -> None:
    async with store.write() as unit:
        assert await put_updates(unit, [message(1, 5)], 11) == 1
        assert await put_updates(unit, [message(1, 5), message(2, 5)], 22) == 2
        assert await put_updates(unit, [message(1, 5)], 22) == 0
    async with store.write() as unit:
        queue = queue_in(unit)
        claimed = [*await queue.claim_several(9, source=22)]
        assert [(each.arrival.source, each.arrival.number) for each in claimed] == [(22, 1)]
        assert (await queue.survey(22)).waiting == 1
        assert (await queue.survey(11)).waiting == 1


async def test_what_waits_for_another_bot_is_kept_for_48_hours(store: Store, clock) -> None:
    async with store.write() as unit:
        await put_updates(unit, [message(1, 5)], 11)
    clock.forward(hours=47)
    await purge(store, 22)
    async with store.read() as unit:
        assert await queue_in(unit).depth() == 1
    clock.forward(hours=2)
    left_out: list[int] = []
    await purge(store, 22, left_out.append)
    async with store.read() as unit:
        assert await queue_in(unit).depth() == 0
    assert left_out == [1], "nothing is given up in silence"


async def test_what_an_earlier_version_stored_is_the_bots_that_starts_next(store: Store) -> None:
    async with store.write() as unit:
        await put_updates(unit, [message(1, 5)], 0)
        await queue_in(unit).adopt(22)
        assert await put_updates(unit, [message(1, 5)], 22) == 0
        assert len(await queue_in(unit).claim_several(9, source=22)) == 1


async def test_a_recording_that_is_put_off_is_heard_later_and_what_is_typed_meanwhile_overtakes_it(
    store: Store,
) -> None:
    async with store.write() as unit:
        await put_updates(unit, [voice(1, 5), message(2, 5), voice(3, 5)], most_spoken=0)
        [told] = await queue_in(unit).claim_several(9, spoken=9)
        assert (told.arrival.number, told.arrival.spoken) == (1, False)
        await queue_in(unit).put_off(told.id)
        [typed] = await queue_in(unit).claim_several(9, spoken=0)
        assert typed.arrival.number == 2
        await queue_in(unit).done(typed.id)
        [next_told] = await queue_in(unit).claim_several(9, spoken=0)
        assert next_told.arrival.number == 3
        await queue_in(unit).put_off(next_told.id)
        [heard] = await queue_in(unit).claim_several(9, spoken=9)
        assert (heard.arrival.number, heard.arrival.spoken) == (1, True)


async def test_what_is_held_back_lets_what_came_with_it_go_first_and_comes_again_soon(
    store: Store, clock
) -> None:
    async with store.write() as unit:
        await put_updates(unit, [message(1, 5), message(2, 5)])
        held = await queue_in(unit).claim()
        assert held is not None
        pause_s = await queue_in(unit).hold_back(held.id)
    assert await claim_number(store) == 2
    async with store.write() as unit:
        await queue_in(unit).done(2)
    assert await claim_number(store) is None
    clock.forward(seconds=pause_s)
    assert await claim_number(store) == 1
