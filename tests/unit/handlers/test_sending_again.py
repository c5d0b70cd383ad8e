"""What was written down for an update is sent again as it would have been sent the first time."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiogram import Bot
from plain_dialogue import PlainDialogue

from assistant.dialogue.outbox import Outbox
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.system_messages import SystemMessage
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Typed, Utterance
from assistant.nlu.intents import CommandName
from assistant.operations.metrics import Metrics
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from assistant.preview.received import Received
from assistant.queue.table import queue_in
from assistant.storage.store import Store
from handlers.audience_filter import Caller
from handlers.output.replies import Replies
from handlers.responder import Responder
from tests.arrivals import put_updates


class KeepingDialogue(PlainDialogue):
    """Has its replies written down."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    async def respond(
        self, person_id: int, utterance: Utterance, *, outbox: Outbox | None = None, **more: Any
    ) -> Reply:
        reply = await super().respond(person_id, utterance, **more)
        assert outbox is not None
        async with self._store.write() as unit:
            await outbox.keep(unit, reply)
        return reply


@pytest.fixture
async def inbox_id(store: Store) -> int:
    async with store.write() as unit:
        await put_updates(unit, [{"update_id": 1, "message": {}}])
        stored = await queue_in(unit).claim()
    assert stored is not None
    return stored.id


@pytest.fixture
def responder(store: Store, sentences: MessageCatalogue, replies: Replies) -> Responder:
    return Responder(KeepingDialogue(store), sentences, replies, Metrics())


async def _kept(store: Store) -> Mapping[str, Any]:
    async with store.write() as unit:
        await queue_in(unit).requeue_running()
        stored = await queue_in(unit).claim()
    assert stored is not None
    assert stored.answer is not None
    return stored.answer


def _shown(message: Received) -> tuple[str, list[str]]:
    return message.words, message.buttons


@pytest.mark.parametrize("is_private", [True, False], ids=["in private", "in a group"])
@pytest.mark.parametrize("preface", [None, SystemMessage.UNKNOWN_BUTTON])
@pytest.mark.parametrize("name", [CommandName.HELP, CommandName.BOOKMARKS])
async def test_the_same_message_goes_out_again(
    bot: Bot,
    anna: Person,
    api: LoopbackBotApi,
    store: Store,
    responder: Responder,
    inbox_id: int,
    is_private: bool,
    preface: SystemMessage | None,
    name: CommandName,
) -> None:
    group = None if is_private else api.group("Family", [anna])
    chat_id = anna.id if group is None else group.id
    caller = Caller(chat_id, chat_id, anna.id, is_private, None, None, inbox_id=inbox_id)
    await responder.serve(bot, caller, Typed(name), preface=preface)
    first = await anna.receive()
    assert await responder.send_again(bot, json.loads(json.dumps(await _kept(store))))
    again = await anna.receive()
    assert _shown(again) == _shown(first)
    assert again.message_id != first.message_id


@pytest.mark.parametrize(
    "kept",
    [{}, {"to": {"chat_id": 5}, "reply": {}}, {"to": None}, {"to": {"chat_id": 5, "is_private": True}}],
    ids=str,
)
async def test_what_cannot_be_read_is_not_sent(bot: Bot, responder: Responder, kept: dict[str, Any]) -> None:
    assert not await responder.send_again(bot, kept)
