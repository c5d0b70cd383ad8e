"""Sound on its way through the room: as somebody sent it, and as samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Samples:
    """Mono audio: `pcm` is one-dimensional int16."""

    pcm: NDArray[np.int16]
    sample_rate_hz: int
    is_whole: bool = True
    """Whether this is all of what was recorded, or the beginning of what is too long."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class AudioFile:
    """Audio as somebody sent it. `mime_type` is what they call it: nothing is decided by it."""

    data: bytes
    mime_type: str | None
