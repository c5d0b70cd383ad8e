"""Picking from what was just shown, and leaving every other question alone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import command, dialogue, labels, library, ref, spoken, typed

from assistant.dialogue.person import AnswerBy, Memory, Person
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.turn import TurnContext
from assistant.dialogue.utterance import Chosen, Spoken, Typed
from assistant.nlu.intents import Command, CommandName
from assistant.storage.store import Store
from assistant.transcript import Heard
from tests.shipped_sentences import shipped_sentences

ME = 7
_WORDS = [
    "sections",
    "2",
    "show more",
    "save",
    "bookmarks",
    "remove bookmark",
    "undo",
    "slower",
    "related",
    "what can be done",
    "forget me",
    "yes",
    "no",
    "next",
    "back",
    "none of these",
    "what signs does it show",
]
_ARGUMENTS = st.one_of(st.none(), st.text(max_size=70), st.from_regex("[a-z-]{1,9}/[0-9a-z-]{1,6}"))


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("one", "treatment"),
        ("2", "living-with"),
        ("Number two, please.", "living-with"),
        ("the second one", "living-with"),
        ("no. 2", "living-with"),
        ("second pls", "living-with"),
        ("\uff12", "living-with"),
        ("\u2461", "living-with"),
        ("2\ufe0f\u20e3", "living-with"),
        ("option 2 thanks", "living-with"),
        ("thanks, 2", "living-with"),
        ("2 thank you", "living-with"),
        ("two please, doctor", "living-with"),
        ("the second one, dear", "living-with"),
        ("nr 2", "living-with"),
        ("\u2777", "living-with"),
        ("\u0662", "living-with"),
        ("The first.", "treatment"),
        ("I want the first one", "treatment"),
        ("To.", "living-with"),
        ("the last one", "living-with"),
        ("Treatment", "treatment"),
        ("living", "living-with"),
        ("open living with it", "living-with"),
        ("the one about nothing", None),
        ("what is the treatment of feet", None),
        ("can I have one more treatment for two weeks at home please", None),
        ("what", None),
        ("with it", None),
    ],
)
async def test_numbers_and_names_pick_and_questions_do_not(
    talk: DialogueProcessor, words: str, entry: str | None
) -> None:
    await talk.respond(ME, typed("what can be done"))
    for utterance in (typed(words), spoken(words)):
        await talk.respond(ME, typed("what can be done"))
        assert (await talk.respond(ME, utterance)).entry == (ref(entry) if entry else None)


async def test_a_number_after_a_command_counts_what_was_just_named(store: Store) -> None:
    talk = dialogue(store)
    for entry in ("causes", "research", "symptoms"):
        await talk.respond(ME, Chosen(Command(CommandName.SAVE, str(ref(entry)))))
    await talk.respond(ME, spoken("bookmarks"))
    reply = await talk.respond(ME, spoken("Delete the bookmark number two."))
    assert reply.intent == Command(CommandName.REMOVE_BOOKMARK, str(ref("research")))
    assert 'I removed "Research"' in reply.plain_text()
    reply = await talk.respond(ME, spoken("remove bookmark nine"))
    assert labels(reply) == ["Causes", "Research", "Symptoms", "All sections"]


async def test_a_number_beyond_the_list_names_the_list_again(talk: DialogueProcessor) -> None:
    await talk.respond(ME, typed("what can be done"))
    reply = await talk.respond(ME, spoken("number five"))
    assert "I do not know which one" in reply.plain_text()
    assert labels(reply) == ["Treatment", "Living with it", "All sections"]
    assert (await talk.respond(ME, spoken("two"))).entry == ref("living-with")


async def test_without_anything_on_offer_a_number_is_a_question_like_any_other(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, typed("two"))
    assert talk._interpreter.asked[-1][0] == "two"  # type: ignore[attr-defined]  # the fake's own record


async def test_a_yes_to_a_single_offer_opens_it(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, Typed("save"))
    async with store.write() as unit:
        await unit.bookmarks.add(ME, ref("causes"), "Causes")
    await talk.respond(ME, typed("bookmarks"))
    assert (await talk.respond(ME, spoken("yes"))).entry == ref("causes")


async def test_a_command_word_is_never_taken_for_a_title(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, typed("what can be done"))
    assert (await talk.respond(ME, typed("privacy"))).intent == Command(CommandName.PRIVACY)


def test_a_title_and_a_number_name_an_answer_in_a_commands_argument(talk: DialogueProcessor) -> None:
    picker = ListSelection(shipped_sentences(), library())
    person = Person(id=ME, memory=Memory(offered=(ref("causes"), ref("research"))))
    context = TurnContext(talk._edition, person)
    expected = {
        "amber-hands/symptoms": ref("symptoms"),
        "symptoms": ref("symptoms"),
        "Outlook": ref("prognosis"),
        "2": ref("research"),
        "number two": ref("research"),
        "seven": None,
        "gone-topic/gone": ref("gone", "gone-topic"),
        "": None,
        "nothing like it": None,
    }
    assert {text: picker.find(text, context) for text in expected} == expected


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(_WORDS),
        ),
        min_size=1,
        max_size=6,
    ),
    aloud=st.booleans(),
)
async def test_no_words_in_any_order_break_a_conversation(
    talk: DialogueProcessor, texts: list[str], aloud: bool
) -> None:
    for text in texts:
        reply = await talk.respond(ME, Spoken(Heard(text, 0.9, 1.0)) if aloud else Typed(text))
        assert reply.plain_text()
        assert reply.deliver is not AnswerBy.AS_ASKED
        words = [label.casefold() for label in labels(reply)]
        assert len(words) == len(set(words)) <= 8
        assert all(label.strip() for label in words)
        assert (reply.script is not None) or not aloud


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(CommandName), argument=_ARGUMENTS)
async def test_no_button_however_old_or_forged_breaks_a_conversation(
    talk: DialogueProcessor, name: CommandName, argument: str | None
) -> None:
    reply = await talk.respond(ME, Chosen(Command(name, argument)))
    assert reply.plain_text()


async def test_a_pick_from_nothing_says_so_and_not_that_no_answer_was_opened(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("symptoms"))))
    reply = await talk.respond(ME, command(CommandName.SHOW, "9"))
    assert reply.entry is None
    assert "I do not know which one you mean." in reply.plain_text()
