"""Rows of a table as drafts of answers: everything is looked at before anything is written."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from assistant.editing.skeleton import PLANNED, file_of, refuse_bad_id
from assistant.editing.table import (
    ABOUT,
    COLUMNS,
    COMPARED,
    REVIEW,
    STATE,
    TEXT,
    TOPIC,
    Cells,
    Row,
    Table,
    cell_of,
    cells_of,
    value_of,
)
from assistant.errors import ContentError, Problem, SettingsError
from assistant.library.editable_file import EditableFile, Written
from assistant.library.entries import Kind, State
from assistant.library.findings import hidden_character_in
from assistant.library.front_matter import AnswerId
from assistant.library.topic_folder import FAQ_PREFIX

_PLANS: Final = {plan.id: plan for plan in PLANNED}
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")


@dataclass(slots=True)
class Import:
    """What an import comes to, before anything is written."""

    topic: str
    files: list[EditableFile] = field(default_factory=list)
    """What is to be written, `topic.md` last."""
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Ids whose text or fields differ: drafts from now on."""
    reviewed: list[str] = field(default_factory=list)
    """Ids of which only the review, or a step back to a draft, is new."""
    unchanged: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Write all of it; when one file cannot be written, those before it are put back. Raises OSError."""
        before = {file.path: file.path.read_bytes() if file.path.exists() else None for file in self.files}
        try:
            for file in self.files:
                file.write()
        except OSError:
            for path, data in before.items():
                if data is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(data)
            raise


def planned_import(content_dir: Path, language: str, table: Table, topic: str = "") -> Import:
    """What the rows of `table` change in their topic's folder. `topic`: for a table that does not name it.

    An answer whose text or fields are new is a draft, whatever it was, and its old review goes; a row says
    nothing of columns that the table does not have. Raises ContentError with every row that cannot be used,
    SettingsError when it is not clear which topic is meant, or there is none.
    """
    problems: list[Problem] = []
    topic = _topic_of(table, topic)
    folder = topic_folder(content_dir, language, topic)
    found = Import(topic)
    seen: dict[str, int] = {}
    for row in table.rows:
        told = _Row(table.path, row)
        id_ = row.cells.get("id", "")
        if id_ in seen:
            told.refuse("id", f"`{id_}` stands also in row {seen[id_]}", "Keep one of the two rows")
        elif told.has_sound_id(id_):
            seen[id_] = row.number
            _plan_row(folder, row.cells, told, found)
        problems += told.problems
    about = EditableFile.read(folder / "topic.md")
    changed = _with_about(about, table, problems)
    changed = _with_listed(changed, found.new)
    if problems:
        raise ContentError(tuple(problems))
    if changed.text != about.text:
        found.files.append(changed)
    return found


def topic_folder(content_dir: Path, language: str, topic: str) -> Path:
    """The folder of a topic. Raises SettingsError when there is none."""
    refuse_bad_id(topic)
    folder = content_dir / language / topic
    if not (folder / "topic.md").is_file():
        raise SettingsError(f"There is no topic {topic!r}. Begin it first: `assistant topic new {topic}`.")
    return folder


def exported(content_dir: Path, language: str, topic: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows of a topic's answers in reading order, and what its own sheet says.

    Raises ContentError for a file that cannot be read, SettingsError when there is no such topic.
    """
    folder = topic_folder(content_dir, language, topic)
    about = EditableFile.read(folder / "topic.md")
    listed = [str(id_) for name in ("sections", "faq") for id_ in about.fields.get(name) or ()]
    paths = [path for id_ in listed if (path := folder / file_of(id_)).is_file()]
    rows = [cells_of(topic, EditableFile.read(path)) for path in paths]
    return rows, {name: cell_of(about.fields.get(name)) for name in ABOUT}


class _Row:
    """One row, and what is wrong with it."""

    def __init__(self, path: Path, row: Row) -> None:
        self._path = path
        self._number = row.number
        self.problems: list[Problem] = []

    def refuse(self, column: str, problem: str, remedy: str) -> None:
        where = f"Row {self._number}, column `{column}`: "
        self.problems.append(Problem(self._path, self._number, f"{where}{problem}.", f"{remedy}."))

    def has_sound_id(self, id_: str) -> bool:
        try:
            TypeAdapter(AnswerId).validate_python(id_)
        except ValidationError:
            self.refuse(
                "id",
                f"`{id_}` cannot be an id" if id_ else "the id is missing",
                "Write at most 24 lower-case letters, digits and hyphens, such as symptoms or faq-cure",
            )
            return False
        return True


def _topic_of(table: Table, topic: str) -> str:
    named = dict.fromkeys(cell for row in table.rows if (cell := row.cells.get(TOPIC, "")))
    if topic:
        named[topic] = None
    if len(named) != 1:
        what = "several topics: " + ", ".join(named) if named else "no topic"
        raise SettingsError(
            f"{table.path} names {what}. Give one, in the column `{TOPIC}` or with --topic ID."
        )
    return next(iter(named))


