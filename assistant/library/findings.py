"""What is wrong in one file, gathered while it is read, so that an editor sees everything at once."""

import unicodedata
from pathlib import Path
from typing import Final

from assistant.errors import Problem


class Findings:
    """The problems of one content file, in the order they were found."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, line: int, problem: str, remedy: str) -> None:
        """Note a problem at a line that counts from 1; both texts are full sentences."""
        self.problems.append(Problem(self.path, max(line, 1), problem, remedy))


_JOINERS: Final = frozenset({"\u200c", "\u200d"})
"""Invisible, but part of the spelling in several languages."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def hidden_character_in(text: str) -> str | None:
    """The first character that nobody can see and a voice may stumble over; tabs and line ends are none."""
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        if (
            unicodedata.category(character) in _HIDDEN
            and character not in _JOINERS
            and character not in "\t\n"
        ):
            return character
    return None


def note_hidden_character(character: str, line: int, findings: Findings) -> None:
    """Report what `hidden_character_in` found."""
    findings.add(
        line,
        f"An invisible character (U+{ord(character):04X}) stands in this line.",
        "Delete it; typing the line anew is the surest way.",
    )
