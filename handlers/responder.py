"""Where every feature hands in what a person did, and the reply goes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.types import InlineKeyboardMarkup
from pydantic import TypeAdapter, ValidationError

from assistant.dialogue.outbox import read_back, written
from assistant.dialogue.policy.dispatch import is_personal
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.system_messages import SystemMessage, prefaced, words_of
from assistant.dialogue.reply import Reply, kind_of
from assistant.dialogue.utterance import Typed, Utterance
from assistant.nlu.intents import Emergency
from assistant.operations.metrics import Metrics
from assistant.queue.table import queue_in
from assistant.storage.store import Unit
from assistant.tracing import Stage, timed
from handlers.audience_filter import Caller
from handlers.chat_action import QUICK_S, shown_working
from handlers.dependencies import Dialogue
from handlers.output.keyboards import link
from handlers.output.replies import Place, Replies

_CALLER: Final = TypeAdapter(Caller)


@dataclass(frozen=True, slots=True)
class _OutboxRow:
    """Writes the reply, as it is to begin, beside the update in the inbox."""

    inbox_id: int
    caller: Caller
    begun: Callable[[Reply], Reply]

    async def keep(self, unit: Unit, reply: Reply) -> None:
        to = _CALLER.dump_python(self.caller, mode="json", exclude_defaults=True)
        await queue_in(unit).answered(self.inbox_id, {"to": to, "reply": written(self.begun(reply))})


class Responder:
    """Takes an utterance to the conversation, and its reply back to the chat."""

    def __init__(
        self,
        dialogue: Dialogue,
        sentences: MessageCatalogue,
        replies: Replies,
        metrics: Metrics,
    ) -> None:
        self._dialogue = dialogue
        self._sentences = sentences
        self._replies = replies
        self._metrics = metrics

    async def serve(
        self,
        bot: Bot,
        caller: Caller,
        utterance: Utterance,
        *,
        preface: SystemMessage | None = None,
        otherwise: SystemMessage | None = None,
    ) -> None:
        """Answers `utterance` in the chat it came from.

        `preface` is to be said before the reply; `otherwise` instead of it when the words meant nothing, so
        that `utterance.otherwise` is done. In groups, what is personal is offered in private.
        """
        # What they typed is needed no more, and so is not written down again.
        to = replace(caller, words="", inbox_id=None, earlier=None)

        def begun(reply: Reply) -> Reply:
            instead = utterance.otherwise if isinstance(utterance, Typed) else None
            meant_nothing = instead is not None and reply.intent == instead
            first = otherwise if meant_nothing and otherwise is not None else preface
            # Nothing stands before an emergency.
            if first is None or isinstance(reply.intent, Emergency):
                return reply
            return prefaced(reply, words_of(self._sentences, first))

        outbox = None if caller.inbox_id is None else _OutboxRow(caller.inbox_id, to, begun)
        async with shown_working(
            bot, caller.chat_id, ChatAction.TYPING, thread=caller.thread, after_s=QUICK_S
        ):
            with timed(Stage.UNDERSTAND):
                reply = await self._dialogue.respond(
                    caller.person_id,
                    utterance,
                    language=caller.language,
                    outbox=outbox,
                    is_private=caller.is_private,
                )
        await self._send(bot, to, begun(reply))

    async def send_again(self, bot: Bot, answer: Mapping[str, Any]) -> bool:
        """Sends what was written down for an update before the process ended, and does nothing else.

        False: this version cannot read it, so that the update must be served anew.
        """
        reply = read_back(answer.get("reply", {}))
        try:
            caller = _CALLER.validate_python(answer.get("to"))
        except ValidationError:
            return False
        if reply is None:
            return False
        await self._send(bot, caller, reply)
        return True

    async def _send(self, bot: Bot, caller: Caller, reply: Reply) -> None:
        keyboard = None
        if not caller.is_private:
            keyboard = await self._way_to_private(bot) if is_personal(reply.intent) else None
            reply = _fit_for_groups(reply)
        place = Place(caller.chat_id, caller.thread, caller.reply_to)
        await self._replies.deliver(bot, place, reply, keyboard=keyboard)
        if reply.intent is not None:
            self._metrics.replied(kind_of(reply.intent))

    async def _way_to_private(self, bot: Bot) -> InlineKeyboardMarkup:
        me = await bot.me()
        return link(self._sentences.say("telegram-open-private"), f"https://t.me/{me.username}")


def _fit_for_groups(reply: Reply) -> Reply:
    return replace(
        reply, options=tuple(option for option in reply.options if not is_personal(option.command))
    )
