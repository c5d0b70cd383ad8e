"""What somebody did, and how it came in: typed, spoken, or chosen."""

from dataclasses import dataclass

from assistant.nlu.intents import Command
from assistant.transcript import Heard, Unheard


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
