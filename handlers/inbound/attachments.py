"""The sound in a Telegram message, as its sender declares it."""

from dataclasses import dataclass
from typing import Final

from aiogram.types import Message

# Documents that are sound although their type does not begin with "audio/".
_AUDIO_IN_DOCUMENTS: Final = frozenset({"application/ogg", "video/webm"})


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to listen to. All but `file_id` is the sender's claim; None where they claim nothing."""

    file_id: str
    mime_type: str | None
    seconds: int | None
    size_bytes: int | None


def sound_in(message: Message) -> Sound | None:
    """The voice note, audio file, video note or audio document in a message; None when it has none.

    File names are left where they are: nothing here needs one.
    """
    if note := message.voice:
        return Sound(note.file_id, note.mime_type or "audio/ogg", note.duration, note.file_size)
    if audio := message.audio:
        return Sound(audio.file_id, audio.mime_type, audio.duration, audio.file_size)
    if circle := message.video_note:
        return Sound(circle.file_id, "video/mp4", circle.duration, circle.file_size)
    document = message.document
    kind = (document.mime_type or "").lower() if document else ""
    if document and (kind.startswith("audio/") or kind in _AUDIO_IN_DOCUMENTS):
        return Sound(document.file_id, kind, None, document.file_size)
    return None
