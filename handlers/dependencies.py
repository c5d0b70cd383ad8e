"""What the handlers need from the rest of the house."""

from typing import Protocol

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.operations.metrics import Metrics
from assistant.speech.stt.service import SpeechToText
from assistant.speech.tts.service import TextToSpeech
from assistant.storage.store import Store


class Dependencies(Protocol):
    """What is behind the handlers. Whoever opened them closes them, after the dispatcher has stopped."""

    @property
    def dialogue(self) -> DialogueProcessor:
        """Turns what a person did into a reply."""
        ...

    @property
    def sentences(self) -> MessageCatalogue:
        """What the assistant itself says."""
        ...

    @property
    def stt(self) -> SpeechToText:
        """Speech in."""
        ...

    @property
    def tts(self) -> TextToSpeech:
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
