"""Everything said aloud ends with a few things to say, and each of them works."""

import re
from functools import cache
from typing import ClassVar

import pytest
from small_world import (
    FixedInterpreter,
    aloud,
    command,
    dialogue,
    labels,
    library,
    ref,
    spoken,
    topic,
    typed,
)

from assistant.dialogue.person import AnswerBy, Listing, Pending
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Intent, NotCovered
from assistant.nlu.interpreter import Context
from assistant.nlu.words import expanded
from assistant.storage.store import Store
from assistant.transcript import Heard, Unheard, UnheardReason
from tests.shipped import shipped_library
from tests.shipped_sentences import shipped_sentences

ME = 7
_INVITED = re.compile(r"\bsay: ([^.]+)\.")


@cache
def _wordings() -> dict[str, Command]:
    """Every way to say a command that stands in the content, as it is written there."""
    known: dict[str, Command] = {}
    for key, written in shipped_library().commands.items():
        name, _, argument = key.partition(":")
        for wording in (each for one in written.wordings for each in expanded(one)):
            known.setdefault(wording.casefold(), Command(CommandName(name), argument or None))
    return known


class Listening(FixedInterpreter):
    """Knows the commands of the content as well, and a few sentences that fit badly."""

    _unsure: ClassVar[dict[str, Intent]] = {
        "how is it mended": Answer(ref("treatment"), 0.9, (ref("living-with"), ref("causes"))),
        "tell me of the end": Choice((ref("prognosis"), ref("treatment")), 0.5, asks=True),
        "what of horses": NotCovered((ref("causes"),), 0.99),
        "what of feet": NotCovered((ref("causes"), ref("treatment")), 0.7),
    }

    async def interpret(self, text: str, context: Context) -> Intent:
        said = text.strip().rstrip(".?!").casefold()
        intent = self._unsure.get(said) or _wordings().get(said)
        return intent or await super().interpret(text, context)


@pytest.fixture
def talk(store: Store) -> DialogueProcessor:
    # The wordings of the content, which the other fake does not know.
    return dialogue(store, interpreter=Listening())


def suggested(reply: Reply) -> list[str]:
    """The words that the end of a reply names."""
    assert reply.script is not None
    last = reply.script.paragraphs[-1] if reply.script.paragraphs else reply.script.title
    return list(_INVITED.findall(last))


STATES: dict[str, tuple[Utterance, ...]] = {
    "hello": (spoken("start"),),
    "help": (spoken("help"),),
    "sections": (spoken("sections"),),
    "sections, second part": (spoken("sections"), spoken("next")),
    "sections, last part": (spoken("sections"), spoken("next"), spoken("next")),
    "questions": (spoken("common questions"),),
    "an answer": (spoken("what signs does it show"),),
    "a saved answer": (spoken("what signs does it show"), spoken("save"), spoken("repeat")),
    "the last answer": (command(CommandName.SHOW, str(ref("faq-cure"))), spoken("repeat")),
    "saved": (spoken("what signs does it show"), spoken("save")),
    "removed": (spoken("what signs does it show"), spoken("save"), spoken("remove bookmark")),
    "bookmarks": (spoken("what signs does it show"), spoken("save"), spoken("my bookmarks")),
    "no bookmarks": (spoken("my bookmarks"),),
    "a choice": (spoken("what can be done"),),
    "a question back": (spoken("tell me of the end"),),
    "none of them": (spoken("what can be done"), spoken("none of these")),
    "not covered": (spoken("what of horses"),),
    "not covered, something near": (spoken("what of feet"),),
    "not covered again": (spoken("what of horses"), spoken("what of feet")),
    "nothing in hand": (spoken("save"),),
    "related": (spoken("what signs does it show"), spoken("related questions")),
    "settings": (spoken("settings"),),
    "slowest": (command(CommandName.SPEED, "slow"), spoken("settings")),
    "a setting": (spoken("audio on"),),
    "privacy": (spoken("privacy"),),
    "about": (spoken("about you"),),
    "kept": (spoken("forget me"), spoken("no")),
    "erased": (spoken("forget me"), spoken("yes")),
    "yes to nothing": (spoken("yes"),),
    "no to an answer": (spoken("what signs does it show"), spoken("no")),
    "language": (spoken("language"),),
}


