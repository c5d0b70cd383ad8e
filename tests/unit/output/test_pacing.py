"""The whole bot's pace: machines take leases of it, and all pause when Telegram says so."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from aiogram import Bot

from assistant.errors import StorageError
from handlers.output.delivery import Delivery
from handlers.output.pacing import SharedSending
from tests.telegram_on_loopback import Sleeps, TelegramOnLoopback, accepted, refused

SENT = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "words"}


@dataclass
class Together:
    """Limits that are used up when a test says so."""

    left: int = 100
    held_s: float = 0.0
    is_away: bool = False
    held: list[float] = field(default_factory=list)
    taken: int = 0

    async def take(self, kind: str, person: int, *, step: timedelta, burst: timedelta) -> bool:
        self._look()
        if not self.left:
            return False
        self.left -= 1
        self.taken += 1
        return True

    async def hold(self, kind: str, person: int, wait: timedelta) -> None:
        self._look()
        self.held.append(wait.total_seconds())

    async def held_for(self, kind: str, person: int) -> float:
        self._look()
        return self.held_s

    def _look(self) -> None:
        if self.is_away:
            raise StorageError("The database could not be written (08006).")


@dataclass
class Slept:
    """A sleep that takes no time, after which there is something left again."""

    together: Together
    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.together.left = 1


def _pace(together: Together, per_second: int = 20) -> tuple[SharedSending, Slept]:
    slept = Slept(together)
    return SharedSending(together, per_second, sleep=slept, uniform=lambda low, high: high), slept


async def test_ten_sends_ask_once() -> None:
    together = Together()
    pace, slept = _pace(together)
    await asyncio.gather(*(pace.before_send() for _ in range(25)))
    assert (together.taken, slept.seconds) == (3, [])


async def test_where_nothing_is_left_a_send_waits_for_the_next_lease() -> None:
    together = Together(left=0)
    pace, slept = _pace(together)
    await pace.before_send()
    assert slept.seconds == [0.5], "ten sends at twenty a second"


async def test_a_pause_holds_up_the_next_send_and_is_told_to_all() -> None:
    together = Together()
    pace, slept = _pace(together)
    await pace.before_send()
    together.held_s = 7.0
    await pace.told_to_wait(7)
    await pace.before_send()
    assert (together.held, slept.seconds) == ([7.0], [7.0])


async def test_without_a_pace_only_what_telegram_says_counts() -> None:
    together = Together(left=0)
    pace, slept = _pace(together, per_second=0)
    for _ in range(30):
        await pace.before_send()
    assert slept.seconds == []


async def test_a_server_that_is_away_holds_nobody_up() -> None:
    pace, slept = _pace(Together(is_away=True))
    await pace.before_send()
    await pace.told_to_wait(3)
    await pace.before_send()
    assert slept.seconds == []


@dataclass
class Noted:
    """A pace that lets all pass, and remembers what it was asked and told."""

    sends: int = 0
    told: list[float] = field(default_factory=list)

    async def before_send(self) -> None:
        self.sends += 1

    async def told_to_wait(self, seconds: float) -> None:
        self.told.append(seconds)


async def test_every_message_asks_and_a_pause_that_names_no_chat_is_everybodys(
    bot: Bot, telegram: TelegramOnLoopback
) -> None:
    pace = Noted()
    bot.session.middleware(Delivery(pace=pace, sleep=Sleeps()))
    too_fast = refused(429, "Too Many Requests: retry after 7", retry_after=7)
    telegram.plan("sendMessage", too_fast, accepted(SENT))
    telegram.plan("answerCallbackQuery", too_fast, accepted(True))
    await bot.send_chat_action(5, "typing")
    assert pace.sends == 0
    await bot.send_message(5, "words")
    assert (pace.sends, pace.told) == (2, []), "it was the chat that was too fast"
    await bot.answer_callback_query("1")
    assert (pace.sends, pace.told) == (2, [7.0])
