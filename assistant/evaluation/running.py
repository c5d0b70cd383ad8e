"""Puts every question of a file to the assistant itself, and to a plain search."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.app import open_services
from assistant.evaluation.asking import Asker, QuestionResult
from assistant.evaluation.outcomes import Peer, Result, result_of
from assistant.evaluation.plain_searches import KeywordSearch, PlainSearch
from assistant.evaluation.questions import EvaluationQuestion, read_questions
from assistant.extras import require
from assistant.library.entries import Library
from assistant.settings import Settings
from assistant.storage.store import IN_MEMORY

Progress = Callable[[int, int], None]
"""Called with the questions done and the questions in all."""


class Asks(Protocol):
    """Whoever answers."""

    async def ask(self, text: str) -> QuestionResult:
        """The reply to a typed question."""
        ...

    async def ask_audio(self, path: Path) -> QuestionResult:
        """The reply to a recorded question."""
        ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One run. `file_hash` and `content` name what was asked and what answered: SHA-256, hexadecimal."""

    file: str
    file_hash: str
    content: str
    spoken: bool
    prompted: bool
    results: tuple[Result, ...]


async def evaluate(
    settings: Settings, file: Path, *, spoken: bool, prompted: bool, progress: Progress
) -> Evaluation:
    """Asks all questions of `file`, aloud when `spoken`, each on its own.

    Raises SettingsError where a package is missing, and ContentError for a file that cannot be used, before
    anything is asked.
    """
    require("evaluation", "bm25s", purpose="`assistant evaluate`")
    async with open_services(settings, database_url=IN_MEMORY, prompted=prompted) as services:
        questions = read_questions(file, answer_ids(services.library), spoken=spoken)
        if spoken:
            await services.stt.warm_up()
        searches = (KeywordSearch(services.library),)
        results = await ask_all(Asker(services), questions, searches, progress)
        digest = hashlib.sha256(await asyncio.to_thread(file.read_bytes)).hexdigest()
        return Evaluation(file.name, digest, services.library.fingerprint, spoken, prompted, results)


async def ask_all(
    asker: Asks, questions: Sequence[EvaluationQuestion], searches: Sequence[PlainSearch], progress: Progress
) -> tuple[Result, ...]:
    """What became of each question, in order. The searches get the words that the assistant went by."""
    results = []
    for number, question in enumerate(questions, start=1):
        if question.recording is None:
            asked = await asker.ask(question.text)
        else:
            asked = await asker.ask_audio(question.recording)
        words = asked.question or ""
        found = [(each.name, Peer(await asyncio.to_thread(each.best, words))) for each in searches]
        results.append(result_of(question, asked, found))
        progress(number, len(questions))
    return tuple(results)


def answer_ids(library: Library) -> tuple[str, ...]:
    """The ids of all answers, in reading order, each once."""
    return tuple(dict.fromkeys(id_ for topic in library.topics.values() for id_ in topic.entries))