@pytest.mark.parametrize("state", STATES)
async def test_every_spoken_reply_ends_with_at_most_three_things_to_say_that_work(
    talk: DialogueProcessor, state: str
) -> None:
    reply = await _walk(talk, state)
    words = suggested(reply)
    plain = [each for each in ("its number or its name", "Say yes or no.") if each in aloud(reply)]
    assert 1 <= len(words) + len(plain) <= 3
    assert len(re.findall(r"\bsay\b", reply.script.paragraphs[-1] if reply.script else "")) <= 3
    for each in words:
        if each.startswith("I meant"):
            continue
        await talk.respond(ME, command(CommandName.START))
        await talk.respond(ME, command(CommandName.FORGET_ME))
        await talk.respond(ME, command(CommandName.YES))
        await _walk(talk, state)
        then = await talk.respond(ME, spoken(f"{each.capitalize()}."))
        assert isinstance(then.intent, Command), each
        assert "I do not know which" not in then.plain_text(), each
        assert "have not opened" not in then.plain_text(), each
        assert each == "none of these" or (await talk.person(ME)).memory.misunderstood == 0, each


async def _walk(talk: DialogueProcessor, state: str) -> Reply:
    replies = [await talk.respond(ME, utterance) for utterance in STATES[state]]
    return replies[-1]


async def test_the_yes_or_no_of_erasing_is_all_that_it_invites_to(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, spoken("forget me"))
    assert reply.script is not None
    assert reply.script.paragraphs[-1] == "Say yes or no."


async def test_whoever_gives_up_the_voice_hears_last_how_to_get_it_back(talk: DialogueProcessor) -> None:
    await talk.respond(ME, spoken("audio on"))
    reply = await talk.respond(ME, spoken("text only"))
    assert reply.script is not None
    assert reply.script.paragraphs[-1].startswith("To hear my answers, say: speak to me.")
    again = await talk.respond(ME, spoken("audio on"))
    assert "audio on" not in aloud(again)


async def test_an_emergency_invites_to_nothing_else(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, spoken("I cannot breathe"))
    assert "say: help" not in aloud(reply)


async def test_a_list_is_named_three_at_a_time_and_shown_up_to_eight(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, spoken("sections"))
    assert "There are 8 in this list. These are the first 3." in aloud(reply)
    assert "Causes. Say 3." in aloud(reply)
    assert "Diagnosis" not in aloud(reply)
    assert labels(reply)[:6] == [
        "Overview",
        "Symptoms",
        "Causes",
        "Diagnosis",
        "Treatment",
        "Outlook",
    ]
    reply = await talk.respond(ME, spoken("next"))
    assert "These are numbers 4 to 6 of 8." in aloud(reply)
    assert "Choose one" not in aloud(reply)
    assert "Diagnosis. Say 4." in aloud(reply)
    assert labels(reply)[0] == "Diagnosis"
    reply = await talk.respond(ME, spoken("next"))
    assert "Research. Say 8." in aloud(reply)
    assert "say: next" not in aloud(reply)
    reply = await talk.respond(ME, spoken("next"))
    assert "end of the list" in aloud(reply)
    reply = await talk.respond(ME, spoken("back"))
    assert "Treatment" in aloud(reply)


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("number eight", "research"),
        ("the first one", "overview"),
        ("the last one", "prognosis"),
        ("five", "treatment"),
        ("living with it", "living-with"),
    ],
)
async def test_numbers_count_the_whole_list_whichever_part_was_named(
    talk: DialogueProcessor, words: str, entry: str
) -> None:
    await talk.respond(ME, spoken("sections"))
    await talk.respond(ME, spoken("next"))
    assert (await talk.respond(ME, spoken(words))).entry == ref(entry)


async def test_a_typed_next_turns_the_page_that_was_shown(talk: DialogueProcessor) -> None:
    await talk.respond(ME, typed("sections"))
    reply = await talk.respond(ME, typed("next"))
    assert labels(reply)[:2] == ["Living with it", "Research"]
    assert "Show earlier" in labels(reply)
    reply = await talk.respond(ME, typed("back"))
    assert labels(reply)[0] == "Overview"


async def test_next_is_the_next_answer_again_once_one_was_opened(talk: DialogueProcessor) -> None:
    await talk.respond(ME, spoken("sections"))
    await talk.respond(ME, spoken("two"))
    assert (await talk.respond(ME, spoken("next"))).entry == ref("causes")


async def test_a_list_without_pages_of_its_own_is_turned_too(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("treatment"))))
    reply = await talk.respond(ME, spoken("related"))
    first = [label for label in labels(reply) if label != "All sections"]
    assert len(first) > 3
    reply = await talk.respond(ME, spoken("next"))
    assert f"This is number 4 of 4. {first[3]} Say 4." in aloud(reply)
    assert [label for label in labels(reply) if label != "All sections"] == first
    assert (await talk.respond(ME, spoken("four"))).title == f"Amber Hands: {first[3]}"


async def test_an_old_page_button_still_shows_that_page(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, command(CommandName.SECTIONS, "amber-hands/2"))
    assert labels(reply)[:2] == ["Living with it", "Research"]


