"""How much one person may ask for. Beyond it there is one polite notice, then silence until there is room."""

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from aiogram import BaseMiddleware, Bot
from aiogram.types import Message, TelegramObject

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from handlers.attachments import sound_in
from handlers.audience_filter import Caller
from handlers.output.system_messages import SystemMessages

_MINUTE_S: Final = 60.0
_MOST_PEOPLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one person may send. Durations in seconds, sizes in bytes."""

    messages_per_minute: int = 30
    voices_per_minute: int = 10
    max_voice_s: int = 90
    max_voice_bytes: int = 5_000_000


class Verdict(Enum):
    """What to do with one more message."""

    SERVE = auto()
    NOTICE = auto()
    """Too many: say so, once a minute at most."""
    SILENCE = auto()
    """Too many, and the person has been told."""


class Limiter:
    """Counts what each person sent within the last minute.

    Kept in memory alone, for the people heard from most recently: a restart forgives. `clock` gives seconds
    that never go backwards.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._times: OrderedDict[int, deque[float]] = OrderedDict()
        self._told: dict[int, float] = {}

    def judge(self, person_id: int) -> Verdict:
        """Whether one more message from this person is served. Only what is served is counted."""
        now = self._clock()
        times = self._times.setdefault(person_id, deque())
        self._times.move_to_end(person_id)
        while times and now - times[0] >= _MINUTE_S:
            times.popleft()
        if len(times) < self._per_minute:
            times.append(now)
            self._forget_the_oldest()
            return Verdict.SERVE
        if now - self._told.get(person_id, float("-inf")) < _MINUTE_S:
            return Verdict.SILENCE
        self._told[person_id] = now
        return Verdict.NOTICE

    def _forget_the_oldest(self) -> None:
        while len(self._times) > _MOST_PEOPLE:
            person_id, _ = self._times.popitem(last=False)
            self._told.pop(person_id, None)


class RateLimits(BaseMiddleware):
    """Stops a flood from one person. Stands inside the filters, so that a group's own talk is not counted."""

    def __init__(self, limits: Bounds, notices: SystemMessages, clock: Callable[[], float]) -> None:
        self._messages = Limiter(limits.messages_per_minute, clock)
        self._voices = Limiter(limits.voices_per_minute, clock)
        self._notices = notices

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        caller: Caller = data["caller"]
        is_voice = isinstance(event, Message) and sound_in(event) is not None
        limiter = self._voices if is_voice else self._messages
        verdict = limiter.judge(caller.sender_id)
        if verdict is Verdict.SERVE:
            return await handler(event, data)
        if verdict is Verdict.NOTICE:
            bot: Bot = data["bot"]
            if is_voice:
                await self._notices.give(bot, caller, SystemMessage.TOO_MANY_VOICES, AskedIn.ALOUD)
            else:
                await self._notices.give(bot, caller, SystemMessage.TOO_MANY_MESSAGES, AskedIn.IN_WRITING)
        return None
