"""What the desk's page reads, as JSON: answers, findings, replies and questions, only what is shown."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, assert_never

from assistant.dialogue.reply import Reply
from assistant.editing.edited_answer import LISTS, TEXTS, AnswerOnDisk
from assistant.editing.live_content import ContentState
from assistant.errors import Problem
from assistant.evaluation.weekly_report import OneAnswer
from assistant.library.entries import BulletList, Closing, Paragraph
from assistant.library.topic_folder import EntryParts, TopicParts
from assistant.speech.tts.script import Script
from assistant.storage.question_report import AskedQuestion


def answers_view(
    topics: Iterable[TopicParts], state: ContentState, said: Mapping[str, OneAnswer], today: date
) -> list[dict[str, Any]]:
    """All topics with their answers, in reading order."""
    found = (*state.problems, *state.unfinished, *state.warnings)
    return [
        {
            "title": topic.fields.title if topic.fields else topic.folder.name,
            "answers": [
                _answer_view(f"{topic.folder.name}/{id_}", entry, found, said, today)
                for id_, entry in _in_order(topic)
            ],
        }
        for topic in topics
    ]


def _answer_view(
    ref: str, entry: EntryParts, found: Iterable[Problem], said: Mapping[str, OneAnswer], today: date
) -> dict[str, Any]:
    counts = said.get(ref)
    return {
        "ref": ref,
        "title": entry.fields.title if entry.fields else ref,
        "is_question": entry.path.parent.name == "faq",
        "is_draft": entry.is_draft,
        "review": _review(entry, today),
        "is_reviewed": _review(entry, today).startswith("Reviewed"),
        "findings": sum(each.path == entry.path for each in found),
        "asked": counts.asked if counts else 0,
        "helped": counts.helped if counts else 0,
        "not_helped": counts.not_helped if counts else 0,
        "earlier_feedback": counts.earlier_feedback if counts else 0,
    }


def _in_order(topic: TopicParts) -> list[tuple[str, EntryParts]]:
    order = [*topic.fields.sections, *topic.fields.faq] if topic.fields else []
    listed = [(id_, topic.entries[id_]) for id_ in order if id_ in topic.entries]
    return listed + [each for each in topic.entries.items() if each[0] not in order]


def _review(entry: EntryParts, today: date) -> str:
    fields = entry.fields
    if fields is None:
        return "Cannot be read"
    if fields.reviewed_by is None or fields.reviewed_on is None:
        return "Not reviewed"
    if fields.review_due is not None and fields.review_due < today:
        return f"Review ran out on {fields.review_due}"
    return f"Reviewed by {fields.reviewed_by} on {fields.reviewed_on}"


def answer_form(answer: AnswerOnDisk, topic: TopicParts | None, aspects: Iterable[str]) -> dict[str, Any]:
    """One answer for the form, with what can be chosen in it."""
    fields = answer.file.fields
    return {
        "version": answer.version,
        **{name: fields.get(name) or "" for name in TEXTS},
        **{name: fields.get(name) or [] for name in LISTS},
        "state": fields.get("state") or "",
        "body": answer.file.body.strip("\n"),
        "choices": {
            "aspect": sorted(aspects),
            "source": list(topic.fields.sources) if topic and topic.fields else [],
            "closing": list(Closing),
        },
    }


def state_view(state: ContentState, folder: Path) -> dict[str, Any]:
    """Whether the newest content is served, and everything that the check found."""
    return {
        "number": state.number,
        "at": state.looked_at.astimezone().strftime("%H:%M:%S"),
        "is_served": not state.problems,
        "problems": findings_view(state.problems, folder),
        "unfinished": findings_view(state.unfinished, folder),
        "warnings": findings_view(state.warnings, folder),
    }


def findings_view(problems: Iterable[Problem], folder: Path) -> list[dict[str, Any]]:
    """Findings with their file as it is named within the content."""
    return [
        {
            "file": each.path.relative_to(folder).as_posix() if each.path.is_relative_to(folder) else "",
            "line": each.line,
            "problem": each.problem,
            "remedy": each.remedy,
        }
        for each in problems
    ]


def reply_view(reply: Reply) -> dict[str, Any]:
    """The message as people get it."""
    return {
        "title": reply.title or "",
        "blocks": [_block(block) for block in reply.blocks],
        "footer": list(reply.footer),
        "buttons": [option.label for option in reply.options],
    }


def _block(block: Paragraph | BulletList) -> dict[str, Any]:
    match block:
        case Paragraph(text=text):
            return {"text": text}
        case BulletList(items=items):
            return {"items": list(items)}
        case _:
            assert_never(block)


def spoken_view(scripts: Iterable[Script]) -> list[list[str]]:
    """What the voice says, a voice note each."""
    return [[script.title, *script.paragraphs] for script in scripts]


def question_view(asked: AskedQuestion) -> dict[str, Any]:
    """A kept question that has no answer, or several."""
    return {
        "words": asked.words,
        "outcome": asked.outcome,
        "answer": asked.answer or "",
        "times": asked.times,
        "people": asked.people,
        "heard": asked.heard,
        "last": asked.last.isoformat(),
    }
