"""Writing files so that a reader, or a crash, meets the old one or the new one, never a half."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

OWNER_ALONE: Final = 0o600
READ_BY_ALL: Final = 0o644


@contextmanager
def written_whole(path: Path, *, mode: int = OWNER_ALONE, instead_of: str = "") -> Iterator[IO[bytes]]:
    """A file to write, which takes its place as `path` when the block is through.

    When it is not, nothing has changed. Folders are made. The files beside it that the pattern `instead_of`
    names, such as those of earlier content, go once it is there. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        part.chmod(mode)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    for other in path.parent.glob(instead_of) if instead_of else ():
        if other != path:
            other.unlink(missing_ok=True)


def move_durably(source: Path, target: Path) -> None:
    """Give a file another name, in place of what had it, safe against a power cut. Raises OSError."""
    sync(source)
    source.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk. Raises OSError."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
