"""What somebody did, and how it came in: typed, spoken, or chosen."""

from dataclasses import dataclass

from assistant.nlu.intents import Command
from assistant.transcript import Heard, Unheard


@dataclass(frozen=True, slots=True)
class Offered:
    """A button under an earlier message."""

    label: str
    command: Command


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """The assistant's own message that somebody replies to, as far as it still tells what it showed."""

    offered: tuple[Offered, ...]
    title: str
    """Its first line."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Free text. `otherwise` is what is meant when the words mean nothing of their own."""

    text: str
    earlier: EarlierMessage | None = None
    otherwise: Command | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording, after recognition."""

    outcome: Heard | Unheard
    earlier: EarlierMessage | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A button or a typed slash command."""

    command: Command
    earlier: EarlierMessage | None = None


Utterance = Typed | Spoken | Chosen
