"""What new wordings do: which are not understood as they are meant, and what they take from others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.library.entries import Entry, EntryRef, Library, Topic
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.entity_masking import names_of
from assistant.nlu.index.examples import compared_forms
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.intents import Answer, Choice, Intent
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.answering import NEAR
from assistant.nlu.words import expanded

New = dict[str, dict[str, list[str]]]
"""Wordings by topic and answer."""
_FORMS_TRIED: Final = 4
"""Of a wording with alternatives."""
_MOST_LOOKED_AT: Final = 400
"""Questions that may be taken; each is looked at twice. Only a topic that is a muddle has more."""


@dataclass(frozen=True, slots=True)
class Strayed:
    """A wording that is not understood as its own answer, although it stands there."""

    wording: str
    intent: Intent
    stage: str
    """The stage that decided, as `pipeline.ORDER` names it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Questions that found another answer until this wording came, as they are compared."""

    wording: str
    by_entry: Mapping[EntryRef, tuple[str, ...]]


def new_wordings(library: Library, encoder: Encoder, shipped: ShippedVectors) -> New:
    """What stands in the library and was not there when the program's vectors were made."""
    known = frozenset(encoder.ranked_words)
    found: New = {}
    for topic in library.topics.values():
        names = names_of(topic, known)
        for entry in topic.entries.values():
            wordings = (entry.title, *entry.questions)
            if all(not form or form in shipped for form in compared_forms(topic, names, wordings)):
                continue
            for wording in wordings:
                forms = compared_forms(topic, names, [wording])
                if any(form and form not in shipped for form in forms):
                    found.setdefault(topic.id, {}).setdefault(entry.ref.entry, []).append(wording)
    return found


def strayed(pipeline: Pipeline, topic: Topic, entry: Entry, wordings: Sequence[str]) -> Iterator[Strayed]:
    """Those of an answer's own wordings that find something else. A choice with the answer is right."""
    for wording in wordings:
        for form in expanded(wording)[:_FORMS_TRIED]:
            asked = form.replace("{name}", topic.title)
            explained = pipeline.explain(asked, Context(topic.id, None))
            if not _finds(explained.intent, entry, topic):
                yield Strayed(wording, explained.intent, explained.steps[-1][0])
                break


def _finds(intent: Intent, entry: Entry, topic: Topic) -> bool:
    """Answers about one aspect never compete: another one of them is as good."""
    found: tuple[EntryRef, ...] = ()
    if isinstance(intent, Answer):
        found = (intent.entry, *filter(None, [intent.second]))
    elif isinstance(intent, Choice):
        found = intent.entries
    return any(ref.topic == topic.id and topic.entries[ref.entry].aspect == entry.aspect for ref in found)


def taken(
    pipeline: Pipeline, topic: Topic, wordings: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Taken]]:
    """What each of `wordings`, by the id of its answer, takes from other answers of its topic, with that id.

    Each wording of the others is asked as if it did not stand there itself: once with the new wording, and
    once without. It is taken when only the new one makes the difference.
    """
    examples = pipeline.examples_of(topic.id)
    texts = examples.own.texts
    owner = np.repeat(np.arange(len(examples.entries)), np.diff(examples.own.starts))
    aspect = examples.aspect_of[owner]
    vectors = pipeline.vectors_of(texts)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, 0)
    nearest = likeness.argmax(axis=1)
    rows = {text: row for row, text in enumerate(texts)}
    looks_left = _MOST_LOOKED_AT
    for id_, several in wordings.items():
        for wording in several:
            own = [rows[form] for form in pipeline.as_compared(topic, wording) if form in rows]
            threatened = [
                int(row)
                for row in np.flatnonzero(np.isin(nearest, own))
                if likeness[row, nearest[row]] > NEAR and not np.isin(aspect[row], aspect[own]).any()
            ][:looks_left]
            looks_left -= len(threatened)
            lost: dict[EntryRef, list[str]] = {}
            for row in threatened:
                right = int(aspect[row])
                asked = texts[row]
                before, after = pipeline.best_aspects(topic.id, asked, ({row, *own}, {row}))
                if before == right and after in aspect[own]:
                    lost.setdefault(examples.entries[owner[row]], []).append(asked)
            if lost:
                yield id_, Taken(wording, {ref: tuple(several) for ref, several in lost.items()})
