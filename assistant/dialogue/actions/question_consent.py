"""Keeping what somebody asks: explained and asked about first, ended and erased with a word."""

from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.lists import help_option, sections_option
from assistant.dialogue.actions.preferences import keep_questions_option, settings_option, with_preferences
from assistant.dialogue.person import Pending, Person
from assistant.dialogue.policy.yes_or_no import AGAIN
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Effect, EraseQuestions, KeepQuestion, Moment, Turn
from assistant.dialogue.utterance import Chosen, Spoken, Typed, Utterance
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Meaning, NotCovered
from assistant.storage.questions import KEPT_DAYS, Outcome, Question
from assistant.transcript import Heard, Unheard

ASKED: Final = Pending.KEEP_QUESTIONS.value.replace("_", "-")
"""What the yes and no buttons of this question carry, so that an old one never answers another question."""


def keep_questions(moment: Moment, argument: str | None) -> Turn:
    """Explains and asks, and asks `again` when a yes was not sure; `off` stops it.

    Nothing is kept before a yes.
    """
    if argument == "off":
        return _stopped(moment)
    if moment.person.preferences.keep_questions:
        return _says(moment, moment.say("keep-questions-on-already", days=KEPT_DAYS))
    again = argument == AGAIN
    explained = (
        moment.say("keep-questions-why"),
        moment.say("keep-questions-what"),
        moment.say("keep-questions-who"),
        moment.say("keep-questions-how-long", days=KEPT_DAYS),
        moment.say("keep-questions-ask"),
    )
    draft = Draft(
        title=None if again else moment.say("keep-questions-title"),
        blocks=moment.paragraphs(*([moment.say("keep-questions-ask-again")] if again else explained)),
        options=(
            Option(moment.say("option-keep-questions-yes"), Command(CommandName.YES, ASKED)),
            Option(moment.say("option-keep-questions-no"), Command(CommandName.NO, ASKED)),
        ),
        invites=(
            moment.say("keep-questions-ask-again-spoken")
            if again
            else moment.say("keep-questions-ask-spoken"),
        ),
    )
    return moment.turn(draft, pending=Pending.KEEP_QUESTIONS)


def agreed(moment: Moment) -> Turn:
    """From now on questions are kept."""
    moment = replace(moment, person=with_preferences(moment.person, keep_questions=True))
    return _says(moment, moment.say("keep-questions-on", days=KEPT_DAYS))


def declined(moment: Moment) -> Turn:
    """Nothing is kept, as before."""
    return _says(moment, moment.say("keep-questions-left"))


def question_kept(
    person: Person, meaning: Meaning | Unheard, utterance: Utterance
) -> tuple[KeepQuestion, ...]:
    """The effect that keeps a question proper; none of a person who has not agreed.

    Words that may be about an emergency are no question, and neither is a command.
    """
    words = _words(utterance)
    if words is None or not person.preferences.keep_questions:
        return ()
    answer: str | None
    match meaning:
        case Answer(entry=ref, caution=None):
            outcome, answer = Outcome.ANSWER, str(ref)
        case Choice(entries=refs, caution=None):
            outcome, answer = Outcome.CHOICE, str(refs[0]) if refs else None
        case NotCovered(caution=None):
            outcome, answer = Outcome.NOT_COVERED, None
        case _:
            return ()
    return (KeepQuestion(Question(words, isinstance(utterance, Spoken), outcome, answer)),)


def _words(utterance: Utterance) -> str | None:
    match utterance:
        case Typed(text=text) | Spoken(outcome=Heard(text=text)):
            return " ".join(text.split()) or None
        case Spoken() | Chosen():
            return None


def _stopped(moment: Moment) -> Turn:
    moment = replace(moment, person=with_preferences(moment.person, keep_questions=False))
    return _says(moment, moment.say("keep-questions-off"), EraseQuestions())


def _says(moment: Moment, sentence: str, *effects: Effect) -> Turn:
    is_kept = moment.person.preferences.keep_questions
    draft = Draft(
        blocks=moment.paragraphs(sentence),
        options=(
            *([keep_questions_option(moment)] if is_kept else []),
            settings_option(moment),
            sections_option(moment),
            help_option(moment),
        ),
    )
    return moment.turn(draft, *effects, pending=None)
