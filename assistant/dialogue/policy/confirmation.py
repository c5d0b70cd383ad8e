"""Asking back before erasing everything or answering what was hardly heard, and what yes and no mean."""

from collections.abc import Sequence

from assistant.dialogue.actions import question_consent
from assistant.dialogue.actions.answers import answer
from assistant.dialogue.actions.lists import (
    faq_option,
    help_option,
    none_of_these,
    numbered,
    sections_option,
    which_one,
)
from assistant.dialogue.person import Pending
from assistant.dialogue.policy.yes_or_no import AGAIN
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Erase, TurnContext, TurnResult
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Command, CommandName

_FORGET: str = Pending.FORGET_ME.value.replace("_", "-")
"""What the yes and no buttons of this question carry, so that an old one never answers another question."""


def forget_me(context: TurnContext, argument: str | None) -> TurnResult:
    """Asks once, and `again` when a yes was not sure; nothing is erased before one."""
    again = argument == AGAIN
    draft = Draft(
        title=None if again else context.say("forget-title"),
        blocks=context.paragraphs(context.say("forget-ask-again") if again else context.say("forget-ask")),
        options=(
            Option(context.say("option-erase-yes"), Command(CommandName.YES, _FORGET)),
            Option(context.say("option-erase-no"), Command(CommandName.NO, _FORGET)),
        ),
        suggestions=(context.say("forget-ask-again-spoken") if again else context.say("forget-ask-spoken"),),
    )
    return context.turn(draft, pending=Pending.FORGET_ME)


def ask_back(context: TurnContext, refs: Sequence[EntryRef]) -> TurnResult:
    """Asks whether the first of these answers is meant; the others can be picked instead."""
    named = [(ref, title) for ref in refs if (title := context.name_of(ref))]
    if not named:
        return which_one(context)
    (first, title), *others = named
    title = title.rstrip("?")
    question = context.say("ask-back", title=title)
    others_said = numbered(context, [label for _, label in named], 2, len(named))
    draft = Draft(
        blocks=context.paragraphs(question),
        options=(
            Option(context.say("option-yes-named", title=title), Command(CommandName.SHOW, str(first))),
            *(Option(label, Command(CommandName.SHOW, str(ref))) for ref, label in others),
            none_of_these(context),
        ),
        said=(question, *((context.say("ask-back-others-spoken"), others_said) if others else ())),
        suggestions=(context.say("ask-back-spoken"),),
        offered=tuple(ref for ref, _ in named),
        repeats_heard=True,
    )
    return context.turn(draft, pending=Pending.FIRST_OFFERED)


def yes(context: TurnContext, argument: str | None) -> TurnResult:
    """Does what was asked about. To an answer that was asked about, or offered alone, it means: that one."""
    memory = context.person.memory
    if memory.pending is Pending.FORGET_ME and argument in {None, _FORGET}:
        draft = Draft(
            blocks=context.paragraphs(context.say("forget-done")),
            options=(sections_option(context), help_option(context)),
        )
        return context.turn(draft, Erase(), pending=None)
    if memory.pending is Pending.KEEP_QUESTIONS and argument in {None, question_consent.ASKED}:
        return question_consent.agreed(context)
    asked = memory.pending is Pending.FIRST_OFFERED and memory.offered
    if argument is None and (asked or len(memory.offered) == 1):
        return answer(context, memory.offered[0], pending=None)
    if argument is None and memory.listing and memory.offered:
        return which_one(context)
    return _nothing_asked(context, context.say("yes-to-nothing"))


def no(context: TurnContext, argument: str | None) -> TurnResult:
    """Leaves everything as it is. To offered answers it means: none of these."""
    memory = context.person.memory
    if memory.pending is Pending.FORGET_ME and argument in {None, _FORGET}:
        draft = Draft(
            blocks=context.paragraphs(context.say("forget-kept")),
            options=(sections_option(context), help_option(context)),
        )
        return context.turn(draft, pending=None)
    if memory.pending is Pending.KEEP_QUESTIONS and argument in {None, question_consent.ASKED}:
        return question_consent.declined(context)
    is_choosing = memory.listing is not None or memory.pending is Pending.FIRST_OFFERED
    if argument == "offered" or (argument is None and memory.offered and is_choosing):
        return _none_of_them(context)
    if argument is None and memory.guessed:
        return _nothing_asked(context, context.say("no-to-an-answer"))
    return _nothing_asked(context, context.say("no-to-nothing"))


def _none_of_them(context: TurnContext) -> TurnResult:
    """A list that was looked through is no misunderstanding; a choice that was refused is."""
    memory = context.person.memory
    times = memory.misunderstood + 1 if memory.guessed else 0
    again = times > 1
    draft = Draft(
        blocks=context.paragraphs(context.say("choice-none-again") if again else context.say("choice-none")),
        options=(
            sections_option(context),
            *([] if again else [faq_option(context)]),
            help_option(context),
        ),
        offered=(),
    )
    return context.turn(draft, pending=None, misunderstood=times)


def _nothing_asked(context: TurnContext, sentence: str) -> TurnResult:
    return context.turn(
        Draft(
            blocks=context.paragraphs(sentence),
            options=(sections_option(context), help_option(context)),
        )
    )
