"""The desk where every feature hands in what a person did, and the reply goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from aiogram import Bot
from aiogram.enums import ChatAction
from pydantic import TypeAdapter, ValidationError

from assistant.conversation.conversation import Conversation
from assistant.conversation.notices import Asked, Notice, prefaced, words_of
from assistant.conversation.receipts import read_back, written
from assistant.conversation.sentences import Sentences
from assistant.conversation.values import Chosen, Reply, Spoken, Utterance
from assistant.operations.metrics import Metrics
from assistant.speech.values import Unheard
from assistant.stages import Stage, timed
from assistant.storage.store import Unit
from assistant.understanding.meaning import Command, CommandName, Meaning
from handlers.addressing import Caller
from handlers.keyboards import link
from handlers.notices import Notices
from handlers.replies import Replies
from handlers.working import QUICK_S, shown_working

_PERSONAL: Final = frozenset(
    {
        CommandName.BOOKMARKS,
        CommandName.SAVE,
        CommandName.REMOVE_BOOKMARK,
        CommandName.UNDO,
        CommandName.SETTINGS,
        CommandName.ANSWER_BY,
        CommandName.SPEED,
        CommandName.CLOUD_SPEECH,
        CommandName.PRIVACY,
        CommandName.EXPORT,
        CommandName.FORGET_ME,
        CommandName.KEEP_QUESTIONS,
    }
)
"""What is kept for each person alone, and therefore not shown or changed where others read along."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """Where a reply goes, and how it was asked for: what is written down beside it."""

    caller: Caller
    aloud: bool


_SENDING: Final = TypeAdapter(_Sending)


@dataclass(frozen=True, slots=True)
class _Receipt:
    """Writes the reply, with `preface` before it, beside the update in the inbox."""

    inbox_id: int
    sending: _Sending
    preface: str | None

    async def keep(self, unit: Unit, reply: Reply) -> None:
        to = _SENDING.dump_python(self.sending, mode="json")
        await unit.inbox.answered(self.inbox_id, {"to": to, "reply": written(_begun(reply, self.preface))})


class Desk:
    """Takes an utterance to the conversation, and its reply back to the chat."""

    def __init__(
        self,
        conversation: Conversation,
        sentences: Sentences,
        replies: Replies,
        notices: Notices,
        metrics: Metrics,
    ) -> None:
        self._conversation = conversation
        self._sentences = sentences
        self._replies = replies
        self._notices = notices
        self._metrics = metrics

    async def serve(
        self, bot: Bot, caller: Caller, utterance: Utterance, *, preface: Notice | None = None
    ) -> None:
        """Answers `utterance` in the chat it came from; `preface` is to be said before the reply.

        In groups, what is personal is not answered but offered in private.
        """
        if not caller.is_private and isinstance(utterance, Chosen) and _is_personal(utterance.command):
            await self._offer_privacy(bot, caller, Asked.IN_WRITING)
            return
        # What they typed is needed no more, and so is not written down again.
        sending = _Sending(replace(caller, words="", inbox_id=None), isinstance(utterance, Spoken))
        first = None if preface is None else words_of(self._sentences, preface)
        receipt = None if caller.inbox_id is None else _Receipt(caller.inbox_id, sending, first)
        async with shown_working(bot, caller.chat_id, ChatAction.TYPING, after_s=QUICK_S):
            with timed(Stage.UNDERSTAND):
                reply = await self._conversation.respond(
                    caller.person_id,
                    utterance,
                    language=caller.language,
                    receipt=receipt,
                    is_private=caller.is_private,
                )
        await self._send(bot, sending, _begun(reply, first))

    async def send_again(self, bot: Bot, answer: Mapping[str, Any]) -> bool:
        """Sends what was written down for an update before the process ended, and does nothing else.

        False: this version cannot read it, so that the update must be served anew.
        """
        reply = read_back(answer.get("reply", {}))
        try:
            sending = _SENDING.validate_python(answer.get("to"))
        except ValidationError:
            return False
        if reply is None:
            return False
        await self._send(bot, sending, reply)
        return True

    async def _send(self, bot: Bot, sending: _Sending, reply: Reply) -> None:
        caller = sending.caller
        if not caller.is_private:
            if _is_personal(reply.meaning):
                asked = Asked.ALOUD if sending.aloud else Asked.IN_WRITING
                await self._offer_privacy(bot, caller, asked)
                return
            reply = _fit_for_groups(reply)
        await self._replies.deliver(bot, caller.chat_id, reply, reply_to=caller.reply_to)
        if reply.meaning is not None:
            self._metrics.replied(reply.meaning)

    async def _offer_privacy(self, bot: Bot, caller: Caller, asked: Asked) -> None:
        me = await bot.me()
        keyboard = link(self._sentences.say("telegram-open-private"), f"https://t.me/{me.username}")
        await self._notices.give(bot, caller, Notice.PRIVATE_ONLY, asked, keyboard=keyboard)


def _is_personal(meaning: Meaning | Unheard | None) -> bool:
    return isinstance(meaning, Command) and meaning.name in _PERSONAL


def _fit_for_groups(reply: Reply) -> Reply:
    return replace(
        reply, options=tuple(option for option in reply.options if not _is_personal(option.command))
    )


def _begun(reply: Reply, preface: str | None) -> Reply:
    return reply if preface is None else prefaced(reply, preface)