@pytest.mark.parametrize("place", ["0", "99", "from-0", "from-99", "from-", "from-x", "-1"])
async def test_a_page_that_is_not_there_shows_one_that_is(talk: DialogueProcessor, place: str) -> None:
    reply = await talk.respond(ME, command(CommandName.SECTIONS, f"amber-hands/{place}"))
    assert any(option.command.name is CommandName.SHOW for option in reply.options)


@pytest.mark.parametrize("way", [spoken, typed])
@pytest.mark.parametrize("words", ["that one", "yes", "yes, that one", "number one", "Outlook", "the first"])
async def test_a_question_back_is_answered_in_many_ways(
    talk: DialogueProcessor, words: str, way: type[Utterance]
) -> None:
    await talk.respond(ME, spoken("tell me of the end"))
    assert (await talk.respond(ME, way(words))).entry == ref("prognosis")


async def test_that_one_of_several_asks_which(talk: DialogueProcessor) -> None:
    await talk.respond(ME, spoken("what can be done"))
    reply = await talk.respond(ME, spoken("that one"))
    assert "which one" in reply.plain_text()
    assert (await talk.respond(ME, spoken("two"))).entry == ref("living-with")


@pytest.mark.parametrize("words", ["that one", "I said yes", "no, I said yes", "okay then the first one"])
async def test_only_a_plain_yes_erases_everything(talk: DialogueProcessor, words: str) -> None:
    await talk.respond(ME, spoken("what of horses"))
    await talk.respond(ME, spoken("forget me"))
    reply = await talk.respond(ME, spoken(words))
    assert "I erased everything" not in reply.plain_text()
    assert (await talk.person(ME)).memory.pending is not Pending.FORGET_ME


async def test_only_erasing_everything_asks_first(talk: DialogueProcessor) -> None:
    for words in ("what signs does it show", "save", "remove bookmark", "undo", "audio on", "slower"):
        await talk.respond(ME, spoken(words))
        assert (await talk.person(ME)).memory.pending is None
    await talk.respond(ME, spoken("forget me"))
    assert (await talk.person(ME)).memory.pending is Pending.FORGET_ME


async def test_after_two_misunderstandings_there_is_less_to_choose_from_never_more(
    talk: DialogueProcessor,
) -> None:
    unheard = Spoken(Unheard(UnheardReason.UNCLEAR))
    for asked in (spoken("what of feet"), spoken("what of horses"), unheard):
        await talk.respond(ME, spoken("help"))
        first = await talk.respond(ME, asked)
        second = await talk.respond(ME, asked)
        third = await talk.respond(ME, asked)
        assert len(first.options) >= len(second.options) >= len(third.options) >= 1
        assert len(second.options) <= 2
        assert len(aloud(second)) <= len(aloud(first))
        assert len(aloud(third)) <= len(aloud(second))


async def test_a_choice_that_is_missed_twice_is_not_read_out_again(talk: DialogueProcessor) -> None:
    await talk.respond(ME, spoken("what can be done"))
    first = await talk.respond(ME, spoken("number nine"))
    second = await talk.respond(ME, spoken("number nine"))
    assert labels(first) == ["Treatment", "Living with it", "All sections"]
    assert labels(second) == ["None of these", "Help"]
    assert (await talk.respond(ME, spoken("two"))).entry == ref("living-with")


async def test_being_understood_starts_the_count_anew(talk: DialogueProcessor) -> None:
    for _ in range(3):
        await talk.respond(ME, spoken("what of horses"))
    assert (await talk.person(ME)).memory.misunderstood == 3
    await talk.respond(ME, spoken("what signs does it show"))
    assert (await talk.person(ME)).memory.misunderstood == 0
    reply = await talk.respond(ME, spoken("what of feet"))
    assert labels(reply) == ["Causes", "Treatment", "All sections"]


@pytest.mark.parametrize("words", ["help", "start"])
async def test_help_and_start_work_wherever_somebody_is(talk: DialogueProcessor, words: str) -> None:
    for state in STATES:
        await _walk(talk, state)
        reply = await talk.respond(ME, spoken(words))
        assert reply.intent == Command(CommandName(words))


async def test_what_is_far_from_everything_is_not_offered_as_near(talk: DialogueProcessor) -> None:
    far = await talk.respond(ME, typed("what of horses"))
    assert "closest" not in far.plain_text()
    assert "You can ask me about Amber Hands" in far.plain_text()
    assert "A doctor, a pharmacist or a patient group" in far.plain_text()
    await talk.respond(ME, typed("start"))
    near = await talk.respond(ME, typed("what of feet"))
    assert "closest" in near.plain_text()
    assert "Causes" in labels(near)


