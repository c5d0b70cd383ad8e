"""Several ways of writing down one recording become one meaning, or a question back."""

import pytest
from small_world import aloud, command, dialogue, labels, library, press, ref, typed

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Spoken
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Emergency, Intent, NotCovered
from assistant.nlu.stages.nbest_fusion import Gates, understood
from assistant.storage.store import Store
from assistant.transcript import Heard, Unheard, UnheardReason

ME = 7
GATES = Gates()
CLEAR, SURE, FAINT, CALM = GATES.clear, GATES.sure, GATES.faint, GATES.calm
_MEANT: dict[str, Intent] = {
    "signs": Answer(ref("symptoms"), 0.9, (ref("causes"), ref("treatment"))),
    "signs asked": Answer(ref("faq-symptoms"), 0.9),
    "reasons": Answer(ref("causes"), 0.9),
    "either": Choice((ref("causes"), ref("symptoms")), 0.8),
    "which illness": Choice((ref("symptoms"), ref("symptoms", "blue-feet")), 0.9),
    "wish illness": Choice((ref("symptoms"), ref("causes", "blue-feet")), 0.9),
    "louder": Command(CommandName.AUDIO_ON),
    "louder please": Command(CommandName.AUDIO_ON),
    "again": Command(CommandName.REPEAT),
    "again please": Command(CommandName.REPEAT),
    "i am choking right now": Emergency("breathing", 0.8),
    "certainly choking": Emergency("breathing", 1.0),
    "choke": Emergency("breathing", 0.8),
    "i am bleeding a lot": Emergency("bleeding", 0.8),
    "maybe choking": NotCovered((ref("causes"),), 0.9, "breathing"),
    "maybe bleeding": NotCovered((ref("causes"),), 0.9, "bleeding"),
}


async def meaning_of(text: str) -> Intent:
    return _MEANT.get(text, NotCovered((ref("causes"),), 0.9))


async def heard(
    *texts: str, confidence: float = 0.9, seconds: float = 3.0, others: tuple[float, ...] = ()
) -> tuple[Intent | Unheard, Heard]:
    recording = Heard(texts[0], confidence, seconds, texts[1:], others)
    return await understood(meaning_of, recording, library())


async def test_a_single_clear_reading_is_taken_as_it_is() -> None:
    intent, recording = await heard("signs")
    assert (intent, recording.text) == (_MEANT["signs"], "signs")


async def test_no_number_of_readings_says_which_illness_is_meant() -> None:
    for texts in (("which illness", "wish illness", "signs"), ("which illness", "signs", "signs")):
        intent, _ = await heard(*texts, confidence=0.8)
        assert isinstance(intent, Choice)
        assert intent.entries == (ref("symptoms"), ref("symptoms", "blue-feet"))
        assert not intent.asks


async def test_readings_that_agree_give_the_answer() -> None:
    intent, _ = await heard("signs", "either", "signs")
    assert isinstance(intent, Answer)
    assert intent.entry == ref("symptoms")
    assert intent.also[0] == ref("causes")


async def test_a_section_and_a_question_of_one_aspect_do_not_disagree() -> None:
    intent, _ = await heard("signs", "signs asked")
    assert isinstance(intent, Answer)
    assert intent.entry == ref("symptoms")


async def test_readings_that_disagree_become_a_choice() -> None:
    intent, _ = await heard("signs", "reasons", confidence=CLEAR - 0.01)
    assert isinstance(intent, Choice)
    assert not intent.asks
    assert set(intent.entries[:2]) == {ref("symptoms"), ref("causes")}


async def test_near_misses_in_sound_do_not_outvote_a_clear_sentence() -> None:
    intent, recording = await heard("signs", "reasons", "mumble", confidence=CLEAR)
    assert (intent, recording.text) == (_MEANT["signs"], "signs")


async def test_most_readings_outvote_the_first() -> None:
    intent, _ = await heard("reasons", "signs", "signs", "signs", confidence=CLEAR - 0.01)
    assert isinstance(intent, Answer | Choice)
    assert (intent.entry if isinstance(intent, Answer) else intent.entries[0]) == ref("symptoms")


async def test_readings_without_an_answer_are_no_answer() -> None:
    intent, _ = await heard("mumble", "rumble", "tumble", "signs")
    assert isinstance(intent, NotCovered)


async def test_a_doubtful_hearing_asks_before_it_answers() -> None:
    intent, _ = await heard("signs", confidence=SURE - 0.01)
    assert isinstance(intent, Choice)
    assert intent.asks
    assert intent.entries == (ref("symptoms"), ref("causes"), ref("treatment"))
    assert isinstance((await heard("signs", confidence=SURE))[0], Answer)


