"""What lasts: bookmarks, choices and the place in the talk; for each person alone, until they erase it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from small_world import (
    BrokenStore,
    FixedInterpreter,
    aloud,
    command,
    dialogue,
    labels,
    library,
    press,
    ref,
    spoken,
    typed,
    without,
)

from assistant.dialogue.person import AnswerBy, Memory, Pending, Person, Preferences
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.state_codec import person_from, state_of
from assistant.dialogue.utterance import Spoken
from assistant.nlu.intents import CommandName, Intent
from assistant.nlu.interpreter import Context
from assistant.speech.tts.script import Speed
from assistant.storage.store import Store
from assistant.transcript import Unheard, UnheardReason

ME, YOU, GROUP = 7, 8, -9
SYMPTOMS, CAUSES = str(ref("symptoms")), str(ref("causes"))


class HeldInterpreter(FixedInterpreter):
    """Understands nobody until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.held = asyncio.Event()
        self.held.set()

    async def interpret(self, text: str, context: Context) -> Intent:
        await self.held.wait()
        return await super().interpret(text, context)


async def _saved(store: Store, person: int) -> list[str]:
    async with store.read() as unit:
        return [bookmark.ref.entry for bookmark in await unit.bookmarks.listing(person)]


async def test_two_people_never_see_each_others_bookmarks(talk: DialogueProcessor, store: Store) -> None:
    await talk.respond(ME, command(CommandName.SAVE, SYMPTOMS))
    await talk.respond(YOU, command(CommandName.SAVE, CAUSES))
    assert labels(await talk.respond(ME, typed("bookmarks"))) == ["Symptoms", "All sections"]
    assert labels(await talk.respond(YOU, typed("bookmarks"))) == ["Causes", "All sections"]
    await talk.respond(YOU, command(CommandName.REMOVE_BOOKMARK, SYMPTOMS))
    assert await _saved(store, ME) == ["symptoms"]


@pytest.mark.parametrize("words", ["save", "settings", "forget me", "keep questions", "export"])
@pytest.mark.parametrize("say", [typed, spoken])
async def test_where_others_read_along_nothing_personal_is_shown_or_begun(
    words: str, say: Any, talk: DialogueProcessor, store: Store
) -> None:
    await talk.respond(GROUP, command(CommandName.SHOW, SYMPTOMS), is_private=False)
    before = await talk.person(GROUP)
    reply = await talk.respond(GROUP, say(words), is_private=False)
    assert "private chat" in reply.plain_text()
    assert reply.attachment is None
    assert await _saved(store, GROUP) == []
    await talk.respond(GROUP, say("yes"), is_private=False)
    after = await talk.person(GROUP)
    assert after.preferences == before.preferences
    assert after.memory.entry == before.memory.entry


@pytest.mark.parametrize("words", ["save", "forget me"])
async def test_where_others_read_along_nothing_personal_is_spoken_of_even_when_nothing_can_be_saved(
    words: str, store: Store
) -> None:
    reply = await dialogue(BrokenStore(store, readable=True)).respond(GROUP, typed(words), is_private=False)
    assert "private chat" in reply.plain_text()


async def test_a_conversation_goes_on_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}"
    first = await Store.open(url)
    talk = dialogue(first)
    for words in ("what signs does it show", "save", "answer by voice", "slower", "what can be done"):
        await talk.respond(ME, typed(words))
    await first.close()

    second = await Store.open(url)
    talk = dialogue(second)
    person = await talk.person(ME)
    assert person.preferences == Preferences(answer_by=AnswerBy.VOICE, speed=Speed.SLOW)
    reply = await talk.respond(ME, spoken("the second one"))
    assert (reply.entry, reply.deliver, reply.speed) == (ref("living-with"), AnswerBy.VOICE, Speed.SLOW)
    assert labels(await talk.respond(ME, typed("bookmarks")))[0] == "Symptoms"
    await second.close()


async def test_a_removal_can_be_undone_after_a_restart_in_its_old_place(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}"
    first = await Store.open(url)
    talk = dialogue(first)
    for saved in (SYMPTOMS, CAUSES):
        await talk.respond(ME, command(CommandName.SAVE, saved))
    await talk.respond(ME, command(CommandName.REMOVE_BOOKMARK, SYMPTOMS))
    await first.close()
    second = await Store.open(url)
    await dialogue(second).respond(ME, spoken("undo"))
    assert await _saved(second, ME) == ["symptoms", "causes"]
    await second.close()


