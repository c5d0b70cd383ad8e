"""What the trained encoder tells apart."""

from dataclasses import dataclass
from typing import Final

NONE: Final = "none"
"""The label of what no answer fits."""
CALM: Final = "calm"
"""The label of what is no emergency."""
_COMMAND: Final = "command/"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The labels of both heads, in the order of their beliefs."""

    intents: tuple[str, ...]
    """Aspects, then NONE, then commands."""
    alarms: tuple[str, ...]
    """CALM, then the kinds of emergency."""


def command_label(name: str) -> str:
    """The label of the command of that name."""
    return _COMMAND + name


def command_named(label: str) -> str | None:
    """The name of the command that a label stands for; None for any other label."""
    return label.removeprefix(_COMMAND) if label.startswith(_COMMAND) else None
