"""Everything that a question is compared with, in rows, so that one matrix product compares it with all."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.library.values import BulletList, Entry, EntryRef, Library, Topic
from assistant.understanding.names import MASK
from assistant.understanding.words import expanded, plain

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts of some groups, one group after the other. `starts` has one more item than there are groups."""

    texts: tuple[str, ...]
    starts: NDArray[np.int64]

    def owners(self) -> NDArray[np.int64]:
        """The group of each row."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def best(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest score in each group; 0 for an empty group."""
        filled = np.append(scores, np.float32(0))
        highest = np.maximum.reduceat(filled, np.minimum(self.starts[:-1], len(scores)))
        highest[np.diff(self.starts) == 0] = 0
        return np.asarray(highest, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Examples:
    """Generic wordings by aspect, own wordings and sentences by answer, and counter-examples."""

    aspects: tuple[str, ...]
    entries: tuple[EntryRef, ...]
    """All answers of all topics; those of one topic stand together."""
    aspect_of: NDArray[np.int64]
    """For each answer the number of its aspect."""
    topics: dict[str, slice]
    """For each topic its answers' place in `entries`."""
    generic: Rows
    own: Rows
    sentences: Rows
    counter: Rows


def examples_of(library: Library, masked: Callable[[str], str]) -> Examples:
    """All examples of `library`, plain, with the illness's names replaced by `masked`."""
    aspects = tuple(library.aspects)
    entries: list[Entry] = []
    topics: dict[str, slice] = {}
    for topic in library.topics.values():
        topics[topic.id] = slice(len(entries), len(entries) + len(topic.entries))
        entries.extend(topic.entries.values())
    numbers = {aspect: number for number, aspect in enumerate(aspects)}

    def wordings(texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            for one in expanded(text):
                yield masked(plain(one.replace("{name}", MASK)))

    return Examples(
        aspects=aspects,
        entries=tuple(entry.ref for entry in entries),
        aspect_of=np.array([numbers[entry.aspect] for entry in entries], dtype=np.int64),
        topics=topics,
        generic=_rows(wordings((it.title, *it.questions)) for it in library.aspects.values()),
        own=_rows(wordings((entry.title, *entry.questions)) for entry in entries),
        sentences=_rows(wordings(sentences_of(entry)) for entry in entries),
        counter=_rows([wordings(library.off_topic)]),
    )


def sentences_of(entry: Entry) -> Iterator[str]:
    """The sentences and list items of an answer."""
    for block in entry.blocks:
        for text in block.items if isinstance(block, BulletList) else (block.text,):
            yield from _SENTENCE_END.split(text)


def vocabulary_texts(library: Library) -> Iterator[str]:
    """All plain text whose words a misheard word may have been."""
    for aspect in library.aspects.values():
        yield from map(plain, (aspect.title, *aspect.questions))
    for guide in library.emergencies.values():
        yield from map(plain, guide.wordings)
    for topic in library.topics.values():
        yield from _topic_texts(topic)


def _topic_texts(topic: Topic) -> Iterator[str]:
    yield from map(plain, topic.listen_for)
    for entry in topic.entries.values():
        yield from map(plain, (entry.title, *entry.questions))
        yield from map(plain, sentences_of(entry))


def _rows(groups: Iterable[Iterable[str]]) -> Rows:
    texts: list[str] = []
    starts = [0]
    for group in groups:
        texts.extend(dict.fromkeys(text for text in group if text))
        starts.append(len(texts))
    return Rows(tuple(texts), np.array(starts, dtype=np.int64))
