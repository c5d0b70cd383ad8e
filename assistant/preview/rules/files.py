"""What an uploaded file is, judged by its bytes, and the store that hands out file ids."""

import hashlib
import secrets
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath
from typing import Any

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""The biggest file that a bot may fetch (core.telegram.org/bots/api#getfile)."""

_OPUS_RATE_HZ = 48_000
_PATHS = {"voice": "voice", "audio": "music", "document": "documents", "video_note": "video_notes"}
_SUFFIXES = {
    "audio/ogg": ".oga",
    "audio/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
}


def is_ogg_opus(data: bytes) -> bool:
    """Whether the bytes begin an OGG stream whose first packet is an Opus header (RFC 7845)."""
    return data[:4] == b"OggS" and data[28:36] == b"OpusHead"


def ogg_opus_seconds(data: bytes) -> int:
    """The length of an OGG/Opus stream from its last page's position (RFC 7845, section 4); 0 when it has
    none."""
    last_page = data.rfind(b"OggS")
    if last_page < 0 or len(data) < last_page + 14:
        return 0
    position = int.from_bytes(data[last_page + 6 : last_page + 14], "little", signed=True)
    pre_skip = int.from_bytes(data[38:40], "little")
    return max(0, round((position - pre_skip) / _OPUS_RATE_HZ))


def is_music(data: bytes) -> bool:
    """Whether the bytes look like MP3, M4A or OGG: what is shown with a player when sent as audio."""
    return (
        data[:3] == b"ID3"
        or (data[:1] == b"\xff" and data[1:2] != b"" and data[1] & 0xE0 == 0xE0)
        or data[4:8] == b"ftyp"
        or data[:4] == b"OggS"
    )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as Telegram keeps it. What the sender declared may be untrue."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    data: bytes
    declared_size: int
    mime_type: str
    file_name: str | None
    duration_s: int

    def wire(self) -> dict[str, Any]:
        """The object inside a message: Voice, Audio, Document or VideoNote."""
        wire: dict[str, Any] = {"file_id": self.file_id, "file_unique_id": self.unique_id}
        if self.kind != "document":
            wire["duration"] = self.duration_s
        if self.kind == "video_note":
            wire["length"] = 240
        else:
            wire["mime_type"] = self.mime_type
        if self.file_name is not None and self.kind in ("audio", "document"):
            wire["file_name"] = self.file_name
        wire["file_size"] = self.declared_size
        return wire


class FileStore:
    """Every file sent either way, in memory. The oldest are let go when `most_bytes` is passed."""

    def __init__(self, most_bytes: int = 512 * 1024 * 1024) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._numbers = count(1)
        self._most_bytes = most_bytes
        self._bytes = 0
        # Ids from an earlier run must not name a file of this one.
        self._salt = secrets.token_hex(4)

    def add(
        self,
        kind: str,
        data: bytes,
        *,
        mime_type: str,
        duration_s: int = 0,
        file_name: str | None = None,
        declared_size: int | None = None,
    ) -> StoredFile:
        """Keep a file and give it an id, a path and a place in its kind."""
        number = next(self._numbers)
        digest = hashlib.sha256(data).hexdigest()
        suffix = _SUFFIXES.get(mime_type.partition(";")[0].strip(), PurePosixPath(file_name or "").suffix[:8])
        stored = StoredFile(
            file_id=f"AwACAgQAAx{self._salt}{kind[0]}{number:08d}{digest[:16]}",
            unique_id=f"AgAD{digest[:12]}",
            kind=kind,
            path=f"{_PATHS[kind]}/file_{number}{suffix}",
            data=data,
            declared_size=len(data) if declared_size is None else declared_size,
            mime_type=mime_type,
            file_name=file_name,
            duration_s=duration_s,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        self._bytes += len(data)
        self._let_go_of_the_oldest()
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file with this id, if it is known and still kept."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file that may be fetched under this path."""
        return self._by_path.get(path)

    def _let_go_of_the_oldest(self) -> None:
        while self._bytes > self._most_bytes and len(self._by_id) > 1:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            del self._by_path[oldest.path]
            self._bytes -= len(oldest.data)