async def test_a_command_in_any_reading_of_a_short_recording_is_done_and_said_back() -> None:
    intent, recording = await heard("signs", "mumble", "louder")
    assert intent == Command(CommandName.AUDIO_ON)
    assert recording.text == "louder"


async def test_a_long_recording_holds_no_mis_heard_command() -> None:
    intent, recording = await heard("signs", "louder", seconds=8.0)
    assert isinstance(intent, Answer)
    assert recording.text == "signs"


async def test_a_command_heard_first_is_not_outvoted() -> None:
    intent, _ = await heard("louder", "signs", "signs", "certainly choking")
    assert intent == Command(CommandName.AUDIO_ON)


@pytest.mark.parametrize("confidence", [FAINT, CALM - 0.01])
async def test_an_emergency_that_half_of_the_readings_tell_of_is_one_however_doubtful(
    confidence: float,
) -> None:
    intent, recording = await heard("mumble", "i am choking right now", confidence=confidence)
    assert intent == Emergency("breathing", pytest.approx(0.4))
    assert recording.text == "i am choking right now"


async def test_an_emergency_that_one_of_four_readings_tells_of_is_a_caution_beside_the_answer() -> None:
    intent, _ = await heard("i am choking right now", "signs", "signs", "signs")
    assert isinstance(intent, Answer)
    assert (intent.entry, intent.caution) == (ref("symptoms"), "breathing")


async def test_a_reading_counts_for_as_much_as_the_recogniser_believes_in_it() -> None:
    unsure = await heard("signs", "reasons", "reasons", confidence=0.8, others=(0.3, 0.3))
    assert isinstance(unsure[0], Answer)
    assert unsure[0].entry == ref("symptoms")
    likely = await heard("signs", "reasons", "reasons", confidence=0.8, others=(0.8, 0.8))
    assert isinstance(likely[0], Choice)


async def test_faint_readings_that_agree_are_asked_back_about() -> None:
    intent, _ = await heard("signs", "signs asked", "signs", confidence=FAINT - 0.05)
    assert isinstance(intent, Choice)
    assert intent.asks
    assert intent.entries[0] == ref("symptoms")


@pytest.mark.parametrize(
    "texts", [("signs", "reasons", "mumble", "rumble"), ("signs",), ("mumble", "rumble", "tumble")]
)
async def test_faint_readings_that_do_not_agree_or_have_none_to_agree_are_not_heard(
    texts: tuple[str, ...],
) -> None:
    intent, _ = await heard(*texts, confidence=FAINT - 0.05)
    assert intent == Unheard(UnheardReason.UNCLEAR)


async def test_a_faint_command_is_done_when_two_readings_are_it() -> None:
    intent, recording = await heard("again", "mumble", "again please", confidence=FAINT - 0.05)
    assert (intent, recording.text) == (Command(CommandName.REPEAT), "again")
    assert (await heard("again", "mumble", confidence=FAINT - 0.05))[0] == Unheard(UnheardReason.UNCLEAR)


async def test_nothing_is_changed_by_what_was_faint() -> None:
    intent, _ = await heard("louder", "mumble", "louder please", confidence=FAINT - 0.05)
    assert intent == Unheard(UnheardReason.UNCLEAR)


async def test_nothing_is_changed_by_what_hardly_stood_out_from_the_noise() -> None:
    for text, others in (("louder", ()), ("mumble", ("louder",))):
        recording = Heard(text, 0.9, 2.0, others, is_doubtful=True)
        intent, _ = await understood(meaning_of, recording, library())
        assert not isinstance(intent, Command)
    intent, _ = await understood(meaning_of, Heard("again", 0.9, 2.0, is_doubtful=True), library())
    assert intent == Command(CommandName.REPEAT)


async def test_a_hardly_believed_reading_is_no_command() -> None:
    intent, _ = await heard("signs", "louder", confidence=0.7, others=(GATES.ordered - 0.05,))
    assert not isinstance(intent, Command)


async def test_a_clear_question_without_an_answer_is_not_outvoted_either() -> None:
    intent, _ = await heard("mumble", "signs", "signs", confidence=CLEAR)
    assert isinstance(intent, NotCovered)


@pytest.mark.parametrize(
    ("first", "is_alarm"), [("maybe choking", True), ("maybe bleeding", True), ("mumble", False)]
)
async def test_a_reading_that_may_be_of_an_emergency_speaks_for_it(first: str, is_alarm: bool) -> None:
    # The share of the other alone, 0.8 of 0.6^4 beside 0.75^4, stays below `Gates.alarmed`.
    intent, _ = await heard(first, "i am choking right now", confidence=0.75, others=(0.6,))
    assert isinstance(intent, Emergency) == is_alarm


