"""A file of questions with the replies that are right for them, one JSON object a line."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from assistant.errors import ContentError, Problem, SettingsError
from assistant.library.naming import AnswerNames
from assistant.nlu.intents import CommandName

_COMMAND = "cmd:"
_EMERGENCY = "emergency"


class Wanted(StrEnum):
    """The sort of reply that is right."""

    ANSWER = "answer"
    REFUSAL = "refusal"
    EMERGENCY = "emergency"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """One question. `accept` holds answer ids, or names of commands, any of which is right; `recording` is
    the spoken question, with the voice that spoke it and the condition (clean, noisy ...)."""

    id: str
    text: str
    kind: str
    wanted: Wanted
    accept: frozenset[str] = frozenset()
    recording: Path | None = None
    voice: str = ""
    condition: str = ""
    writer: str = ""
    """Who wrote it, where the file tells."""


class _LineError(ValueError):
    """What is wrong with a line, and the remedy. Never the line's own words."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def read_questions(
    path: Path, answers: AnswerNames, *, spoken: bool = False, topic: str | None = None
) -> tuple[EvaluationQuestion, ...]:
    """All questions of a file, in order. With `spoken`, recordings are found beside the file.

    `answers` are those that the library has; an id without a topic is one of `topic`. Raises ContentError
    with every problem, by file and line, and OSError when the file cannot be read.
    """
    problems: list[Problem] = []
    questions: list[EvaluationQuestion] = []
    seen: set[tuple[str, str]] = set()
    kinds: dict[str, Wanted] = {}
    for number, line in _lines(path):
        try:
            question = _question(line, path.parent, partial(_accepted, answers, topic), spoken=spoken)
            _check_beside_others(question, seen, kinds)
        except _LineError as error:
            problems.append(Problem(path, number, error.problem, error.remedy))
        else:
            questions.append(question)
    if not questions and not problems:
        remedy = 'Write one object a line: {"id", "text", "kind", "accept"}.'
        problems.append(Problem(path, 1, "there is no question in it.", remedy))
    if problems:
        raise ContentError(tuple(problems))
    return tuple(questions)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError((Problem(path, 1, "it is not UTF-8 text.", "Save it as UTF-8."),)) from None
    # Not splitlines(): a question may hold one of the other characters that it takes for a line's end.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _question(line: str, folder: Path, accepted: "_Accepted", *, spoken: bool) -> EvaluationQuestion:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise _LineError(
            f"this is not JSON ({error.msg}, column {error.colno}).", "Write one JSON object a line."
        ) from None
    if not isinstance(given, dict):
        raise _LineError("this is not an object.", 'Write {"id", "text", "kind", "accept"}.')
    wanted, accept = _wanted(given.get("accept"), accepted)
    return EvaluationQuestion(
        id=_text(given, "id"),
        text=_text(given, "text"),
        kind=_text(given, "kind"),
        wanted=wanted,
        accept=accept,
        recording=_recording(given, folder) if spoken else None,
        voice=_text(given, "voice") if spoken else "",
        condition=_text(given, "condition") if spoken else "",
        writer=_text(given, "writer") if "writer" in given else "",
    )


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _LineError(f"`{name}` is missing or is not text.", f'Write "{name}": "...".')
    return value


_Accepted = Callable[[list[str]], frozenset[str]]


def _accepted(answers: AnswerNames, topic: str | None, written: list[str]) -> frozenset[str]:
    try:
        return frozenset(answers.of(answers.meant(name, topic)) for name in written)
    except SettingsError as error:
        problem, _, remedy = str(error).partition(". ")
        raise _LineError(f"{problem[:1].lower()}{problem[1:]}.", remedy) from None


def _wanted(accept: object, accepted: _Accepted) -> tuple[Wanted, frozenset[str]]:
    remedy = f'Write answer ids, ["{_EMERGENCY}"], ["{_COMMAND}help"], or [] when no answer fits.'
    if not isinstance(accept, list) or not all(isinstance(each, str) for each in accept):
        raise _LineError("`accept` is missing or is not a list of texts.", remedy)
    if not accept:
        return Wanted.REFUSAL, frozenset()
    if accept == [_EMERGENCY]:
        return Wanted.EMERGENCY, frozenset()
    if all(each.startswith(_COMMAND) for each in accept):
        names = frozenset(each.removeprefix(_COMMAND) for each in accept)
        _check_known(names, [name.value for name in CommandName], "command")
        return Wanted.COMMAND, names
    if any(each == _EMERGENCY or each.startswith(_COMMAND) for each in accept):
        raise _LineError("`accept` mixes sorts of replies.", remedy)
    return Wanted.ANSWER, accepted(accept)


def _check_known(names: frozenset[str], known: Collection[str], what: str) -> None:
    unknown = sorted(names.difference(known))
    if unknown:
        raise _LineError(f"there is no {what} {unknown[0]!r}.", f"There are: {', '.join(known)}.")


def _recording(given: dict[str, Any], folder: Path) -> Path:
    path = folder / _text(given, "file")
    if not path.is_file():
        raise _LineError("`file` names no file.", "Write its path relative to this file's folder.")
    return path


def _check_beside_others(
    question: EvaluationQuestion, seen: set[tuple[str, str]], kinds: dict[str, Wanted]
) -> None:
    key = question.id, str(question.recording)
    if key in seen:
        raise _LineError(f"the id {question.id!r} stands twice.", "Give each question its own.")
    seen.add(key)
    if kinds.setdefault(question.kind, question.wanted) is not question.wanted:
        raise _LineError(
            f"kind {question.kind!r} wants {question.wanted} here and {kinds[question.kind]} above.",
            "Give questions that want another sort of reply another kind.",
        )
