"""Every command by button, by typing and by voice, with the same effect."""

# ruff: noqa: E501 - a table is read row by row, and each row is one line

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import pytest
from small_world import command, dialogue, labels, press, ref, spoken, typed

from assistant.dialogue.person import AnswerBy, Pending, Person
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Utterance
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Command, CommandName
from assistant.speech.tts.script import Speed
from assistant.storage.store import Store

ME = 7
SYMPTOMS = str(ref("symptoms"))


@dataclass(frozen=True)
class Effect:
    """All that can be seen of what a command did."""

    title: str | None
    blocks: tuple[object, ...]
    options: tuple[str, ...]
    entry: EntryRef | None
    said: str
    person: Person
    bookmarks: tuple[EntryRef, ...]


@dataclass(frozen=True)
class Row:
    """`words` are what is typed and said; `button` is what the button sends. `before` happens first."""

    words: str
    button: Command
    before: Sequence[Utterance] = ()
    holds: Callable[[Effect], bool] = field(default=lambda effect: False)


IN_HAND = (typed("what signs does it show"),)
SAVED = (*IN_HAND, typed("save"))
REMOVED = (*SAVED, typed("remove bookmark"))
ASKED = (*SAVED, typed("forget me"))
AGREED = (typed("keep questions"), typed("yes"))
CHOICE = (typed("what can be done"),)

