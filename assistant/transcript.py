"""What was heard in a recording, or why nothing was: what hearing hands to understanding."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Sayings = Sequence[Sequence[str]]
"""What may well be said at this moment, after what was asked and offered last: for each thing the ways to
write it down ("Seven.", "7."), the first as it is shown."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The words in a recording. `confidence` runs from 0 to 1; what is faint needs others that agree.

    `alternatives` are other words that the recording may hold, best first, no two alike; empty when the
    engine names none. `confidences` are theirs, in their order; empty when the engine does not tell.
    `is_doubtful`: the speech hardly stood out from the noise, so nothing may be changed because of it.
    """

    text: str
    confidence: float
    seconds: float
    alternatives: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()
    is_whole: bool = True
    """Whether all of the recording was listened to, or only the beginning of a long one."""
    is_doubtful: bool = False


class UnheardReason(StrEnum):
    """Why there are no words to go on; each has its own sentence for the person."""

    SILENT = "silent"
    UNCLEAR = "unclear"
    """Noise, music, another language, or words too doubtful to act on."""
    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"
    """Not an audio file of a known kind, or a broken one."""
    UNAVAILABLE = "unavailable"
    """The recogniser or the download failed; the recording may be fine."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nothing that may be acted on was heard."""

    reason: UnheardReason
    caution: str | None = None
    """A kind of emergency that faint words may tell of: say what to do then, and ask all the same."""
