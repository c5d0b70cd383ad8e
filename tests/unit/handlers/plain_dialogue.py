"""Stands for the dialogue behind the handlers, in all that they use of it."""

from assistant.dialogue.outbox import Outbox
from assistant.dialogue.person import AnswerBy, Person, Preferences
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage, words_of
from assistant.dialogue.reply import Option, Reply
from assistant.dialogue.utterance import Chosen, Spoken, Typed, Utterance
from assistant.library.entries import Entry, EntryRef, Paragraph
from assistant.nlu.intents import Answer, Command, CommandName, Emergency, Intent, NotCovered
from assistant.speech.tts.script import Script
from assistant.transcript import Heard, Sayings, Unheard
from tests.shipped_sentences import shipped_sentences

KNOWN = ("what causes it", "ask what causes it", "treatment")


class PlainDialogue:
    """Says back which command it got; takes a text that names a command for that command.

    It knows a few questions, and that whoever cannot breathe needs help.
    """

    def __init__(self) -> None:
        self.served: list[tuple[int, Utterance]] = []
        self.private: list[bool] = []
        self.error: Exception | None = None
        self.noticed: list[tuple[SystemMessage, AskedIn]] = []
        self.notices_by = AnswerBy.TEXT
        self.consents = False
        """Whether everybody lets a cloud hear them."""

    async def respond(
        self,
        person_id: int,
        utterance: Utterance,
        *,
        language: str | None = None,
        outbox: Outbox | None = None,
        is_private: bool = True,
    ) -> Reply:
        self.served.append((person_id, utterance))
        self.private.append(is_private)
        if self.error is not None:
            raise self.error
        return self.phrase(_meant(utterance), await self.person(person_id))

    async def intent_of(self, person_id: int, utterance: Utterance) -> Intent | Unheard:
        return _meant(utterance)

    async def person(self, person_id: int) -> Person:
        return Person(id=person_id, preferences=Preferences(cloud_speech=self.consents))

    def expected_from(self, person: Person) -> Sayings:
        return (("Next.",),)

    async def notice(self, person_id: int, notice: SystemMessage, asked: AskedIn) -> Reply:
        self.noticed.append((notice, asked))
        words = words_of(shipped_sentences(), notice)
        script = Script(words, ("For help, say: help.",), "en", {})
        return Reply(None, None, (Paragraph(words),), self.notices_by, script=script)

    async def suggest(self, text: str, limit: int = 8) -> tuple[Entry, ...]:
        return ()

    def phrase(self, intent: Intent | Unheard, person: Person, utterance: Utterance | None = None) -> Reply:
        words = intent.name.value if isinstance(intent, Command) else type(intent).__name__
        options = (
            Option("Save", Command(CommandName.SAVE, "topic/symptoms")),
            Option("Help", Command(CommandName.HELP)),
        )
        return Reply(intent, None, (Paragraph(words),), AnswerBy.TEXT, options=options)


def _meant(utterance: Utterance) -> Intent | Unheard:
    match utterance:
        case Chosen(command=command):
            return command
        case Typed(text=text) | Spoken(outcome=Heard(text=text)) if "breathe" in text:
            return Emergency("breathing")
        case Typed(otherwise=Command() as otherwise, text=text) if text not in KNOWN:
            return otherwise
        case Typed(text=text) if text in KNOWN:
            return Answer(EntryRef("topic", "symptoms"), 0.9)
        case Spoken(outcome=Unheard() as outcome):
            return outcome
        case Typed(text=text) if text in list(CommandName):
            return Command(CommandName(text))
        case _:
            return NotCovered()