ROWS = [
    Row("start", Command(CommandName.START), (), lambda it: "Amber Hands" in it.said and it.title == "Hello"),
    Row("help", Command(CommandName.HELP), (), lambda it: it.title == "Help"),
    Row("about", Command(CommandName.ABOUT), (), lambda it: "Handbook" in it.said),
    Row("privacy", Command(CommandName.PRIVACY), (), lambda it: "Erase everything about me" in it.options),
    Row("export", Command(CommandName.EXPORT), SAVED, lambda it: "I sent you a file." in it.said),
    Row("language", Command(CommandName.LANGUAGE), (), lambda it: "English" in it.said),
    Row("settings", Command(CommandName.SETTINGS), (), lambda it: "Answer by voice" in it.options),
    Row("sections", Command(CommandName.SECTIONS), (), lambda it: it.options[0] == "Overview" and "Say 3." in it.said and "Say 4." not in it.said),
    Row("faq", Command(CommandName.FAQ), (), lambda it: it.options[1] == "Can it be cured?"),
    Row("show more", Command(CommandName.SECTIONS, "amber-hands/2"), (typed("sections"),), lambda it: "Research" in it.options),
    Row("2", Command(CommandName.SHOW, SYMPTOMS), (typed("sections"),), lambda it: it.entry == ref("symptoms")),
    Row("the last one", Command(CommandName.SHOW, str(ref("prognosis"))), (typed("sections"),), lambda it: it.entry == ref("prognosis")),
    Row("open symptoms please", Command(CommandName.SHOW, SYMPTOMS), (typed("sections"),), lambda it: it.entry == ref("symptoms")),
    Row("none of these", Command(CommandName.NO, "offered"), CHOICE, lambda it: "other words" in it.said and it.person.memory.offered == ()),
    Row("no", Command(CommandName.NO), CHOICE, lambda it: "other words" in it.said),
    Row("listen", Command(CommandName.LISTEN, SYMPTOMS), IN_HAND, lambda it: it.entry == ref("symptoms") and it.person.memory.aloud),
    Row("next", Command(CommandName.NEXT, SYMPTOMS), IN_HAND, lambda it: it.entry == ref("causes")),
    Row("back", Command(CommandName.BACK, SYMPTOMS), IN_HAND, lambda it: it.entry == ref("overview")),
    Row("repeat", Command(CommandName.REPEAT), IN_HAND, lambda it: it.entry == ref("symptoms")),
    Row("continue", Command(CommandName.CONTINUE), IN_HAND, lambda it: it.entry == ref("causes") and "You were at this answer: Symptoms." in it.said),
    Row("start again", Command(CommandName.START_AGAIN), IN_HAND, lambda it: it.entry == ref("symptoms")),
    Row("where", Command(CommandName.WHERE), IN_HAND, lambda it: "You are at this answer: Symptoms." in it.said and "Next comes: Causes" in it.said),
    Row("listen all", Command(CommandName.LISTEN_ALL), (), lambda it: it.entry == ref("overview") and "8 sections" in it.said and it.person.memory.whole_topic),
    Row("listen all", Command(CommandName.LISTEN_ALL, "amber-hands"), IN_HAND, lambda it: it.entry == ref("overview")),
    Row("thanks", Command(CommandName.THANKS), IN_HAND, lambda it: it.said == "You are welcome. Take good care." and it.options == ()),
    Row("stop", Command(CommandName.STOP), IN_HAND, lambda it: "say: continue" in it.said and it.options == ()),
    Row("volume", Command(CommandName.VOLUME), IN_HAND, lambda it: "volume keys of your phone" in it.said),
    Row("sympathy", Command(CommandName.SYMPATHY), IN_HAND, lambda it: "I am sorry that it is hard." in it.said and it.options[-1] == "Help"),
    Row("related", Command(CommandName.RELATED, SYMPTOMS), IN_HAND, lambda it: it.options[0] == "How do I notice it?"),
    Row("related questions", Command(CommandName.RELATED, SYMPTOMS), IN_HAND, lambda it: it.options[0] == "How do I notice it?"),
    Row("slower", Command(CommandName.SLOWER), IN_HAND, lambda it: it.person.preferences.speed is Speed.SLOW and "I speak slowly" in it.said and "All about symptoms" in it.said),
    Row("faster", Command(CommandName.FASTER), IN_HAND, lambda it: it.person.preferences.speed is Speed.FAST and "I speak fast" in it.said),
    Row("speed slow", Command(CommandName.SPEED, "slow"), (), lambda it: it.person.preferences.speed is Speed.SLOW),
    Row("text only", Command(CommandName.TEXT_ONLY), (), lambda it: it.person.preferences.answer_by is AnswerBy.TEXT),
    Row("audio on", Command(CommandName.AUDIO_ON), (), lambda it: it.person.preferences.answer_by is AnswerBy.BOTH),
    Row("answer by voice", Command(CommandName.ANSWER_BY, "voice"), (), lambda it: it.person.preferences.answer_by is AnswerBy.VOICE),
    Row("cloud on", Command(CommandName.CLOUD_SPEECH, "on"), (), lambda it: it.person.preferences.cloud_speech and "Google" in it.said),
    Row("cloud off", Command(CommandName.CLOUD_SPEECH, "off"), (typed("cloud on"),), lambda it: not it.person.preferences.cloud_speech),
    Row("save", Command(CommandName.SAVE, SYMPTOMS), IN_HAND, lambda it: it.bookmarks == (ref("symptoms"),) and "I saved" in it.said),
    Row("save", Command(CommandName.SAVE, SYMPTOMS), SAVED, lambda it: it.bookmarks == (ref("symptoms"),) and "already" in it.said),
    Row("bookmarks", Command(CommandName.BOOKMARKS), SAVED, lambda it: it.options[0] == "Symptoms"),
    Row("bookmarks", Command(CommandName.BOOKMARKS), (), lambda it: "no bookmarks yet" in it.said),
    Row("remove bookmark", Command(CommandName.REMOVE_BOOKMARK, SYMPTOMS), SAVED, lambda it: it.bookmarks == () and "Put it back" in it.options),
    Row("remove bookmark", Command(CommandName.REMOVE_BOOKMARK, SYMPTOMS), IN_HAND, lambda it: "is not in your bookmarks" in it.said),
    Row("undo", Command(CommandName.UNDO, SYMPTOMS), REMOVED, lambda it: it.bookmarks == (ref("symptoms"),) and "back in" in it.said),
    Row("undo", Command(CommandName.UNDO), (), lambda it: "nothing to put back" in it.said),
    Row("forget me", Command(CommandName.FORGET_ME), SAVED, lambda it: it.person.memory.pending is Pending.FORGET_ME and it.bookmarks != ()),
    Row("yes", Command(CommandName.YES, "forget-me"), ASKED, lambda it: it.person == Person(id=ME) and it.bookmarks == () and "I erased everything" in it.said),
    Row("no", Command(CommandName.NO, "forget-me"), ASKED, lambda it: it.person.memory.pending is None and it.bookmarks == (ref("symptoms"),) and "I erased nothing" in it.said),
    Row("keep questions", Command(CommandName.KEEP_QUESTIONS), (), lambda it: it.person.memory.pending is Pending.KEEP_QUESTIONS and "90 days" in it.said and not it.person.preferences.keep_questions),
    Row("yes", Command(CommandName.YES, "keep-questions"), (typed("keep questions"),), lambda it: it.person.preferences.keep_questions and "From now on" in it.said),
    Row("yes, keep my questions", Command(CommandName.YES, "keep-questions"), (typed("keep questions"),), lambda it: it.person.preferences.keep_questions),
    Row("no", Command(CommandName.NO, "keep-questions"), (typed("keep questions"),), lambda it: not it.person.preferences.keep_questions and "none of your questions" in it.said),
    Row("keep questions", Command(CommandName.KEEP_QUESTIONS), AGREED, lambda it: it.person.preferences.keep_questions and "already" in it.said),
    Row("stop keeping questions", Command(CommandName.KEEP_QUESTIONS, "off"), AGREED, lambda it: not it.person.preferences.keep_questions and "erased" in it.said),
    Row("stop keeping my questions", Command(CommandName.KEEP_QUESTIONS, "off"), (*AGREED, typed("settings")), lambda it: not it.person.preferences.keep_questions),
    Row("helped", Command(CommandName.HELPED, SYMPTOMS), IN_HAND, lambda it: "I am glad that it helped." in it.said and it.person.memory.feedback is not None and it.person.memory.feedback.helped),
    Row("not helped", Command(CommandName.NOT_HELPED, SYMPTOMS), IN_HAND, lambda it: "I am sorry that it did not help." in it.said and it.options[0] == "Related questions"),
    Row("yes", Command(CommandName.YES), (), lambda it: "What would you like to know?" in it.said),
    Row("no", Command(CommandName.NO), (), lambda it: "What would you like to know?" in it.said),
]  # fmt: skip

