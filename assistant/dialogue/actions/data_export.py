"""A copy of all that is kept about a person: readable first, then word for word as the computer keeps it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from assistant.dialogue.actions.lists import bookmarks_option, sections_option
from assistant.dialogue.actions.preferences import current_choices
from assistant.dialogue.actions.reading_position import part_name
from assistant.dialogue.reply import Attachment, Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.nlu.intents import Command, CommandName
from assistant.storage.belongings import Row

_FILE: Final = "what-is-kept-about-me.txt"
_MEDIA_TYPE: Final = "text/plain; charset=utf-8"


def export(context: TurnContext, argument: str | None) -> TurnResult:
    """Sends the copy as a file, and says what it holds."""
    done = context.say("export-done", bookmarks=len(context.bookmarks))
    questions = sum(row.table == "questions" for row in context.belongings)
    draft = Draft(
        title=context.say("export-title"),
        blocks=context.paragraphs(
            done,
            *([context.say("export-done-questions", count=questions)] if questions else []),
            context.say("export-stays"),
        ),
        options=(
            bookmarks_option(context),
            Option(context.say("option-privacy"), Command(CommandName.PRIVACY)),
            Option(context.say("option-erase"), Command(CommandName.FORGET_ME)),
            sections_option(context),
        ),
        attachment=Attachment(_FILE, _MEDIA_TYPE, _copy(context), context.say("export-caption")),
    )
    return context.turn(draft)


def _copy(context: TurnContext) -> str:
    """The whole file. Headings are words on lines of their own, so that it also reads well aloud."""
    sections = [
        (context.say("export-title"), [context.say("export-made", date=context.edition.today())]),
        (context.say("export-number-title"), [context.say("export-number", number=str(context.person.id))]),
        (context.say("export-settings-title"), current_choices(context, context.person)),
        (context.say("export-place-title"), _place(context)),
        (context.say("bookmarks-title"), _bookmarks(context)),
        (context.say("export-questions-title"), _questions(context)),
        (context.say("export-messages-title"), _messages(context)),
        (context.say("export-raw-title"), [context.say("export-raw"), *_raw(context.belongings)]),
    ]
    return "\n\n\n".join("\n\n".join((title, *lines)) for title, lines in sections) + "\n"


def _place(context: TurnContext) -> Sequence[str]:
    memory = context.person.memory
    lines = []
    if context.entry is not None:
        name = part_name(context, context.entry, memory.part).rstrip("?")
        lines.append(context.say("you-were-at", name=name))
    left = memory.left and context.edition.library.entry(memory.left.entry)
    if memory.left and left:
        name = part_name(context, left, memory.left.part).rstrip("?")
        lines.append(context.say("where-left", name=name))
    labels = "\n".join(shown.label for shown in memory.shown)
    if labels:
        lines += [context.say("export-shown"), labels]
    return lines or [context.say("export-nothing")]


def _bookmarks(context: TurnContext) -> Sequence[str]:
    kept = [
        context.say(
            "export-bookmark",
            number=number,
            title=context.name_of(saved.ref) or saved.title,
            date=saved.saved_at.date(),
        )
        for number, saved in enumerate(context.bookmarks, start=1)
    ]
    removed = [
        context.say(
            "export-bookmark-removed", title=row.columns["title"], date=row.columns["saved_at"].date()
        )
        for row in context.belongings
        if row.table == "bookmarks" and row.columns["removed_at"] is not None
    ]
    return [*kept, *removed] or [context.say("export-nothing")]


def _questions(context: TurnContext) -> Sequence[str]:
    rows = [row.columns for row in context.belongings if row.table == "questions"]
    return [
        context.say("export-question", number=number, words=row["words"], date=row["asked_at"].date())
        for number, row in enumerate(rows, start=1)
    ] or [context.say("export-nothing")]


def _messages(context: TurnContext) -> Sequence[str]:
    waiting = sum(row.table == "inbox" for row in context.belongings)
    return [context.say("export-messages", count=waiting)] if waiting else [context.say("export-nothing")]


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
