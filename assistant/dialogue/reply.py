"""What somebody gets back, before it is known what it goes out through."""

from dataclasses import dataclass
from typing import assert_never

from assistant.dialogue.person import AnswerBy
from assistant.library.entries import Block, BulletList, EntryRef, Paragraph
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.reply_kind import ReplyKind
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Unheard


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
    `intent` is what the utterance was understood as, for logs, scripts and tests; None for a notice, which
    answers no words.
    """

    intent: Intent | Unheard | None
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


def kind_of(intent: Intent | Unheard) -> ReplyKind:
    """What a reply to this is, in one word."""
    match intent:
        case Answer():
            return ReplyKind.ANSWER
        case Choice():
            return ReplyKind.CHOICE
        case NotCovered():
            return ReplyKind.NOT_COVERED
        case Emergency():
            return ReplyKind.EMERGENCY
        case Command():
            return ReplyKind.COMMAND
        case Unheard():
            return ReplyKind.UNHEARD
        case _:
            assert_never(intent)
