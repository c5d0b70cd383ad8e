"""Locks between processes, on small files that are never removed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assistant.errors import StorageError
from assistant.storage.transaction import translated

_LOOK_AGAIN_S: Final = 0.02


class FileLock:
    """A lock that many may share, or one may have alone. The system lets go of it when the process dies.

    Not to be shared between tasks. Raises OSError where its file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, *, alone: bool, patience_s: float = 0.0) -> bool:
        """Whether it was got within that time. Held already, it changes between shared and ours alone."""
        give_up_at = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= give_up_at:
                    return False
                time.sleep(_LOOK_AGAIN_S)
            else:
                return True

    def close(self) -> None:
        """Let go."""
        os.close(self._file)


@contextmanager
def alone(path: Path, patience_s: float) -> Iterator[None]:
    """Has the lock to itself for the block. Raises StorageError when others have it for too long."""
    with translated("locked"):
        lock = FileLock(path)
    try:
        if not lock.take(alone=True, patience_s=patience_s):
            raise StorageError("Another process is at work on the backups.")
        yield
    finally:
        lock.close()