async def test_an_older_undo_button_still_puts_its_bookmark_back(
    talk: DialogueProcessor, store: Store
) -> None:
    for saved in (SYMPTOMS, CAUSES):
        await talk.respond(ME, command(CommandName.SAVE, saved))
    older = await talk.respond(ME, command(CommandName.REMOVE_BOOKMARK, SYMPTOMS))
    await talk.respond(ME, command(CommandName.REMOVE_BOOKMARK, CAUSES))
    await talk.respond(ME, press(older, "Put it back"))
    assert await _saved(store, ME) == ["symptoms"]
    assert "already" in (await talk.respond(ME, press(older, "Put it back"))).plain_text()


async def test_yes_erases_everything_and_leaves_others_alone(talk: DialogueProcessor, store: Store) -> None:
    for person in (ME, YOU):
        for words in ("what signs does it show", "save", "answer by voice"):
            await talk.respond(person, typed(words))
    asked = await talk.respond(ME, spoken("forget me"))
    assert labels(asked) == ["Yes, erase everything", "No, keep everything"]
    assert "Say yes or no." in aloud(asked)
    done = await talk.respond(ME, spoken("yes, erase everything"))
    # Said the way this person had chosen, although that choice is gone now.
    assert done.deliver is AnswerBy.VOICE
    async with store.read() as unit:
        assert await unit.people.load(ME) is None
        assert await unit.people.load(YOU) is not None
    assert await talk.person(ME) == Person(id=ME)
    assert await _saved(store, ME) == []
    assert await _saved(store, YOU) == ["symptoms"]


@pytest.mark.parametrize("others", ["yes", "text only"])
async def test_turns_of_one_person_come_one_after_the_other_whichever_way_they_came(
    store: Store, others: str
) -> None:
    """What is answered from memory is in no queue, and may begin while a question is still understood."""
    interpreter = HeldInterpreter()
    talk = dialogue(store, interpreter=interpreter)
    for words in ("answer by voice", "forget me"):
        await talk.respond(ME, typed(words))
    interpreter.held.clear()
    begun = asyncio.create_task(talk.respond(ME, typed("what signs does it show")))
    second = asyncio.create_task(talk.respond(ME, typed(others)))
    await talk.respond(YOU, command(CommandName.SAVE, CAUSES))
    assert not begun.done()
    assert not second.done()
    interpreter.held.set()
    assert (await begun).entry == ref("symptoms")
    await second
    person = await talk.person(ME)
    assert person.preferences.answer_by is (AnswerBy.TEXT if others == "text only" else AnswerBy.VOICE)
    assert person.memory.entry == ref("symptoms")


async def test_a_mumbled_yes_may_be_said_again(talk: DialogueProcessor) -> None:
    await talk.respond(ME, typed("forget me"))
    await talk.respond(ME, Spoken(Unheard(UnheardReason.UNCLEAR)))
    assert (await talk.person(ME)).memory.pending is Pending.FORGET_ME


async def test_nothing_that_a_person_said_is_kept(talk: DialogueProcessor, store: Store) -> None:
    await talk.respond(ME, spoken("My aunt Gwendolyn has purple elbows"))
    async with store.read() as unit:
        kept = str(await unit.people.load(ME)).casefold()
    assert "offered" in kept or "shown" in kept
    for word in ("aunt", "gwendolyn", "purple", "elbows"):
        assert word not in kept


async def test_a_bookmark_to_a_retired_answer_says_so_and_can_be_removed(store: Store) -> None:
    before = dialogue(store)
    for saved in (SYMPTOMS, CAUSES):
        await before.respond(ME, command(CommandName.SAVE, saved))
    after = dialogue(store, without(library(), "symptoms"))
    listed = await after.respond(ME, spoken("bookmarks"))
    assert labels(listed) == ["Symptoms", "Causes", "All sections"]
    assert '"Symptoms" is no longer here. To remove it, say' in aloud(listed)
    opened = await after.respond(ME, spoken("number one"))
    assert '"Symptoms" is no longer here.' in opened.plain_text()
    removed = await after.respond(ME, press(opened, "Remove from bookmarks"))
    assert 'I removed "Symptoms"' in removed.plain_text()
    assert await _saved(store, ME) == ["causes"]
    await after.respond(ME, press(removed, "Put it back"))
    assert await _saved(store, ME) == ["symptoms", "causes"]


async def test_many_bookmarks_come_in_pages(talk: DialogueProcessor) -> None:
    for entry in library().topics["amber-hands"].entries.values():
        await talk.respond(ME, command(CommandName.SAVE, str(entry.ref)))
    first = await talk.respond(ME, typed("bookmarks"))
    assert len(first.options) == 8
    second = await talk.respond(ME, typed("show more"))
    assert labels(second)[0] == "Living with it"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"version": 99, "preferences": {"answer_by": "voice"}},
        {"version": "1"},
        {"version": 1, "preferences": "nonsense", "memory": [1, 2]},
        {"version": 1, "memory": {"offered": [["only-one-part"]], "pending": "dance"}},
        {"version": 1, "language": 5, "memory": {"entry": ["gone-topic", "gone"], "topic": "gone-topic"}},
    ],
)
async def test_a_state_that_cannot_be_read_starts_afresh(
    talk: DialogueProcessor, store: Store, state: dict[str, Any]
) -> None:
    async with store.write() as unit:
        await unit.people.save(ME, state)
    for words in ("repeat", "next", "sections", "what signs does it show"):
        assert (await talk.respond(ME, typed(words))).plain_text()
    assert (await talk.person(ME)).memory.entry == ref("symptoms")


