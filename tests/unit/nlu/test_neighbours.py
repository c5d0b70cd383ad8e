"""Neighbours of what is dangerous: nobody is forgotten, no alarm silenced, hardly an illness mixed up."""

import itertools

import pytest

from assistant.nlu.intents import Answer, Command, CommandName, Emergency
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.pipeline import Pipeline

_CRIES = (
    "I can't breathe",
    "my dad is not breathing",
    "he has a crushing pain in his chest right now",
    "she has collapsed and does not wake up",
    "I took all my tablets at once",
    "the bleeding won't stop",
    "I want to kill myself tonight",
    "call an ambulance",
)
_BESIDE = (
    *("read me the section about treatment", "save this answer", "thanks", "next"),
    "is that one of the symptoms",
    *("what are the causes", "speak slower please", "what should I do"),
    *("turn the audio on", "is it hereditary"),
    *("sorry to bother you", "repeat that please", "good evening"),
)
_WHO = ("everybody", "my doctor", "the clinic", "the pharmacy", "my brother", "the school", "people", "they")
_FORGETS = (
    *("did {who} forget us", "{who} forgot about me", "I can not forget what {who} said"),
    *("how do I delete the photos that {who} sent", "{who} wants me to erase the whiteboard"),
    *("remind me not to forget what {who} told me", "has {who} removed my appointment"),
    *("should {who} clear the table first", "{who} wiped the floor and forgot the keys"),
)
_OTHERS = (
    *("asthma", "gout", "lupus", "scleroderma", "multiple sclerosis", "diabetes", "migraine"),
    *("psoriasis", "epilepsy"),
    *("kidney stones", "breast cancer", "malaria", "shingles", "osteoporosis", "coeliac disease"),
    *("glaucoma", "eczema"),
    *("Parkinson's disease", "rheumatoid arthritis", "high blood pressure", "metformin", "ibuprofen"),
)
_QUESTIONS = (
    *("what are the symptoms of {it}", "what causes {it}", "is there a cure for {it}"),
    "how is {it} diagnosed",
    *("is {it} hereditary", "what is the outlook for {it}", "how common is {it}"),
    "which types of {it} are there",
    *("how is {it} treated", "can {it} be prevented", "who gets {it}", "what are the complications of {it}"),
    *("how do people live with {it}", "tell me about {it}", "what research is done on {it}"),
)
_MOST_MIXED_UP = 0.03


@pytest.mark.parametrize("manner", list(Manner))
def test_nothing_said_beside_it_silences_a_cry_for_help(interpreter: Pipeline, manner: Manner) -> None:
    context = Context("calcinosis-universalis", manner=manner)
    silenced = [
        text
        for cry, beside in itertools.product(_CRIES, _BESIDE)
        for text in (f"{cry}, {beside}", f"{beside}, {cry}")
        if not isinstance(interpreter.meaning_of(text, context), Emergency)
    ]
    assert silenced == []


def test_nobody_is_forgotten_who_did_not_ask_for_it(interpreter: Pipeline) -> None:
    texts = [form.format(who=who) for form, who in itertools.product(_FORGETS, _WHO)]
    forget_me = Command(CommandName.FORGET_ME)
    assert [text for text in texts if interpreter.meaning_of(text, Context()) == forget_me] == []


@pytest.mark.parametrize(
    "text",
    [
        "do not delete it",
        "don't remove it",
        "don't forget me",
        "please do not erase my data",
    ],
)
def test_nothing_is_taken_away_from_whoever_says_not_to(interpreter: Pipeline, text: str) -> None:
    meant = interpreter.meaning_of(text, Context())
    taking = (CommandName.FORGET_ME, CommandName.REMOVE_BOOKMARK, CommandName.SAVE)
    assert not isinstance(meant, Command) or meant.name not in taking


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("unpin that one, I do not need it", CommandName.REMOVE_BOOKMARK),
        ("erase everything you have about me, I do not need this any more", CommandName.FORGET_ME),
        ("save this so that I do not lose it", CommandName.SAVE),
    ],
)
def test_a_reason_with_a_no_in_it_denies_nothing(interpreter: Pipeline, text: str, name: CommandName) -> None:
    assert interpreter.meaning_of(text, Context()) == Command(name)


def test_what_is_asked_of_another_illness_is_hardly_ever_answered_with_ours(interpreter: Pipeline) -> None:
    texts = [form.format(it=name) for form, name in itertools.product(_QUESTIONS, _OTHERS)]
    answered = [text for text in texts if isinstance(interpreter.meaning_of(text, Context()), Answer)]
    assert len(answered) <= _MOST_MIXED_UP * len(texts), answered
