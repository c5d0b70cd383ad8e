"""The answers that a person keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.library.entries import EntryRef
from assistant.storage.tables import bookmarks, people
from assistant.storage.transaction import Transaction

LISTED: Final = (bookmarks.c.saved_at, bookmarks.c.topic, bookmarks.c.entry)
"""The order in which bookmarks are listed: oldest first."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """One kept answer. The title is kept too, so that an answer that has been retired can still be named."""

    ref: EntryRef
    title: str
    saved_at: datetime
    """In UTC."""


class Bookmarks:
    """Everybody's bookmarks in one transaction; no method reaches another person's.

    Every method raises StorageError when the database fails.
    """

    def __init__(self, transaction: Transaction, now: Callable[[], datetime]) -> None:
        self._transaction = transaction
        self._now = now

    async def add(self, person_id: int, ref: EntryRef, title: str, saved_at: datetime | None = None) -> bool:
        """Keep an answer, as the newest unless `saved_at` (with its time zone) says otherwise.

        False: it was kept already, and stays where it was.
        """
        await self._transaction.execute(
            insert(people).values(id=person_id, gone=False).on_conflict_do_nothing()
        )
        row = insert(bookmarks).values(
            person=person_id,
            topic=ref.topic,
            entry=ref.entry,
            title=title,
            saved_at=saved_at or self._now(),
            removed_at=None,
        )
        added = await self._transaction.execute(
            row.on_conflict_do_update(
                index_elements=[bookmarks.c.person, bookmarks.c.topic, bookmarks.c.entry],
                set_={"title": row.excluded.title, "saved_at": row.excluded.saved_at, "removed_at": None},
                where=bookmarks.c.removed_at.is_not(None),
            ).returning(bookmarks.c.entry)
        )
        return added.first() is not None

    async def remove(self, person_id: int, ref: EntryRef) -> Bookmark | None:
        """Take a bookmark out of the list; None: there was none. The last one removed can be restored."""
        found = await self._transaction.execute(
            update(bookmarks)
            .where(_named(person_id, ref), bookmarks.c.removed_at.is_(None))
            .values(removed_at=self._now())
            .returning(bookmarks)
        )
        row = found.one_or_none()
        if row is None:
            return None
        # Only the last removal can be undone; what was removed before it is really gone now.
        await self._transaction.execute(
            delete(bookmarks).where(
                bookmarks.c.person == person_id,
                bookmarks.c.removed_at.is_not(None),
                ~_named(person_id, ref),
            )
        )
        return bookmark_in(row)

    async def restore(self, person_id: int, removed: EntryRef | Bookmark) -> Bookmark | None:
        """Undo a removal: the bookmark is back in its old place.

        A reference restores the bookmark removed last, also after a restart, and gives None when it is not
        that one. A whole Bookmark, as `remove` gave it, can always be restored. Twice is not an error.
        """
        ref = removed.ref if isinstance(removed, Bookmark) else removed
        await self._transaction.execute(
            update(bookmarks).where(_named(person_id, ref)).values(removed_at=None)
        )
        if isinstance(removed, Bookmark):
            await self.add(person_id, ref, removed.title, removed.saved_at)
        found = await self._transaction.execute(select(bookmarks).where(_named(person_id, ref)))
        row = found.one_or_none()
        return None if row is None else bookmark_in(row)

    async def listing(self, person_id: int) -> tuple[Bookmark, ...]:
        """All bookmarks of that person, oldest first."""
        found = await self._transaction.execute(
            select(bookmarks)
            .where(bookmarks.c.person == person_id, bookmarks.c.removed_at.is_(None))
            .order_by(*LISTED)
        )
        return tuple(bookmark_in(row) for row in found)

    async def has(self, person_id: int, ref: EntryRef) -> bool:
        """Whether that person keeps this answer."""
        found = await self._transaction.execute(
            select(bookmarks.c.entry).where(_named(person_id, ref), bookmarks.c.removed_at.is_(None))
        )
        return found.first() is not None


def _named(person_id: int, ref: EntryRef) -> ColumnElement[bool]:
    return and_(
        bookmarks.c.person == person_id, bookmarks.c.topic == ref.topic, bookmarks.c.entry == ref.entry
    )


def bookmark_in(row: Row[Any]) -> Bookmark:
    """The bookmark that a row of the table, or of a join with it, holds."""
    return Bookmark(EntryRef(row.topic, row.entry), row.title, row.saved_at)
