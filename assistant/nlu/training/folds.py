"""Parts of a library to leave out in turn, and the wordings that are then asked for."""

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from assistant.library.entries import EmergencyGuide, Entry, Library, Topic
from assistant.nlu.intents import Command
from assistant.nlu.stages.command_classifier import EXACT_ONLY, SLOT, command_of
from assistant.nlu.words import expanded

FOLDS: Final = 5
_MOST_TOPICS: Final = 8
_MOST_FORMS: Final = 3
"""Of a counter-example with many alternatives only so many forms are asked."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class AskedWording:
    """A wording with the illness's name or "it" put in, its topic, and the aspect it asks for."""

    text: str
    topic: str
    aspect: str | None


def count_of(library: Library) -> int:
    """How many wordings there are to learn from, the generic ones and those of all topics."""
    own = sum(len(entry.questions) for topic in library.topics.values() for entry in topic.entries.values())
    return own + sum(len(aspect.questions) for aspect in library.aspects.values())


def sampled(library: Library) -> Library:
    """The library, or of one with many topics some few, always the same: training must not take hours.

    They are those whose names have the smallest digests, so that a new topic seldom changes the choice.
    """
    if len(library.topics) <= _MOST_TOPICS:
        return library
    drawn = set(sorted(library.topics, key=_digest)[:_MOST_TOPICS])
    return dataclasses.replace(
        library, topics={id_: topic for id_, topic in library.topics.items() if id_ in drawn}
    )


def without_fold(library: Library, fold: int) -> Library:
    """The library without that fold's wordings."""

    def kept(items: Sequence[Item]) -> tuple[Item, ...]:
        return tuple(item for number, item in enumerate(items) if number % FOLDS != fold)

    def entry(value: Entry) -> Entry:
        return dataclasses.replace(value, questions=kept(value.questions))

    def guide(value: EmergencyGuide) -> EmergencyGuide:
        return dataclasses.replace(value, wordings=kept(value.wordings), look_alikes=kept(value.look_alikes))

    return dataclasses.replace(
        library,
        aspects={
            id_: dataclasses.replace(aspect, questions=kept(aspect.questions))
            for id_, aspect in library.aspects.items()
        },
        topics={
            id_: dataclasses.replace(topic, entries={name: entry(it) for name, it in topic.entries.items()})
            for id_, topic in library.topics.items()
        },
        emergencies={kind: guide(value) for kind, value in library.emergencies.items()},
        commands={
            key: dataclasses.replace(value, wordings=kept(value.wordings))
            for key, value in library.commands.items()
        },
        off_topic=kept(library.off_topic),
        # What is kept of one library between starts must never be taken for another's.
        fingerprint=f"{library.fingerprint} without {fold}",
    )


def fold_of(library: Library, fold: int) -> Iterator[AskedWording]:
    """That fold's wordings: generic ones of one topic after the other, own ones, counter-examples.

    An aspect that no topic has an answer for is not asked for.
    """
    topics = tuple(library.topics.values())
    for aspect in library.aspects.values():
        with_it = [topic for topic in topics if any(it.aspect == aspect.id for it in topic.entries.values())]
        for number in range(fold, len(aspect.questions), FOLDS) if with_it else ():
            yield _asked(aspect.questions[number], number, with_it[number % len(with_it)], aspect.id)
    for topic in topics:
        for entry in topic.entries.values():
            for number in range(fold, len(entry.questions), FOLDS):
                yield _asked(entry.questions[number], number, topic, entry.aspect)
    for number, line in enumerate(library.off_topic[fold::FOLDS]):
        for form in expanded(line)[:_MOST_FORMS]:
            yield _asked(form, number, topics[number % len(topics)], None)


def commands_of_fold(library: Library, fold: int) -> Iterator[tuple[Command, str]]:
    """That fold's wordings of commands whose meaning may be guessed, one form of each."""
    for key, value in library.commands.items():
        command = command_of(key)
        for wording in value.wordings[fold::FOLDS]:
            if command.name not in EXACT_ONLY and not wording.endswith(SLOT) and not wording.startswith("/"):
                forms = expanded(wording)
                yield command, forms[len(forms) // 2]


def evenly(items: Sequence[Item], most: int) -> list[Item]:
    """At most `most` of the items, in order, from all over the sequence."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]


def _asked(wording: str, number: int, topic: Topic, aspect: str | None) -> AskedWording:
    names = (topic.title, "it", *topic.other_names)
    return AskedWording(
        wording.replace("{name}", names[(number + number // FOLDS) % len(names)]), topic.id, aspect
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
