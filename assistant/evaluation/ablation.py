"""What each part of understanding is worth: the same questions with one part left out at a time.

The weights are not fitted anew, so a figure tells what the assistant as it is would lose, and not how well
another one without that part could do.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.app import open_services
from assistant.evaluation.asking import Asker
from assistant.evaluation.outcomes import Result, Tally, grouped
from assistant.evaluation.questions import Wanted, read_questions
from assistant.evaluation.running import Progress, answer_ids, ask_all
from assistant.evaluation.sheets import Sheet
from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder, Vectors
from assistant.nlu.pipeline import Pipeline, Tuning
from assistant.nlu.training.tuning import shipped_tuning
from assistant.settings import Settings
from assistant.storage.store import IN_MEMORY

Variant = tuple[str, Library, Tuning]


async def ablate(settings: Settings, file: Path, progress: Progress) -> Sheet:
    """The figures of the whole and of each variant, one row each. Typed questions only.

    Raises ContentError for a file that cannot be used.
    """
    async with open_services(settings, database_url=IN_MEMORY) as services:
        questions = read_questions(file, answer_ids(services.library))
        encoder = _RememberingEncoder()
        found: dict[str, tuple[Result, ...]] = {}
        for name, library, tuning in variants(services.library):
            interpreter = await asyncio.to_thread(Pipeline, library, encoder, tuning)
            try:
                asker = Asker(replace(services, interpreter=interpreter))
                found[name] = await ask_all(asker, questions, (), progress)
            finally:
                await interpreter.close()
        return _sheet(found)


def variants(library: Library) -> Iterator[Variant]:
    """The whole, then one part of it left out at a time."""
    plain = shipped_tuning(library.language)
    weights = plain.weights
    yield "everything", library, plain
    yield "names not masked", without_names(library), plain
    yield "nothing mended", library, replace(plain, mends=False)
    yield "no BM25", library, replace(plain, weights=replace(weights, words=0, none_words=0))
    no_characters = replace(weights, characters=0, none_characters=0)
    yield "no character n-grams", library, replace(plain, weights=no_characters)
    no_sounds = replace(weights, sounds=0, none_sounds=0)
    yield "no sounds in the ranking", library, replace(plain, weights=no_sounds)
    no_heads = replace(weights, head=0, none_head=0)
    yield "no trained heads", library, replace(plain, weights=no_heads)
    no_vectors = replace(
        no_heads, vector=0, aspect_vector=0, sentences=0, none_vector=0, none_aspect_vector=0
    )
    yield "no embeddings in the ranking", library, replace(plain, weights=no_vectors)
    yield "no sentences of the answers", library, replace(plain, weights=replace(weights, sentences=0))
    yield "no counter-examples", replace(library, off_topic=()), plain


def without_names(library: Library) -> Library:
    """The same library, whose names nothing recognises; the wordings hold them in full."""
    name = next((topic.title for topic in library.topics.values()), "it")
    aspects = {
        key: replace(aspect, questions=tuple(each.replace("{name}", name) for each in aspect.questions))
        for key, aspect in library.aspects.items()
    }
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
    off_topic = tuple(text.replace("{name}", name) for text in library.off_topic)
    return replace(library, aspects=aspects, topics=topics, off_topic=off_topic)


class _RememberingEncoder(MiniLmEncoder):
    """Encodes each text once: the variants share nearly all of theirs."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, super().encode(new), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else super().encode([])


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
