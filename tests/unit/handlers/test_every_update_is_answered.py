"""Every update that carries words or sound gets a reply, whatever else Telegram may put beside them."""

from itertools import count
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message
from described_updates import BESIDE, CONTENT, SAID_BY_THE_TEST, Described
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_dialogue import PlainDialogue

from assistant.dialogue.utterance import Typed
from assistant.preview.people import Person
from assistant.queue.updates import Arrival, Claimed, Handled
from handlers.routes.questions import NOTICES
from handlers.update_handler import UpdateHandler
from tests.contracts.bot_api_document import BotApiDocument

pytestmark = pytest.mark.says_anything("a plain dialogue answers with the names of commands")

_TYPES = BotApiDocument.read().types
_FIELDS = {field["name"] for field in _TYPES["Message"]["fields"]}
_FILE = {"file_id": "a file", "file_unique_id": "a file"}
_PICTURE = [{**_FILE, "width": 1, "height": 1}]


def _rich(block: dict[str, Any]) -> dict[str, Any]:
    return {"rich_message": {"blocks": [block]}}


_CONTENTS: list[dict[str, Any]] = [
    {"text": "what causes it"},
    {"text": "/ask what causes it"},
    {"caption": "what causes it", "photo": _PICTURE},
    {"caption": "what causes it", "video": {**_FILE, "width": 1, "height": 1, "duration": 1}},
    {"caption": "what causes it", "document": _FILE},
    {"caption": "what causes it", "animation": {**_FILE, "width": 1, "height": 1, "duration": 1}},
    {"caption": "what causes it", "voice": {**_FILE, "duration": 1}},
    {"voice": {**_FILE, "duration": 1}},
    {"audio": {**_FILE, "duration": 1}},
    {"video_note": {**_FILE, "duration": 1, "length": 1}},
    {"document": {**_FILE, "mime_type": "audio/mpeg"}},
    _rich({"type": "paragraph", "text": ["what causes ", {"type": "bold", "text": "it"}]}),
    _rich({"type": "a kind of tomorrow", "text": "what causes it"}),
    _rich({"type": "details", "summary": "what causes it", "blocks": []}),
]
_WORDED = ("text", "caption", "rich_message")
_ODDLY_SAID: list[dict[str, Any]] = [
    {},
    {"from": None},
    {"from": {"id": 0}},
    {"from": {"id": 0, "is_bot": "maybe", "first_name": "A"}},
    {"chat": {"id": 0, "type": "a kind of tomorrow"}},
    {"chat": {"id": 0}},
    {"date": 10**18},
    {"date": 10**18, "from": {"id": 0}},
]
"""Who says it where and when, as a server of tomorrow may tell it, or a broken one. 0 is the person."""
_numbers = count(1)


@st.composite
def _described(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    content = draw(st.sampled_from(_CONTENTS))
    has_words = not content.keys().isdisjoint(_WORDED)
    kind = draw(st.sampled_from(["message", "edited_message"] if has_words else ["message"]))
    return kind, draw(Described(_TYPES).beside(content)) | content, draw(st.sampled_from(_ODDLY_SAID))


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(update=_described())
async def test_words_and_sound_get_a_reply_whatever_stands_beside_them(
    bot: Bot,
    dispatcher: Dispatcher,
    anna: Person,
    clock: Any,
    dialogue: PlainDialogue,
    update: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    clock.now += 61
    sent = await anna.send_voice(b"OggS")
    handler = UpdateHandler(bot, dispatcher, apologise=dispatcher["notices"].apologise)
    kind, content, said = update
    number = next(_numbers)
    message = {
        "message_id": number,
        "date": 1_000,
        "chat": {"id": anna.id, "type": "private"},
        "from": {"id": anna.id, "is_bot": False, "first_name": "A"},
        **{key: _kept_as(sent.file_id, value) for key, value in content.items()},
        **{key: _by(anna.id, value) for key, value in said.items()},
    }
    before = anna.unread
    dialogue.served.clear()
    body = {"update_id": number, kind: message}
    outcome = await handler.handle(Claimed(number, Arrival(1, number, anna.id, anna.id, True, body)))
    assert outcome is Handled.DONE
    assert anna.unread > before
    if not content.keys().isdisjoint(_WORDED):
        served = [utterance.text for _, utterance in dialogue.served if isinstance(utterance, Typed)]
        assert any(text.endswith("what causes it") for text in served)


def _by(person: int, value: Any) -> Any:
    return {**value, "id": person} if isinstance(value, dict) else value


def _kept_as(file_id: str, value: Any) -> Any:
    """The same, of a file that Telegram has: one that it does not have is waited for."""
    return (
        {**value, "file_id": file_id} if isinstance(value, dict) and _FILE.items() <= value.items() else value
    )


def test_every_field_of_a_message_is_of_a_kind_that_is_known_here() -> None:
    """A field that Telegram adds is looked at by somebody: is it what a person sends, or a notice?"""
    notices = {kind.value for kind in NOTICES}
    unknown = _FIELDS - CONTENT - BESIDE - SAID_BY_THE_TEST - notices
    assert unknown <= _SENT_WITHOUT_WORDS, f"what is it? {sorted(unknown - _SENT_WITHOUT_WORDS)}"
    assert BESIDE | CONTENT | SAID_BY_THE_TEST <= _FIELDS
    assert notices <= _FIELDS | set(Message.model_fields)


_SENT_WITHOUT_WORDS = frozenset({"users_shared", "chat_shared", "passport_data", "web_app_data"})
