"""Buttons under a hand that shakes: what is pressed twice is done once, and in order."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from plain_dialogue import PlainDialogue

from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from assistant.preview.people import Person

Serve = Callable[[], Awaitable[None]]

pytestmark = pytest.mark.says_anything("a plain dialogue answers with the names of commands")

SAVE = Chosen(Command(CommandName.SAVE, "topic/symptoms"))
HELP = Chosen(Command(CommandName.HELP))


async def test_a_button_pressed_three_times_acts_once_and_the_others_get_a_quiet_toast(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    await anna.send_text("/help")
    await serve()
    presses = [await anna.press("Save") for _ in range(3)]
    await serve()
    answers = [await press.answer() for press in presses]
    assert [utterance for _, utterance in dialogue.served] == [HELP, SAVE]
    assert [(answer.text != "", answer.show_alert) for answer in answers] == [
        (False, False),
        (True, False),
        (True, False),
    ]


async def test_different_buttons_in_a_hurry_act_in_order(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    await anna.send_text("/help")
    await serve()
    for label in ("Save", "Help", "Save"):
        await anna.press(label)
    await serve()
    assert [utterance for _, utterance in dialogue.served] == [HELP, SAVE, HELP]


@pytest.mark.parametrize(("pause_s", "times"), [(1.9, 1), (2.1, 2)])
async def test_after_two_seconds_a_button_acts_again(
    bot: Bot, dispatcher: Dispatcher, anna: Person, dialogue: PlainDialogue, pause_s: float, times: int
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for number, pause in enumerate((0.0, pause_s)):
        await dispatcher.feed_raw_update(
            bot, _press(anna, str(number)), received_at=at + timedelta(seconds=pause)
        )
    assert len(dialogue.served) == times


async def test_a_press_that_is_tried_again_after_a_failure_still_acts(
    bot: Bot, dispatcher: Dispatcher, anna: Person, dialogue: PlainDialogue
) -> None:
    for _ in range(2):
        await dispatcher.feed_raw_update(bot, _press(anna, "the same"))
    assert len(dialogue.served) == 2


def _press(person: Person, query_id: str) -> dict[str, Any]:
    chat = {"id": person.id, "type": "private"}
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    press = {
        "id": query_id,
        "from": {"id": person.id, "is_bot": False, "first_name": "A"},
        "message": {"message_id": 5, "date": 1, "chat": chat, "from": bot, "text": "shown"},
        "chat_instance": "1",
        "data": "he",
    }
    return {"update_id": 7, "callback_query": press}
