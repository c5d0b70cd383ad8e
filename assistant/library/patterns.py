"""Which regular expressions may stand in `emergencies.yaml`: valid, and quick on any message.

Python tries every way to match before it gives up. Where a repeated group can read the same words in two
ways, as `(has |gone |has gone )*` can, each repetition doubles the work, and a message of 250 characters
stops the program. Such patterns are refused, and so are more than a few gaps of any length. What is left
takes time that grows with a low power of a message's length, which whoever matches them limits.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]  # a pattern's parsed form has no public name
from re import _parser  # type: ignore[attr-defined]  # the same
from typing import Any, Final, NamedTuple

MAX_PATTERN_LENGTH: Final = 600
"""Characters. A longer one is better split: each phrase stands for one way of saying it."""
MAX_GAPS: Final = 2
"""How many `.*` may follow each other: each multiplies the work by the length of the message."""
MAX_OPEN_WORDS: Final = 3
r"""How many `\w*` may follow each other: each multiplies the work by the length of a word."""
_LONG: Final = 100
"""Repetitions from which a limit is as good as none."""
_FEW: Final = 6
"""Up to so many repetitions, reading the same words in two ways costs little."""
_MAX_TEXTS: Final = 400

_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT})
_ONE_CHARACTER: Final = frozenset({op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN})

Node = tuple[Any, Any]


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
        with warnings.catch_warnings():
            # What Python warns of here is a pattern that a later Python will read in another way.
            warnings.simplefilter("error")
            re.compile(pattern)
            parsed = list(_parser.parse(pattern))
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return PatternFlaw(
            f"This is not a valid regular expression: {error}.", "Correct it, or write plain words."
        )
    return _slowness(parsed)


def _slowness(parsed: Sequence[Node]) -> PatternFlaw | None:
    for code, argument in _all_nodes(parsed):
        if code in (op.GROUPREF, op.GROUPREF_EXISTS):
            return PatternFlaw("This pattern refers back to a group.", "Write the words out again.")
        if code in _REPEATS and argument[1] > 1:
            body = _flat(argument[2])
            is_group = len(body) != 1 or body[0][0] not in _ONE_CHARACTER
            if is_group and (flaw := _flaw_of_repeated(body, argument[1])):
                return flaw
    for character, most, shown in ((" ", MAX_GAPS, ".*"), ("a", MAX_GAPS + MAX_OPEN_WORDS, r"\w*")):
        if _open_repeats(parsed, character) > most:
            return PatternFlaw(
                f"More than {most} parts of any length, such as `{shown}`, follow each other here.",
                r"Give some a limit, as in `(\w+ ){0,5}` or `\w{0,3}`.",
            )
    return None


def _open_repeats(nodes: Iterable[Node], character: str) -> int:
    """How many repeats without a real limit, of what can be `character`, lie on one way through `nodes`."""
    total = 0
    for node in nodes:
        code, argument = node
        if code is op.BRANCH:
            total += max(_open_repeats(branch, character) for branch in argument[1])
        elif code in _REPEATS and argument[1] > _LONG:
            body = _flat(argument[2])
            is_one = len(body) == 1 and body[0][0] in _ONE_CHARACTER
            total += _matches(body[0], character) if is_one else 1
        elif code not in _REPEATS or argument[1] <= 1:
            # What a limited repeat of a group holds has been looked at already, and has one reading.
            total += _open_repeats(_inside(node), character)
    return total


def _flat(nodes: Iterable[Node]) -> list[Node]:
    """The sequence without the brackets around parts of it."""
    flat: list[Node] = []
    for node in nodes:
        flat += _flat(node[1][3]) if node[0] is op.SUBPATTERN else [node]
    return flat


def _flaw_of_repeated(body: Sequence[Node], most: Any) -> PatternFlaw | None:
    texts = _texts(body)
    if texts is None:
        if not _is_words_with_separator(body):
            return PatternFlaw(
                "This pattern repeats a group that can be read in many ways.",
                r"Repeat whole words, with a limit: `(\w+ ){0,5}`.",
            )
    elif most > _FEW and (twice := _read_in_two_ways(texts)) is not None:
        return PatternFlaw(
            f"This pattern repeats a group that reads “{twice}” in two ways, which can take for ever.",
            "Remove the alternatives that others add up to, or repeat it at most 3 times: `{0,3}`.",
        )
    return None


def _all_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all_nodes(_inside(node))


def _inside(node: Node) -> list[Node]:
    code, argument = node
    if code is op.BRANCH:
        return [inner for branch in argument[1] for inner in branch]
    if code in _REPEATS or code is op.POSSESSIVE_REPEAT:
        return list(argument[2])
    if code is op.SUBPATTERN:
        return list(argument[3])
    if code in (op.ASSERT, op.ASSERT_NOT):
        return list(argument[1])
    return list(argument) if code is op.ATOMIC_GROUP else []


def _texts(nodes: Iterable[Node]) -> list[str] | None:
    """Everything that `nodes` can match, once for each way to match it; None unless that is a short list."""
    texts = [""]
    for node in nodes:
        more = _texts_of(node)
        if more is None or len(texts) * len(more) > _MAX_TEXTS:
            return None
        texts = [text + addition for text, addition in product(texts, more)]
    return texts


def _texts_of(node: Node) -> list[str] | None:
    code, argument = node
    if code is op.LITERAL:
        return [chr(argument).lower()]
    if code is op.IN and all(kind is op.LITERAL for kind, _ in argument):
        return [chr(character).lower() for _, character in argument]
    if code is op.SUBPATTERN:
        return _texts(argument[3])
    if code is op.BRANCH:
        branches = [_texts(branch) for branch in argument[1]]
        return None if None in branches else [text for branch in branches for text in branch or []]
    if code in _REPEATS and argument[1] <= _FEW:
        counted = [_texts(list(argument[2]) * count) for count in range(argument[0], argument[1] + 1)]
        return None if None in counted else [text for texts in counted for text in texts or []]
    return [""] if code is op.AT else None


def _read_in_two_ways(texts: list[str]) -> str | None:
    """A text with two readings as a sequence of `texts`, or the start of one; None when there is none.

    The test of Sardinas and Patterson (1953) for codes that can be decoded in one way only.
    """
    words = set(texts)
    if "" in words or len(words) < len(texts):
        return min((text for text in texts if not text or texts.count(text) > 1), key=len).strip()
    # A tail is what a longer reading is ahead by; it is kept with the text that led to it.
    tails = {two[len(one) :]: two for one in words for two in words if two != one and two.startswith(one)}
    waiting = list(tails)
    while waiting:
        tail = waiting.pop()
        if tail in words:
            return (tails[tail]).strip()
        for word in words:
            short, long = sorted((tail, word), key=len)
            if long.startswith(short) and (rest := long[len(short) :]) not in tails:
                tails[rest] = tails[tail]
                waiting.append(rest)
    return None


def _is_words_with_separator(body: Sequence[Node]) -> bool:
    r"""Whether each repeat in the body ends where the next character cannot belong to it, as in `\w+ `."""
    for node, following in zip(body, [*body[1:], None], strict=True):
        if node[0] in _ONE_CHARACTER or node[0] is op.AT:
            continue
        if node[0] not in _REPEATS or following is None or following[0] is not op.LITERAL:
            return False
        inner = list(node[1][2])
        if len(inner) != 1 or inner[0][0] not in _ONE_CHARACTER or _matches(inner[0], chr(following[1])):
            return False
    return True


def _matches(node: Node, character: str) -> bool:
    """Whether a node of one character matches this one. What is not known counts as a match."""
    code, argument = node
    if code is op.LITERAL:
        return bool(chr(argument) == character)
    if code is op.NOT_LITERAL:
        return bool(chr(argument) != character)
    if code is op.ANY:
        return True
    negated = argument[0][0] is op.NEGATE
    return negated is not any(_covers(kind, value, character) for kind, value in argument)


_CATEGORIES: Final = {
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
}


def _covers(kind: Any, value: Any, character: str) -> bool:
    if kind is op.LITERAL:
        return bool(chr(value) == character)
    if kind is op.RANGE:
        return bool(chr(value[0]) <= character <= chr(value[1]))
    return kind is op.CATEGORY and re.fullmatch(_CATEGORIES[value], character) is not None
