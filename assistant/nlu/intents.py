"""The five things that a person can mean."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assistant.library.entries import EntryRef


class CommandName(StrEnum):
    """Everything a person can tell the assistant to do.

    A button, a typed and a spoken command are the same value. The first
    sixteen are a stable interface; scripts see them in `assistant ask --json`.
    """

    START = "start"
    HELP = "help"
    SECTIONS = "sections"
    FAQ = "faq"
    BOOKMARKS = "bookmarks"
    SAVE = "save"
    REMOVE_BOOKMARK = "remove_bookmark"
    NEXT = "next"
    BACK = "back"
    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    TEXT_ONLY = "text_only"
    AUDIO_ON = "audio_on"
    LANGUAGE = "language"
    FORGET_ME = "forget_me"

    SHOW = "show"
    LISTEN = "listen"
    RELATED = "related"
    UNDO = "undo"
    YES = "yes"
    NO = "no"
    SETTINGS = "settings"
    ANSWER_BY = "answer_by"
    SPEED = "speed"
    CLOUD_SPEECH = "cloud_speech"
    ABOUT = "about"
    PRIVACY = "privacy"

    CONTINUE = "continue"
    """Go back to where the person was, also days later, and go on from there. Plain "continue" is `next`."""
    START_AGAIN = "start_again"
    """The answer in hand from its first part. "Start again" is `start` unless parts are being listened to."""
    WHERE = "where"
    """Say what is being read, which part of it, and what comes next."""
    LISTEN_ALL = "listen_all"
    """Listen to a whole topic, section after section."""
    STOP = "stop"
    """Pause or be quiet: nothing goes on by itself, and the person is told how to go on."""
    VOLUME = "volume"
    """Louder or quieter, which only the person's own device can do."""
    THANKS = "thanks"
    """Thanks or goodbye, and nothing else."""
    SYMPATHY = "sympathy"
    """A kind sentence, for whoever shows that they are sad and says nothing else."""
    EXPORT = "export"
    """Send the person a file with all that is kept about them."""
    KEEP_QUESTIONS = "keep_questions"
    """Explain what it means that questions are kept, and ask; with `off`, stop it and erase them."""
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    """What somebody says of an answer: it is counted, and not who said it."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do. `argument` is what it is done to, where that is not clear from the conversation:
    an answer written `topic/answer` for `show listen save remove_bookmark undo related next back start
    start_again helped not_helped`, with `:part` after it for one part of it for `listen next back`, a topic
    for `listen_all`, one of the values for `answer_by` and `speed`, `on` or `off` for `cloud_speech`, `off`
    for `keep_questions`."""

    name: CommandName
    argument: str | None = None


CHANGING: Final = frozenset(
    {
        CommandName.SAVE,
        CommandName.REMOVE_BOOKMARK,
        CommandName.UNDO,
        CommandName.FORGET_ME,
        CommandName.KEEP_QUESTIONS,
        CommandName.TEXT_ONLY,
        CommandName.AUDIO_ON,
        CommandName.ANSWER_BY,
        CommandName.SPEED,
        CommandName.SLOWER,
        CommandName.FASTER,
        CommandName.CLOUD_SPEECH,
    }
)
"""Commands that erase or change what is kept of a person: nothing to guess at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One vetted answer fits. `confidence` runs from 0 to 1; `also` holds runners-up, best first."""

    entry: EntryRef
    confidence: float
    also: tuple[EntryRef, ...] = ()
    caution: str | None = None
    """A kind of emergency that this may be: say what to do then, and answer all the same."""
    second: EntryRef | None = None
    """What answers another question of the same message."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Two or three answers may fit, best first, each of another aspect: ask which."""

    entries: tuple[EntryRef, ...]
    confidence: float
    caution: str | None = None
    """A kind of emergency that this may be: say what to do then, and answer all the same."""
    asks: bool = False
    """The first entry, which may stand alone, is likely what was said, but the words were not heard well: ask
    whether it is."""


@dataclass(frozen=True, slots=True)
class NotCovered:
    """No answer fits. `nearest` holds up to three that the person may want instead; it can be empty."""

    nearest: tuple[EntryRef, ...] = ()
    confidence: float = 0.0
    caution: str | None = None
    """A kind of emergency that this may be: say what to do then, and answer all the same."""
    foreign: str | None = None
    """The code of the language that it is in, when that is not English."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """The words describe an emergency happening now; `kind` is a key of `Library.emergencies`."""

    kind: str
    confidence: float = 1.0


Intent = Answer | Choice | NotCovered | Emergency | Command
