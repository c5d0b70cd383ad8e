"""Keeping what somebody asks: explained and asked about first, ended and erased with a word."""

from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.lists import help_option, sections_option
from assistant.dialogue.actions.preferences import keep_questions_option, settings_option, with_preferences
from assistant.dialogue.person import Pending, Person
from assistant.dialogue.policy.yes_or_no import AGAIN
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Effect, EraseQuestions, KeepQuestion, TurnContext, TurnResult
from assistant.dialogue.utterance import Chosen, Spoken, Typed, Utterance
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Intent, NotCovered
from assistant.reply_kind import ReplyKind
from assistant.storage.questions import KEPT_DAYS, Question
from assistant.transcript import Heard, Unheard

ASKED: Final = Pending.KEEP_QUESTIONS.value.replace("_", "-")
"""What the yes and no buttons of this question carry, so that an old one never answers another question."""


def keep_questions(context: TurnContext, argument: str | None) -> TurnResult:
    """Explains and asks, and asks `again` when a yes was not sure; `off` stops it.

    Nothing is kept before a yes.
    """
    if argument == "off":
        return _stopped(context)
    if context.person.preferences.keep_questions:
        return _says(context, context.say("keep-questions-on-already", days=KEPT_DAYS))
    again = argument == AGAIN
    explained = (
        context.say("keep-questions-why"),
        context.say("keep-questions-what"),
        context.say("keep-questions-who"),
        context.say("keep-questions-how-long", days=KEPT_DAYS),
        context.say("keep-questions-ask"),
    )
    draft = Draft(
        title=None if again else context.say("keep-questions-title"),
        blocks=context.paragraphs(*([context.say("keep-questions-ask-again")] if again else explained)),
        options=(
            Option(context.say("option-keep-questions-yes"), Command(CommandName.YES, ASKED)),
            Option(context.say("option-keep-questions-no"), Command(CommandName.NO, ASKED)),
        ),
        suggestions=(
            context.say("keep-questions-ask-again-spoken")
            if again
            else context.say("keep-questions-ask-spoken"),
        ),
    )
    return context.turn(draft, pending=Pending.KEEP_QUESTIONS)


def agreed(context: TurnContext) -> TurnResult:
    """From now on questions are kept."""
    context = replace(context, person=with_preferences(context.person, keep_questions=True))
    return _says(context, context.say("keep-questions-on", days=KEPT_DAYS))


def declined(context: TurnContext) -> TurnResult:
    """Nothing is kept, as before."""
    return _says(context, context.say("keep-questions-left"))


def question_kept(person: Person, intent: Intent | Unheard, utterance: Utterance) -> tuple[KeepQuestion, ...]:
    """The effect that keeps a question proper; none of a person who has not agreed.

    Words that may be about an emergency are no question, and neither is a command.
    """
    words = _words(utterance)
    if words is None or not person.preferences.keep_questions:
        return ()
    answer: str | None
    match intent:
        case Answer(entry=ref, caution=None):
            outcome, answer = ReplyKind.ANSWER, str(ref)
        case Choice(entries=refs, caution=None):
            outcome, answer = ReplyKind.CHOICE, str(refs[0]) if refs else None
        case NotCovered(caution=None):
            outcome, answer = ReplyKind.NOT_COVERED, None
        case _:
            return ()
    return (KeepQuestion(Question(words, isinstance(utterance, Spoken), outcome, answer)),)


def _words(utterance: Utterance) -> str | None:
    match utterance:
        case Typed(text=text) | Spoken(outcome=Heard(text=text)):
            return " ".join(text.split()) or None
        case Spoken() | Chosen():
            return None


def _stopped(context: TurnContext) -> TurnResult:
    context = replace(context, person=with_preferences(context.person, keep_questions=False))
    return _says(context, context.say("keep-questions-off"), EraseQuestions())


def _says(context: TurnContext, sentence: str, *effects: Effect) -> TurnResult:
    is_kept = context.person.preferences.keep_questions
    draft = Draft(
        blocks=context.paragraphs(sentence),
        options=(
            *([keep_questions_option(context)] if is_kept else []),
            settings_option(context),
            sections_option(context),
            help_option(context),
        ),
    )
    return context.turn(draft, *effects, pending=None)