NOTHING_IN_HAND = ["next", "back", "repeat", "listen", "related", "save", "remove bookmark"]


@pytest.fixture
async def stores() -> AsyncIterator[list[Store]]:
    opened = [await Store.open("sqlite+aiosqlite://") for _ in range(3)]
    yield opened
    for store in opened:
        await store.close()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.words} after {len(row.before)} turns")
async def test_a_command_does_the_same_pressed_typed_and_spoken(row: Row, stores: list[Store]) -> None:
    ways = (
        command(row.button.name, row.button.argument),
        typed(f"{row.words}."),
        spoken(row.words.capitalize()),
    )
    effects = [await _effect(store, row.before, way) for store, way in zip(stores, ways, strict=True)]
    assert row.holds(effects[0])
    # Whether the answer in hand was given by voice, and how much of a list was named, depends on how it was
    # asked for, and nothing else does.
    pressed, written, heard = (_without_way(effect) for effect in effects)
    assert pressed == written == heard


def test_the_table_holds_every_command() -> None:
    assert {row.button.name for row in ROWS} == set(CommandName)


@pytest.mark.parametrize("words", NOTHING_IN_HAND)
async def test_without_an_answer_in_hand_the_way_to_one_is_offered(
    talk: DialogueProcessor, words: str
) -> None:
    reply = await talk.respond(ME, typed(words))
    assert labels(reply) == ["All sections", "Common questions", "Help"]


@pytest.mark.parametrize(
    ("before", "way", "expected"),
    [
        ((), typed("help"), AnswerBy.TEXT),
        ((), command(CommandName.HELP), AnswerBy.TEXT),
        ((), spoken("help"), AnswerBy.BOTH),
        (("answer by voice",), typed("help"), AnswerBy.VOICE),
        (("answer by voice",), command(CommandName.SETTINGS), AnswerBy.VOICE),
        (("text only",), spoken("help"), AnswerBy.TEXT),
        (("text only",), command(CommandName.LISTEN, SYMPTOMS), AnswerBy.VOICE),
        (("audio on",), typed("help"), AnswerBy.BOTH),
        (("what signs does it show", "answer by voice", "answer as i ask"), typed("repeat"), AnswerBy.TEXT),
        (("answer by voice", "what signs does it show", "answer as i ask"), typed("repeat"), AnswerBy.VOICE),
        (("what signs does it show",), typed("slower"), AnswerBy.VOICE),
    ],
)
async def test_a_reply_comes_the_way_it_was_asked_for(
    talk: DialogueProcessor, before: Sequence[str], way: Utterance, expected: AnswerBy
) -> None:
    for words in before:
        await talk.respond(ME, typed(words))
    reply = await talk.respond(ME, way)
    assert reply.deliver is expected
    assert reply.script is not None


