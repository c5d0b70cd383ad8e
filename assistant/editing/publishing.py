"""Letting drafts out, by the hand of somebody who has read them."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from assistant.errors import ContentError, SettingsError
from assistant.library.checking import report_on
from assistant.library.editable_file import EditableFile
from assistant.library.loading import read_content
from assistant.library.topic_folder import EntryParts, TopicParts

_STATE: Final = "state"


def publish(content_dir: Path, language: str, topic: str, answers: Collection[str]) -> tuple[str, ...]:
    """Take the state of a draft from these answers, or from all drafts of the topic when none is named.

    The ids of those that are served from now on. Answers that are not named stay drafts. Raises ContentError
    with all that is to be done first, and SettingsError for a name that is none; then nothing has changed.
    """
    loaded = read_content(content_dir, language)
    parts = topic_named(loaded.topics, topic)
    drafts = {id_: entry for id_, entry in parts.entries.items() if entry.is_draft}
    if unknown := [id_ for id_ in answers if id_ not in drafts]:
        known = ", ".join(drafts) or "none"
        raise SettingsError(f"{', '.join(unknown)}: no draft of {topic}. Its drafts are: {known}.")
    chosen = {id_: entry for id_, entry in drafts.items() if not answers or id_ in answers}
    about = parts.folder / "topic.md"
    concerned = {about, *(entry.path for entry in chosen.values())}
    report = report_on(loaded, content_dir / language)
    if undone := [problem for problem in (*report.unfinished, *report.problems) if problem.path in concerned]:
        raise ContentError(tuple(undone))
    edited = [_let_out(entry) for entry in chosen.values()]
    if parts.is_draft:
        kept = [_held_back(entry) for id_, entry in drafts.items() if id_ not in chosen]
        edited = [*kept, *edited, EditableFile.read(about).changed({}, without=[_STATE])]
    for file in edited:  # topic.md comes last: until then nothing of a new topic is served
        file.write()
    return tuple(chosen)


def topic_named(topics: Collection[TopicParts], topic: str) -> TopicParts:
    """The topic whose folder has this name. Raises SettingsError when there is none."""
    for parts in topics:
        if parts.folder.name == topic:
            return parts
    names = ", ".join(parts.folder.name for parts in topics) or "none"
    raise SettingsError(f"There is no topic {topic!r}. There are: {names}.")


def _let_out(entry: EntryParts) -> EditableFile:
    return EditableFile.read(entry.path).changed({}, without=[_STATE])


def _held_back(entry: EntryParts) -> EditableFile:
    return EditableFile.read(entry.path).changed({_STATE: "draft"})