def test_choices_outlive_a_memory_that_cannot_be_read() -> None:
    state = {"version": 1, "preferences": {"answer_by": "voice"}, "memory": {"pending": "dance"}}
    assert person_from(ME, state) == Person(id=ME, preferences=Preferences(answer_by=AnswerBy.VOICE))


def test_a_state_is_read_back_as_it_was() -> None:
    person = Person(id=ME, memory=Memory(topic="amber-hands", entry=ref("causes"), offered=(ref("cure"),)))
    assert person_from(ME, state_of(person)) == person


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize(
    "words", ["save", "remove bookmark", "undo", "forget me", "yes", "answer by voice", "slower", "text only"]
)
async def test_what_cannot_be_saved_is_said_and_not_done(store: Store, words: str, readable: bool) -> None:
    whole = dialogue(store)
    await whole.respond(ME, command(CommandName.SAVE, CAUSES))
    await whole.respond(ME, command(CommandName.REMOVE_BOOKMARK, CAUSES))
    if words == "remove bookmark":
        await whole.respond(ME, command(CommandName.SAVE, SYMPTOMS))
    await whole.respond(ME, typed("what signs does it show"))
    if words == "yes":
        await whole.respond(ME, typed("forget me"))
    person, saved = await whole.person(ME), await _saved(store, ME)

    reply = await dialogue(BrokenStore(store, readable=readable)).respond(ME, spoken(words))
    assert "could not save that" in reply.plain_text()
    assert "could not save that" in aloud(reply)
    assert await whole.person(ME) == person
    assert await _saved(store, ME) == saved


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize(
    "words", ["what signs does it show", "sections", "faq", "help", "what can be done", "start"]
)
async def test_answers_and_menus_work_without_saving(store: Store, words: str, readable: bool) -> None:
    reply = await dialogue(BrokenStore(store, readable=readable)).respond(ME, typed(words))
    assert "could not save" not in reply.plain_text()
    assert reply.options


@pytest.mark.parametrize(
    ("backups_kept", "told"),
    [(0, "I make no spare copies."), (1, "Only the last one is kept."), (12, "The last 12 are kept.")],
)
async def test_privacy_says_how_many_copies_there_are(store: Store, backups_kept: int, told: str) -> None:
    talk = dialogue(store, backups_kept=backups_kept)
    assert told in (await talk.respond(ME, typed("privacy"))).plain_text()


@pytest.mark.parametrize("cloud_voice", [True, False])
async def test_privacy_says_what_google_gets_to_speak(store: Store, cloud_voice: bool) -> None:
    told = (await dialogue(store, cloud_voice=cloud_voice).respond(ME, typed("privacy"))).plain_text()
    assert "the names of your bookmarks" in told
    said = ("Google makes my voice" in told, "Only if my own voice fails" in told, "to no one else" in told)
    assert said == (cloud_voice, not cloud_voice, not cloud_voice)


async def test_privacy_is_shown_at_once_and_said_a_little_at_a_time(store: Store) -> None:
    talk = dialogue(store)
    shown = (await talk.respond(ME, typed("privacy"))).plain_text()
    said = [
        aloud(await talk.respond(ME, spoken(words))) for words in ("privacy", *["more about privacy"] * 2)
    ]
    for part in said:
        assert len(part.split()) < 100
    _title, *paragraphs, _buttons = shown.split("\n\n")
    for paragraph in paragraphs:
        assert any(paragraph in part for part in said)
    assert "more about privacy" not in said[-1]


@pytest.mark.parametrize("words", ["privacy", "settings"])
async def test_choices_that_cannot_be_read_are_not_told_as_the_usual_ones(store: Store, words: str) -> None:
    reply = await dialogue(BrokenStore(store, readable=False)).respond(ME, typed(words))
    assert reply.plain_text().startswith("I cannot read what I keep just now.")
    assert "keep your" not in reply.plain_text()
    reply = await dialogue(BrokenStore(store, readable=True)).respond(ME, typed(words))
    assert "cannot read" not in reply.plain_text()


async def test_bookmarks_that_cannot_be_read_are_not_called_empty(store: Store) -> None:
    reply = await dialogue(BrokenStore(store, readable=False)).respond(ME, typed("bookmarks"))
    assert "cannot reach your bookmarks" in reply.plain_text()
