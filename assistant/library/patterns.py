"""The phrases of `emergencies.yaml`: regular expressions that no message can make slow.

RE2 follows all ways to match at once, so its time grows with the message and nothing else. What it gives up
for that is looking ahead or behind and referring back. One thing is given back: a phrase may end with
`(?!...)`, and does not stand where that follows.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import re2

MAX_PATTERN_LENGTH: Final = 600
"""Characters. A longer one is better split: each phrase stands for one way of saying it."""
MAX_PROGRAM: Final = 2_000
"""Instructions that RE2 makes of one pattern. Repeats with high limits make many, and each costs time."""
_MEMORY: Final = 64 * 2**20
"""Bytes for one program at most: room to look for hundreds of phrases together."""
_REMEDY: Final = (
    "Correct it, or write plain words. Nothing can be looked for ahead or behind, but for one `(?!...)` at "
    "the very end, and no group can be referred back to."
)


class PatternFlaw(NamedTuple):
    """Why a pattern is refused, and what to write instead."""

    problem: str
    remedy: str


def flaw_of_pattern(pattern: str) -> PatternFlaw | None:
    """What is wrong with `pattern`; None when it can be used."""
    if not pattern.strip():
        return PatternFlaw("This pattern is empty.", "Write the words to find, or remove the line.")
    if len(pattern) > MAX_PATTERN_LENGTH:
        return PatternFlaw(
            f"This pattern is longer than {MAX_PATTERN_LENGTH} characters.", "Split it into several."
        )
    try:
        program = _Phrase(pattern).program
    except ValueError as error:
        return PatternFlaw(f"This is not a valid regular expression: {error}.", _REMEDY)
    if program > MAX_PROGRAM:
        return PatternFlaw("This pattern repeats too much.", r"Give each repeat a low limit: `(\w+ ){0,5}`.")
    return None


class Phrases:
    """Several phrases to look for in plain text; they have been found without flaw."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._phrases = [_Phrase(pattern) for pattern in patterns]
        self._any = _compiled("|".join(f"(?:{phrase.words})" for phrase in self._phrases))

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text`."""
        return next(self.starts_in(text), None) is not None

    def starts_in(self, text: str) -> Iterator[int]:
        """Where each of them that stands in `text` begins."""
        # Most texts hold none of them: one look for all is quicker than one for each.
        if self._phrases and self._any.search(text):
            for phrase in self._phrases:
                yield from phrase.starts_in(text)


class _Phrase:
    """Raises ValueError for what cannot be matched."""

    def __init__(self, pattern: str) -> None:
        self.words, unless = _parted(pattern)
        self._found = _compiled(self.words)
        self._unless = _compiled(unless) if unless else None
        self.program: int = self._found.programsize + (self._unless.programsize if self._unless else 0)

    def starts_in(self, text: str) -> Iterator[int]:
        for found in self._found.finditer(text):
            if self._unless is None or not self._unless.match(text, found.end()):
                yield found.start()


def _parted(pattern: str) -> tuple[str, str]:
    """The words to find and what must not follow them, a `(?!...)` that belongs to all that is before it."""
    words, sign, unless = pattern.rpartition("(?!")
    if not words or not sign or not unless.endswith(")") or _is_choice(words):
        return pattern, ""
    return words, unless.removesuffix(")")


def _is_choice(pattern: str) -> bool:
    """Whether a `|` stands outside of all brackets."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return "|" in bare


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(error.args[0].decode()) from None
