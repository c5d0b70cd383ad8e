"""Erasing everything after one question, and what yes and no mean at any other time."""

from assistant.conversation.answers import answer
from assistant.conversation.drafts import Draft, Erase, Moment, Turn
from assistant.conversation.lists import faq_option, help_option, sections_option
from assistant.conversation.values import Option, Pending
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


def yes(moment: Moment, argument: str | None) -> Turn:
    """Does what was asked about. To a single offered answer it means: that one."""
    memory = moment.person.memory
    if memory.pending is Pending.FORGET_ME and argument in {None, _FORGET}:
        draft = Draft(
            blocks=moment.paragraphs(moment.say("forget-done")),
            options=(sections_option(moment), help_option(moment)),
        )
        return moment.turn(draft, Erase(), pending=None)
    if argument is None and len(memory.offered) == 1:
        return answer(moment, memory.offered[0])
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
        return moment.turn(draft)
    return _nothing_to_answer(moment)


def _nothing_to_answer(moment: Moment) -> Turn:
    return moment.turn(
        Draft(
            blocks=moment.paragraphs(moment.say("nothing-to-answer")),
            options=(sections_option(moment), help_option(moment)),
        )
    )
