"""An answer as it stands in its file, and as somebody has changed it at the desk: read, tried out, saved."""

import hashlib
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from assistant.errors import AssistantError, Problem
from assistant.library.checking import report_on
from assistant.library.editable_file import EditableFile, Written
from assistant.library.entries import EntryRef, Library
from assistant.library.loading import read_content

TEXTS: Final = ("title", "aspect", "source", "reviewed_by", "reviewed_on", "review_due")
LISTS: Final = ("questions", "closing")
_REVIEW: Final = ("reviewed_by", "reviewed_on", "review_due")
_STATE: Final = "state"


class ChangedMeanwhileError(AssistantError):
    """Somebody else has saved the file since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class AnswerOnDisk:
    """A file, and the digest of its bytes: whoever saves names it, and overwrites nothing else."""

    file: EditableFile
    version: str


@dataclass(frozen=True, slots=True)
class TriedOut:
    """What a changed answer would be: what the check finds, and a library that holds it, draft or not."""

    problems: tuple[Problem, ...]
    library: Library | None
    """None while the file cannot be read as an answer."""


def on_disk(path: Path) -> AnswerOnDisk:
    """The answer in the file at `path`. Raises ContentError."""
    return AnswerOnDisk(EditableFile.read(path), _digest(path.read_bytes()))


def with_changes(file: EditableFile, told: Mapping[str, Any]) -> EditableFile:
    """The file with what the form says; what is the same there keeps every byte.

    Fields that the form does not know stay. Raises ContentError for what cannot be written.
    """
    fields: dict[str, Written] = {}
    for name in TEXTS:
        text = " ".join(str(told.get(name) or "").split())
        if text != (file.fields.get(name) or ""):
            fields[name] = text
    for name in LISTS:
        items = [line for each in told.get(name) or () if (line := " ".join(str(each).split()))]
        if items != (file.fields.get(name) or []):
            fields[name] = items
    is_draft = told.get(_STATE) == "draft"
    if is_draft and file.fields.get(_STATE) != "draft":
        fields[_STATE] = "draft"
    body = str(told.get("body") or "").replace("\r\n", "\n").strip("\n") + "\n"
    is_same = body.strip("\n") == file.body.strip("\n")
    without = () if is_draft or _STATE not in file.fields else (_STATE,)
    return file.changed(fields, None if is_same else body, without)


def with_review_of_words(before: EditableFile, after: EditableFile) -> tuple[EditableFile, bool]:
    """Without a review that was of other words, and whether there was one; one given just now stays."""
    is_reworded = (before.fields.get("title"), before.body) != (after.fields.get("title"), after.body)
    reviews = [[file.fields.get(name) for name in _REVIEW] for file in (before, after)]
    if not is_reworded or reviews[0] != reviews[1] or not any(reviews[0]):
        return after, False
    return after.changed(dict.fromkeys(_REVIEW)), True


def save(file: EditableFile, version: str) -> str:
    """Put the file in its place, and return its new version.

    Raises ChangedMeanwhileError when it is no longer the one of `version`, and OSError.
    """
    try:
        stands = _digest(file.path.read_bytes())
    except FileNotFoundError:
        stands = ""
    if stands != version:
        raise ChangedMeanwhileError("This answer was changed meanwhile by somebody else.")
    file.write()
    return _digest(file.text.encode())


def try_out(folder: Path, file: EditableFile, ref: EntryRef, known: Collection[Problem] = ()) -> TriedOut:
    """Check the changed file among the others of its topic, and make the library that would show it.

    `folder` is that of the language. Nothing is written there. The findings are those in the file, and those
    in the topic's others that are not `known`: a wording may be claimed by both. What the answer shares with
    another topic is found when it is saved.
    """
    with _beside_the_others(folder, file) as copy:
        loaded = read_content(copy.parent, folder.name)
        report = report_on(loaded, copy)
    found = [
        replace(each, path=folder / each.path.relative_to(copy))
        for each in (*report.problems, *report.unfinished, *report.warnings)
    ]
    topic_folder = folder / ref.topic
    problems = tuple(
        each
        for each in found
        if each.path == file.path or (topic_folder in each.path.parents and each not in known)
    )
    library = loaded.rehearsed
    return TriedOut(problems, library if library is not None and library.entry(ref) else None)


@contextmanager
def _beside_the_others(folder: Path, file: EditableFile) -> Iterator[Path]:
    """A folder like that of the language with the changed file in it."""
    topic = next(parent for parent in file.path.parents if parent.parent == folder)
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / folder.name
        path = copy / file.path.relative_to(folder)
        path.parent.mkdir(parents=True)
        path.write_text(file.text, encoding="utf-8")
        _link_files(folder, copy)
        _link_files(topic, copy / topic.name)
        _link_files(topic / "faq", copy / topic.name / "faq")
        yield copy


def _link_files(source: Path, target: Path) -> None:
    for each in source.iterdir() if source.is_dir() else ():
        if each.is_file() and not (target / each.name).exists():
            target.mkdir(exist_ok=True)
            (target / each.name).symlink_to(each)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
