"""What the commands work with: all that they may look at, and all that they may decide.

Deciding is pure: a command looks at a `TurnContext` and returns a `TurnResult`. Only `processor.py` reads and
writes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assistant.dialogue.person import AnswerBy, Listing, Person
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.spoken_text import as_sentence, spoken_paragraphs
from assistant.dialogue.reply import Attachment, Option
from assistant.library.entries import Block, Entry, EntryRef, Library, Paragraph, Topic
from assistant.speech.tts.script import Script
from assistant.storage.belongings import Row
from assistant.storage.bookmarks import Bookmark
from assistant.storage.questions import Question


@dataclass(frozen=True, slots=True)
class Edition:
    """What every reply is made from, the same for everybody: the content and the operator's choices."""

    library: Library
    sentences: MessageCatalogue
    default_topic: str | None
    emergency_number: str
    crisis_line: str
    cloud_speech_offered: bool
    cloud_voice: bool
    longest_voice_s: int
    backups_kept: int
    today: Callable[[], date]


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply before it is known how it will be delivered.

    `said` replaces the blocks for the voice, and `said_title` the title. `deliver` None leaves it to the
    person's choice. `offered` None leaves what was offered before.
    """

    title: str | None = None
    blocks: tuple[Block, ...] = ()
    options: tuple[Option, ...] = ()
    footer: tuple[str, ...] = ()
    entry: EntryRef | None = None
    said_title: str | None = None
    said: tuple[str, ...] | None = None
    deliver: AnswerBy | None = None
    offered: tuple[EntryRef, ...] | None = None
    options_aloud: tuple[Option, ...] | None = None
    """The options where the reply is heard, if they are others: a long answer goes on part by part."""
    suggestions: tuple[str, ...] | None = None
    """What to say next, sentences for the voice alone, at most three; None names the first of the options."""
    listing: Listing | None = None
    """The list that this is a part of, and the part that is shown."""
    listing_aloud: Listing | None = None
    """The same, and the part that is said."""
    repeats_heard: bool = False
    """Whether the voice says back what was heard. Such a recording is never kept."""
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Effect: save a bookmark."""

    ref: EntryRef
    title: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Effect: take a bookmark away."""

    ref: EntryRef


@dataclass(frozen=True, slots=True)
class PutBack:
    """Effect: undo taking a bookmark away."""

    bookmark: Bookmark


@dataclass(frozen=True, slots=True)
class Erase:
    """Effect: forget everything about the person."""


@dataclass(frozen=True, slots=True)
class KeepQuestion:
    """Effect: keep what was asked, of somebody who agreed to it."""

    question: Question


@dataclass(frozen=True, slots=True)
class EraseQuestions:
    """Effect: erase every question of the person that was kept."""


@dataclass(frozen=True, slots=True)
class CountFeedback:
    """Effect: count that an answer helped or did not; `instead` of the opposite, which was counted before."""

    ref: EntryRef
    version: str
    helped: bool
    instead: bool


Effect = Keep | Drop | PutBack | Erase | KeepQuestion | EraseQuestions | CountFeedback


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What to reply, the person as they are to be remembered, and what is to happen to what is kept."""

    draft: Draft
    person: Person
    effects: tuple[Effect, ...] = ()

    def amended(self, **changes: Any) -> "TurnResult":
        """The same turn with those fields of its draft changed."""
        return replace(self, draft=replace(self.draft, **changes))

    def aloud(self) -> "TurnResult":
        """The same turn by voice, if it gives an answer; anything else is delivered as it would be."""
        return self.amended(deliver=AnswerBy.VOICE) if self.draft.entry else self


@dataclass(frozen=True, slots=True)
class TurnContext:
    """All that a command may look at."""

    edition: Edition
    person: Person
    bookmarks: tuple[Bookmark, ...] = ()
    """The person's bookmarks, in the order they are listed."""
    app_language: str | None = None
    """The language of the person's app, as the app names it."""
    belongings: tuple[Row, ...] = ()
    """All that is kept about the person, for `export` alone: nothing else reads it."""

    def say(self, message_id: str, **arguments: str | int | date) -> str:
        """See `MessageCatalogue.say`."""
        return self.edition.sentences.say(message_id, **arguments)

    def paragraphs(self, *texts: str) -> tuple[Block, ...]:
        """Each text as a paragraph of its own."""
        return tuple(Paragraph(text) for text in texts)

    def turn(self, draft: Draft, *effects: Effect, **memory: Any) -> TurnResult:
        """The turn with this draft, remembering `memory` (fields of Memory) and all else as it was."""
        return TurnResult(draft, remembering(self.person, **memory), effects)

    @property
    def topic(self) -> Topic | None:
        """The topic in hand, or the one that is meant when none is; None when there are several."""
        topics = self.edition.library.topics
        named = self.person.memory.topic
        if named is not None and named in topics:
            return topics[named]
        default = self.edition.default_topic
        return topics[default] if default is not None else None

    @property
    def entry(self) -> Entry | None:
        """The answer in hand, if it is still in the library."""
        ref = self.person.memory.entry
        return self.edition.library.entry(ref) if ref else None

    def saved(self, ref: EntryRef) -> Bookmark | None:
        """The person's bookmark of that answer."""
        return next((kept for kept in self.bookmarks if kept.ref == ref), None)

    def title_of(self, ref: EntryRef) -> str | None:
        """The answer's title, from the library or else from a bookmark of it."""
        entry = self.edition.library.entry(ref)
        if entry:
            return entry.title
        kept = self.saved(ref)
        return kept.title if kept else None


def preceded(context: TurnContext, turn: TurnResult, sentence: str, aloud: str | None = None) -> TurnResult:
    """The turn with a sentence before it, to be read and to be heard; `aloud` where it is said otherwise."""
    draft = turn.draft
    said = spoken_paragraphs(draft.blocks) if draft.said is None else draft.said
    title = draft.said_title or draft.title
    return turn.amended(
        blocks=(*context.paragraphs(sentence), *draft.blocks),
        said_title=sentence if aloud is None else aloud,
        said=(*((title,) if title else ()), *said),
    )


def remembering(person: Person, **changes: Any) -> Person:
    """`person` with those fields of their memory changed."""
    if not changes:
        return person
    return person.model_copy(update={"memory": person.memory.model_copy(update=changes)})


def script_of(draft: Draft, topic: Topic | None, language: str) -> Script | None:
    """What to say aloud for `draft`; None when it has no words.

    What the person said is never in it: recordings are kept by their words, and nothing that a person said
    may be kept.
    """
    paragraphs = spoken_paragraphs(draft.blocks) if draft.said is None else _sentences(draft.said)
    title = draft.said_title or draft.title
    if title is None:
        if not paragraphs:
            return None
        title, *rest = paragraphs
        paragraphs = tuple(rest)
    return Script(as_sentence(title), paragraphs, language, topic.pronunciations if topic else {})


def _sentences(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(as_sentence(text) for text in texts if text)
