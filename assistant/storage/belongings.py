"""All that the tables hold about one person, row by row, for whoever asks for a copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Table, or_, select

from assistant.storage.tables import bookmarks, erasures, inbox, pace, people, questions
from assistant.storage.transaction import Transaction, translated

NAMING_PEOPLE: Final[tuple[tuple[Table, tuple[Column[Any], ...]], ...]] = (
    (people, (people.c.id,)),
    (bookmarks, (bookmarks.c.person,)),
    (questions, (questions.c.person,)),
    # A private chat has its person's id, so an update that names only the chat is theirs as well.
    (inbox, (inbox.c.person, inbox.c.chat)),
    (pace, (pace.c.person,)),
    (erasures, (erasures.c.person,)),
)
"""Every table that says something about a person, and the columns that say about whom."""

NAMING_NOBODY: Final = frozenset({"recordings"})
"""The tables that say nothing about anybody. A test asks for every other table above."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the table's name, and every column of it."""

    table: str
    columns: Mapping[str, Any]


class Belongings:
    """What is kept about a person, in one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, person_id: int) -> tuple[Row, ...]:
        """Every row about that person and nobody else, whole. Raises StorageError."""
        rows: list[Row] = []
        for table, naming in NAMING_PEOPLE:
            found = await self._transaction.execute(
                select(table)
                .where(or_(*(column == person_id for column in naming)))
                .order_by(*table.primary_key.columns)
            )
            with translated("read"):
                rows += [Row(table.name, dict(row._mapping)) for row in found]
        return tuple(rows)
