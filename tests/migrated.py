"""Spares the tests the same migrations of the same empty database, a thousand times over."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.util import await_only

from assistant.storage.dialects import sqlite_file
from assistant.storage.schema import upgrade


@contextmanager
def copied_when_new() -> Iterator[None]:
    """Every database that is opened empty gets the tables at once, not migration by migration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_file, "upgrade", _copied_or_upgraded)
        yield


def _copied_or_upgraded(connection: Connection) -> None:
    if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
        upgrade(connection)
    else:
        # Ends the transaction that was begun, and is one of its own.
        await_only(connection.connection.driver_connection.executescript(_script()))


@cache
def _script() -> str:
    """What makes a database as the migrations leave a new one."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        made = "\n".join(connection.connection.driver_connection.iterdump())
    engine.dispose()
    return made
