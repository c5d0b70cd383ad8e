"""Which recordings Telegram already holds, so that the second listener costs no upload."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from assistant.storage.tables import recordings
from assistant.storage.transaction import Transaction


class Recordings:
    """Telegram's file ids, by the recording's key and by how it was sent (`voice`, `audio`).

    Every method raises StorageError when the database fails.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def file_id(self, key: str, kind: str = "voice") -> str | None:
        """The id to send this recording by, or None: it must be uploaded."""
        found = await self._transaction.execute(
            select(recordings.c.file_id).where(recordings.c.key == key, recordings.c.kind == kind)
        )
        return found.scalar_one_or_none()

    async def remember(self, key: str, file_id: str, kind: str = "voice") -> None:
        """Keep the id that Telegram gave on upload, in place of an older one."""
        row = insert(recordings).values(key=key, kind=kind, file_id=file_id)
        await self._transaction.execute(
            row.on_conflict_do_update(
                index_elements=[recordings.c.key, recordings.c.kind], set_={"file_id": row.excluded.file_id}
            )
        )

    async def drop(self, key: str, kind: str = "voice") -> None:
        """Forget an id that Telegram no longer accepts."""
        await self._transaction.execute(
            delete(recordings).where(recordings.c.key == key, recordings.c.kind == kind)
        )
