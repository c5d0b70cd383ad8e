"""What the queue carries, and how work on it can end. What is inside an update is its source's affair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, NoReturn, Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as its source hands it over.

    `source` is the number of its source, and `number` the source's own for it: by both an update that comes
    twice is known. One update of a chat, and one of a person, is worked on at a time; None is nobody's.
    `spoken`: whether it has to be listened to, which takes far longer than reading. `body` is what the
    handler gets, fit for JSON; empty when nothing of it can be kept or read.
    """

    source: int
    number: int
    chat: int | None
    person: int | None
    spoken: bool
    body: Mapping[str, Any]


NOT_STORED: Final = 0
"""Stands for the queue's own number where there is none; the queue numbers from one."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that is being worked on; it stays the worker's until it is settled."""

    id: int
    """The queue's own number; NOT_STORED for one that could not be stored and is answered from memory."""
    arrival: Arrival
    """As it came, but that `spoken` is False also for what came when too much waited already."""
    failures: int = 0
    """How often it has failed before."""
    received_at: datetime | None = None
    """When it was stored; None for one that was not."""
    answer: Mapping[str, Any] | None = None
    """What `answered` kept: all that the update changes is done, and only this is still to be sent."""


class Handled(Enum):
    """How work on an update ended."""

    DONE = auto()
    FAILED = auto()
    """It may go better another time."""
    UNDELIVERED = auto()
    """All is done, but the answer does not arrive: try again later, without counting it."""
    LATER = auto()
    """It is to be listened to when there is time for it; whoever sent it has been told."""
    HELD_BACK = auto()
    """Nobody has been told anything: what came with it goes first, and it comes again in a moment."""
    UNREADABLE = auto()
    """It can never be worked on."""
    INTERRUPTED = auto()
    """The program is stopping."""
    TAKEN_OVER = auto()
    """Another machine has it by now, and answers it."""


class Handler(Protocol):
    """Works on updates."""

    async def handle(self, update: Claimed) -> Handled:
        """Work on it. Whatever this raises counts as FAILED."""
        ...

    async def give_up(self, update: Claimed) -> Handled:
        """It will not be tried again: say so to whoever waits for an answer, if anybody can be told.

        UNDELIVERED: it could not be said yet, so that it is given up another time.
        """
        ...


class ServesNobody:
    """For a machine that takes updates in, and claims none."""

    async def handle(self, update: Claimed) -> Handled:
        """Nothing is ever claimed for it; if it were, it would be another machine's."""
        return Handled.INTERRUPTED

    async def give_up(self, update: Claimed) -> Handled:
        """The same."""
        return Handled.UNDELIVERED


class Inflow(Protocol):
    """Where a source puts what it gets."""

    async def accept(self, arrivals: Sequence[Arrival]) -> int:
        """Store updates durably; how many were new. StorageError: none is stored."""

    async def reached(self) -> None:
        """Whatever is answered can be delivered again, after it could not; at the start before any update.

        Never raises.
        """


class Source(Protocol):
    """Brings updates in: by asking for them, or by being sent them."""

    @property
    def number(self) -> int:
        """Its own number, the same after every start: the queue serves no other source's updates."""
        ...

    @property
    def away(self) -> bool:
        """Whether the other side could not be reached the last time, or not yet."""
        ...

    @property
    def reached_at(self) -> float | None:
        """When the other side was last in touch, by `time.monotonic()`; None: never."""
        ...

    async def run(self) -> NoReturn:
        """Receive until cancelled. Nothing that the other side or the store does ends it, but one thing:

        SettingsError says that it cannot work as it is set up.
        """
        ...
