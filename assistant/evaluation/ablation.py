"""What each part of understanding is worth: the same questions with one part left out at a time.

The encoder is not trained anew, so a figure tells what the assistant as it is would lose, and not how well
another one without that part could do.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from assistant.app import Services, make_dialogue, open_services
from assistant.evaluation.asking import Asker
from assistant.evaluation.outcomes import Result, Tally, grouped
from assistant.evaluation.questions import Wanted, read_questions
from assistant.evaluation.running import Progress, ask_all
from assistant.evaluation.sheets import Sheet
from assistant.library.entries import Library
from assistant.library.naming import AnswerNames
from assistant.nlu.assembly import build_encoder
from assistant.nlu.index.artefact import vectors_path
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds
from assistant.settings import Settings
from assistant.storage.store import IN_MEMORY

Variant = tuple[str, Library, tuple[str, ...]]
_STAGES: Final = ("language", "letters", "signals", "grammar", "command")
"""Those that understanding can do without; what they are for goes to the encoder then."""


async def ablate(settings: Settings, file: Path, progress: Progress) -> Sheet:
    """The figures of the whole and of each variant, one row each. Typed questions only.

    Raises ContentError for a file that cannot be used.
    """
    async with open_services(settings, database_url=IN_MEMORY) as services:
        questions = read_questions(file, AnswerNames.in_library(services.library))
        found: dict[str, tuple[Result, ...]] = {}
        for name, library, without in variants(services.library):
            encoder = build_encoder(library.language)
            shipped = ShippedVectors(vectors_path(library.language))
            interpreter = await asyncio.to_thread(
                Pipeline, library, encoder, Thresholds(), shipped=shipped, without=without
            )
            try:
                asker = Asker(_with(services, interpreter))
                found[name] = await ask_all(asker, questions, (), progress)
            finally:
                await interpreter.close()
        return _sheet(found)


def _with(services: Services, interpreter: Pipeline) -> Services:
    dialogue = make_dialogue(
        services.settings, services.library, interpreter, services.store, services.sentences
    )
    return replace(services, interpreter=interpreter, dialogue=dialogue)


def variants(library: Library) -> Iterator[Variant]:
    """The whole, then one part of it left out at a time."""
    yield "everything", library, ()
    yield "names not masked", without_names(library), ()
    for stage in _STAGES:
        yield f"no stage {stage!r}", library, (stage,)
    yield "no wordings of the topic's own", _without_wordings(library), ()


def _without_wordings(library: Library) -> Library:
    topics = {
        key: replace(
            topic, entries={id_: replace(entry, questions=()) for id_, entry in topic.entries.items()}
        )
        for key, topic in library.topics.items()
    }
    return replace(library, topics=topics)


def without_names(library: Library) -> Library:
    """The same library, whose names nothing recognises; the wordings hold them in full."""
    topics = {
        key: replace(
            topic,
            title="",
            other_names=(),
            entries={
                id_: replace(
                    entry, questions=tuple(q.replace("{name}", topic.title) for q in entry.questions)
                )
                for id_, entry in topic.entries.items()
            },
        )
        for key, topic in library.topics.items()
    }
    return replace(library, topics=topics)


def _sheet(found: dict[str, tuple[Result, ...]]) -> Sheet:
    rows = []
    columns: dict[str, None] = {}
    for name, results in found.items():
        cells = dict(_cells(results))
        columns |= dict.fromkeys(cells)
        rows.append((name, *cells.values()))
    title = "One part left out at a time (right first / found; out of scope: refused; commands: right)"
    return Sheet(title, ("left out", *columns), tuple(rows))


def _cells(results: Sequence[Result]) -> Iterator[tuple[str, str]]:
    for kind, tally in grouped(results, lambda result: result.question.kind).items():
        if tally.results[0].question.wanted is Wanted.ANSWER:
            yield kind, _first_and_found(tally)
        else:
            yield kind, f"{tally.right_first.value:.2f}"
    answerable = tuple(each for each in results if each.question.wanted is Wanted.ANSWER)
    if answerable:
        yield "all that have an answer", _first_and_found(Tally(answerable))


def _first_and_found(tally: Tally) -> str:
    return f"{tally.right_first.value:.2f} / {tally.found.value:.2f}"
