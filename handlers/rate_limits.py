"""How much one person may ask for. Beyond it there is one polite notice, and emergencies are answered."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Final, Protocol

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.types import Message, TelegramObject

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.errors import LeftToOthersError, StorageError
from handlers.audience_filter import Caller
from handlers.emergencies import EmergencyWatch
from handlers.inbound.attachments import is_spoken
from handlers.output.pacing import Shared
from handlers.output.system_messages import SystemMessages
from handlers.responder import Responder

_log = structlog.get_logger(__name__)

_MINUTE_S: Final = 60.0
_MINUTE: Final = timedelta(minutes=1)
_NONE: Final = timedelta()
_MOST_PEOPLE: Final = 10_000


class Verdict(Enum):
    """What to do with one more message."""

    SERVE = auto()
    NOTICE = auto()
    """Too many: say so, once a minute at most."""
    SILENCE = auto()
    """Too many, and the person has been told: only an emergency is answered."""


class Limit(Protocol):
    """How much one person may ask for."""

    async def judge(self, person_id: int) -> Verdict:
        """Whether one more message from this person is served. Only what is served is counted."""


class SharedLimiter:
    """Counts in the server, for all machines together; `kind` is a letter of its own.

    A server that cannot be asked is no reason to leave anybody unanswered.
    """

    def __init__(self, shared: Shared, kind: str, per_minute: int) -> None:
        self._shared = shared
        self._kind = kind
        self._step = _MINUTE / per_minute

    async def judge(self, person_id: int) -> Verdict:
        """Whether there is one left for this person, or whether that was said within the last minute."""
        try:
            if await self._shared.take(self._kind, person_id, step=self._step, burst=_MINUTE - self._step):
                return Verdict.SERVE
            untold = await self._shared.take(f"{self._kind}-told", person_id, step=_MINUTE, burst=_NONE)
        except LeftToOthersError:
            raise
        except StorageError as error:
            _log.warning("limit not asked for", error=str(error))
            return Verdict.SERVE
        return Verdict.NOTICE if untold else Verdict.SILENCE


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

    async def judge(self, person_id: int) -> Verdict:
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
    """Stops a flood from one person. Stands inside the filters, so that a group's own talk is not counted.

    An emergency is answered whatever came before it: so what is beyond the limit is read and heard as well,
    one message of a person at a time.
    """

    def __init__(
        self,
        notices: SystemMessages,
        responder: Responder,
        emergencies: EmergencyWatch,
        messages: Limit,
        voices: Limit,
    ) -> None:
        self._messages = messages
        self._voices = voices
        self._notices = notices
        self._responder = responder
        self._emergencies = emergencies

    async def __call__(
        self,
        handler: NextMiddlewareType[TelegramObject],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Serve the event, if there is room for it or it cannot wait."""
        caller: Caller = data["caller"]
        asked: Message | None = data.get("asked")
        is_voice = asked is not None and is_spoken(asked)
        if is_voice and data.get("crowded"):
            # It is put off, and counts when it is heard.
            return await handler(event, data)
        verdict = await (self._voices if is_voice else self._messages).judge(caller.sender_id)
        if verdict is Verdict.SERVE:
            return await handler(event, data)
        bot: Bot = data["bot"]
        emergency = await self._emergencies.found_in(bot, caller, asked) if asked else None
        if emergency is not None:
            await self._responder.serve(bot, caller, emergency)
        elif verdict is Verdict.NOTICE:
            notice = SystemMessage.TOO_MANY_VOICES if is_voice else SystemMessage.TOO_MANY_MESSAGES
            await self._notices.give(bot, caller, notice, AskedIn.ALOUD if is_voice else AskedIn.IN_WRITING)
        return None
