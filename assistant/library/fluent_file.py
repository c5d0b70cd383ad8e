"""`interface.ftl` as its editors see it: what is said in which line, and what cannot be read."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from fluent.syntax import FluentParser
from fluent.syntax.ast import (
    Annotation,
    Junk,
    Message,
    Pattern,
    Placeable,
    Resource,
    SelectExpression,
    Term,
    TextElement,
)

from assistant.errors import Problem
from assistant.library.plain_markdown import Passage

_FORM: Final = "Write it as `some-name = Some words`."
_SLIPS: Final[Mapping[str, tuple[str, str]]] = {
    "E0002": (
        "This line is the beginning of no sentence",
        f"{_FORM} A remark begins with #, and a second line of the same words with spaces.",
    ),
    "E0003 =": ("There is no = behind the name", _FORM),
    "E0003 }": ("A { in these words is not closed", "Write } behind the name that is filled in there."),
    "E0005": ("There are no words behind the =", _FORM),
    "E0006": ("There are no words behind the =", _FORM),
    "E0010": ("None of the choices is the one for all other cases", "Write * before the last one: *[other]."),
    "E0011": ("There are no choices behind the ->", "Write one on each line below: *[other] Some words."),
    "E0020": ("A quotation mark in these words is not closed", "Write the second one too."),
    "E0027": ("A } stands here, and no { before it", "Take it out, or write the { that belongs to it."),
}
"""What the parser's codes stand for."""
_OTHER: Final = (
    "These words cannot be read from here on",
    "Compare them with the sentences around; what is filled in stands between { and }.",
)


class Saying(NamedTuple):
    """Words that belong to one name, or one of its choices. `it` stands for what is filled in."""

    name: str
    passage: Passage


@lru_cache(maxsize=1)
def parsed(source: str) -> Resource:
    """The file's text as Fluent reads it; what cannot be read is in it as `Junk`. Nobody changes it.

    The last one is kept: whoever checks the file speaks from it too.
    """
    return FluentParser(with_spans=True).parse(source)


def problems_in(path: Path, source: str, resource: Resource) -> tuple[Problem, ...]:
    """Every line that cannot be read, and every name that stands twice."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for item in resource.body:
        line = _line(source, item.span.start if item.span else 0)
        if isinstance(item, Junk):
            problems.append(_problem_of(path, source, item, line))
        elif isinstance(item, Message | Term):
            name = _name_of(item)
            if name in first:
                said = f"The name `{name}` stands here twice; the first is in line {first[name]}."
                problems.append(Problem(path, line, said, "Rename or remove one of them."))
            first.setdefault(name, line)
    return tuple(problems)


def sayings(source: str, resource: Resource) -> Iterator[Saying]:
    """All that is said, in the order of the file."""
    for item in resource.body:
        if isinstance(item, Message | Term) and item.value is not None:
            for passage in _passages(source, item.value):
                yield Saying(_name_of(item), passage)


def _name_of(item: Message | Term) -> str:
    return f"-{item.id.name}" if isinstance(item, Term) else str(item.id.name)


def _problem_of(path: Path, source: str, junk: Junk, line: int) -> Problem:
    annotations: Iterable[Annotation] = junk.annotations or ()
    for slip in annotations:
        key = " ".join((slip.code, *(str(each) for each in slip.arguments or ())))
        problem, remedy = _SLIPS.get(key) or _SLIPS.get(slip.code) or _OTHER
        # A slip at the end of a line is noticed in the next one.
        before = source[: slip.span.start].rstrip() if slip.span else ""
        return Problem(path, max(line, before.count("\n") + 1), f"{problem}.", remedy)
    return Problem(path, line, f"{_OTHER[0]}.", _OTHER[1])


def _passages(source: str, pattern: Pattern) -> Iterator[Passage]:
    """The words of a pattern, and of every choice in it."""
    text = ""
    starts = [0]
    for element in pattern.elements:
        if isinstance(element, TextElement):
            for number, piece in enumerate(str(element.value).split("\n")):
                if number:
                    text = f"{text.rstrip()} "
                    starts.append(len(text))
                text += piece
        elif isinstance(element, Placeable):
            if isinstance(element.expression, SelectExpression):
                for variant in element.expression.variants:
                    yield from _passages(source, variant.value)
            else:
                text += "it"
    if text.strip() and (span := pattern.elements[0].span) is not None:
        place = span.start
        begun = place + len(source[place:]) - len(source[place:].lstrip())
        yield Passage(text, tuple(starts), _line(source, begun))


def _line(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1
