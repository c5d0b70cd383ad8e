"""Spreadsheets in and out: XLSX and CSV. Every cell is text; nothing in one is ever worked out."""

import csv
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile

from assistant.editing.packed_files import refuse_large, unreadable
from assistant.editing.table import ABOUT, COLUMNS, Cells, Row, Table, written
from assistant.errors import ContentError, Problem, SettingsError
from assistant.extras import require
from assistant.files import READ_BY_ALL, written_whole

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ANSWERS_SHEET: Final = "answers"
TOPIC_SHEET: Final = "topic"
_ABOUT_COLUMNS: Final = ("field", "value")
_MAX_ROWS: Final = 2_000
_LONGEST_CELL: Final = 32_767
"""What a spreadsheet can hold; openpyxl cuts the rest off."""
_AS_TEXT: Final = "@"
"""The number format in which a spreadsheet makes no date and no formula of what somebody types."""
_WIDE: Final[Mapping[str, int]] = {"text": 90, "questions": 60, "title": 30, "closing": 20}


def read_table(path: Path) -> Table:
    """The answers in a spreadsheet. Raises ContentError with every row that cannot be used; SettingsError
    where the package that reads it is missing; OSError.
    """
    sheets = _read_xlsx(path) if path.suffix.casefold() == ".xlsx" else {ANSWERS_SHEET: _read_csv(path)}
    problems: list[Problem] = []
    answers = sheets.get(ANSWERS_SHEET) or next(iter(sheets.values()), [])
    rows = tuple(_rows(path, answers, COLUMNS, problems))
    about = tuple(_rows(path, sheets.get(TOPIC_SHEET, []), _ABOUT_COLUMNS, problems))
    problems += [
        Problem(
            path,
            row.number,
            f"Row {row.number} of the sheet `{TOPIC_SHEET}`: `{field}` is not a field of a topic.",
            f"Use one of these: {', '.join(ABOUT)}.",
        )
        for row in about
        if (field := row.cells.get("field", "")) not in ABOUT
    ]
    if not rows and not problems:
        problems.append(
            Problem(
                path, 1, "There is no answer here.", f"Write the columns {', '.join(COLUMNS)}, then rows."
            )
        )
    if problems:
        raise ContentError(tuple(problems))
    return Table(path, rows, {row.cells["field"]: row for row in about})


def write_table(path: Path, answers: Iterable[Cells], about: Cells) -> None:
    """A spreadsheet of answers and of what is said about their topic. It replaces nothing.

    Raises SettingsError when the file is there already, has another ending than `.xlsx`, or a cell would be
    too long; OSError.
    """
    if path.suffix.casefold() != ".xlsx":
        raise SettingsError(f"{path}: an export is a spreadsheet. Give a name that ends with .xlsx.")
    if path.exists():
        raise SettingsError(f"{path} is there already. Give another name, or move that file away first.")
    require("editing", "openpyxl", purpose="A spreadsheet")
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet(ANSWERS_SHEET), COLUMNS, ([cells[name] for name in COLUMNS] for cells in answers))
    _fill(book.create_sheet(TOPIC_SHEET), _ABOUT_COLUMNS, (list(pair) for pair in about.items()))
    with written_whole(path, mode=READ_BY_ALL) as file:
        book.save(file)


def _fill(sheet: "Worksheet", columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, cells in enumerate([columns, *rows], start=1):
        for place, text in enumerate(cells, start=1):
            if len(text) > _LONGEST_CELL:
                raise SettingsError(
                    f"{cells[1]}: `{columns[place - 1]}` is longer than a cell of a spreadsheet can be."
                )
            cell = sheet.cell(number, place, text)
            cell.data_type = (
                "s"  # also what begins with "=": a formula would be worked out by whoever opens it
            )
            cell.number_format = _AS_TEXT
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for place, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE.get(name, 18)
    sheet.freeze_panes = "C2"


# --- reading ---


def _read_csv(path: Path) -> list[list[object]]:
    refuse_large(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            # Many countries' spreadsheets part the columns of a CSV file with semicolons.
            comma = ";" if first.count(";") > first.count(",") else ","
            return [list[object](row) for row in csv.reader(file, delimiter=comma, strict=True)]
    except UnicodeDecodeError:
        raise unreadable(path, "is not UTF-8 text: save it as “CSV UTF-8”") from None
    except csv.Error:
        raise unreadable(path, "is no CSV: a quotation mark is not closed") from None


def _read_xlsx(path: Path) -> dict[str, list[list[object]]]:
    require("editing", "openpyxl", purpose="A spreadsheet")
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        refuse_large(path)
        with warnings.catch_warnings(action="ignore"):  # of what it drops: pictures, rules for cells
            book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
            try:
                return {sheet.title.casefold(): _values(path, sheet) for sheet in book.worksheets}
            finally:
                book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError):
        raise unreadable(path, "is no spreadsheet that can be read: save it as .xlsx once more") from None


def _values(path: Path, sheet: "Worksheet") -> list[list[object]]:
    found: list[list[object]] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _MAX_ROWS:
            raise unreadable(path, f"has more than {_MAX_ROWS} rows; no illness has so many answers")
        # The formula of several cells at once comes as an object that holds its text.
        found.append([getattr(value, "text", value) for value in row])
    return found


def _rows(
    path: Path, values: Sequence[Sequence[object]], columns: Sequence[str], problems: list[Problem]
) -> Iterator[Row]:
    """The rows below the first, each as text by column; what cannot be used is a problem of its row."""
    if not values:
        return
    named = [str(value or "").strip().casefold() for value in values[0]]
    for name in dict.fromkeys(named):
        if name and name not in columns:
            remedy = f"Correct or remove it. The columns are: {', '.join(columns)}."
            problems.append(Problem(path, 1, f"`{name}` is not a column that means anything.", remedy))
        elif name and named.count(name) > 1:
            problems.append(Problem(path, 1, f"The column `{name}` stands here twice.", "Keep one of them."))
    if columns[0] == _ABOUT_COLUMNS[0] or "id" in named:
        for number, row in enumerate(values[1:], start=2):
            if cells := _cells(path, number, named, row, problems):
                yield Row(number, cells)
    else:
        problems.append(
            Problem(path, 1, "There is no column `id`.", f"Name the columns in row 1: {', '.join(columns)}.")
        )


def _cells(
    path: Path, number: int, named: Sequence[str], row: Sequence[object], problems: list[Problem]
) -> dict[str, str]:
    cells: dict[str, str] = {}
    for place, value in enumerate(row):
        name = named[place] if place < len(named) else ""
        try:
            text = written(value)
        except ValueError as error:
            problems.append(Problem(path, number, f"Row {number}, column `{name}`: {error}.", "Write text."))
            continue
        if text and not name:
            problems.append(
                Problem(
                    path, number, f"Row {number} holds text in a column without a name.", "Name or empty it."
                )
            )
        elif name:
            cells[name] = text
    return cells if any(cells.values()) else {}
