"""What new wordings attract, and what they take from other answers: remarks for an editor."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, assert_never

from assistant.errors import Problem
from assistant.library.entries import Topic
from assistant.library.loading import LoadResult
from assistant.library.plain_yaml import Location
from assistant.library.topic_folder import EntryParts, TopicParts
from assistant.nlu.assembly import build_encoder
from assistant.nlu.attraction import New, Strayed, Taken, new_wordings, strayed, taken
from assistant.nlu.index.artefact import vectors_path
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.intents import Answer, Choice, Command, Emergency, NotCovered
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds

MOST_TRIED: Final = 400
"""Wordings: some seconds. More are new only where somebody brings a whole library."""
_REWORD: Final = "Say what makes it different from that, or move it there."
_REFUSALS: Final[Mapping[str, str]] = {
    "language": "it is taken for another language",
    "noise": "it holds too few words",
}


def remarks_on_wordings(loaded: LoadResult, topic: str, cache_dir: Path) -> Iterator[Problem]:
    """What is to be said about wordings, drafts' too, that were not there when the program was made.

    `topic`: of this one alone; empty: of all. `cache_dir` keeps what is worked out for the next time. Raises
    AssistantError or SettingsError when a model is missing or damaged.
    """
    library = loaded.rehearsed
    if library is None or not library.topics:
        return
    encoder = build_encoder(library.language)
    shipped = ShippedVectors(vectors_path(library.language))
    found = new_wordings(library, encoder, shipped)
    new = {id_: each for id_, each in found.items() if topic in ("", id_)}
    if not new:
        return
    pipeline = Pipeline(library, encoder, Thresholds(), cache_dir, shipped)
    parts = {each.folder.name: each for each in loaded.topics}
    try:
        for id_, wordings in _first(new, MOST_TRIED).items():
            yield from _remarks(pipeline, parts[id_], library.topics[id_], wordings)
    finally:
        pipeline.shut_down()


def _first(new: New, most: int) -> New:
    kept: New = {}
    for topic, answers in new.items():
        for answer, wordings in answers.items():
            if most > 0:
                kept.setdefault(topic, {})[answer] = wordings[:most]
            most -= len(wordings)
    return kept


def _remarks(
    pipeline: Pipeline, parts: TopicParts, topic: Topic, wordings: dict[str, list[str]]
) -> Iterator[Problem]:
    for id_, several in wordings.items():
        for each in strayed(pipeline, topic, topic.entries[id_], several):
            yield _problem(parts.entries[id_], each.wording, *_told(each))
    for id_, lost in taken(pipeline, topic, wordings):
        yield _problem(parts.entries[id_], lost.wording, _loss(lost), _REWORD)


def _told(found: Strayed) -> tuple[str, str]:
    match found.intent:
        case Emergency(kind=kind):
            return f"is taken for an emergency, {kind}", "Word it as a calm question, or take it out."
        case Command(name=name):
            return f"is taken for the command {name.value}", "Make it a whole question, or take it out."
        case Answer(entry=ref):
            return f"finds {ref} instead", _REWORD
        case Choice(entries=refs):
            return f"offers {' or '.join(map(str, refs))} instead", _REWORD
        case NotCovered():
            why = _REFUSALS.get(found.stage, "it is taken for a question about something else")
            return f"is refused: {why}", "Word it more like a question about this illness."
        case _:
            assert_never(found.intent)


def _loss(found: Taken) -> str:
    losses = []
    for ref, asked in found.by_entry.items():
        count = "1 question" if len(asked) == 1 else f"{len(asked)} questions"
        losses.append(f"{count} from {ref}, such as “{asked[0]}”")
    return f"takes {' and '.join(losses)}"


def _problem(entry: EntryParts, wording: str, said: str, remedy: str) -> Problem:
    line = 1
    if entry.fields and entry.document:
        place: Location = ("title",)
        if wording in entry.fields.questions:
            place = ("questions", entry.fields.questions.index(wording))
        line = entry.document.line_of(place)
    return Problem(entry.path, line, f"“{wording}” {said}.", remedy)
