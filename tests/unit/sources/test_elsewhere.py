"""Machines of which one takes updates in: who has the duty works, whoever stands by counts as well."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import pytest
from aiogram import Bot

from assistant.errors import SettingsError, StorageError
from assistant.queue.updates import Arrival
from assistant.storage import membership
from assistant.storage.membership import Duty, OnlyMachine, on_duty
from handlers.sources.elsewhere import Elected, Elsewhere
from tests.telegram_on_loopback import TelegramOnLoopback, accepted, refused, until


@dataclass
class Noted:
    """An inflow that is told when Telegram was reached."""

    times: int = 0

    async def accept(self, arrivals: Sequence[Arrival]) -> int:
        raise AssertionError("nothing is taken in")

    async def reached(self) -> None:
        self.times += 1


@dataclass
class Asked:
    """A source that only remembers how often it began and ended."""

    number: int = 7
    away: bool = True
    reached_at: float | None = None
    begun: int = 0
    ended: int = 0
    fails: bool = False

    async def run(self) -> NoReturn:
        self.begun += 1
        try:
            if self.fails:
                raise SettingsError("no such bot")
            await asyncio.Event().wait()
            raise AssertionError
        finally:
            self.ended += 1


@dataclass
class Told(OnlyMachine):
    """A machine that has the duty when it is told so; `None`: nobody can say."""

    has: bool | None = False
    is_shared = True
    asked: list[Duty] = field(default_factory=list)

    async def may(self, duty: Duty) -> bool:
        self.asked.append(duty)
        if self.has is None:
            raise StorageError("The session with the database has ended.")
        return self.has


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "_ASK_AGAIN_S", 0.01)


def _elected(source: Asked, machine: Told) -> Elected:
    return Elected(source, lambda work, stand_by: on_duty(machine, Duty.POLLING, work, stand_by))


async def test_a_source_works_while_its_machine_has_the_duty_and_at_no_other_time() -> None:
    source, machine = Asked(), Told()
    elected = _elected(source, machine)
    running = asyncio.create_task(elected.run())
    await until(lambda: elected.reached_at is not None)
    assert (source.begun, elected.away) == (0, False)
    machine.has = True
    await until(lambda: source.begun == 1)
    assert (elected.away, elected.reached_at) == (True, None)
    for lost in (False, None):
        machine.has = lost
        await until(lambda: source.ended == source.begun)
        machine.has = True
        await until(lambda: source.ended < source.begun)
    assert source.begun == 3
    assert set(machine.asked) == {Duty.POLLING}
    running.cancel()
    await asyncio.wait({running})
    assert source.ended == 3


async def test_what_a_source_cannot_go_on_with_ends_the_program() -> None:
    machine = Told(has=True)
    with pytest.raises(SettingsError):
        await _elected(Asked(fails=True), machine).run()


async def test_a_machine_that_only_sends_looks_whether_telegram_is_there(
    bot: Bot, telegram: TelegramOnLoopback
) -> None:
    me = {"id": bot.id, "is_bot": True, "first_name": "Bot"}
    telegram.plan("getMe", accepted(me))
    inflow = Noted()
    source = Elsewhere(bot, inflow)
    running = asyncio.create_task(source.run())
    await until(lambda: inflow.times == 1)
    assert not source.away
    assert source.reached_at is not None
    assert source.reached_at <= time.monotonic()
    running.cancel()
    await asyncio.wait({running})


async def test_a_token_that_telegram_does_not_know_ends_it(bot: Bot, telegram: TelegramOnLoopback) -> None:
    telegram.plan("getMe", refused(401, "Unauthorized"))
    with pytest.raises(SettingsError, match="BOT_TOKEN"):
        await Elsewhere(bot, Noted()).run()
