"""How much one person may send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one person may send. Durations in seconds, sizes in bytes."""

    messages_per_minute: int = 30
    voices_per_minute: int = 10
    max_voice_s: int = 90
    max_voice_bytes: int = 5_000_000
