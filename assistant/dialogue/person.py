"""Somebody the assistant talks to: what they chose, and what must be remembered to go on."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from assistant.library.entries import EntryRef
from assistant.nlu.intents import CommandName
from assistant.speech.tts.script import Speed
from assistant.storage.bookmarks import Bookmark


class AnswerBy(StrEnum):
    """How a person wants their answers."""

    AS_ASKED = "as_asked"
    """Spoken questions by voice and text, typed ones by text."""
    TEXT = "text"
    VOICE = "voice"
    BOTH = "both"


class Preferences(BaseModel):
    """What a person has chosen."""

    model_config = ConfigDict(frozen=True)

    answer_by: AnswerBy = AnswerBy.AS_ASKED
    speed: Speed = Speed.NORMAL
    cloud_speech: bool = False
    """Whether this person lets a cloud engine hear their voice; the operator must allow it too."""
    keep_questions: bool = False
    """Whether this person lets their questions be kept, for those who write the answers."""


class Pending(StrEnum):
    """A question the assistant has put to the person and waits to have answered."""

    FORGET_ME = "forget_me"
    KEEP_QUESTIONS = "keep_questions"
    FIRST_OFFERED = "first_offered"
    """Whether the first of the offered answers is what was asked for."""


class Shown(BaseModel):
    """A button of the last message: its words can also be said or typed."""

    model_config = ConfigDict(frozen=True)

    label: str
    name: CommandName
    argument: str | None = None


class Listing(BaseModel):
    """The part of a list that was named last, while `next` and `back` turn its pages.

    `first` and `last` count what is offered, from one. `page` is how the list is asked for: a command, and
    what its argument begins with. None for a list that only stands in the memory.
    """

    model_config = ConfigDict(frozen=True)

    first: int
    last: int
    at_a_time: int
    page: Shown | None = None


class ReadingPosition(BaseModel):
    """Where somebody is in what is being read to them: an answer and the part of it, counted from one."""

    model_config = ConfigDict(frozen=True)

    entry: EntryRef
    part: int = 1
    whole_topic: bool = False
    """Whether all sections of the topic are being listened to, one after the other."""


class Feedback(BaseModel):
    """What somebody said of an answer."""

    model_config = ConfigDict(frozen=True)

    entry: EntryRef
    version: str
    helped: bool


class Memory(BaseModel):
    """What the assistant must remember of a conversation to go on with it, also after a restart."""

    model_config = ConfigDict(frozen=True)

    topic: str | None = None
    entry: EntryRef | None = None
    offered: tuple[EntryRef, ...] = ()
    """The answers last offered as a choice or list, in the order shown."""
    shown: tuple[Shown, ...] = ()
    """The options of the last message."""
    aloud: bool = False
    """Whether the answer in hand was given by voice."""
    part: int = 1
    """The part of the answer in hand that was given last by voice, counted from one."""
    whole_topic: bool = False
    """Whether all sections of the topic are being listened to, one after the other."""
    emergency: str | None = None
    """The kind of emergency whose text was given last, to be repeated; gone with the next thing said."""
    left: ReadingPosition | None = None
    """Where the person was in something longer when they went on to something else, to be continued."""
    removed: Bookmark | None = None
    """The bookmark last removed, so that it can be put back."""
    pending: Pending | None = None
    misunderstood: int = 0
    """How many times in a row, up to now, the person was not understood."""
    guessed: tuple[EntryRef, ...] = ()
    """The answers that the last question was taken to mean, for "no, I meant ..."."""
    listing: Listing | None = None
    """The list that the last message was a part of."""
    feedback: Feedback | None = None
    """What was said last of an answer, so that it counts once and can be taken back; gone with the next
    answer."""


class Person(BaseModel):
    """Somebody the assistant talks to. Only what is needed, and nothing that they said."""

    model_config = ConfigDict(frozen=True)

    id: int
    language: str = "en"
    preferences: Preferences = Preferences()
    memory: Memory = Memory()
