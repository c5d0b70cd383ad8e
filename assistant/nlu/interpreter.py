"""The role of whoever works out what a person means, and what of the conversation it may know."""

from dataclasses import dataclass
from typing import Protocol

from assistant.library.entries import EntryRef
from assistant.nlu.intents import Intent


@dataclass(frozen=True, slots=True)
class Context:
    """What "it" and "this" refer to: the topic in hand and the answer last given."""

    topic: str | None = None
    entry: EntryRef | None = None
    heard: bool = False
    """Whether a recogniser wrote the words down: its other readings then stand in for bold mendings."""


class Interpreter(Protocol):
    """Works out what a person means."""

    async def interpret(self, text: str, context: Context) -> Intent:
        """What `text` means; never raises for any text, and never answers an empty one.

        The work is done off the event loop.
        """
        ...
