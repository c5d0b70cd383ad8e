"""Answers as rows of a table: which columns there are, and what stands in a cell for a field of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from assistant.library.editable_file import EditableFile, Written
from assistant.library.entries import State
from assistant.library.plain_yaml import Value

TOPIC: Final = "topic"
TEXT: Final = "text"
STATE: Final = "state"
LISTS: Final = frozenset({"questions", "closing", "other_names", "listen_for"})
"""Several values, one a line of the cell."""
MAPPINGS: Final = frozenset({"pronunciations", "sources"})
"""One `key: value` a line of the cell."""
REVIEW: Final = ("reviewed_by", "reviewed_on", "review_due")
COLUMNS: Final = (
    *(TOPIC, "id", "kind", "aspect", "title", STATE, "questions", TEXT, "source", "closing"),
    *REVIEW,
)
ABOUT: Final = ("title", "other_names", "pronunciations", "listen_for", "sources")
"""What the sheet about the topic may hold, a name and a value each row."""
COMPARED: Final = tuple(name for name in COLUMNS if name not in (TOPIC, "id", STATE))

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of a table, by column; a column that the table does not have is not in it."""

    number: int
    """As a spreadsheet counts its rows, from 1."""
    cells: Cells


@dataclass(frozen=True, slots=True)
class Table:
    """What was read from one file: its answers, and what it says about the topic itself."""

    path: Path
    rows: tuple[Row, ...]
    about: Mapping[str, Row]
    """By field, the cell in the column `value`."""


def cells_of(topic: str, file: EditableFile) -> dict[str, str]:
    """An answer's file as a row."""
    cells = {name: cell_of(file.fields.get(name)) for name in COLUMNS}
    return cells | {TOPIC: topic, TEXT: tidy(file.body), STATE: cells[STATE] or State.SERVED}


def cell_of(value: Value) -> str:
    """A field of a file as text in a cell."""
    match value:
        case None:
            return ""
        case str():
            return tidy(value)
        case dict():
            return "\n".join(f"{name}: {_on_one_line(each)}" for name, each in value.items())
        case _:
            return "\n".join(filter(None, map(_on_one_line, value)))


def value_of(name: str, cell: str) -> Written:
    """What stands in a cell as the field of a file. Raises ValueError for a line without a colon."""
    lines = [line.strip() for line in cell.split("\n") if line.strip()]
    if name in LISTS:
        return lines
    if name in MAPPINGS:
        pairs = [line.partition(":") for line in lines]
        if any(not (colon and key.strip() and value.strip()) for key, colon, value in pairs):
            raise ValueError("write one `key: value` on each line of the cell")
        return {key.strip(): value.strip() for key, _, value in pairs}
    return " ".join(lines)


def written(value: object) -> str:
    """What a spreadsheet holds in a cell, as text: also a number, and a day. Raises ValueError for others."""
    match value:
        case None:
            return ""
        case str():
            return tidy(value)
        case bool():
            return str(value).lower()
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case _:
            raise ValueError("this cell holds no text")


def tidy(text: str) -> str:
    """Lines without blanks at their ends, and no empty lines around them: as texts are compared."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()


def _on_one_line(value: Value) -> str:
    return " ".join(str(value or "").split())
