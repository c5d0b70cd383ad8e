"""What is kept about a person: one opaque state, and whether they can still be reached."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.storage.bookmarks import LISTED, Bookmark, bookmark_in
from assistant.storage.tables import RUNNING, bookmarks, inbox, pace, people, questions
from assistant.storage.transaction import Transaction, translated

# Every turn asks these two. Made once: putting one together takes longer than the database needs for it.
_WITH_BOOKMARKS: Final = (
    select(people.c.state, bookmarks)
    .select_from(
        people.outerjoin(bookmarks, and_(bookmarks.c.person == people.c.id, bookmarks.c.removed_at.is_(None)))
    )
    .where(people.c.id == bindparam("whose"))
    .order_by(*LISTED)
)
_INSERTED: Final = insert(people)
_SAVED: Final = _INSERTED.on_conflict_do_update(
    index_elements=[people.c.id], set_={"state": _INSERTED.excluded.state}
)


class People:
    """The people of one transaction. Every method raises StorageError when the database fails."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.erased: set[int] = set()
        """Whom this transaction has erased; the store then clears their traces in its files and backups."""

    async def load(self, person_id: int) -> Mapping[str, Any] | None:
        """The state saved last, or None for somebody new. In a write, nobody else changes it meanwhile."""
        if self._transaction.locks_rows:
            # A row that is not there cannot be locked.
            await self._transaction.execute(
                insert(people).values(id=person_id, gone=False).on_conflict_do_nothing()
            )
        found = await self._transaction.execute(
            select(people.c.state).where(people.c.id == person_id).with_for_update()
            if self._transaction.locks_rows
            else select(people.c.state).where(people.c.id == person_id)
        )
        with translated("read"):
            state: Mapping[str, Any] | None = found.scalar_one_or_none()
        return state

    async def load_with_bookmarks(
        self, person_id: int
    ) -> tuple[Mapping[str, Any] | None, tuple[Bookmark, ...]]:
        """What `load` and `Bookmarks.listing` give, as they are at one moment, in one statement."""
        found = await self._transaction.execute(_WITH_BOOKMARKS, {"whose": person_id})
        with translated("read"):
            rows = found.all()
        state = rows[0].state if rows else None
        return state, tuple(bookmark_in(row) for row in rows if row.entry is not None)

    async def save(self, person_id: int, state: Mapping[str, Any]) -> None:
        """Keep this state, which JSON can express, in place of the last one."""
        await self._transaction.execute(_SAVED, {"id": person_id, "state": dict(state), "gone": False})

    async def forget(self, person_id: int) -> None:
        """Erase every row about that person in every table, updates that wait or run included.

        One update is left without its body, its chat and its person until it is settled: the one that runs
        and whose answer is kept already, for that answer may be the one that says that all is erased.
        """
        await self._transaction.execute(delete(bookmarks).where(bookmarks.c.person == person_id))
        await self._transaction.execute(delete(questions).where(questions.c.person == person_id))
        await self._transaction.execute(delete(people).where(people.c.id == person_id))
        # A private chat has its person's id, so an update that names only the chat goes as well.
        theirs = or_(inbox.c.person == person_id, inbox.c.chat == person_id)
        answered = and_(inbox.c.state == RUNNING, inbox.c.answer.is_not(None))
        await self._transaction.execute(
            update(inbox).where(theirs, answered).values(body=null(), chat=null(), person=null())
        )
        await self._transaction.execute(delete(inbox).where(theirs))
        await self._transaction.execute(delete(pace).where(pace.c.person == person_id))
        self.erased.add(person_id)

    async def move(self, old: int, new: int) -> None:
        """What was kept of `old`, a group, is kept of `new`, unless something is already.

        Of a group nothing but its state is ever kept.
        """
        state = await self.load(old)
        if state is not None and await self.load(new) is None:
            await self.save(new, state)
        await self._transaction.execute(delete(people).where(people.c.id == old))

    async def mark_gone(self, person_id: int, gone: bool) -> None:
        """Remember whether the person has blocked the bot. Somebody unknown stays unknown."""
        await self._transaction.execute(update(people).where(people.c.id == person_id).values(gone=gone))

    async def is_gone(self, person_id: int) -> bool:
        """Whether the person was marked as gone."""
        found = await self._transaction.execute(select(people.c.gone).where(people.c.id == person_id))
        return bool(found.scalar_one_or_none())
