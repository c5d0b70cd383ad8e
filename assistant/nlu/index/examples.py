"""Everything that a question is compared with, in rows, so that one matrix product compares it with all.

What every topic shares (the wordings of the aspects, the counter-examples) is kept apart from each topic's
own wordings and sentences: a library of a thousand topics shares as many as a library of one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import BulletList, Entry, EntryRef, Library, Topic
from assistant.nlu.stages.entity_masking import MASK
from assistant.nlu.words import content_words, expanded, plain
from assistant.text import sentences_in


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts of some groups, one group after the other. `starts` has one more item than there are groups."""

    texts: tuple[str, ...]
    starts: NDArray[np.int64]

    def owners(self) -> NDArray[np.int64]:
        """The group of each row."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def group(self, number: int) -> tuple[str, ...]:
        """The texts of one group."""
        return self.texts[self.starts[number] : self.starts[number + 1]]

    def best(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest score in each group; 0 for an empty group."""
        filled = np.append(scores, np.float32(0))
        highest = np.maximum.reduceat(filled, np.minimum(self.starts[:-1], len(scores)))
        highest[np.diff(self.starts) == 0] = 0
        return np.asarray(highest, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SharedExamples:
    """The wordings of the aspects, one group each, and the counter-examples."""

    aspects: tuple[str, ...]
    generic: Rows
    counter: Rows
    familiar: frozenset[str]
    """Content words of questions that can be answered of any topic."""
    strange: frozenset[str]
    """Content words that only counter-examples use."""

    @property
    def asked(self) -> tuple[str, ...]:
        """All of them, the counter-examples last."""
        return (*self.generic.texts, *self.counter.texts)


@dataclass(frozen=True, slots=True)
class TopicExamples:
    """One topic's answers, with the wordings and the sentences of each."""

    entries: tuple[EntryRef, ...]
    aspect_of: NDArray[np.int64]
    """For each answer the number of its aspect."""
    own: Rows
    sentences: Rows
    words: Counter[str]
    """How often the topic's texts use each word, names included: what a misheard word may have been."""
    familiar: frozenset[str]
    """The content words of the wordings and sentences."""


def shared_examples(library: Library) -> SharedExamples:
    """What all topics of `library` share, plain, with a mask in the place of the illness's name."""
    generic = _rows(
        (_unnamed(text) for text in _forms((aspect.title, *aspect.questions)))
        for aspect in library.aspects.values()
    )
    counter = _rows([(_unnamed(text) for text in _forms(library.off_topic))])
    familiar = _words_of(generic.texts)
    return SharedExamples(
        tuple(library.aspects), generic, counter, familiar, _words_of(counter.texts) - familiar
    )


def topic_examples(topic: Topic, aspects: tuple[str, ...], masked: Callable[[str], str]) -> TopicExamples:
    """The examples of one topic, plain, with its names replaced by `masked`."""
    entries = tuple(topic.entries.values())
    numbers = {aspect: number for number, aspect in enumerate(aspects)}

    def rows(texts_of: Callable[[Entry], Iterable[str]]) -> Rows:
        return _rows((masked(_unnamed(text)) for text in _forms(texts_of(entry))) for entry in entries)

    own, sentences = rows(lambda entry: (entry.title, *entry.questions)), rows(sentences_of)
    return TopicExamples(
        entries=tuple(entry.ref for entry in entries),
        aspect_of=np.array([numbers[entry.aspect] for entry in entries], dtype=np.int64),
        own=own,
        sentences=sentences,
        words=topic_words(topic),
        familiar=_words_of((*own.texts, *sentences.texts)),
    )


def sentences_of(entry: Entry) -> Iterator[str]:
    """The sentences and list items of an answer."""
    for block in entry.blocks:
        for text in block.items if isinstance(block, BulletList) else (block.text,):
            yield from (sentence.text for sentence in sentences_in(text))


def shared_words(library: Library) -> Counter[str]:
    """How often the shared wordings use each word: what a misheard word may have been, whatever the topic."""
    texts = [text for aspect in library.aspects.values() for text in (aspect.title, *aspect.questions)]
    texts += [text for guide in library.emergencies.values() for text in guide.wordings]
    return Counter(word for text in texts for word in plain(text).split())


def topic_words(topic: Topic) -> Counter[str]:
    """How often the texts of one topic use each word, its names included."""
    return Counter(word for text in _topic_texts(topic) for word in text.split())


def _topic_texts(topic: Topic) -> Iterator[str]:
    yield from map(plain, topic.listen_for)
    for entry in topic.entries.values():
        yield from map(plain, (entry.title, *entry.questions))
        yield from map(plain, sentences_of(entry))


def _forms(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from expanded(text)


def _unnamed(text: str) -> str:
    return plain(text.replace("{name}", MASK))


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in content_words(text))


def _rows(groups: Iterable[Iterable[str]]) -> Rows:
    texts: list[str] = []
    starts = [0]
    for group in groups:
        texts.extend(dict.fromkeys(text for text in group if text))
        starts.append(len(texts))
    return Rows(tuple(texts), np.array(starts, dtype=np.int64))