async def test_readings_that_may_be_of_an_emergency_never_raise_the_alarm_alone() -> None:
    intent, _ = await heard("maybe choking", "maybe choking", "maybe choking")
    assert isinstance(intent, NotCovered)
    assert intent.caution == "breathing"


async def test_readings_of_different_emergencies_speak_for_each_other() -> None:
    texts = ("signs", "i am choking right now", "mumble", "i am bleeding a lot")
    intent, recording = await heard(*texts, confidence=CALM - 0.01)
    assert intent == Emergency("breathing", pytest.approx(0.4))
    assert recording.text == "i am choking right now"


async def test_the_shortest_cry_counts() -> None:
    intent, _ = await heard("signs", "choke", confidence=CALM - 0.01)
    assert isinstance(intent, Emergency)


async def test_a_calm_sentence_that_was_heard_well_is_not_outvoted_into_an_emergency() -> None:
    intent, _ = await heard("signs", "certainly choking", "certainly choking", confidence=CALM)
    assert isinstance(intent, Answer)
    assert (intent.entry, intent.caution) == (ref("symptoms"), "breathing")


async def test_what_is_too_faint_comes_with_the_line_about_the_emergency_that_it_may_be() -> None:
    intent, _ = await heard("mumble", "i am choking right now", "rumble", "tumble", confidence=FAINT - 0.05)
    assert intent == Unheard(UnheardReason.UNCLEAR, "breathing")


def doubtful(text: str) -> Spoken:
    """A recording that the recogniser is not sure about."""
    return Spoken(Heard(text, SURE - 0.05, 2.0))


async def asked_back(talk: DialogueProcessor) -> Reply:
    reply = await talk.respond(ME, doubtful("what signs does it show"))
    assert reply.entry is None
    return reply


async def test_asking_back_names_the_answer_and_the_ways_to_say_yes_or_no(talk: DialogueProcessor) -> None:
    reply = await asked_back(talk)
    assert labels(reply) == ["Yes, Symptoms", "None of these"]
    assert reply.heard == 'I heard: "what signs does it show"'
    assert "Did you ask about this: Symptoms? Say yes or no." in aloud(reply)


async def test_the_alternatives_come_with_their_numbers(talk: DialogueProcessor) -> None:
    person = await talk.person(ME)
    intent = Choice((ref("faq-symptoms"), ref("causes"), ref("treatment")), 0.7, asks=True)
    reply = talk.phrase(intent, person)
    assert labels(reply) == ["Yes, How do I notice it", "Causes", "Treatment", "None of these"]
    assert "Did you ask about this: How do I notice it?" in reply.plain_text()
    assert "Causes. Say 2. Treatment. Say 3." in aloud(reply)


@pytest.mark.parametrize(
    "yes", [typed("yes"), Spoken(Heard("Yes.", 0.7, 1.0)), typed("yes, symptoms"), typed("1")]
)
async def test_yes_gives_the_answer_typed_or_spoken(talk: DialogueProcessor, yes: Spoken) -> None:
    await asked_back(talk)
    assert (await talk.respond(ME, yes)).entry == ref("symptoms")


async def test_yes_gives_the_answer_by_button_even_much_later(talk: DialogueProcessor) -> None:
    reply = await asked_back(talk)
    await talk.respond(ME, command(CommandName.HELP))
    assert (await talk.respond(ME, press(reply, "Yes, Symptoms"))).entry == ref("symptoms")


@pytest.mark.parametrize("no", [typed("no"), Spoken(Heard("No.", 0.7, 1.0)), typed("none of these")])
async def test_no_leaves_it_and_a_yes_after_it_answers_nothing(talk: DialogueProcessor, no: Spoken) -> None:
    await asked_back(talk)
    reply = await talk.respond(ME, no)
    assert reply.entry is None
    assert "other words" in reply.plain_text()
    assert (await talk.respond(ME, typed("yes"))).entry is None


async def test_another_question_leaves_the_one_asked_back(talk: DialogueProcessor) -> None:
    await asked_back(talk)
    await talk.respond(ME, typed("what can be done"))
    assert (await talk.respond(ME, typed("yes"))).entry is None


async def test_a_yes_meant_for_an_answer_never_erases(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, command(CommandName.FORGET_ME))
    await asked_back(talk)
    reply = await talk.respond(ME, typed("yes"))
    assert reply.entry == ref("symptoms")
    assert (await talk.person(ME)).memory.entry == ref("symptoms")
