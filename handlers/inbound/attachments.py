"""The sound in a Telegram message, or what may be sound: of that its label decides nothing, its bytes do."""

from dataclasses import dataclass
from typing import Final

from aiogram.types import Message

# Documents that are called sound although their type does not begin with "audio/".
_AUDIO_IN_DOCUMENTS: Final = frozenset({"application/ogg", "video/webm"})


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to listen to. All but `file_id` is the sender's claim; None where they claim nothing."""

    file_id: str
    mime_type: str | None
    seconds: int | None
    size_bytes: int | None
    is_called_sound: bool = True
    """Whether its sender says that it is sound. Any other document may be: its bytes tell."""


def sound_in(message: Message) -> Sound | None:
    """The voice note, audio file, video or document in a message; None when it has none.

    A video that has words under it need not speak. File names are left where they are: nothing here needs
    one.
    """
    if note := message.voice:
        return Sound(note.file_id, note.mime_type or "audio/ogg", note.duration, note.file_size)
    if audio := message.audio:
        return Sound(audio.file_id, audio.mime_type, audio.duration, audio.file_size)
    if circle := message.video_note:
        return Sound(circle.file_id, "video/mp4", circle.duration, circle.file_size)
    if video := message.video:
        stands_alone = not message.caption
        return Sound(video.file_id, video.mime_type, video.duration, video.file_size, stands_alone)
    document = message.document
    if document is None or message.animation is not None:  # what moves without a sound is a document too
        return None
    kind = (document.mime_type or "").lower()
    is_called_sound = kind.startswith("audio/") or kind in _AUDIO_IN_DOCUMENTS
    return Sound(document.file_id, kind or None, None, document.file_size, is_called_sound)


def is_spoken(message: Message) -> bool:
    """Whether its sender says that it is sound, or it is a film: they count as somebody who spoke."""
    sound = sound_in(message)
    return sound is not None and (sound.is_called_sound or message.video is not None)