async def test_the_answer_just_heard_is_not_offered_as_the_nearest(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("causes"))))
    assert "closest" not in (await talk.respond(ME, typed("what of feet"))).plain_text()


@pytest.mark.parametrize("way", [spoken, typed])
@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("No, I said causes.", "causes"),
        ("no, I said what signs does it show", "symptoms"),
        ("I meant how will it go on", "prognosis"),
        ("Sorry, I asked what signs does it show", "symptoms"),
        ("No, what signs does it show?", "symptoms"),
        ("that is not what I meant, I meant how will it go on", "prognosis"),
        ("no I was asking about what signs does it show", "symptoms"),
    ],
)
async def test_a_correction_is_understood_afresh(
    talk: DialogueProcessor, words: str, entry: str, way: type[Utterance]
) -> None:
    await talk.respond(ME, way("what of feet"))
    assert (await talk.respond(ME, way(words))).entry == ref(entry)


async def test_what_was_not_meant_is_left_out_of_the_second_guess(talk: DialogueProcessor) -> None:
    assert (await talk.respond(ME, spoken("how is it mended"))).entry == ref("treatment")
    reply = await talk.respond(ME, spoken("no, I said how is it mended"))
    assert reply.entry is None
    assert labels(reply) == ["Living with it", "Causes", "None of these"]


async def test_what_was_offered_can_still_be_named_in_a_correction(talk: DialogueProcessor) -> None:
    await talk.respond(ME, spoken("what can be done"))
    assert (await talk.respond(ME, spoken("no, I said treatment"))).entry == ref("treatment")


async def test_a_correction_can_be_a_command_or_an_emergency(talk: DialogueProcessor) -> None:
    await talk.respond(ME, spoken("what of horses"))
    reply = await talk.respond(ME, spoken("no, I said sections"))
    assert reply.intent == Command(CommandName.SECTIONS)
    await talk.respond(ME, spoken("what of horses"))
    reply = await talk.respond(ME, spoken("No, I said I cannot breathe!"))
    assert reply.title == "Trouble breathing"


async def test_nothing_is_corrected_where_nothing_was_asked(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, typed("I said what signs does it show"))
    assert talk._interpreter.asked[-1][0] == "I said what signs does it show"  # type: ignore[attr-defined]  # the fake's own record


async def test_no_without_a_pause_is_part_of_the_question(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, typed("what signs does it show"))
    await talk.respond(ME, typed("no cure at all"))
    assert talk._interpreter.asked[-1][0] == "no cure at all"  # type: ignore[attr-defined]  # the fake's own record


async def test_doubt_is_said_back_in_a_recording_that_is_not_kept(talk: DialogueProcessor) -> None:
    for asked, words in (
        ("What of horses?", "I heard: What of horses."),
        ("tell me of the end", "I heard: tell me of the end."),
        ("what can be done", "I heard: what can be done."),
    ):
        reply = await talk.respond(ME, spoken(asked))
        assert reply.script is not None
        assert reply.script.title == words
        assert not reply.script.keep
        reply = await talk.respond(ME, typed(asked))
        assert reply.script is not None
        assert reply.script.keep
        assert "I heard" not in aloud(reply)


async def test_a_long_sentence_is_said_back_in_short(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, Spoken(Heard("word " * 200, 0.9, 60)))
    assert reply.script is not None
    assert reply.script.title == f"I heard: {'word ' * 11}word, and so on."


async def test_a_change_to_text_alone_is_still_said_to_whoever_spoke(talk: DialogueProcessor) -> None:
    assert (await talk.respond(ME, spoken("text only"))).deliver is AnswerBy.BOTH
    assert (await talk.respond(ME, spoken("settings"))).deliver is AnswerBy.TEXT
    assert (await talk.respond(ME, typed("audio on"))).deliver is AnswerBy.BOTH
    assert (await talk.respond(ME, typed("settings"))).deliver is AnswerBy.BOTH


async def test_several_topics_are_invited_to_by_their_names(store: Store) -> None:
    talk = dialogue(store, library(topic(), topic("blue-feet", "Blue Feet")))
    reply = await talk.respond(ME, spoken("start"))
    assert "For a list of sections, say: All sections of Blue Feet." in aloud(reply)
    reply = await talk.respond(ME, spoken("All sections of Blue Feet."))
    assert (await talk.respond(ME, spoken("two"))).entry == EntryRef("blue-feet", "symptoms")


def test_a_part_of_a_list_is_remembered_with_how_to_ask_for_it() -> None:
    kept = Listing(first=4, last=6, at_a_time=3)
    assert Listing.model_validate_json(kept.model_dump_json()) == kept
    assert shipped_sentences().say("list-part-spoken", first=4, last=6, count=8)
