"""Which parts of a running assistant are looked at, and how: for readiness and for the metrics."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from assistant.operations.health import Look
from assistant.operations.heartbeat import LIMIT_S
from assistant.operations.metrics import CheckName, NodeRole
from assistant.operations.server import Operations, Refresh


class Receiving(Protocol):
    """Whoever brings Telegram's updates in and has them served."""

    @property
    def reached_at(self) -> float | None:
        """When Telegram was last in touch, by `time.monotonic()`; None: never."""
        ...

    @property
    def is_alive(self) -> bool:
        """Whether receiving and serving go on."""
        ...


def watch_services(operations: Operations, *, hearing: Look, store: Look, count_inbox: Refresh) -> None:
    """What serves people is open: the answers are loaded. The ears and the store must go on working."""

    async def is_loaded() -> None:
        pass

    operations.health.watch(CheckName.CONTENT, is_loaded)
    operations.health.watch(CheckName.HEARING, hearing)
    operations.health.watch(CheckName.STORE, store)
    operations.refresh_with(count_inbox)


def watch_receiving(operations: Operations, receiving: Receiving) -> None:
    """Telegram must stay in touch, and what must run for ever must run."""

    async def telegram() -> str | None:
        reached_at = receiving.reached_at
        if reached_at is None:
            return "not reached yet"
        silent_s = time.monotonic() - reached_at
        return None if silent_s <= LIMIT_S else f"not in touch for {silent_s:.0f} s"

    async def note_contact() -> None:
        if receiving.reached_at is not None:
            operations.metrics.contacted(time.time() - (time.monotonic() - receiving.reached_at))

    operations.health.watch(CheckName.TELEGRAM, telegram)
    operations.health.watch_life(lambda: receiving.is_alive)
    operations.refresh_with(note_contact)


def watch_machines(
    operations: Operations, roles: Iterable[str], count: Callable[[], Mapping[str, int]]
) -> None:
    """What this machine does, and how many live that do it."""
    operations.metrics.has_roles(map(NodeRole, roles))

    async def note_machines() -> None:
        operations.metrics.counted_nodes({NodeRole(name): number for name, number in count().items()})

    operations.refresh_with(note_machines)


def watch_clock(operations: Operations, set_by_s: Callable[[], float]) -> None:
    """How far the machine's clock is ahead of the one that the bot goes by."""

    async def note_clock() -> None:
        operations.metrics.clock_set(set_by_s())

    operations.refresh_with(note_clock)


def watch_backups(operations: Operations, stamped_at: Callable[[], datetime | None]) -> None:
    """When the newest backup was made, whoever made it. `stamped_at` looks at files."""

    async def note_newest() -> None:
        found = await asyncio.to_thread(stamped_at)
        if found is not None:
            operations.metrics.backed_up(found.timestamp())

    operations.refresh_with(note_newest)
