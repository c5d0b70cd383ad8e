"""Nothing that a person sends is dropped: each door, with the whole assistant behind it."""

import asyncio

import pytest

from assistant.preview.received import Received
from assistant.queue.retry_policy import HELD_BACK_FOR
from tests.journeys.house import House, Visitor, say, title_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    "text", ["SOS", "help!!!", "999", "112", "911", "🆘", "🚑", "/help I cannot breathe"]
)
async def test_a_call_for_help_gets_the_emergency_text_in_whatever_form(visitor: Visitor, text: str) -> None:
    await visitor.types("/sections")
    reply = await visitor.types(text)
    assert "or your local number now" in reply.words


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("/ask what causes it", "What causes it?"),
        ("/treatment", "Treatment"),
        ("/cure@health_assistant_bot", "Is there a cure?"),
        ("/sections please", say("list-sections")),
    ],
)
async def test_words_after_a_slash_are_read(visitor: Visitor, text: str, title: str) -> None:
    assert title in (await visitor.types(text)).words


async def test_a_question_mended_within_the_hour_is_answered_anew(visitor: Visitor) -> None:
    sent = await visitor.person.send_text("wht is the")
    await visitor.receives()
    await visitor.person.change_text(sent, "what is the treatment")
    reply = await visitor.receives()
    assert say("telegram-mended") in reply.words
    assert "Treatment" in reply.words
    await visitor.hears_nothing_more()


async def test_a_reply_to_an_older_answer_acts_on_that(visitor: Visitor) -> None:
    older = await visitor.types("/start treatment")
    await visitor.types("/start causes")

    async def under(words: str, shown: Received) -> Received:
        await visitor.person.send_text(words, reply_to=shown)
        return await visitor.receives()

    assert say("bookmark-saved", title="Treatment") in (await under("save this", older)).words
    listed = await visitor.types("/faq")
    await visitor.types("/start causes")
    assert title_of(await under("2", listed)) == listed.buttons[1]
    read = await under("read it to me", older)
    assert read.kind == "voice"
    assert "Treatment" in read.words


async def test_over_the_limit_an_emergency_is_answered_all_the_same(visitor: Visitor) -> None:
    for _ in range(31):
        await visitor.person.send_text("/about")
    await visitor.person.send_text("I cannot breathe")
    replies = [await visitor.receives() for _ in range(32)]
    assert replies[30].words == say("telegram-too-many-messages")
    assert "or your local number now" in replies[31].words


async def test_the_same_button_pressed_three_times_acts_once(visitor: Visitor) -> None:
    await visitor.types("/start causes")
    presses = [await visitor.person.press(say("option-save")) for _ in range(3)]
    assert say("bookmark-saved", title="Causes") in (await visitor.receives()).words
    answers = [await press.answer(30) for press in presses]
    assert [answer.text for answer in answers] == ["", *[say("telegram-pressed-again")] * 2]
    await visitor.hears_nothing_more()


@pytest.mark.parametrize("worded", [0, 1, 2])
async def test_an_album_is_answered_once_for_its_words_wherever_they_stand(
    house: House, visitor: Visitor, worded: int
) -> None:
    await visitor.types("/help")
    for part in range(3):
        caption = {"caption": "what is the treatment"} if part == worded else {}
        _picture(house, visitor, 20 + part, album=f"worded {worded}", **caption)
    reply = await visitor.receives()
    assert say("telegram-only-words-read") in reply.words
    assert "Treatment" in reply.words
    await asyncio.sleep(HELD_BACK_FOR.total_seconds() + 0.5)
    await visitor.hears_nothing_more()


async def test_an_album_without_words_is_answered_once_and_holds_up_nobody(
    house: House, visitor: Visitor
) -> None:
    await visitor.types("/help")
    for part in range(3):
        _picture(house, visitor, 30 + part, album="without words")
    assert "Treatment" in (await visitor.types("what is the treatment")).words
    assert (await visitor.receives()).words == say("telegram-cannot-take")
    await visitor.hears_nothing_more()


def _picture(house: House, visitor: Visitor, number: int, *, album: str, **more: str) -> None:
    message = {
        "message_id": number,
        "date": 1,
        "chat": {"id": visitor.id, "type": "private"},
        "from": {"id": visitor.id, "is_bot": False, "first_name": "A"},
        "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}],
        "media_group_id": album,
    }
    house.api.world.updates.push_raw({"message": message | more})


async def test_an_update_that_no_model_takes_is_answered(house: House, visitor: Visitor) -> None:
    await visitor.types("/help")
    message = {
        "message_id": 7,
        "date": 1,
        "chat": {"id": visitor.id, "type": "private"},
        "from": {"id": visitor.id, "is_bot": False, "first_name": "A"},
        "text": "what is the treatment",
        "external_reply": {"origin": {"type": "hidden_user", "date": 1}, "story": {}},
    }
    house.api.world.updates.push_raw({"message": message})
    assert "Treatment" in (await visitor.receives()).words
    house.api.world.updates.push_raw({"message": message | {"message_id": 8, "text": 7}})
    assert (await visitor.receives()).words == say("telegram-cannot-take")
