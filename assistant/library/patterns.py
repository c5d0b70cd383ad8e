"""Which regular expressions may stand in `emergencies.yaml`: short, valid and quick on any message."""

import re
from re import _constants as op  # type: ignore[attr-defined]  # the parsed form of a pattern has no public name
from re import _parser  # type: ignore[attr-defined]  # the same
from typing import Final, NamedTuple

MAX_PATTERN_LENGTH: Final = 400
"""Characters. Longer ones are better split: each phrase stands for one way of saying it."""

_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT})


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
        re.compile(pattern)
        _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return PatternFlaw(
            f"This is not a valid regular expression: {error}.", "Correct it, or write the plain words."
        )
    return None
