"""Two people apart, people who block or restrict the bot, groups, forged buttons, a failing network."""

import pytest

from assistant.preview.faults import Fault, FaultKind
from assistant.storage.questions import KEPT_DAYS
from tests.journeys.house import House, Visitor, say, seconds_of, title_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

_FORBIDDEN = "Bad Request: VOICE_MESSAGES_FORBIDDEN"


async def test_two_people_never_see_what_the_other_keeps_or_chose(house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    await anna.types("/start treatment")
    await ben.types("/start causes")
    await anna.types("save")
    assert say("bookmarks-none") in (await ben.types("/bookmarks")).words
    assert "Treatment" in (await anna.types("/bookmarks")).buttons
    await anna.types("text only")
    assert say("answers-as-asked") in (await ben.types("/settings")).words
    assert title_of(await ben.types("next")) == "Who is affected", "each has an answer of their own in hand"
    await ben.types("/forget")
    assert say("forget-done") not in (await anna.types("yes")).words
    assert say("forget-done") in (await ben.types("yes")).words
    assert "Treatment" in (await anna.types("/bookmarks")).buttons


async def test_saving_twice_is_no_error(visitor: Visitor) -> None:
    await visitor.types("/start causes")
    await visitor.types("save")
    assert say("bookmark-saved-already", title="Causes") in (await visitor.types("save")).words
    assert (await visitor.types("/bookmarks")).buttons.count("Causes") == 1


async def test_a_saved_answer_opens_from_the_bookmarks_and_offers_to_be_removed(visitor: Visitor) -> None:
    await visitor.types("/start causes")
    await visitor.presses(say("option-save"))
    await visitor.types("/bookmarks")
    opened = await visitor.presses("Causes")
    assert title_of(opened) == "Causes"
    assert say("option-remove-bookmark") in opened.buttons
    assert say("option-save") not in opened.buttons


async def test_somebody_who_blocks_the_bot_holds_nobody_up_and_may_come_back(house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    await anna.types("/start treatment")
    await anna.types("save")
    await anna.person.send_text("/sections")
    anna.person.blocks_bot = True
    assert title_of(await ben.types("/help")) == say("help-title")
    assert title_of(await ben.types("/start causes")) == "Causes"
    anna.person.blocks_bot = False
    while title_of(reply := await anna.types("/bookmarks")) == say("list-sections"):
        pass  # The sections may have reached her before she closed the door.
    assert "Treatment" in reply.buttons


async def test_somebody_who_accepts_no_voice_notes_gets_an_audio_file(visitor: Visitor) -> None:
    visitor.person.forbids_voice = True
    await visitor.types("/start faq-cure")
    reply = await visitor.presses(say("option-listen"))
    assert reply.kind == "audio"
    assert title_of(reply) == "Is there a cure?"
    assert say("option-save") in reply.buttons
    assert seconds_of(reply) > 3
    await visitor.hears_nothing_more()


async def test_somebody_who_accepts_no_audio_file_either_gets_the_words_and_is_told_why(
    house: House, visitor: Visitor
) -> None:
    visitor.person.forbids_voice = True
    house.api.faults.append(Fault("sendAudio", "400", description=_FORBIDDEN))
    await visitor.types("/start faq-cure")
    reply = await visitor.presses(say("option-listen"))
    assert reply.kind == "text"
    assert title_of(reply) == "Is there a cure?"
    assert say("telegram-voice-refused") in reply.words
    await visitor.hears_nothing_more()


@pytest.mark.parametrize("kind", ["429", "429html", "502html", "500", "reset"])
async def test_a_message_that_fails_on_its_way_arrives_once_and_whole(
    kind: FaultKind, house: House, visitor: Visitor
) -> None:
    whole = await visitor.types("/start faq-cure")
    house.api.faults.append(Fault("sendMessage", kind, times=2))
    again = await visitor.types("/start faq-cure")
    assert (again.words, again.entities, again.buttons) == (whole.words, whole.entities, whole.buttons)
    assert len(house.api.faults) == 0, "the faults were met"
    await visitor.hears_nothing_more()


@pytest.mark.parametrize("kind", ["502html", "reset"])
async def test_a_voice_that_fails_on_its_way_is_still_heard(
    kind: FaultKind, house: House, visitor: Visitor
) -> None:
    await visitor.types("text only")
    house.api.faults.append(Fault("download", kind))
    house.api.faults.append(Fault("getFile", kind))
    assert title_of(await visitor.says("Help me.")) == say("help-title")


async def test_a_recording_that_can_not_be_fetched_is_admitted(house: House, visitor: Visitor) -> None:
    # More often than the bot tries: the HTTP client repeats a request of its own accord too.
    house.api.faults.append(Fault("download", "reset", times=100))
    try:
        assert say("unheard-unavailable") in (await visitor.says("Help me.")).words
    finally:
        house.api.faults.clear()


@pytest.mark.parametrize(
    "data", ["", "zz", "sh:no/such", "sh:../../etc/passwd", "sp:warp", "ye", "sa:x/y", "🙂", "sh:" + "a" * 61]
)
async def test_forged_buttons_do_no_harm_and_end_nowhere_dead(data: str, visitor: Visitor) -> None:
    shown = await visitor.types("/start causes")
    visitor.person.press_data(shown, data)
    reply = await visitor.receives()
    assert reply.buttons != [], reply.words
    assert say("telegram-went-wrong") not in reply.words
    assert say("bookmarks-none") in (await visitor.types("/bookmarks")).words


async def test_an_old_yes_button_erases_nothing_once_the_question_is_over(visitor: Visitor) -> None:
    await visitor.types("/start causes")
    await visitor.types("save")
    asked = await visitor.types("/forget")
    await visitor.types("no")
    data = asked.button(say("option-erase-yes"))["callback_data"]
    visitor.person.press_data(asked, data)
    assert say("yes-to-nothing") in (await visitor.receives()).words
    assert "Causes" in (await visitor.types("/bookmarks")).buttons


async def test_the_thirty_first_message_in_a_minute_is_put_off_once(visitor: Visitor) -> None:
    for _ in range(32):
        await visitor.person.send_text("/about")
    replies = [await visitor.receives() for _ in range(31)]
    assert {title_of(reply) for reply in replies[:30]} == {say("about-title")}
    assert replies[30].words == say("telegram-too-many-messages")


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    group = house.api.group("Families", [anna.person, ben.person])
    username = house.api.world.bot["username"]
    await anna.person.send_text("what are the symptoms of calcinosis universalis", chat=group)
    await anna.person.send_text("/help@another_bot", chat=group)
    question = await anna.person.send_text(f"@{username} who can get calcinosis", chat=group)
    answer = await anna.receives()
    assert title_of(answer) == "Who is affected"
    assert answer.wire["reply_to_message"]["message_id"] == question.message_id
    assert title_of(await ben.receives()) == "Who is affected", "everybody in the group reads it"
    await ben.person.send_text("which tests would show calcinosis", chat=group, reply_to=answer)
    assert "diagnos" in title_of(await ben.receives()).casefold()
    await ben.person.send_text("/sections", chat=group)
    assert title_of(await ben.receives()) == say("list-sections")


async def test_a_voice_message_in_a_group_is_heard_when_it_replies_to_the_bot(house: House) -> None:
    anna = house.visitor()
    group = house.api.group("Families", [anna.person])
    spoken = await house.mouth.voice_note("Is there a cure for it?")
    await anna.person.send_voice(spoken, chat=group)
    await anna.person.send_text("/help", chat=group)
    help_ = await anna.receives()
    assert title_of(help_) == say("help-title"), "a voice message among people is left alone"
    await anna.person.send_voice(spoken, chat=group, reply_to=help_)
    assert title_of(await anna.receives()) == "Is there a cure?"


async def test_what_is_personal_is_not_shown_in_a_group(house: House) -> None:
    anna = house.visitor()
    await anna.types("/start causes")
    await anna.types("save")
    group = house.api.group("Families", [anna.person])
    for command in ("/bookmarks", "/settings", "/forget", "/privacy"):
        await anna.person.send_text(command, chat=group)
        reply = await anna.receives()
        assert say("telegram-private-only") in reply.words, command
        assert reply.keyboard[0][0]["url"].startswith("https://t.me/")
    await anna.person.send_text("/start treatment", chat=group)
    assert say("option-save") not in (await anna.receives()).buttons


async def test_a_yes_in_a_group_answers_nothing_that_was_asked_in_private(house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    group = house.api.group("Families", [anna.person, ben.person])
    bot = f"@{house.api.world.bot['username']}"
    await anna.types("/start causes")
    await anna.types("save")
    for ask, agreed in (
        ("forget me", say("forget-done")),
        ("keep my questions", say("keep-questions-on", days=KEPT_DAYS)),
    ):
        await anna.types(ask)
        for somebody in (ben, anna):
            await somebody.mentions(f"{bot} yes", group)
            assert say("yes-to-nothing") in (await somebody.receives()).words
            other = anna if somebody is ben else ben
            assert say("yes-to-nothing") in (await other.receives()).words
        assert agreed in (await anna.types("yes")).words, "her own question still waited for her own answer"


@pytest.mark.parametrize("personal", ["forget me", "keep my questions", "save", "send me my data"])
async def test_what_is_personal_is_not_begun_in_a_group_in_any_words(personal: str, house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    group = house.api.group("Families", [anna.person, ben.person])
    bot = f"@{house.api.world.bot['username']}"
    await anna.mentions(f"{bot} who can get calcinosis", group)
    assert title_of(await anna.receives()) == "Who is affected"
    await anna.mentions(f"{bot} {personal}", group)
    offered = await anna.receives()
    assert say("telegram-private-only") in offered.words
    assert offered.keyboard[0][0]["url"].startswith("https://t.me/")
    for _ in range(2):
        await ben.receives()
    await ben.mentions(f"{bot} yes", group)
    assert say("yes-to-nothing") in (await ben.receives()).words
