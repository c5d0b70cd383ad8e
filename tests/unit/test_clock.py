"""Clocks that somebody sets: nothing is due earlier or later for it, nothing is kept or deleted for it."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from assistant import clock
from assistant.operations.heartbeat import heartbeat_age_s, heartbeat_file
from assistant.queue.table import queue_in
from assistant.reply_kind import ReplyKind
from assistant.settings import Settings
from assistant.storage.durability.backups import Backups, set_aside
from assistant.storage.durability.schedule import back_up_daily
from assistant.storage.questions import Question
from assistant.storage.store import Store
from tests.arrivals import put_updates

TODAY: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS: Final = (timedelta(days=-400), timedelta(days=-3), timedelta(days=3), timedelta(days=400))


class SetClock:
    """A machine's clock, which somebody may set."""

    def __init__(self) -> None:
        self.time = TODAY

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def wall() -> SetClock:
    return SetClock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/assistant.db"


@pytest.fixture
def backups(tmp_path: Path, wall: SetClock) -> Backups:
    return Backups(tmp_path / "assistant.db", tmp_path / "backups", now=wall)


@pytest.mark.parametrize("jump", DAYS)
def test_time_goes_on_whatever_the_machines_clock_is_set_to(
    monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    before, set_before = clock.steady_now(), clock.set_by_s()

    class Set(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + jump

    monkeypatch.setattr(clock, "datetime", Set)
    assert timedelta() <= clock.steady_now() - before < timedelta(minutes=5)
    assert clock.set_by_s() - set_before == pytest.approx(jump.total_seconds(), abs=60)


@pytest.mark.parametrize("off", [*DAYS, timedelta(hours=2)])
def test_a_clock_that_was_wrong_from_the_start_is_put_right_by_one_that_is_not(off: timedelta) -> None:
    steady = clock.SteadyClock()
    steady.told(datetime.now(UTC) + off)
    assert abs(steady.now() - datetime.now(UTC) - off) < timedelta(minutes=1)


def test_a_small_difference_is_nobodys_fault() -> None:
    steady = clock.SteadyClock()
    steady.told(datetime.now(UTC) + timedelta(minutes=50))
    assert abs(steady.now() - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_clock_that_is_set_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 30.0, 3 * 86400.0, 3 * 86400.0, 0.0])
    monkeypatch.setattr(clock, "set_by_s", lambda: next(seconds))
    with capture_logs() as logged, pytest.raises(RuntimeError, match="StopIteration"):
        await clock.warn_when_set(look_every_s=0)
    assert [line["by_s"] for line in logged] == [3 * 86400, -3 * 86400]


async def kept(url: str, wall: SetClock) -> None:
    store = await Store.open(url, now=wall)
    async with store.write() as unit:
        await unit.people.save(1, {"n": 1})
    await store.close()


async def look(backups: Backups, *, times: int = 1, **more: Any) -> list[dict[str, Any]]:
    """What the bot logs while it looks that often whether a backup is due."""

    async def sleep(_: float) -> None:
        nonlocal times
        times -= 1
        if not times:
            raise asyncio.CancelledError

    with capture_logs() as logged, pytest.raises(asyncio.CancelledError):
        await back_up_daily(backups, 7, sleep=sleep, **more)
    return [dict(line) for line in logged]


async def test_a_backup_of_the_future_is_no_reason_to_make_none_and_none_to_prefer(
    url: str, backups: Backups, wall: SetClock
) -> None:
    await kept(url, wall)
    wall.time = TODAY + timedelta(days=400)
    await look(backups)
    (lying,) = backups.listing()
    wall.time = TODAY
    logged = await look(backups)
    assert [line["event"] for line in logged] == ["stamped in the future", "backed up"]
    assert logged[0]["file"] == lying.name
    assert backups.listing()[0] == lying
    assert backups.newest_sound() == backups.listing()[-1] != lying
    assert await look(backups, times=5) == [], "the next is due in a day"
    backups.prune(1)
    assert lying not in backups.listing()


async def test_before_the_clock_is_known_to_be_right_nothing_set_aside_goes(
    tmp_path: Path, url: str, backups: Backups, wall: SetClock
) -> None:
    await kept(url, wall)
    aside = tmp_path / "assistant.db.set-aside-20260228T120000000000Z"
    aside.write_bytes(b"damaged")
    wall.time += timedelta(days=400)
    await look(backups, may_sweep=lambda: False)
    assert aside.exists()
    assert len(backups.listing()) == 1, "a backup is made whatever the clock says"


async def test_backups_keep_their_order_through_every_jump(
    url: str, backups: Backups, wall: SetClock
) -> None:
    await kept(url, wall)
    made = []
    for jump in DAYS:
        wall.time = TODAY + jump
        made.append(await asyncio.to_thread(backups.make))
    assert backups.listing() == tuple(made)


async def test_backups_of_an_earlier_version_come_before_and_what_lies_first_of_all(
    url: str, backups: Backups, wall: SetClock
) -> None:
    await kept(url, wall)
    made = await asyncio.to_thread(backups.make)
    for stamp in ("20260227T120000000000Z", "20260228T120000000000Z", "20310101T120000000000Z"):
        made.with_name(f"assistant-{stamp}.db").write_bytes(made.read_bytes())
    years = [path.name.split("-")[-1][:8] for path in backups.listing()]
    assert years == ["20310101", "20260227", "20260228", "20260301"]


async def test_a_database_set_aside_in_the_future_goes_a_week_from_now(
    tmp_path: Path, backups: Backups, wall: SetClock
) -> None:
    lying = tmp_path / "assistant.db.set-aside-20310101T120000000000Z"
    lying.write_bytes(b"damaged")
    journal = lying.with_name(f"{lying.name}-wal")
    journal.write_bytes(b"of it")
    backups.sweep()
    (aside,) = set_aside(tmp_path / "assistant.db")
    assert "20260301" in aside.name
    assert aside.with_name(f"{aside.name}-wal").exists()
    wall.time += timedelta(days=8)
    backups.sweep()
    assert not aside.exists()
    assert not aside.with_name(f"{aside.name}-wal").exists()
    assert set_aside(tmp_path / "assistant.db") == ()


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=-3)])
async def test_after_a_start_nobody_waits_for_a_clock_that_was_ahead(
    url: str, wall: SetClock, jump: timedelta
) -> None:
    store = await Store.open(url, now=wall)
    async with store.write() as unit:
        event = {"chat": {"id": 1}, "from": {"id": 1}, "text": "x"}
        await put_updates(unit, [{"update_id": number, "message": event} for number in (1, 2)])
        queue = queue_in(unit)
        claimed = await queue.claim()
        assert claimed is not None
        await queue.fail(claimed.id)
    await store.close()
    wall.time += jump
    store = await Store.open(url, now=wall)
    async with store.write() as unit:
        await queue_in(unit).requeue_running()
        assert await queue_in(unit).claim() is not None
        assert (await queue_in(unit).survey()).oldest_s == 0
    await store.close()


async def test_a_question_of_the_future_stays_no_longer_than_any_other(url: str, wall: SetClock) -> None:
    store = await Store.open(url, now=wall)
    async with store.write() as unit:
        await unit.people.save(1, {})
        await unit.questions.keep(1, Question("is it rare", False, ReplyKind.NOT_COVERED, None))
    wall.time -= timedelta(days=400)
    async with store.write() as unit:
        await unit.questions.mend_stamps()
    wall.time += timedelta(days=91)
    async with store.write() as unit:
        assert await unit.questions.purge() == 1
    await store.close()


@pytest.mark.parametrize("jump_s", [-3 * 86400, 3 * 86400])
def test_a_heartbeat_that_a_set_clock_left_behind_says_nothing_good(tmp_path: Path, jump_s: float) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path})
    heartbeat_file(settings).touch()
    os.utime(heartbeat_file(settings), (time.time() + jump_s,) * 2)
    assert heartbeat_age_s(settings) == pytest.approx(3 * 86400, abs=60)
