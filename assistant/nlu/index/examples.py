"""What questions are compared with: a topic's wordings and sentences, and wordings of commands not learnt."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import BulletList, Entry, EntryRef, Library, Topic
from assistant.nlu.index.entity_masking import with_names_masked
from assistant.nlu.index.labels import Kinds, command_named
from assistant.nlu.words import expanded, plain
from assistant.text import sentences_in

_MOST_FORMS: Final = 12
"""Of one wording of a command: what they have in common is soon told."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts of some groups, one group after the other. `starts` has one more item than there are groups."""

    texts: tuple[str, ...]
    starts: NDArray[np.int64]

    def best(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest score in each group; 0 for an empty group."""
        filled = np.append(scores, np.float32(0))
        highest = np.maximum.reduceat(filled, np.minimum(self.starts[:-1], len(scores)))
        highest[np.diff(self.starts) == 0] = 0
        return np.asarray(highest, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class TopicExamples:
    """One topic's answers, with the wordings and the sentences of each, plain and with its names masked."""

    entries: tuple[EntryRef, ...]
    aspect_of: NDArray[np.int64]
    """For each answer the number of its aspect."""
    own: Rows
    sentences: Rows
    silences: tuple[str, ...] = ()
    """What the topic's texts leave open."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.own.texts, *self.sentences.texts, *self.silences)


def aspects_of(library: Library, topic: Topic) -> tuple[str, ...]:
    """The aspects that answers of a topic can be about, as their numbers count them: its own come last."""
    return (*library.aspects, *topic.aspects)


def topic_examples(topic: Topic, aspects: Sequence[str], names: Iterable[tuple[str, str]]) -> TopicExamples:
    """The examples of one topic. `names`: as `names_of` gives them."""
    entries = tuple(topic.entries.values())
    own_names = tuple(names)

    def read(texts: Iterable[str]) -> Iterator[str]:
        return compared_forms(topic, own_names, texts)

    def rows(texts_of: Callable[[Entry], Iterable[str]]) -> Rows:
        return _rows(read(texts_of(entry)) for entry in entries)

    return TopicExamples(
        entries=tuple(entry.ref for entry in entries),
        aspect_of=np.array([aspects.index(entry.aspect) for entry in entries], dtype=np.int64),
        own=rows(lambda entry: (entry.title, *entry.questions)),
        sentences=rows(sentences_of),
        silences=tuple(dict.fromkeys(read(topic.silences))),
    )


def compared_forms(topic: Topic, names: Iterable[tuple[str, str]], texts: Iterable[str]) -> Iterator[str]:
    """Each form of the topic's wordings or sentences as it is compared: plain, with its names masked."""
    masked = with_names_masked(name for name, _ in names)
    for form in _forms(texts):
        yield masked(plain(form.replace("{name}", topic.title)))


def unlearnt_commands(library: Library, kinds: Kinds) -> list[tuple[str, str]]:
    """(key in `commands.yaml`, plain wording) of the commands that the encoder was not trained to see.

    Of a wording with many forms some are taken, spread over all of them; none with a place to fill in.
    """
    learnt = set(map(command_named, kinds.intents))
    return [
        (key, plain(form))
        for key, command in library.commands.items()
        if key.partition(":")[0] not in learnt
        for wording in command.wordings
        if not wording.startswith("/") and "{" not in wording
        for form in _spread(expanded(wording))
    ]


def _spread(forms: Sequence[str]) -> Sequence[str]:
    return forms[:: -(-len(forms) // _MOST_FORMS)]


def sentences_of(entry: Entry) -> Iterator[str]:
    """The sentences and list items of an answer."""
    for block in entry.blocks:
        for text in block.items if isinstance(block, BulletList) else (block.text,):
            yield from (sentence.text for sentence in sentences_in(text))


def _forms(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from expanded(text)


def _rows(groups: Iterable[Iterable[str]]) -> Rows:
    texts: list[str] = []
    starts = [0]
    for group in groups:
        texts.extend(dict.fromkeys(text for text in group if text))
        starts.append(len(texts))
    return Rows(tuple(texts), np.array(starts, dtype=np.int64))
