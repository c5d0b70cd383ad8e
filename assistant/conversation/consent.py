"""Asking back before erasing everything or answering what was hardly heard, and what yes and no mean."""

from collections.abc import Sequence

from assistant.conversation.answers import answer, none_of_these
from assistant.conversation.drafts import Draft, Erase, Moment, Turn
from assistant.conversation.lists import faq_option, help_option, sections_option
from assistant.conversation.scripts import as_sentence
from assistant.conversation.values import Option, Pending
from assistant.library.values import EntryRef
from assistant.understanding.meaning import Command, CommandName

_FORGET: str = Pending.FORGET_ME.value.replace("_", "-")
"""What the yes and no buttons of this question carry, so that an old one never answers another question."""


def forget_me(moment: Moment, argument: str | None) -> Turn:
    """Asks once; nothing is erased before a yes."""
    ask = moment.say("forget-ask")
    draft = Draft(
        title=moment.say("forget-title"),
        blocks=moment.paragraphs(ask),
        options=(
            Option(moment.say("option-erase-yes"), Command(CommandName.YES, _FORGET)),
            Option(moment.say("option-erase-no"), Command(CommandName.NO, _FORGET)),
        ),
        said=(ask, moment.say("forget-ask-spoken")),
    )
    return moment.turn(draft, pending=Pending.FORGET_ME)


def ask_back(moment: Moment, refs: Sequence[EntryRef]) -> Turn:
    """Asks whether the first of these answers is meant; the others can be picked instead."""
    named = [(ref, title) for ref in refs if (title := moment.title_of(ref))]
    if not named:
        return _nothing_to_answer(moment)
    (first, title), *others = named
    title = title.rstrip("?")
    question = moment.say("ask-back", title=title)
    others_said = " ".join(
        f"{as_sentence(label)} {moment.say('list-number-spoken', number=number)}"
        for number, (_, label) in enumerate(others, start=2)
    )
    draft = Draft(
        blocks=moment.paragraphs(question),
        options=(
            Option(moment.say("option-yes-named", title=title), Command(CommandName.SHOW, str(first))),
            *(Option(label, Command(CommandName.SHOW, str(ref))) for ref, label in others),
            none_of_these(moment),
        ),
        said=(
            question,
            moment.say("ask-back-spoken"),
            *((moment.say("ask-back-others-spoken"), others_said) if others else ()),
        ),
        offered=tuple(ref for ref, _ in named),
    )
    return moment.turn(draft, pending=Pending.FIRST_OFFERED)


def yes(moment: Moment, argument: str | None) -> Turn:
    """Does what was asked about. To an answer that was asked about, or offered alone, it means: that one."""
    memory = moment.person.memory
    if memory.pending is Pending.FORGET_ME and argument in {None, _FORGET}:
        draft = Draft(
            blocks=moment.paragraphs(moment.say("forget-done")),
            options=(sections_option(moment), help_option(moment)),
        )
        return moment.turn(draft, Erase(), pending=None)
    asked = memory.pending is Pending.FIRST_OFFERED and memory.offered
    if argument is None and (asked or len(memory.offered) == 1):
        return answer(moment, memory.offered[0], pending=None)
    return _nothing_to_answer(moment)


def no(moment: Moment, argument: str | None) -> Turn:
    """Leaves everything as it is. To offered answers it means: none of these."""
    memory = moment.person.memory
    if memory.pending is Pending.FORGET_ME and argument in {None, _FORGET}:
        draft = Draft(
            blocks=moment.paragraphs(moment.say("forget-kept")),
            options=(sections_option(moment), help_option(moment)),
        )
        return moment.turn(draft, pending=None)
    if argument == "offered" or (argument is None and memory.offered):
        draft = Draft(
            blocks=moment.paragraphs(moment.say("choice-none")),
            options=(sections_option(moment), faq_option(moment), help_option(moment)),
            offered=(),
        )
        return moment.turn(draft, pending=None)
    return _nothing_to_answer(moment)


def _nothing_to_answer(moment: Moment) -> Turn:
    return moment.turn(
        Draft(
            blocks=moment.paragraphs(moment.say("nothing-to-answer")),
            options=(sections_option(moment), help_option(moment)),
        )
    )
