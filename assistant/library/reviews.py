"""Which texts nobody has reviewed, and of which the review ran out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from assistant.errors import Problem
from assistant.library.content_files import ContentFiles
from assistant.library.front_matter import EmergenciesFile, fit
from assistant.library.loading import LoadResult
from assistant.library.plain_yaml import parse_yaml
from assistant.library.topic_folder import EntryParts

_EMERGENCIES: Final = "emergencies.yaml"
_NOBODY: Final = "Nobody has reviewed this yet."
_HAVE_IT_REVIEWED: Final = "Have it reviewed, and fill in the three fields of the review."
_AGAIN: Final = "Have it reviewed again."


def review_remarks(entry: EntryParts, today: date) -> Iterator[Problem]:
    """What an editor should know of an answer's review on this day: that it ran out, or is not yet."""
    if entry.fields is None or entry.document is None:
        return
    due, reviewed_on = entry.fields.review_due, entry.fields.reviewed_on
    if due and due < today:
        line = entry.document.line_of(("review_due",))
        yield Problem(entry.path, line, f"The review ran out on {due}.", "Have the answer reviewed again.")
    if reviewed_on and reviewed_on > today:
        line = entry.document.line_of(("reviewed_on",))
        yield Problem(entry.path, line, f"{reviewed_on} has not come yet.", "Correct the date of the review.")


def stale(loaded: LoadResult, folder: Path, today: date) -> Iterator[Problem]:
    """Every served answer, and every text for an emergency, without a review that holds on this day."""
    for topic in loaded.topics:
        for entry in topic.entries.values():
            if entry.is_draft or entry.fields is None or entry.document is None:
                continue
            if entry.fields.reviewed_by is None:
                line = entry.document.line_of(("reviewed_by",))
                yield Problem(entry.path, line, _NOBODY, _HAVE_IT_REVIEWED)
            yield from review_remarks(entry, today)
    yield from _stale_emergencies(folder / _EMERGENCIES, today)


def _stale_emergencies(path: Path, today: date) -> Iterator[Problem]:
    files = ContentFiles(path.parent)
    findings = files.findings(path)
    text = files.text(path)
    document = parse_yaml(text, findings) if text is not None else None
    read = fit(document, EmergenciesFile, findings) if document else None
    if document is None or read is None:
        return
    for kind, fields in read.root.items():
        if fields.reviewed_by is None:
            line = document.line_of((kind, "reviewed_by"))
            yield Problem(path, line, f"`{kind}`: {_NOBODY}", _HAVE_IT_REVIEWED)
        elif fields.review_due and fields.review_due < today:
            line = document.line_of((kind, "review_due"))
            yield Problem(path, line, f"`{kind}`: The review ran out on {fields.review_due}.", _AGAIN)
