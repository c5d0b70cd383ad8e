"""The role of whatever turns speech into words."""

from typing import Protocol

from assistant.speech.sound import Samples
from assistant.transcript import Heard, Sayings, Unheard


class Recognizer(Protocol):
    """Turns speech into words."""

    name: str
    is_cloud: bool
    """Whether the voice leaves this machine."""

    async def recognize(self, samples: Samples, expected: Sayings = ()) -> Heard | Unheard:
        """What was said; `expected` may help with what is short. Off the event loop; SpeechError when the
        engine itself failed."""
        ...

    async def close(self) -> None:
        """Frees the model, threads and connections."""
        ...
