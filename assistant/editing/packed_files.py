"""Files of offices are packed: how large one may be, and may become, before anybody unpacks it."""

import zipfile
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

MAX_BYTES: Final = 20 * 1024 * 1024
_MAX_UNPACKED: Final = 200 * 1024 * 1024
"""A small file may unpack to more than there is memory."""


def unreadable(path: Path, why: str) -> SettingsError:
    """What to raise for a file of which nothing can be used."""
    return SettingsError(f"{path}: this file {why}.")


def refuse_large(path: Path) -> None:
    """Raises SettingsError for a file larger than any text about an illness, packed or not; OSError."""
    if path.stat().st_size > MAX_BYTES:
        raise unreadable(path, f"is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MAX_UNPACKED:
                raise unreadable(path, f"unpacks to more than {_MAX_UNPACKED // 1024 // 1024} MiB")
