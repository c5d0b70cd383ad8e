"""What is said instead while nothing can be saved: the truth about it, and every answer all the same."""

from typing import Final

from assistant.dialogue.actions.lists import help_option, sections_option
from assistant.dialogue.person import Pending
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.nlu.intents import Command, CommandName, Intent
from assistant.transcript import Unheard

_ABOUT_WHAT_IS_KEPT: Final = frozenset(
    {CommandName.SAVE, CommandName.REMOVE_BOOKMARK, CommandName.UNDO, CommandName.YES, CommandName.NO}
)
"""What these would say depends on what is kept, so they say nothing else when that cannot be read."""
_ABOUT_WHAT_IS_CHOSEN: Final = frozenset({CommandName.PRIVACY, CommandName.SETTINGS})
"""These tell people what they have chosen, which is not the default because it cannot be read."""
_ABOUT_WHAT_IS_SAVED: Final = frozenset({Pending.FORGET_ME, Pending.KEEP_QUESTIONS})
"""Whoever says yes to these must have it done, so they are not asked when nothing can be saved."""


def unsaved(context: TurnContext, intent: Intent | Unheard, turn: TurnResult, *, is_read: bool) -> TurnResult:
    """What to say in place of a turn that could not be saved; the turn itself where it needs no saving.

    `is_read`: whether what is kept about the person could at least be read.
    """
    name = intent.name if isinstance(intent, Command) else None
    if name is CommandName.BOOKMARKS and not is_read:
        return _only_says(context, context.say("bookmarks-not-reached"))
    if name is CommandName.EXPORT or (name in _ABOUT_WHAT_IS_CHOSEN and not is_read):
        return _only_says(context, context.say("kept-not-read"))
    changed = (
        turn.effects
        or turn.person.preferences != context.person.preferences
        or turn.person.memory.pending in _ABOUT_WHAT_IS_SAVED
    )
    if changed or (name in _ABOUT_WHAT_IS_KEPT and not is_read):
        return _only_says(context, context.say("not-saved"))
    return turn


def _only_says(context: TurnContext, sentence: str) -> TurnResult:
    return context.turn(
        Draft(blocks=context.paragraphs(sentence), options=(sections_option(context), help_option(context)))
    )
