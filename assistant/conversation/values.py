"""Who is talking, what they did, and what they get back."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from assistant.library.values import Block, BulletList, EntryRef, Paragraph
from assistant.speech.values import Heard, Script, Speed, Unheard
from assistant.storage.bookmarks import Bookmark
from assistant.understanding.meaning import Command, CommandName, Meaning


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


class Place(BaseModel):
    """Where somebody is in what is being read to them: an answer and the part of it, counted from one."""

    model_config = ConfigDict(frozen=True)

    entry: EntryRef
    part: int = 1
    whole_topic: bool = False
    """Whether all sections of the topic are being listened to, one after the other."""


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
    left: Place | None = None
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


class Person(BaseModel):
    """Somebody the assistant talks to. Only what is needed, and nothing that they said."""

    model_config = ConfigDict(frozen=True)

    id: int
    language: str = "en"
    preferences: Preferences = Preferences()
    memory: Memory = Memory()


@dataclass(frozen=True, slots=True)
class Typed:
    """Free text."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording, after recognition."""

    outcome: Heard | Unheard


@dataclass(frozen=True, slots=True)
class Chosen:
    """A button or a typed slash command."""

    command: Command


Utterance = Typed | Spoken | Chosen


@dataclass(frozen=True, slots=True)
class Option:
    """Something the person can do next: a button's full-word label, and what it does."""

    label: str
    command: Command


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of text that goes with a reply. It is made when it is asked for, and kept nowhere."""

    name: str
    media_type: str
    text: str
    caption: str
    """What it is, in words: a file alone says nothing to whoever goes through a chat by ear."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. The house order: what was heard, title, blocks, footer, then the options.

    `deliver` is TEXT, VOICE or BOTH, never AS_ASKED: the conversation has decided. VOICE still falls back to
    text when no voice can be made or sent. `script` is None when there is nothing worth saying aloud.
    `meaning` is what the utterance was understood as, for logs, scripts and tests; None for a notice, which
    answers no words.
    """

    meaning: Meaning | Unheard | None
    title: str | None
    blocks: tuple[Block, ...]
    deliver: AnswerBy
    script: Script | None = None
    speed: Speed = Speed.NORMAL
    heard: str | None = None
    """The full sentence that says back what was heard, as shown: `I heard: "..."`."""
    footer: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    entry: EntryRef | None = None
    """The answer that this reply shows, if it shows one."""
    attachment: Attachment | None = None

    def plain_text(self) -> str:
        """All of it as plain text, in the house order, the options as a list of their labels."""
        parts = [self.heard, self.title]
        for block in self.blocks:
            match block:
                case Paragraph(text=text):
                    parts.append(text)
                case BulletList(items=items):
                    parts.append("\n".join(f"- {item}" for item in items))
                case _:
                    assert_never(block)
        parts.append("\n".join(self.footer))
        parts.append("\n".join(f"[{option.label}]" for option in self.options))
        return "\n\n".join(part for part in parts if part)
