"""What the handlers need from the rest of the house."""

from typing import Protocol, runtime_checkable

from assistant.dialogue.outbox import Outbox
from assistant.dialogue.person import Person
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Utterance
from assistant.library.entries import Entry
from assistant.nlu.intents import Intent
from assistant.operations.metrics import Metrics
from assistant.speech.stt.service import SpeechToText
from assistant.speech.tts.service import TextToSpeech
from assistant.storage.store import Store
from assistant.transcript import Sayings, Unheard


@runtime_checkable
class Dialogue(Protocol):
    """Turns what a person did into a reply; `DialogueProcessor` says what each of these promises."""

    async def respond(
        self,
        person_id: int,
        utterance: Utterance,
        *,
        language: str | None = None,
        outbox: Outbox | None = None,
        is_private: bool = True,
    ) -> Reply:
        """The reply, when all that it changes is saved."""
        ...

    async def intent_of(self, person_id: int, utterance: Utterance) -> Intent | Unheard:
        """What somebody means by that."""
        ...

    async def person(self, person_id: int) -> Person:
        """What is known about the person."""
        ...

    def expected_from(self, person: Person) -> Sayings:
        """What that person may well say next."""
        ...

    async def notice(self, person_id: int, notice: SystemMessage, asked: AskedIn) -> Reply:
        """That notice, as this person is answered."""
        ...

    async def suggest(self, text: str, limit: int = 8) -> tuple[Entry, ...]:
        """Answers that fit what somebody is typing, best first."""
        ...

    def phrase(self, intent: Intent | Unheard, person: Person, utterance: Utterance | None = None) -> Reply:
        """What would be said to that person."""
        ...


class Dependencies(Protocol):
    """What is behind the handlers. Whoever opened them closes them, after the dispatcher has stopped."""

    @property
    def dialogue(self) -> Dialogue:
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
