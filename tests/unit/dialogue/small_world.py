"""A small made-up library, an interpreter that knows fixed words, and stores that fail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Chosen, Spoken, Typed, Utterance
from assistant.errors import StorageError
from assistant.library.entries import (
    Aspect,
    BulletList,
    Closing,
    CommandWordings,
    EmergencyGuide,
    Entry,
    EntryRef,
    Kind,
    Library,
    Paragraph,
    Review,
    Topic,
)
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context
from assistant.storage.store import Store
from assistant.transcript import Heard
from tests.shipped_sentences import shipped_sentences

TOPIC = "amber-hands"
SOURCE = "The Amber Handbook, second edition."

_SECTIONS = {
    "overview": ("Overview", "overview"),
    "symptoms": ("Symptoms", "symptoms"),
    "causes": ("Causes", "causes"),
    "diagnosis": ("Diagnosis", "diagnosis"),
    "treatment": ("Treatment", "treatment"),
    "prognosis": ("Outlook", "prognosis"),
    "living-with": ("Living with it", "living-with"),
    "research": ("Research", "research"),
}
_FAQ = {
    "faq-symptoms": ("How do I notice it?", "symptoms"),
    "faq-cure": ("Can it be cured?", "cure"),
}


def ref(entry: str, topic: str = TOPIC) -> EntryRef:
    return EntryRef(topic, entry)


def _entry(entry: str, title: str, aspect: str, kind: Kind, topic: str) -> Entry:
    return Entry(
        ref=EntryRef(topic, entry),
        kind=kind,
        aspect=aspect,
        title=title,
        blocks=(
            Paragraph(f"All about {aspect} in a sentence."),
            BulletList(("a first thing", "a second thing")),
        ),
        questions=(),
        source=SOURCE,
        review=Review(),
    )


def topic(topic_id: str = TOPIC, title: str = "Amber Hands") -> Topic:
    entries = {key: _entry(key, *value, Kind.SECTION, topic_id) for key, value in _SECTIONS.items()}
    entries |= {key: _entry(key, *value, Kind.FAQ, topic_id) for key, value in _FAQ.items()}
    return Topic(topic_id, title, (), {"amber": "ˈæmbəɹ"}, (), entries)


def library(*topics: Topic) -> Library:
    topics = topics or (topic(),)
    return Library(
        language="en",
        topics={each.id: each for each in topics},
        aspects={"symptoms": Aspect("symptoms", "Symptoms")},
        commands={
            **{name: CommandWordings(name, words) for name, words in SPOKEN_COMMANDS.items()},
            "remove_bookmark": CommandWordings(
                "remove_bookmark", ("remove bookmark", "(remove|delete) [the] bookmark {answer}")
            ),
            "answer_by:voice": CommandWordings("answer_by:voice", ("answer by voice",)),
        },
        emergencies={
            "breathing": EmergencyGuide(
                kind="breathing",
                title="Trouble breathing",
                blocks=(Paragraph("Call {number} now."), BulletList(("Say: call {number}", "Sit up"))),
                caution="If you have no air now, call {number}.",
            ),
            "self-harm": EmergencyGuide(
                kind="self-harm",
                title="You are not alone",
                blocks=(Paragraph("Call {number} now."), Paragraph("Talk to {crisis}.")),
                caution="You can talk to {crisis}. In danger, call {number}.",
            ),
        },
        fingerprint="0" * 64,
    )


def without(whole: Library, entry: str) -> Library:
    """The library after an editor has retired an answer."""
    kept = {key: value for key, value in whole.topics[TOPIC].entries.items() if key != entry}
    return replace(whole, topics={TOPIC: replace(whole.topics[TOPIC], entries=kept)})


def reviewed(whole: Library, entry: str, by: str, on: date, due: date) -> Library:
    """The library after somebody has reviewed an answer."""
    old = whole.topics[TOPIC]
    entries = {**old.entries, entry: replace(old.entries[entry], review=Review(by, on, due))}
    return replace(whole, topics={TOPIC: replace(old, entries=entries)})


def closing(whole: Library, entry: str, *closings: Closing) -> Library:
    """The library after an editor has said what the assistant adds to an answer."""
    old = whole.topics[TOPIC]
    entries = {**old.entries, entry: replace(old.entries[entry], closing=closings)}
    return replace(whole, topics={TOPIC: replace(old, entries=entries)})


SPOKEN_COMMANDS = {
    name.value: (name.value.replace("_", " "),)
    for name in CommandName
    if name not in {CommandName.ANSWER_BY, CommandName.SPEED, CommandName.CLOUD_SPEECH}
}

_KNOWN: dict[str, Intent] = {
    **{wording: Command(CommandName(name)) for name, (wording,) in SPOKEN_COMMANDS.items()},
    "answer by voice": Command(CommandName.ANSWER_BY, "voice"),
    "answer by text": Command(CommandName.ANSWER_BY, "text"),
    "answer as i ask": Command(CommandName.ANSWER_BY, "as_asked"),
    "speed slow": Command(CommandName.SPEED, "slow"),
    "cloud on": Command(CommandName.CLOUD_SPEECH, "on"),
    "stop keeping questions": Command(CommandName.KEEP_QUESTIONS, "off"),
    "cloud off": Command(CommandName.CLOUD_SPEECH, "off"),
    "what signs does it show": Answer(ref("symptoms"), 0.9),
    "how will it go on": Answer(ref("prognosis"), 0.9),
    "what causes it and how does it show": Answer(ref("causes"), 0.9, second=ref("symptoms")),
    "what can be done": Choice((ref("treatment"), ref("living-with")), 0.5),
    "how is the weather": NotCovered(),
    "how are feet treated": NotCovered((ref("treatment"), ref("causes"))),
    "i cannot breathe": Emergency("breathing"),
    "i want to die": Emergency("self-harm"),
}


class FixedInterpreter:
    """Knows a few sentences; everything else is not covered. Remembers the contexts it was given."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Context]] = []

    async def interpret(self, text: str, context: Context) -> Intent:
        self.asked.append((text, context))
        return _KNOWN.get(text.strip().rstrip(".?!").casefold(), NotCovered())


