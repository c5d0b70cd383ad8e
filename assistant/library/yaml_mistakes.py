"""What an editor did, where YAML only knows that it cannot go on: the common mistakes, in words for people.

YAML tells a mistake where it gives up, which may be many lines below. So the lines themselves are looked at,
down to there, for what is known to go wrong.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

_QUOTE_IT: Final = "Put the whole text in double quotes."


class Mistake(NamedTuple):
    """What is wrong, and how to mend it, as full sentences. `line` counts from 0."""

    line: int
    problem: str
    remedy: str


def mistake_in(lines: Sequence[str], context: int, place: int) -> Mistake:
    """The mistake in a text that YAML began to misread in line `context` and gave up in line `place`.

    Both count from 0, and may lie behind the last line.
    """
    place = min(place, len(lines) - 1)
    within = range(place + 1)
    near = sorted({min(context, place), max(0, place - 1), place}, reverse=True)
    # A quote or a tab spoils everything after it; the rest is to be found where YAML gave up.
    for looks_at, mistake_on in (
        (within, _tab),
        (within, _open_quote),
        (near, _odd_begin),
        (near, _after_quote),
    ):
        for number in looks_at:
            if found := mistake_on(lines[number]):
                return Mistake(number, *found)
    for mistake_on in (_backslash, _missing_colon, _missing_blank, _colon_inside):
        for number in near:
            if found := mistake_on(lines[number]):
                return Mistake(number, *found)
    return Mistake(
        place,
        "This line does not fit to the lines above it.",
        "Begin it exactly below the line that it belongs with; text with odd signs goes in double quotes.",
    )


_Found = tuple[str, str] | None
_Look = Callable[[str], _Found]

_VALUE: Final = re.compile(r"\s*(?:- +)?(?:[\w-]+:(?:\s+|$))?(?P<value>.*)")
_KEY: Final = re.compile(r"""\s*(?:- +)?(?:[\w:-]+|"[^"]*"|'[^']*'):(?:\s|$)""")
_OPENING: Final = {"{": "}", "[": "]"}


def _value_of(line: str) -> str:
    found = _VALUE.match(line)
    return found["value"] if found else ""


def _tab(line: str) -> _Found:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "A tab stands at the beginning of this line.", "Use spaces there, as in the lines beside it."
    return None


def _end_of_quoted(value: str) -> int:
    """Where the quoted text that `value` begins with has ended; -1 when it does not end."""
    quote = value[0]
    place = 1
    while place < len(value):
        if quote == '"' and value[place] == "\\":
            place += 1
        elif value[place] == quote:
            if quote == '"' or value[place + 1 : place + 2] != "'":
                return place + 1
            place += 1
        place += 1
    return -1


def _open_quote(line: str) -> _Found:
    value = _value_of(line)
    if value[:1] in ("'", '"') and _end_of_quoted(value) < 0:
        return (
            f"The quotation mark {value[0]} in this line is not closed.",
            f"Write {value[0]} at the end of the text too, or take the first one out.",
        )
    return None


def _after_quote(line: str) -> _Found:
    value = _value_of(line)
    if (
        value[:1] in ("'", '"')
        and (rest := value[_end_of_quoted(value) :].strip())
        and rest[0] not in "#:,]}"
    ):
        return (
            "Text goes on after the closing quotation mark.",
            "Put the whole text in double quotes, and write quotation marks inside it as “ and ”.",
        )
    return None


def _odd_begin(line: str) -> _Found:
    value = _value_of(line).strip()
    first = value[:1]
    is_open = first in _OPENING and (
        _OPENING[first] != value[-1] or value.count(first) != value.count(value[-1])
    )
    if first == "[" and "{" in value:
        return "A { stands between [ and ], where it means something else.", _QUOTE_IT
    if is_open or (first and first in "@`%*&!|>"):
        return f"The text begins with {first}, which means something else at this place.", _QUOTE_IT
    return None


def _backslash(line: str) -> _Found:
    value = _value_of(line)
    if value[:1] == '"' and re.search(r"""\\[^0abtnvfre "/\\N_LP]""", value):
        return "A backslash stands in double quotes, where it means something else.", "Write two, or none."
    return None


def _missing_colon(line: str) -> _Found:
    text = line.strip()
    if text and not text.startswith(("-", "#")) and ":" not in text:
        first = text.split()[0]
        return f"A colon is missing in this line, perhaps after “{first}”.", f"Write `{first}: ...`."
    return None


def _missing_blank(line: str) -> _Found:
    text = line.strip()
    if re.match(r"-[^\s-]", text):
        return "A space is missing after the dash.", "Write a dash, a space, and then the text."
    if re.match(r"[a-z_]+:\S", text) and not _KEY.match(line):
        return "A space is missing after the colon.", "Write the name, a colon, a space, and then the text."
    return None


def _colon_inside(line: str) -> _Found:
    value = _value_of(line)
    if value[:1] not in ("'", '"') and re.search(r":(?:\s|$)", value):
        return "A colon stands inside the text of this line.", _QUOTE_IT
    return None
