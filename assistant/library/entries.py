"""What a library holds. Every value is frozen: content changes by editing files and starting again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple


class Kind(StrEnum):
    """Where an answer stands: a section of the topic, or one of its common questions."""

    SECTION = "section"
    FAQ = "faq"


class State(StrEnum):
    """Whether somebody has read a text and let it out."""

    DRAFT = "draft"
    """Nobody gets it, and what is wrong with it keeps nothing else from being served."""
    SERVED = "served"


class Closing(StrEnum):
    """What the assistant adds to an answer in words of its own, after the vetted text."""

    MEDICINES = "medicines"
    """It speaks of medicines, diet or treatment: change nothing without asking a doctor."""
    WARNING_SIGNS = "warning-signs"
    """It names signs that can be an emergency: whom to call when they are there now."""
    SOURCE_DIFFERS = "source-differs"
    """Its source says more than one thing: a doctor knows which holds."""


class EntryRef(NamedTuple):
    """The stable name of one answer: topic id and answer id. Written `topic/answer`."""

    topic: str
    entry: str

    def __str__(self) -> str:
        return f"{self.topic}/{self.entry}"

    @classmethod
    def parse(cls, text: str) -> "EntryRef":
        """The reference written `topic/answer`; ValueError when it is not written so."""
        topic, slash, entry = text.partition("/")
        if not (topic and slash and entry):
            raise ValueError("an answer is named topic/answer")
        return cls(topic, entry)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain sentences, without markup."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """Short items, each plain text without markup; at least one."""

    items: tuple[str, ...]


Block = Paragraph | BulletList


@dataclass(frozen=True, slots=True)
class Review:
    """Who checked an answer, and until when that holds. All None: nobody has."""

    reviewed_by: str | None = None
    reviewed_on: date | None = None
    review_due: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One vetted answer, served word for word."""

    ref: EntryRef
    kind: Kind
    aspect: str
    title: str
    blocks: tuple[Block, ...]
    questions: tuple[str, ...]
    source: str
    """The citation in words, fit to show and to read aloud."""
    review: Review
    closing: tuple[Closing, ...] = ()

    @property
    def version(self) -> str:
        """Another one whenever the title or the text is another: what people say of an answer is about it."""
        return sha256(repr((self.title, self.blocks)).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Topic:
    """One illness and all its answers."""

    id: str
    title: str
    other_names: tuple[str, ...]
    pronunciations: Mapping[str, str]
    """Rare word (lower case) to misaki phonemes, as hibari's `[word](/phonemes/)` takes them."""
    listen_for: tuple[str, ...]
    """Words that a recogniser should expect."""
    entries: Mapping[str, Entry]
    """Answer id to answer, sections first, each in the order that `topic.md` gives."""

    def of_kind(self, kind: Kind) -> tuple[Entry, ...]:
        """The sections, or the common questions, in reading order."""
        return tuple(entry for entry in self.entries.values() if entry.kind is kind)


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that people ask of any illness, such as its symptoms or its outlook."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class CommandWordings:
    """The ways to say one command. A wording is matched whole, case and punctuation aside."""

    name: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmergencyGuide:
    """A kind of emergency, and the fixed text for it."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    caution: str | None = None
    """What is said before an answer to a message that only may be an emergency of this kind."""
    signals: tuple[str, ...] = ()
    """What is hardly a sentence, and an emergency by itself: a number to call, a word, a sign."""
    listen_for: tuple[str, ...] = ()
    """How people cry out in it, for the ears: nothing is understood by these."""


@dataclass(frozen=True, slots=True)
class Library:
    """All content in one language."""

    language: str
    topics: Mapping[str, Topic]
    aspects: Mapping[str, Aspect]
    commands: Mapping[str, CommandWordings]
    emergencies: Mapping[str, EmergencyGuide]
    fingerprint: str
    """SHA-256 of all the files read, hexadecimal: anything made from the content is versioned by it."""

    def entry(self, ref: EntryRef) -> Entry | None:
        """The answer of that name, or None when an editor has retired it."""
        topic = self.topics.get(ref.topic)
        return topic.entries.get(ref.entry) if topic else None