class BrokenStore:
    """A store that cannot be written; `readable` says whether it can be read. Stands before a real one."""

    def __init__(self, store: Store, *, readable: bool) -> None:
        self._store = store
        self._readable = readable

    @asynccontextmanager
    async def read(self) -> AsyncIterator[object]:
        if not self._readable:
            raise StorageError("The database could not be read (SQLITE_IOERR).")
        async with self._store.read() as unit:
            yield unit

    look = read

    @asynccontextmanager
    async def write(self) -> AsyncIterator[object]:
        async with self._store.write() as unit:
            yield unit
            raise StorageError("The database could not be written (SQLITE_FULL).")

    transact = Store.transact


def dialogue(
    store: object,
    content: Library | None = None,
    *,
    interpreter: FixedInterpreter | None = None,
    **choices: object,
) -> DialogueProcessor:
    interpreter = interpreter or FixedInterpreter()
    return DialogueProcessor(content or library(), interpreter, store, shipped_sentences(), **choices)  # type: ignore[arg-type]  # a store that fails is no Store


def command(name: CommandName, argument: str | None = None) -> Chosen:
    return Chosen(Command(name, argument))


def spoken(text: str) -> Spoken:
    return Spoken(Heard(text, 0.9, 2.0))


def typed(text: str) -> Typed:
    return Typed(text)


def labels(reply: Reply) -> list[str]:
    return [option.label for option in reply.options]


def press(reply: Reply, label: str) -> Utterance:
    """The utterance of pressing that button."""
    return Chosen(next(option.command for option in reply.options if option.label == label))


def aloud(reply: Reply) -> str:
    """Everything that the reply says."""
    assert reply.script is not None
    return " ".join((reply.script.title, *reply.script.paragraphs))