def _plan_row(folder: Path, cells: Cells, told: _Row, found: Import) -> None:
    id_ = cells["id"]
    path = folder / file_of(id_)
    file = EditableFile.read(path) if path.exists() else None
    old = cells_of(found.topic, file) if file else dict.fromkeys(COLUMNS, "")
    new = {name: cells.get(name, old[name]) for name in COMPARED}
    if file is None:
        plan = _PLANS.get(id_)
        new |= {"kind": new["kind"] or _kind_of(id_)}
        if plan:
            new |= {"aspect": new["aspect"] or plan.aspect, "title": new["title"] or plan.title}
    differing = [name for name in COMPARED if new[name] != old[name]]
    values = _values(cells, new, differing, told)
    _refuse_what_is_not_imported(id_, cells, new, old, told)
    if told.problems:
        return
    fields = {name: value for name, value in values.items() if name != TEXT}
    body = f"{new[TEXT]}\n" if TEXT in differing else None
    if file is None:
        found.new.append(id_)
        empty: dict[str, Written] = dict.fromkeys(
            ("aspect", "title", "questions", "source", "closing", *REVIEW)
        )
        found.files.append(
            EditableFile.new(path, {**empty, **fields, "id": id_, STATE: State.DRAFT.value}, body or "")
        )
        return
    is_rewritten = bool(set(differing) - set(REVIEW))
    steps_back = old[STATE] == State.SERVED and cells.get(STATE) == State.DRAFT
    if is_rewritten:
        found.changed.append(id_)
        if not set(differing) & set(REVIEW):
            fields |= dict.fromkeys(REVIEW)  # of other words than these
    elif differing or steps_back:
        found.reviewed.append(id_)
    else:
        found.unchanged.append(id_)
        return
    if is_rewritten or steps_back:
        fields[STATE] = State.DRAFT.value
    found.files.append(file.changed(fields, body))


def _values(cells: Cells, new: Cells, differing: Sequence[str], told: _Row) -> dict[str, Written]:
    values: dict[str, Written] = {}
    for name in differing:
        if (hidden := hidden_character_in(new[name])) is not None:
            told.refuse(
                name, f"an invisible character stands here (U+{ord(hidden):04X})", "Type the text anew"
            )
        elif tag := _TAG.search(new[name]):
            told.refuse(name, f"HTML stands here: {tag.group()}", "Write the text alone, without tags")
        values[name] = value_of(name, new[name])
    return values


def _refuse_what_is_not_imported(id_: str, cells: Cells, new: Cells, old: Cells, told: _Row) -> None:
    if new["kind"] != (kind := _kind_of(id_)):
        told.refuse("kind", f"`{new['kind']}` does not fit the id `{id_}`", f"Write {kind}, or leave it out")
    state = cells.get(STATE, "")
    if state not in ("", *State):
        told.refuse(STATE, f"`{state}` is no state", "Write draft or served, or leave it empty")
    elif state == State.SERVED and old[STATE] != State.SERVED:
        told.refuse(
            STATE,
            "an import publishes nothing",
            "Write draft; when somebody has read it, run `assistant topic publish`",
        )


def _kind_of(id_: str) -> str:
    return Kind.FAQ.value if id_.startswith(FAQ_PREFIX) else Kind.SECTION.value


def _with_about(about: EditableFile, table: Table, problems: list[Problem]) -> EditableFile:
    """`topic.md` with what the table says of it. Of a topic that is served, nothing is changed from afar."""
    fields: dict[str, Written] = {}
    for name, row in table.about.items():
        told = _Row(table.path, row)
        cell = row.cells.get("value", "")
        if cell == cell_of(about.fields.get(name)):
            continue
        if about.fields.get(STATE) != State.DRAFT:
            told.refuse(name, "the topic is served, and topic.md says otherwise", "Change topic.md itself")
        elif hidden_character_in(cell) is not None or _TAG.search(cell):
            told.refuse(name, "HTML or an invisible character stands here", "Write the text alone")
        else:
            try:
                fields[name] = value_of(name, cell)
            except ValueError as error:
                told.refuse(name, f"this is not understood: {error}", "Compare it with an export")
        problems += told.problems
    return about.changed(fields)


def _with_listed(about: EditableFile, ids: Collection[str]) -> EditableFile:
    listed: Mapping[str, list[str]] = {
        name: [str(id_) for id_ in about.fields.get(name) or ()] for name in ("sections", "faq")
    }
    for id_ in ids:
        name = "faq" if id_.startswith(FAQ_PREFIX) else "sections"
        if id_ not in listed[name]:
            listed[name].append(id_)
    return about.changed(dict(listed))
