"""The role of whoever works out what a person means, and what of the conversation it may know."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assistant.library.entries import EntryRef
from assistant.nlu.intents import Intent


class Manner(StrEnum):
    """How the words came in, which decides the stages they go through."""

    TYPED = "typed"
    SPOKEN = "spoken"
    """A recogniser wrote them down."""


@dataclass(frozen=True, slots=True)
class Context:
    """What "it" and "this" refer to: the topic in hand and the answer last given."""

    topic: str | None = None
    entry: EntryRef | None = None
    manner: Manner = Manner.TYPED
    offered: tuple[EntryRef, ...] = ()
    """The answers to choose from, where that is open: an illness's name alone may be the choice."""


class Interpreter(Protocol):
    """Works out what a person means."""

    async def interpret(self, text: str, context: Context) -> Intent:
        """What `text` means; never raises for any text, and never answers an empty one.

        The work is done off the event loop.
        """
        ...
