"""The advisory locks that machines hold in the server that they share, each with its session."""

from typing import Final

from sqlalchemy import text

MIGRATING: Final = 7000
"""Whoever changes the tables, or puts a backup in their place; a machine that joins waits for that."""
MACHINE: Final = 7001
"""With the number of a machine: it lives."""
KEEPING: Final = 7002
"""The one machine that makes backups, erases people from them, and registers the menu."""
POLLING: Final = 7003
"""The one machine that asks Telegram for updates, or tells it where to send them."""
ROLE: Final = 7004
"""With the number of a role, shared: a machine that lives has it."""

_HELD: Final = (
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

IS_GONE: Final = text(f"(inbox.worker IS NULL OR inbox.worker NOT IN ({_HELD} AND classid = {MACHINE}))")
"""Of a running update: whether the machine that has it lives no more.

In one statement with the update's row: what that sees of a machine was written after its lock was taken. No
number is given twice, so one that is not held never will be again.
"""

ROLES_HELD: Final = text(f"{_HELD} AND classid = {ROLE}")
MACHINES_HELD: Final = text(f"{_HELD} AND classid = {MACHINE}")
