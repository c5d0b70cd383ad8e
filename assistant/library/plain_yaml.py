"""A small, safe part of YAML: mappings, lists and text, each with the line it stands on.

Every scalar stays text. YAML's own guesses are wrong for words that people say: it reads `no` and `yes` as
truth values and `12:30` as a number. Only an empty value, `~` and `null` mean "nothing".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from assistant.library.findings import Findings, hidden_character_in, note_hidden_character
from assistant.library.yaml_mistakes import mistake_in

Value = None | str | list["Value"] | dict[str, "Value"]
Location = tuple[str | int, ...]

MAX_DEPTH: Final = 6
"""The deepest file agreed on has three levels; a limit keeps crafted nesting away from the parser."""

_NOTHING: Final = frozenset({"", "~", "null"})
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads eight times as fast in C, where the package was built with it, as all its wheels are."""


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a YAML text, and where each part of it stands."""

    value: Value
    lines: Mapping[Location, int]
    """Where a key or list item stands, counted from 1 in the whole file."""
    text_lines: Mapping[Location, int]
    """Where the text of a scalar begins: below the key for a `|` block."""

    def line_of(self, location: Location) -> int:
        """The line of the nearest part that exists: a missing key is reported where its mapping begins."""
        for length in range(len(location), -1, -1):
            if (line := self.lines.get(location[:length])) is not None:
                return line
        return 1

    def lines_of(self, location: Location) -> Callable[[int], int]:
        """The line of each item of the list at `location`, by its position."""
        return lambda position: self.line_of((*location, position))


class _RefusedError(Exception):
    """Something that makes the rest of the text meaningless; reported by `parse_yaml`, never passed on."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


@dataclass(slots=True)
class _Builder:
    """Turns parser events into a value. No recursion deeper than MAX_DEPTH."""

    events: Iterator[yaml.Event]
    first_line: int
    findings: Findings
    lines: dict[Location, int] = field(default_factory=dict)
    text_lines: dict[Location, int] = field(default_factory=dict)

    def build(self, event: yaml.Event, location: Location) -> Value:
        line = self._line(event)
        self.lines.setdefault(location, line)
        self._refuse_what_is_not_plain(event, line)
        if isinstance(event, yaml.ScalarEvent):
            if (hidden := hidden_character_in(event.value)) is not None:  # written as an escape
                note_hidden_character(hidden, line, self.findings)
            self.text_lines[location] = line + (1 if event.style in ("|", ">") else 0)
            return None if not event.style and event.value in _NOTHING else event.value
        if len(location) >= MAX_DEPTH:
            raise _RefusedError(
                line, "This is nested too deeply.", "Use the few levels that the format describes."
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(location)
        return self._mapping(location)

    def _list(self, location: Location) -> Value:
        items: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.build(event, (*location, len(items))))
        return items

    def _mapping(self, location: Location) -> Value:
        entries: dict[str, Value] = {}
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            line = self._line(key)
            self._refuse_what_is_not_plain(key, line)
            if not isinstance(key, yaml.ScalarEvent):
                raise _RefusedError(
                    line, "A key is not a word.", "Write `key: value`, with one word as the key."
                )
            if key.value in entries:
                first = self.lines[(*location, key.value)]
                self.findings.add(
                    line,
                    f"The key `{key.value}` stands here twice; the first is in line {first}.",
                    "Keep one of them.",
                )
                self.build(next(self.events), (*location, key.value, "again"))
                continue
            self.lines[(*location, key.value)] = line
            entries[key.value] = self.build(next(self.events), (*location, key.value))
        return entries

    def _refuse_what_is_not_plain(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _RefusedError(
                line,
                "Anchors and aliases (`&name`, `*name`) are not allowed.",
                "Write the text out, or put it in quotes if it begins with & or *.",
            )
        if getattr(event, "tag", None) is not None:
            raise _RefusedError(
                line,
                "Tags (`!name`) are not allowed.",
                "Put the text in quotes if it begins with an exclamation mark.",
            )

    def _line(self, event: yaml.Event) -> int:
        return _row(event) + self.first_line


def parse_yaml(text: str, findings: Findings, first_line: int = 1) -> Document | None:
    """The document in `text`, whose first line is line `first_line` of its file; None if it is unusable.

    Never raises. A duplicate key is a finding, and reading goes on with the first of the two.
    """
    try:
        events = iter(yaml.parse(text, Loader=LOADER))
        builder = _Builder(_content_of_only_document(events, first_line), first_line, findings)
        value = builder.build(next(builder.events), ())
        for event in builder.events:  # reads to the end, so that what follows is looked at too
            builder.build(event, ())
    except _RefusedError as refusal:
        findings.add(refusal.line, refusal.problem, refusal.remedy)
        return None
    except yaml.MarkedYAMLError as error:
        marks = [int(mark.line) for mark in (error.context_mark, error.problem_mark) if mark] or [0]
        line, problem, remedy = mistake_in(text.split("\n"), marks[0], marks[-1])
        findings.add(first_line + line, problem, remedy)
        return None
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML lets `chr` and `int` raise on numbers out of range in escapes and directives.
        findings.add(first_line, "This holds an escape or a character that means nothing.", "Type it anew.")
        return None
    return Document(value, builder.lines, builder.text_lines)


def _content_of_only_document(events: Iterator[yaml.Event], first_line: int) -> Iterator[yaml.Event]:
    """The events of the one document's content; an empty text counts as one empty scalar."""
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError(
                    first_line + _row(event),
                    "A second document begins here.",
                    "Remove the line `---`: a file holds one document.",
                )
        elif not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
            yield event
    if not documents:
        yield yaml.ScalarEvent(None, None, (True, False), "")


def _row(event: yaml.Event) -> int:
    return int(event.start_mark.line) if event.start_mark else 0
