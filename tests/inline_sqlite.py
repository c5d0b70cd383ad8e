"""SQLite without a thread of its own, for tests that are not about storing: each statement is run at once."""

from asyncio import Future
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite
import pytest


class _AtOnce:
    """Stands in for a connection's queue, and for the thread that works it off."""

    def put_nowait(self, order: tuple[Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = order
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it, as from the thread
            if future:
                future.set_exception(error)
        else:
            if future:
                future.set_result(result)

    def start(self) -> None:
        """There is nothing to start."""


@contextmanager
def run_at_once() -> Iterator[None]:
    """Every connection that is opened meanwhile is one without a thread."""
    made = aiosqlite.Connection.__init__

    def make(connection: Any, *arguments: Any, **options: Any) -> None:
        made(connection, *arguments, **options)
        connection._tx = connection._thread = _AtOnce()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "__init__", make)
        yield
