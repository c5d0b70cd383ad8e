"""What the handlers need from the rest of the house."""

from typing import Protocol

from assistant.dialogue.processor import Conversation
from assistant.dialogue.render.message_catalogue import Sentences
from assistant.operations.metrics import Metrics
from assistant.speech.stt.service import Listener
from assistant.speech.tts.service import Studio
from assistant.storage.store import Store


class Rooms(Protocol):
    """The rooms behind the handlers. Whoever opened them closes them, after the dispatcher has stopped."""

    @property
    def conversation(self) -> Conversation:
        """Turns what a person did into a reply."""
        ...

    @property
    def sentences(self) -> Sentences:
        """What the assistant itself says."""
        ...

    @property
    def listener(self) -> Listener:
        """Speech in."""
        ...

    @property
    def studio(self) -> Studio:
        """Speech out."""
        ...

    @property
    def store(self) -> Store:
        """What is kept."""
        ...

    @property
    def metrics(self) -> Metrics:
        """What is counted."""
        ...
