"""A copy of all that is kept about a person: readable first, then word for word as the computer keeps it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from assistant.dialogue.actions.lists import bookmarks_option, sections_option
from assistant.dialogue.actions.preferences import current_choices
from assistant.dialogue.actions.reading_position import part_name
from assistant.dialogue.reply import Attachment, Option
from assistant.dialogue.turn import Draft, Moment, Turn
from assistant.nlu.intents import Command, CommandName
from assistant.storage.belongings import Row

_FILE: Final = "what-is-kept-about-me.txt"
_MEDIA_TYPE: Final = "text/plain; charset=utf-8"


def export(moment: Moment, argument: str | None) -> Turn:
    """Sends the copy as a file, and says what it holds."""
    done = moment.say("export-done", bookmarks=len(moment.shelf))
    questions = sum(row.table == "questions" for row in moment.belongings)
    draft = Draft(
        title=moment.say("export-title"),
        blocks=moment.paragraphs(
            done,
            *([moment.say("export-done-questions", count=questions)] if questions else []),
            moment.say("export-stays"),
        ),
        options=(
            bookmarks_option(moment),
            Option(moment.say("option-privacy"), Command(CommandName.PRIVACY)),
            Option(moment.say("option-erase"), Command(CommandName.FORGET_ME)),
            sections_option(moment),
        ),
        attachment=Attachment(_FILE, _MEDIA_TYPE, _copy(moment), moment.say("export-caption")),
    )
    return moment.turn(draft)


def _copy(moment: Moment) -> str:
    """The whole file. Headings are words on lines of their own, so that it also reads well aloud."""
    sections = [
        (moment.say("export-title"), [moment.say("export-made", date=moment.edition.today())]),
        (moment.say("export-number-title"), [moment.say("export-number", number=str(moment.person.id))]),
        (moment.say("export-settings-title"), current_choices(moment, moment.person)),
        (moment.say("export-place-title"), _place(moment)),
        (moment.say("bookmarks-title"), _bookmarks(moment)),
        (moment.say("export-questions-title"), _questions(moment)),
        (moment.say("export-messages-title"), _messages(moment)),
        (moment.say("export-raw-title"), [moment.say("export-raw"), *_raw(moment.belongings)]),
    ]
    return "\n\n\n".join("\n\n".join((title, *lines)) for title, lines in sections) + "\n"


def _place(moment: Moment) -> Sequence[str]:
    memory = moment.person.memory
    lines = []
    if moment.entry is not None:
        lines.append(moment.say("you-were-at", name=part_name(moment, moment.entry, memory.part)))
    left = memory.left and moment.edition.library.entry(memory.left.entry)
    if memory.left and left:
        lines.append(moment.say("where-left", name=part_name(moment, left, memory.left.part)))
    labels = "\n".join(shown.label for shown in memory.shown)
    if labels:
        lines += [moment.say("export-shown"), labels]
    return lines or [moment.say("export-nothing")]


def _bookmarks(moment: Moment) -> Sequence[str]:
    kept = [
        moment.say("export-bookmark", number=number, title=saved.title, date=saved.saved_at.date())
        for number, saved in enumerate(moment.shelf, start=1)
    ]
    removed = [
        moment.say("export-bookmark-removed", title=row.columns["title"], date=row.columns["saved_at"].date())
        for row in moment.belongings
        if row.table == "bookmarks" and row.columns["removed_at"] is not None
    ]
    return [*kept, *removed] or [moment.say("export-nothing")]


def _questions(moment: Moment) -> Sequence[str]:
    rows = [row.columns for row in moment.belongings if row.table == "questions"]
    return [
        moment.say("export-question", number=number, words=row["words"], date=row["asked_at"].date())
        for number, row in enumerate(rows, start=1)
    ] or [moment.say("export-nothing")]


def _messages(moment: Moment) -> Sequence[str]:
    waiting = sum(row.table == "inbox" for row in moment.belongings)
    return [moment.say("export-messages", count=waiting)] if waiting else [moment.say("export-nothing")]


def _raw(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        columns = {name: _readable(value) for name, value in row.columns.items()}
        yield json.dumps({"table": row.table, **columns}, ensure_ascii=False)


def _readable(value: Any) -> Any:
    """A moment as a date, and a message that is kept as JSON as what it says."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
