"""How far drafts have come, in a line each where nothing is written yet."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from assistant.errors import Problem
from assistant.library.checking import Report
from assistant.library.topic_folder import TopicParts

_EMPTY: Final = re.compile(r"`(\w+)` is empty\.")
_NO_TEXT: Final = "There is no text here."


def drafts_of(topic: TopicParts) -> tuple[Path, ...]:
    """The files of a topic that are not served."""
    about = (topic.folder / "topic.md",) if topic.is_draft else ()
    return (*about, *(entry.path for entry in topic.entries.values() if entry.is_draft))


def in_short(topic: TopicParts, report: Report) -> str:
    """One line about a topic with drafts; empty when it has none."""
    drafts = drafts_of(topic)
    unfinished = {problem.path for problem in report.unfinished} & set(drafts)
    if not drafts:
        return ""
    return (
        f"{topic.folder.name}: {len(drafts)} draft(s), {len(drafts) - len(unfinished)} without a remark. "
        f"What is to be done: assistant check --topic {topic.folder.name}"
    )


def in_full(topic: TopicParts, report: Report) -> Iterator[str]:
    """What is to be done to a topic's drafts, file by file: `topic.md` first, what is not begun last."""
    about = topic.folder / "topic.md"
    ours = [problem for problem in report.unfinished if problem.path in drafts_of(topic)]
    files = [(path, list(several)) for path, several in groupby(ours, key=lambda problem: problem.path)]
    for path, several in sorted(files, key=lambda each: (each[0] != about, _is_not_begun(each[1]))):
        if _is_not_begun(several):
            empty = [f"`{found[1]}`" for each in several if (found := _EMPTY.fullmatch(each.problem))]
            missing = ", ".join((*empty, "the text"))
            yield f"{path}: not written yet: {missing}. Remarks in the file say what is wanted."
        else:
            yield from map(str, several)


def _is_not_begun(problems: list[Problem]) -> bool:
    return any(problem.problem == _NO_TEXT for problem in problems) and all(
        problem.problem == _NO_TEXT or _EMPTY.fullmatch(problem.problem) for problem in problems
    )
