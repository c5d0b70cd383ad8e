"""Questions are kept of people alone who agreed, in private, and never an emergency, a command or a group."""

from dataclasses import replace

import pytest
from small_world import BrokenStore, aloud, command, dialogue, labels, press, ref, spoken, typed

from assistant.dialogue.actions.question_consent import question_kept
from assistant.dialogue.person import Pending, Person, Preferences
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.nlu.intents import Answer, Choice, CommandName, NotCovered
from assistant.storage.store import Store
from assistant.transcript import Heard, Unheard, UnheardReason

ME, YOU = 7, 8


async def _kept(store: Store, person: int = ME) -> list[tuple[str, bool, str, str | None]]:
    async with store.read() as unit:
        rows = [row.columns for row in await unit.belongings.of(person) if row.table == "questions"]
    return [(row["words"], row["spoken"], row["outcome"], row["answer"]) for row in rows]


async def _agree(talk: DialogueProcessor, person: int = ME) -> None:
    for words in ("keep questions", "yes"):
        await talk.respond(person, typed(words), is_private=True)


async def test_nothing_is_kept_of_who_never_agreed_or_only_heard_what_it_means(
    talk: DialogueProcessor, store: Store
) -> None:
    await talk.respond(ME, typed("How is the weather?"), is_private=True)
    await talk.respond(ME, typed("keep questions"), is_private=True)
    await talk.respond(ME, typed("How is the weather?"), is_private=True)
    await talk.respond(ME, typed("yes"), is_private=True)
    assert not (await talk.person(ME)).preferences.keep_questions
    assert await _kept(store) == []


async def test_what_it_means_is_said_before_anybody_agrees(talk: DialogueProcessor) -> None:
    asked = await talk.respond(ME, spoken("keep questions"))
    said = aloud(asked)
    for told in (
        "the words of each question",
        "never keep your voice",
        "those who write my answers",
        "90 days",
    ):
        assert told in said
    assert labels(asked) == ["Yes, keep my questions", "No, do not keep them"]
    assert "Say yes or no." in said
    assert (await talk.person(ME)).preferences == Preferences()


async def test_typed_and_spoken_questions_are_kept_with_what_came_of_them(
    talk: DialogueProcessor, store: Store
) -> None:
    await _agree(talk)
    for utterance in (
        typed("  What signs does it show? "),
        spoken("what can be done"),
        typed("how are feet treated"),
    ):
        await talk.respond(ME, utterance, is_private=True)
    assert await _kept(store) == [
        ("What signs does it show?", False, "answer", "amber-hands/symptoms"),
        ("what can be done", True, "choice", "amber-hands/treatment"),
        ("how are feet treated", False, "not_covered", None),
    ]
    assert await _kept(store, YOU) == []


async def test_no_emergency_no_command_no_recording_without_words_and_no_group_is_kept(
    talk: DialogueProcessor, store: Store
) -> None:
    await _agree(talk)
    for utterance in (
        typed("I cannot breathe"),
        spoken("help"),
        command(CommandName.SECTIONS),
        typed("2"),
        Spoken(Unheard(UnheardReason.SILENT)),
    ):
        await talk.respond(ME, utterance, is_private=True)
    await talk.respond(ME, typed("How is the weather?"), is_private=False)
    assert await _kept(store) == []


@pytest.mark.parametrize("plain", [Answer(ref("causes"), 0.9), Choice((ref("causes"),), 0.5), NotCovered()])
def test_words_that_may_be_about_an_emergency_are_never_kept(
    plain: Answer | Choice | NotCovered,
) -> None:
    agreed = Person(id=ME, preferences=Preferences(keep_questions=True))
    assert question_kept(agreed, plain, typed("is it"))
    assert question_kept(agreed, replace(plain, caution="breathing"), typed("is it")) == ()


