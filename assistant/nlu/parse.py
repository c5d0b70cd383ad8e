"""What is known of an utterance while its stages are run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.nlu.index.encoder import Seen
from assistant.nlu.intents import Command, Intent
from assistant.nlu.interpreter import Context


@dataclass(frozen=True, slots=True)
class Look:
    """What the encoder made of one way to read the utterance."""

    text: str
    seen: Seen
    cost: float = 0.0
    """In logits: how much better it must fit than the words as they stand."""


@dataclass(frozen=True, slots=True)
class Parse:
    """Each stage adds to it; the first one that sets `intent` ends the work."""

    written: str
    """The words, every letter legible."""
    context: Context
    plain: str = ""
    """In lower case, without punctuation, short forms written out."""
    masked: str = ""
    """The same with names of illnesses of the library as MASK."""
    named: tuple[str, ...] = ()
    """The topics that were named, in order of mention."""
    follow_up: Command | None = None
    """What is meant if the words go on about the answer last given."""
    readings: tuple[tuple[str, float], ...] = ()
    """Other ways to read the utterance, together with the answer last given, with the cost of each."""
    looks: tuple[Look, ...] = ()
    """Of the words as they stand first; of a long text its parts, then the other readings."""
    topics: tuple[str, ...] = ()
    """The topics whose answers it was compared with: several, where it is not clear which is meant."""
    alarm: tuple[str, float] | None = None
    """The likeliest kind of emergency, and the belief that it is one of any kind."""
    caution: str | None = None
    """A kind of emergency that it may be."""
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. `work` is pure and never raises for any text."""

    name: str
    work: Callable[[Parse], Parse]


def facts(before: Parse, after: Parse) -> dict[str, Any]:
    """What a stage found out, for the trace."""
    found: dict[str, Any] = {}
    for name in ("plain", "masked", "named", "readings", "topics", "alarm", "caution", "intent"):
        if getattr(after, name) != getattr(before, name):
            found[name] = getattr(after, name)
    return found
