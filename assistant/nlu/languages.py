"""Languages that the assistant does not speak: enough of each to say so, and to hear a cry for help.

The phrases and sentences are in `data/languages.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from assistant.library.plain_yaml import LOADER

FILE: Final = Path(__file__).parent / "data" / "languages.yaml"


@dataclass(frozen=True, slots=True)
class Language:
    """One language that the assistant does not speak."""

    code: str
    name: str
    """In the language itself."""
    sentence: str
    """That only English is understood, and whom to call in an emergency: `{number}` stands for it."""
    words: frozenset[str]
    """Common words that English does not have; none where the script tells the language."""
    script: str
    """The script, where it is not Latin."""
    emergencies: Mapping[str, tuple[str, ...]]
    """For each kind, phrases that tell of it whenever they stand in a message."""


@cache
def languages() -> Mapping[str, Language]:
    """All of them by code."""
    # Our own file, that a test reads whole.
    given = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  # a safe loader, in C
    return {
        code: Language(
            code,
            told["name"],
            told["sentence"],
            frozenset(told.get("words", ())),
            told.get("script", ""),
            {kind: tuple(phrases) for kind, phrases in told["emergencies"].items()},
        )
        for code, told in given.items()
    }
