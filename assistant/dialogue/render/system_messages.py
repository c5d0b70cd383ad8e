"""What the assistant says on its own account: too much at once, a picture, something that went wrong.

Whoever asked by voice hears it too, and is told what to say next.
"""

from dataclasses import replace
from enum import Enum, auto
from typing import assert_never

from assistant.dialogue.actions.lists import help_option, sections_option
from assistant.dialogue.person import AnswerBy
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.reply import Reply
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.library.entries import Paragraph


class SystemMessage(Enum):
    """Why somebody gets something other than what they asked for."""

    TOO_MANY_MESSAGES = auto()
    TOO_MANY_VOICES = auto()
    CANNOT_TAKE = auto()
    """A picture, a sticker, a place: neither words nor sound."""
    HEARD_LATER = auto()
    """So many others wait to be heard that a recording has to wait too."""
    ONLY_WORDS_READ = auto()
    """Beside the words there is a picture or a file."""
    MENDED = auto()
    """It was asked before, in other words."""
    UNKNOWN_COMMAND = auto()
    UNKNOWN_BUTTON = auto()
    PRIVATE_ONLY = auto()
    """It is about one person, and others read along."""
    WENT_WRONG = auto()
    NOT_SAVED = auto()


class AskedIn(Enum):
    """How somebody asked for what they do not get."""

    IN_WRITING = auto()
    """Typed, or pressed."""
    ALOUD = auto()
    OTHERWISE = auto()
    """With a picture, say: they are answered as they were before."""


BEFORE_HELP = (SystemMessage.UNKNOWN_COMMAND, SystemMessage.UNKNOWN_BUTTON)
"""What only stands before the help."""
PREFACES = (*BEFORE_HELP, SystemMessage.ONLY_WORDS_READ, SystemMessage.MENDED)
"""What only stands before something else."""
_WAIT = frozenset({SystemMessage.TOO_MANY_MESSAGES, SystemMessage.TOO_MANY_VOICES})
"""What to do next is to wait: whatever else were offered would not be answered either."""


def noticed(context: TurnContext, notice: SystemMessage, asked: AskedIn) -> TurnResult:
    """Says it, in writing and, to whoever listens, aloud; with the ways on."""
    ways = () if notice in _WAIT else (help_option(context), sections_option(context))
    draft = Draft(
        blocks=context.paragraphs(words_of(context.edition.sentences, notice)),
        options=ways,
        deliver=_way(context, asked),
    )
    return context.turn(draft)


def words_of(sentences: MessageCatalogue, notice: SystemMessage) -> str:  # noqa: C901 - a line for each
    """The sentences of that notice."""
    match notice:
        case SystemMessage.TOO_MANY_MESSAGES:
            return sentences.say("telegram-too-many-messages")
        case SystemMessage.TOO_MANY_VOICES:
            return sentences.say("telegram-too-many-voices")
        case SystemMessage.CANNOT_TAKE:
            return sentences.say("telegram-cannot-take")
        case SystemMessage.HEARD_LATER:
            return sentences.say("telegram-heard-later")
        case SystemMessage.ONLY_WORDS_READ:
            return sentences.say("telegram-only-words-read")
        case SystemMessage.MENDED:
            return sentences.say("telegram-mended")
        case SystemMessage.UNKNOWN_COMMAND:
            return sentences.say("telegram-unknown-command")
        case SystemMessage.UNKNOWN_BUTTON:
            return sentences.say("telegram-unknown-button")
        case SystemMessage.PRIVATE_ONLY:
            return sentences.say("telegram-private-only")
        case SystemMessage.WENT_WRONG:
            return sentences.say("telegram-went-wrong")
        case SystemMessage.NOT_SAVED:
            return sentences.say("not-saved")
        case _:
            assert_never(notice)


def prefaced(reply: Reply, words: str) -> Reply:
    """The reply with these words before it, also for the voice."""
    script = reply.script
    if script is not None:
        script = replace(script, title=words, paragraphs=(script.title, *script.paragraphs))
    return replace(reply, blocks=(Paragraph(words), *reply.blocks), script=script)


def _way(context: TurnContext, asked: AskedIn) -> AnswerBy:
    chosen = context.person.preferences.answer_by
    if chosen is not AnswerBy.AS_ASKED:
        return chosen
    match asked:
        case AskedIn.IN_WRITING:
            return AnswerBy.TEXT
        case AskedIn.ALOUD:
            return AnswerBy.BOTH
        case AskedIn.OTHERWISE:
            return AnswerBy.BOTH if context.person.memory.aloud else AnswerBy.TEXT
        case _:
            assert_never(asked)
