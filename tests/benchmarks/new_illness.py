"""The way of a volunteer, by the clock: from an empty folder to an illness that answers, by commands alone.

`python -m tests.benchmarks.new_illness` prints how long the program takes for each step; the thinking is the
volunteer's own. The illness is invented.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
from rich.console import Console

_ROOT: Final = Path(__file__).parents[2]
TOPIC: Final = "paper-hand-syndrome"
_SHEET: Final[Sequence[Sequence[str]]] = (
    ("topic", "id", "questions", "text", "source", "closing"),
    (
        *(TOPIC, "overview", "tell me about {name} in short\nwhat kind of illness is this"),
        "Paper Hand Syndrome is a rare illness of the hands. The skin of the palms gets thin and dry.\n\n"
        "It begins slowly. Most people can go on with their work.",
        *("leaflet", ""),
    ),
    (
        *(
            TOPIC,
            "symptoms",
            "does the skin tear\nwhy do my palms feel like paper",
        ),
        "People with Paper Hand Syndrome may notice:\n\n- thin skin on the palms\n- a dry, rustling feeling\n"
        "- small cracks in winter",
        *("leaflet", ""),
    ),
    (
        *(TOPIC, "treatment", "which cream helps my palms\nshould I wear gloves at night"),
        "There are medicines for Paper Hand Syndrome. Doctors may suggest a cream for the night and they may "
        "also suggest soft gloves for the day and a second cream for the winter.",
        *("leaflet", "medicines"),
    ),
    (
        *(TOPIC, "faq-cure", "will my palms ever be normal again\ndo the cracks heal for good"),
        "Paper Hand Syndrome cannot be cured yet. With care, the skin gets stronger again.",
        *("leaflet", ""),
    ),
)
_ABOUT: Final = (
    ("field", "value"),
    ("title", "Paper Hand Syndrome"),
    ("other_names", "Paper Palms"),
    ("sources", "leaflet: the leaflet “Paper hands”, by an invented society, of 2026"),
)
ANSWERS: Final = tuple(row[1] for row in _SHEET[1:])
_SHORTER: Final = (
    "There are medicines for Paper Hand Syndrome. Doctors may suggest a cream for the night. They may also "
    "suggest soft gloves for the day."
)
ASKED: Final = {
    "what are the symptoms of paper hand syndrome": "symptoms",
    "how do doctors treat it": "treatment",
    "can paper hand syndrome be cured": "faq-cure",
}
"""What people ask, none of it word for word as a wording, and the answer that is right."""


@dataclass(frozen=True)
class Step:
    """One thing that the volunteer does."""

    what: str
    seconds: float
    code: int
    said: str


def launched(folder: Path) -> Iterator[Step]:
    """Every step, as it was done, from an empty `folder` on."""
    sheet, review = folder / "answers.xlsx", folder / "review.xlsx"
    check = ("check", "--topic", TOPIC)
    yield _step(folder, "begin the topic", "topic", "new", TOPIC)
    yield _step(folder, "see what is wanted", *check)
    _written_by_a_clinician(sheet)
    yield _step(folder, "bring the answers in", "topic", "import", str(sheet))
    yield _step(folder, "see what is wrong with them", *check)
    yield _step(folder, "give them to a reviewer", "topic", "export", TOPIC, str(review))
    _reviewed(review)
    yield _step(folder, "take them back", "topic", "import", str(review))
    yield _step(folder, "let out what was read", "topic", "publish", TOPIC, *ANSWERS)
    yield _step(folder, "check all of it", "check")
    given = "\n".join(ASKED)
    yield _step(folder, f"ask {len(ASKED)} questions", "ask", "--json", given=given)


def answers_in(said: str) -> list[str]:
    """The ids of the answers that the last step found."""
    return [str(json.loads(line)["answer"]) for line in said.splitlines() if line.startswith("{")]


def _step(folder: Path, what: str, *words: str, given: str = "") -> Step:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    own = {"ASSISTANT_CONTENT_DIR": str(folder / "content"), "ASSISTANT_DATA_DIR": str(folder / "data")}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        cwd=folder,
        env=kept | own | {"PYTHONPATH": str(_ROOT), "COLUMNS": "120"},
        input=given,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Step(what, time.perf_counter() - started, done.returncode, done.stdout + done.stderr)


def _written_by_a_clinician(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("answers", _SHEET), ("topic", _ABOUT)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)


def _reviewed(path: Path) -> None:
    """The reviewer makes a long sentence two, and signs what they have read."""
    book = openpyxl.load_workbook(path)
    sheet = book["answers"]
    columns: dict[Any, int] = {cell.value: cell.column for cell in sheet[1] if isinstance(cell.column, int)}
    signed = {"reviewed_by": "Dr Invented", "reviewed_on": "2026-01-02", "review_due": "2099-01-02"}
    for row in range(2, sheet.max_row + 1):
        id_ = sheet.cell(row, columns["id"]).value
        if id_ == "treatment":
            sheet.cell(row, columns["text"]).value = _SHORTER
        for name, value in signed.items() if id_ in ANSWERS else ():
            sheet.cell(row, columns[name]).value = value
    book.save(path)


def main() -> None:
    """Prints each step with its seconds."""
    show = Console(highlight=False).print
    with tempfile.TemporaryDirectory() as folder:
        total = 0.0
        for step in launched(Path(folder)):
            total += step.seconds
            show(f"{step.seconds:6.1f} s  {step.what} (exit code {step.code})")
        show(f"{total:6.1f} s  in all; right answers: {answers_in(step.said) == list(ASKED.values())}")


if __name__ == "__main__":
    main()