@pytest.mark.parametrize("way", [typed("stop keeping questions"), spoken("stop keeping questions")])
async def test_whoever_stops_it_has_all_of_theirs_erased_and_nobody_elses(
    talk: DialogueProcessor, store: Store, way: Utterance
) -> None:
    for person in (ME, YOU):
        await _agree(talk, person)
        await talk.respond(person, typed("How is the weather?"), is_private=True)
    reply = await talk.respond(ME, way, is_private=True)
    assert "Those that I had kept are erased." in reply.plain_text()
    await talk.respond(ME, typed("What signs does it show?"), is_private=True)
    assert (await _kept(store), len(await _kept(store, YOU))) == ([], 1)


async def test_forgetting_erases_the_questions_and_the_consent(talk: DialogueProcessor, store: Store) -> None:
    await _agree(talk)
    await talk.respond(ME, typed("How is the weather?"), is_private=True)
    for words in ("forget me", "yes", "How is the weather?"):
        await talk.respond(ME, typed(words), is_private=True)
    assert await _kept(store) == []


async def test_an_unsure_yes_agrees_to_nothing_and_is_asked_about_again(talk: DialogueProcessor) -> None:
    await talk.respond(ME, typed("keep questions"))
    for heard in (Heard("yes", 0.4, 1.0), Heard("us", 0.9, 1.0)):
        reply = await talk.respond(ME, Spoken(heard))
        assert "I keep no questions yet." in aloud(reply)
        assert not (await talk.person(ME)).preferences.keep_questions
        assert (await talk.person(ME)).memory.pending is Pending.KEEP_QUESTIONS


async def test_an_old_yes_to_erasing_does_not_agree_to_keeping_nor_the_other_way(
    talk: DialogueProcessor,
) -> None:
    await talk.respond(ME, typed("keep questions"))
    await talk.respond(ME, command(CommandName.YES, "forget-me"))
    assert not (await talk.person(ME)).preferences.keep_questions
    await talk.respond(ME, typed("save"))
    await talk.respond(ME, typed("forget me"))
    await talk.respond(ME, command(CommandName.YES, "keep-questions"))
    assert (await talk.person(ME)).memory.shown
    assert not (await talk.person(ME)).preferences.keep_questions


async def test_settings_and_privacy_say_truly_what_is_kept_and_lead_to_the_other(
    talk: DialogueProcessor,
) -> None:
    for words in ("settings", "privacy"):
        before = await talk.respond(ME, typed(words))
        assert "Keep my questions" in labels(before)
        assert "not keep your" in before.plain_text()
    asked = await talk.respond(ME, press(before, "Keep my questions"))
    await talk.respond(ME, press(asked, "Yes, keep my questions"))
    for words in ("settings", "privacy"):
        after = await talk.respond(ME, typed(words))
        assert "Stop keeping my questions" in labels(after)
        assert "90 days" in after.plain_text()
        assert len(after.options) <= 8
    assert "without your Telegram number" in after.plain_text()
    await talk.respond(ME, press(after, "Stop keeping my questions"))
    assert not (await talk.person(ME)).preferences.keep_questions


async def test_the_copy_holds_the_questions_in_words(talk: DialogueProcessor) -> None:
    await _agree(talk)
    await talk.respond(ME, typed("How is the weather?"), is_private=True)
    reply = await talk.respond(ME, typed("export"), is_private=True)
    assert "one question that you let me keep" in reply.plain_text()
    assert reply.attachment is not None
    assert "1. How is the weather?, asked on" in reply.attachment.text
    assert '"table": "questions"' in reply.attachment.text


@pytest.mark.parametrize("words", ["keep questions", "stop keeping questions"])
async def test_what_cannot_be_saved_is_neither_asked_about_nor_said_to_be_done(
    store: Store, words: str
) -> None:
    reply = await dialogue(BrokenStore(store, readable=True)).respond(ME, typed(words), is_private=True)
    assert "could not save" in reply.plain_text()


async def test_a_question_is_answered_although_it_cannot_be_kept(
    talk: DialogueProcessor, store: Store
) -> None:
    await _agree(talk)
    broken = dialogue(BrokenStore(store, readable=True))
    reply = await broken.respond(ME, typed("What signs does it show?"), is_private=True)
    assert reply.title == "Amber Hands: Symptoms"
    assert await _kept(store) == []
