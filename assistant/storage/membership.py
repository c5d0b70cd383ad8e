"""What this machine is to others that share its database: the only one, or one of several."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import IntEnum
from typing import Final, NoReturn, Protocol

from sqlalchemy import ColumnElement, TextClause, true

from assistant.errors import StorageError
from assistant.storage.dialects.advisory_locks import KEEPING, POLLING
from assistant.storage.store import Store, Unit


class Role(IntEnum):
    """What a machine does; its number is the one of the lock by which the others know it."""

    RECEIVE = 1
    """Takes updates in. It loads no model."""
    ANSWER = 2
    """Answers what is typed or pressed."""
    HEAR = 3
    """Answers what is spoken."""
    KEEP = 4
    """Makes backups, deletes what has been kept long enough, registers the menu."""


class Duty(IntEnum):
    """What one machine does for all."""

    KEEPING = KEEPING
    POLLING = POLLING


class Membership(Protocol):
    """A machine claims updates, and settles them, in the session by which the others see it live."""

    @property
    def is_shared(self) -> bool:
        """Whether there may be others."""

    @property
    def is_lost(self) -> bool:
        """Whether the others take this machine for dead, so that it must join anew."""

    @property
    def gone(self) -> "ColumnElement[bool] | TextClause":
        """Of a running update: whether whoever had it is gone."""

    @property
    def nodes(self) -> Mapping[Role, int]:
        """How many machines live, for each role, at the last look."""

    async def join(self) -> None:
        """Be seen from now on, as a new machine. Raises StorageError; SettingsError where that cannot be."""

    async def leave(self) -> None:
        """What this machine had is free. Leaving twice is not an error."""

    def write(self) -> AbstractAsyncContextManager[Unit]:
        """A write as `Store.write`, for claiming and settling. StorageError: nothing was kept."""

    async def tell(self, unit: Unit) -> None:
        """Once it is kept, the other machines look for what is due."""

    def when_told(self, wake: Callable[[], None]) -> None:
        """Call this when another machine has told that something is due, or is gone."""

    async def look(self, unit: Unit) -> None:
        """Count the machines, and look at their common clock, if that was long ago."""

    async def may(self, duty: Duty) -> bool:
        """Whether this machine has that duty, now or from now on; it keeps it as long as it lives."""


_ASK_AGAIN_S: Final = 1.0


async def on_duty(
    membership: Membership,
    duty: Duty,
    work: Callable[[], Awaitable[None]],
    stand_by: Callable[[], None] = lambda: None,
) -> NoReturn:
    """Do `work` for as long as this machine has that duty, and again when it has it again, for ever.

    It is cancelled when the duty is lost; work that ends is done, until another machine has had the duty.
    `stand_by` is called every second while another machine has it. Raises what `work` does.
    """
    while True:
        if not await has_duty(membership, duty):
            stand_by()
            await asyncio.sleep(_ASK_AGAIN_S)
            continue
        working = asyncio.ensure_future(work())
        try:
            while await has_duty(membership, duty):
                if working.done():
                    working.result()
                    await asyncio.sleep(_ASK_AGAIN_S)
                else:
                    await asyncio.wait({working}, timeout=_ASK_AGAIN_S if membership.is_shared else None)
        finally:
            working.cancel()
            await asyncio.wait({working})


async def has_duty(membership: Membership, duty: Duty) -> bool:
    """Whether this machine has that duty; not where that cannot be told."""
    try:
        return await membership.may(duty)
    except StorageError:
        # Whoever cannot be seen has no duty.
        return False


class OnlyMachine:
    """Nobody else works from this database: a lock on its file sees to that."""

    is_shared: Final = False
    is_lost: Final = False
    nodes: Final = dict.fromkeys(Role, 1)

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def gone(self) -> ColumnElement[bool]:
        """Whatever runs at the start was left behind."""
        return true()

    async def join(self) -> None:
        """There is nobody to be seen by."""

    async def leave(self) -> None:
        """There is nobody to be seen by."""

    def write(self) -> AbstractAsyncContextManager[Unit]:
        """As all writes."""
        return self._store.write()

    async def tell(self, unit: Unit) -> None:
        """There is nobody to be told."""

    def when_told(self, wake: Callable[[], None]) -> None:
        """Nobody tells anything."""

    async def look(self, unit: Unit) -> None:
        """There is one."""

    async def may(self, duty: Duty) -> bool:
        """Everything is this machine's."""
        return True
