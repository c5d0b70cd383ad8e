"""What the encoder learns from: lines with provenance, and the editors' own wordings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from assistant.library.entries import Library
from assistant.nlu.index.entity_masking import EntityMask, names_of
from assistant.nlu.index.examples import sentences_of
from assistant.nlu.index.labels import CALM, NONE, Kinds, command_label
from assistant.nlu.words import expanded, plain
from assistant.text import legible

HOUSE: Final = "house"
"""Whoever works on the program; people who wrote without having seen it have names of their own."""
_ANY: Final = "any"
_FORMS: Final = 8
"""A wording with alternatives stands for so many lines at most."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text, as the encoder reads it, and what is right for it."""

    text: str
    intents: tuple[str, ...]
    """Labels, best first; none where only the alarm is known."""
    alarm: str
    """A kind of emergency, or CALM."""
    writer: str
    source: str
    """What the writer was asked for, such as `calm_neighbour`."""

    @property
    def is_question(self) -> bool:
        """Whether some answer is right for it."""
        return bool(self.intents) and self.intents[0] != NONE and not self.is_command

    @property
    def is_command(self) -> bool:
        """Whether a command is right for it."""
        return bool(self.intents) and self.intents[0].startswith(command_label(""))


def read_examples(library: Library, folder: Path) -> list[Example]:
    """All lines of `folder`, and what the content itself says: wordings, sentences, ways to say commands.

    Raises ValueError, naming file and line, for a line that cannot be read.
    """
    reader = _Reader(library)
    lines = [reader.example(line, where) for line, where in data_lines(folder)]
    return [*lines, *reader.of_content()]


def data_lines(folder: Path) -> Iterator[tuple[Mapping[str, str], str]]:
    """Each line of the data, and where it stands. Raises ValueError."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            where = f"{path.name}, line {number}"
            try:
                given = json.loads(line)
            except json.JSONDecodeError:
                raise ValueError(f"{where}: this is no JSON") from None
            if not isinstance(given, dict) or given.keys() != {"intent", "text", "writer", "source", "added"}:
                raise ValueError(f"{where}: write intent, text, writer, source and added")
            yield given, where


class _Reader:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._mask = EntityMask(
            name for topic in library.topics.values() for name in names_of(topic, frozenset())
        )
        self._aspects = {
            entry.ref.entry: entry.aspect
            for topic in library.topics.values()
            for entry in topic.entries.values()
        }
        self._name = next(iter(library.topics.values())).title

    def read(self, text: str) -> str:
        """`text` as the encoder reads it."""
        return self._mask.masked(plain(legible(text.replace("{name}", self._name))))

    def example(self, line: Mapping[str, str], where: str) -> Example:
        intents: dict[str, None] = {}
        alarm = CALM
        is_known = True
        for each in line["intent"].split():
            sort, _, name = each.partition("/")
            match sort:
                case "answer" if name in self._aspects:
                    intents[self._aspects[name]] = None
                case "aspect" if name in self._library.aspects:
                    intents[name] = None
                case "command" if name:
                    intents[command_label(name)] = None
                case "none":
                    intents[NONE] = None
                case "emergency" if name == _ANY or name in self._library.emergencies:
                    alarm = name
                case "calm":
                    is_known = False
                case _:
                    raise ValueError(f"{where}: {each} is no intent")
        text = self.read(line["text"])
        return Example(text, tuple(intents) if is_known else (), alarm, line["writer"], line["source"])

    def of_content(self) -> Iterator[Example]:
        for aspect in self._library.aspects.values():
            yield Example(self.read(aspect.title), (aspect.id,), CALM, HOUSE, "title")
        for topic in self._library.topics.values():
            for entry in topic.entries.values():
                for wording in (entry.title, *entry.questions):
                    for form in expanded(wording)[:_FORMS]:
                        yield Example(self.read(form), (entry.aspect,), CALM, HOUSE, "wording")
                for sentence in sentences_of(entry):
                    yield Example(self.read(sentence), (entry.aspect,), CALM, HOUSE, "sentence")
        chance = Random(0)  # noqa: S311  # which forms stand for a wording is no secret
        for name, command in self._library.commands.items():
            for wording in command.wordings:
                forms = [form for form in expanded(wording) if not form.startswith("/") and "{" not in form]
                for form in chance.sample(forms, min(_FORMS, len(forms))):
                    label = command_label(name.partition(":")[0])
                    yield Example(self.read(form), (label,), CALM, HOUSE, "command wording")


def kinds_of(library: Library, examples: list[Example]) -> Kinds:
    """The labels that the examples have, in a fixed order."""
    used = {label for example in examples for label in example.intents}
    commands = tuple(sorted(label for label in used if label.startswith(command_label(""))))
    return Kinds((*library.aspects, NONE, *commands), (CALM, *library.emergencies))
