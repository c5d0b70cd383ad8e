"""A reply to an older message is about that message: what it showed is in hand again."""

from dataclasses import replace
from typing import Any, Final

from assistant.dialogue.actions.playback import split_part
from assistant.dialogue.actions.reading_position import full_title
from assistant.dialogue.person import Memory, Shown
from assistant.dialogue.turn import TurnContext, remembering
from assistant.dialogue.utterance import EarlierMessage
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Command, CommandName, Intent

_ABOUT_ONE: Final = frozenset(
    {
        CommandName.LISTEN,
        CommandName.SAVE,
        CommandName.REMOVE_BOOKMARK,
        CommandName.RELATED,
        CommandName.NEXT,
        CommandName.BACK,
        CommandName.UNDO,
        CommandName.HELPED,
        CommandName.NOT_HELPED,
    }
)
"""A button with one of these names the answer that it stands under."""


def as_shown(context: TurnContext, earlier: EarlierMessage | None) -> TurnContext:
    """The moment as if that message were the last one; as it is when it is, or when nothing is known of it.

    A question that waits is answered where it was asked, and nowhere else.
    """
    if earlier is None:
        return context
    memory = context.person.memory
    shown = tuple(
        Shown(label=each.label, name=each.command.name, argument=each.command.argument)
        for each in earlier.offered
    )
    place = _place(context, earlier)
    if shown == memory.shown or not (shown or place):
        return context
    listed = tuple(ref for each in earlier.offered if (ref := _listed(each.command)))
    changes: dict[str, Any] = {"shown": shown, "listing": None, **_offered(memory, listed)}
    if CommandName.YES not in {each.command.name for each in earlier.offered}:
        changes["pending"] = None
    if place is not None and place[0] != memory.entry:
        ref, part = place
        changes |= {"entry": ref, "topic": ref.topic, "part": part, "whole_topic": False}
    return replace(context, person=remembering(context.person, **changes))


def meant_there(context: TurnContext, intent: Intent, earlier: EarlierMessage | None) -> Intent:
    """The same intent, but that a step under a list turns the pages of that list."""
    if earlier is None or not isinstance(intent, Command) or intent.argument is not None:
        return intent
    labels = {
        CommandName.NEXT: context.say("option-show-more"),
        CommandName.BACK: context.say("option-show-earlier"),
    }
    turning = (each.command for each in earlier.offered if each.label == labels.get(intent.name))
    return next(turning, intent)


def _place(context: TurnContext, earlier: EarlierMessage) -> tuple[EntryRef, int] | None:
    """The answer that the message showed, and the part of it: by its buttons, or else by its title."""
    for each in earlier.offered:
        if each.command.name in _ABOUT_ONE:
            name, part = split_part(each.command.argument)
            ref = _ref(name)
            if ref is not None:
                return ref, part or 1
    if earlier.offered or context.topic is None:
        return None
    named = (
        entry.ref
        for entry in context.topic.entries.values()
        # Messages of earlier versions did not name the illness.
        if earlier.title in {entry.title, full_title(context, entry)}
    )
    ref = next(named, None)
    return (ref, 1) if ref else None


def _listed(command: Command) -> EntryRef | None:
    return _ref(command.argument) if command.name is CommandName.SHOW else None


def _offered(memory: Memory, listed: tuple[EntryRef, ...]) -> dict[str, tuple[EntryRef, ...]]:
    """What can be picked: numbers count the whole list, where this is a part of the one in hand."""
    is_part = bool(listed) and any(
        memory.offered[at : at + len(listed)] == listed for at in range(len(memory.offered))
    )
    return {} if is_part else {"offered": listed}


def _ref(written: str | None) -> EntryRef | None:
    try:
        return EntryRef.parse(written or "")
    except ValueError:
        return None