async def test_speed_stops_at_both_ends_and_says_so(talk: DialogueProcessor) -> None:
    await talk.respond(ME, typed("what signs does it show"))
    assert (await talk.respond(ME, typed("slower"))).speed is Speed.SLOW
    assert "cannot speak slower" in (await talk.respond(ME, typed("slower"))).plain_text()
    for _ in range(2):
        reply = await talk.respond(ME, typed("faster"))
    assert reply.speed is Speed.FAST
    assert "cannot speak faster" in (await talk.respond(ME, typed("faster"))).plain_text()


async def test_nobody_is_heard_by_a_cloud_that_the_operator_does_not_offer(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, command(CommandName.CLOUD_SPEECH, "on"))
    assert "nothing to turn on" in reply.plain_text()
    assert not (await talk.person(ME)).preferences.cloud_speech
    assert "Google" not in (await talk.respond(ME, typed("settings"))).plain_text()


async def test_a_yes_long_after_the_question_erases_nothing(talk: DialogueProcessor) -> None:
    for words in ("what signs does it show", "save", "forget me", "help"):
        await talk.respond(ME, typed(words))
    for late in (typed("yes"), command(CommandName.YES, "forget-me")):
        assert "What would you like to know?" in (await talk.respond(ME, late)).plain_text()
    assert labels(await talk.respond(ME, typed("bookmarks")))[0] == "Symptoms"


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("symptoms", "Amber Hands: Symptoms"),
        (SYMPTOMS, "Amber Hands: Symptoms"),
        ("amber-hands_symptoms", "Amber Hands: Symptoms"),
        ("amber-hands", "Sections"),
        ("long-gone", "Hello"),
        ("no/such_answer", "Hello"),
    ],
)
async def test_a_link_opens_its_answer_or_says_that_there_is_none(
    talk: DialogueProcessor, link: str, title: str
) -> None:
    reply = await talk.respond(ME, command(CommandName.START, link))
    assert reply.title == title
    assert ("link leads to" in reply.plain_text()) == (title == "Hello")


async def test_a_person_whose_app_speaks_another_language_is_told_at_the_start(
    talk: DialogueProcessor,
) -> None:
    english = await talk.respond(ME, command(CommandName.START), language="en-GB")
    other = await talk.respond(ME, command(CommandName.START), language="pl")
    assert "only speak English" not in english.plain_text()
    assert "only speak English" in other.plain_text()


async def test_the_pages_of_a_list_lead_forth_and_back(talk: DialogueProcessor) -> None:
    first = await talk.respond(ME, typed("sections"))
    assert labels(first)[-2:] == ["Show more", "Listen to the whole topic"]
    second = await talk.respond(ME, press(first, "Show more"))
    assert labels(second) == [
        "Living with it",
        "Research",
        "Show earlier",
        "Listen to the whole topic",
        "Common questions",
    ]
    assert labels(await talk.respond(ME, spoken("Show earlier."))) == labels(first)
    beyond = await talk.respond(ME, command(CommandName.SECTIONS, "99"))
    assert labels(beyond) == labels(second)


async def test_the_end_of_the_topic_is_said(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("faq-cure"))))
    assert "Nothing comes after this answer." in (await talk.respond(ME, spoken("next"))).plain_text()
    await talk.respond(ME, command(CommandName.SHOW, str(ref("overview"))))
    assert "Nothing comes before this answer." in (await talk.respond(ME, spoken("back"))).plain_text()


async def _effect(store: Store, before: Sequence[Utterance], way: Utterance) -> Effect:
    talk = dialogue(store, cloud_speech_offered=True)
    for utterance in before:
        await talk.respond(ME, utterance)
    reply: Reply = await talk.respond(ME, way)
    assert reply.script is not None
    async with store.read() as unit:
        bookmarks = tuple(bookmark.ref for bookmark in await unit.bookmarks.listing(ME))
    said = " ".join((reply.script.title, *reply.script.paragraphs))
    person = await talk.person(ME)
    return Effect(reply.title, reply.blocks, tuple(labels(reply)), reply.entry, said, person, bookmarks)


def _without_way(effect: Effect) -> tuple[object, ...]:
    memory = effect.person.memory.model_dump(exclude={"aloud", "removed", "listing"})
    removed = effect.person.memory.removed
    return (
        effect.title,
        effect.blocks,
        effect.options,
        effect.entry,
        effect.said,
        effect.person.preferences,
        memory,
        removed and removed.ref,
        effect.bookmarks,
    )
