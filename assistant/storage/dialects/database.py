"""What the store asks of a database, whichever it is."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine


class Database(Protocol):
    """One database, opened by its connections as they are needed. Errors come as the driver raises them."""

    writer: AsyncEngine
    """Its transactions write."""
    reader: AsyncEngine
    """Its transactions see one moment."""
    looker: AsyncEngine
    """Each of its statements sees the moment at which it runs; no transaction is begun for it."""

    @property
    def file(self) -> Path | None:
        """The file it is in; None: in memory, or a server's."""

    @property
    def is_shared(self) -> bool:
        """Whether other machines may write to it too, so that what is read to be changed must be locked."""

    def prepare(self) -> None:
        """Make what must be there before the first connection. Blocks."""

    async def migrate(self) -> None:
        """Bring the tables up to date, in one transaction; whoever else is at it is waited for."""

    def writing(self) -> AbstractAsyncContextManager[None]:
        """What a write goes on in. StorageError for a task that is in one already."""

    def reading(self) -> AbstractAsyncContextManager[None]:
        """What a read goes on in."""

    async def prove_writable(self) -> None:
        """Write something, durably, that changes nothing."""

    async def rebuild(self) -> None:
        """Do away with what lies between the rows, where words that were erased may still be."""

    async def clear_journal(self) -> bool:
        """Empty the journal, where words that were erased may still be; False: somebody reads it."""

    async def close(self) -> None:
        """Close every connection. Closing twice is not an error."""
