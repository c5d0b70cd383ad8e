"""How well each answer of a topic fits a question, and how well "none of them" does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.values import EntryRef
from assistant.understanding.examples import Examples, Rows
from assistant.understanding.lexical import CharacterIndex, WordIndex
from assistant.understanding.vectors import Gallery, Vectors, mean_of_best
from assistant.understanding.words import content_words

Scores = NDArray[np.float32]

SIGNALS: Final[tuple[str, ...]] = ("wording", "words", "letters", "aspect", "sentence", "head")
"""In the order of Evidence.answers: the likeness of the nearest wording, by embedding, by BM25 and by
character n-grams; of the aspect's three nearest wordings; of the nearest sentence; and the trained head."""
SIGNALS_OF_NONE: Final[tuple[str, ...]] = (
    *("wording", "words", "letters", "counter-examples", "head"),
    *("strange words", "new words", "always"),
)
"""In the order of Evidence.none; the first three are those of the nearest counter-example."""

_RIDGE: Final = 1.0
"""Added to each variance of the heads: 384 dimensions from a thousand examples need holding back."""
_MOST_STRANGERS: Final = 3
"""Strange words beyond this many tell nothing more."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts, for an answer and for "none of them".

    Fitted by conditional logistic regression on wordings left out in turn, plain and with typos; see
    calibration.py. In that regression's terms scores are logits: decision.py turns them into shares of
    belief.
    """

    vector: float = 4.46
    words: float = 5.21
    characters: float = 2.45
    aspect_vector: float = 4.88
    sentences: float = 3.9
    head: float = 5.61
    none_vector: float = 4.67
    none_words: float = 1.13
    none_characters: float = 5.41
    none_aspect_vector: float = 4.04
    none_head: float = 7.27
    strange_words: float = 1.16
    """For each word of the question that only counter-examples use."""
    new_words: float = 0.1
    """For each word of the question that no example uses."""
    none: float = 3.35

    def for_answers(self) -> Scores:
        """In the order of Evidence.answers."""
        return np.array(
            [self.vector, self.words, self.characters, self.aspect_vector, self.sentences, self.head],
            dtype=np.float32,
        )

    def for_none(self) -> Scores:
        """In the order of Evidence.none."""
        return np.array(
            [
                self.none_vector,
                self.none_words,
                self.none_characters,
                self.none_aspect_vector,
                self.none_head,
                self.strange_words,
                self.new_words,
                self.none,
            ],
            dtype=np.float32,
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each answer of a topic (one row each) and for "none of them"."""

    entries: tuple[EntryRef, ...]
    aspects: NDArray[np.int64]
    answers: Scores
    none: Scores


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a score: how strong a signal is (`score`), and what that adds to the whole (`adds`)."""

    signal: str
    score: float
    adds: float
    text: str | None = None
    """The wording or sentence that the signal comes from, where it comes from one alone."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores for one topic's answers, in the topic's order, and for "none of them". Higher fits better."""

    entries: tuple[EntryRef, ...]
    aspects: NDArray[np.int64]
    """The aspect of each answer, as a number."""
    scores: Scores
    none: float

    @property
    def margin(self) -> float:
        """How far the best answer is ahead of "none of them"."""
        return float(self.scores.max(initial=0)) - self.none

    def best_first(self) -> tuple[tuple[EntryRef, float], ...]:
        """All answers with their scores; equal scores keep the topic's order."""
        order = np.argsort(-self.scores, kind="stable")
        return tuple((self.entries[number], float(self.scores[number])) for number in order)


class Ranker:
    """Compares questions with all examples at once."""

    def __init__(self, examples: Examples, gallery: Gallery, weights: Weights | None = None) -> None:
        self._examples = examples
        self._weights = weights or Weights()
        asked = (*examples.generic.texts, *examples.own.texts, *examples.counter.texts)
        self._cuts = np.cumsum([len(examples.generic.texts), len(examples.own.texts)])
        self._asked = gallery.hang(asked)
        self._sentences = gallery.hang(examples.sentences.texts)
        self._words, self._characters = WordIndex(asked), CharacterIndex(asked)
        self._heads = _trained_heads(gallery.vectors(self._asked), self._classes())
        self._familiar = _words_of((*examples.generic.texts, *examples.own.texts, *examples.sentences.texts))
        self._strange = _words_of(examples.counter.texts) - self._familiar

    def _classes(self) -> NDArray[np.int64]:
        """For each wording its aspect's number, or one past the last for the counter-examples."""
        examples = self._examples
        return np.concatenate(
            [
                examples.generic.owners(),
                examples.aspect_of[examples.own.owners()],
                np.full(len(examples.counter.texts), len(examples.aspects)),
            ]
        )

    def topic_of(self, likeness: Vectors) -> str:
        """The topic whose own wordings come nearest: for a question that names none, with none in hand."""
        _, own, _ = np.split(likeness[self._asked], self._cuts)
        return self._examples.entries[int(self._examples.own.best(own).argmax())].topic

    def nearest(self, likeness: Vectors) -> float:
        """The likeness with the nearest wording of any question, whether it can be answered or not."""
        return float(likeness[self._asked].max(initial=0))

    def rank(self, text: str, vector: Vectors, likeness: Vectors, topic: str) -> Ranking:
        """Scores for `topic`'s answers.

        `text` is plain and masked, `vector` its embedding, `likeness` its likeness with the whole gallery.
        """
        found = self.evidence(text, vector, likeness, topic)
        scores = np.asarray(found.answers @ self._weights.for_answers(), dtype=np.float32)
        return Ranking(found.entries, found.aspects, scores, float(found.none @ self._weights.for_none()))

    def evidence(self, text: str, vector: Vectors, likeness: Vectors, topic: str) -> Evidence:
        """What the scores are made of."""
        examples = self._examples
        place = examples.topics[topic]
        aspects = examples.aspect_of[place]
        asked = likeness[self._asked]
        heads = vector @ self._heads
        answers: list[Scores] = []
        none: list[float] = []
        for scores in (asked, self._words.scores(text), self._characters.scores(text)):
            generic, own, counter = np.split(scores, self._cuts)
            answers.append(np.maximum(examples.generic.best(generic)[aspects], examples.own.best(own)[place]))
            none.append(float(counter.max(initial=0)))
        generic, own, counter = np.split(asked, self._cuts)
        answers.append(_aspect_means(examples, generic, own, place)[aspects])
        answers.append(examples.sentences.best(likeness[self._sentences])[place])
        answers.append(heads[aspects])
        none += [mean_of_best(counter), float(heads[-1]), *self._strangeness(text), 1.0]
        return Evidence(
            examples.entries[place], aspects, np.stack(answers, axis=1), np.array(none, dtype=np.float32)
        )

    def pieces(
        self, text: str, vector: Vectors, likeness: Vectors, topic: str, answer: EntryRef | None
    ) -> tuple[Piece, ...]:
        """What the score of one of `topic`'s answers, or of "none of them", is made of, heaviest first."""
        found = self.evidence(text, vector, likeness, topic)
        if answer is None:
            names, strengths, weights = SIGNALS_OF_NONE, found.none, self._weights.for_none()
        else:
            names, weights = SIGNALS, self._weights.for_answers()
            strengths = found.answers[found.entries.index(answer)]
        sources = self._sources(text, likeness, answer)
        pieces = (
            Piece(name, float(strength), float(strength * weight), sources.get(name))
            for name, strength, weight in zip(names, strengths, weights, strict=True)
        )
        return tuple(sorted(pieces, key=lambda piece: -abs(piece.adds)))

    def _sources(self, text: str, likeness: Vectors, answer: EntryRef | None) -> dict[str, str]:
        """For each signal that comes from one text, that text."""
        examples = self._examples
        asked = (*examples.generic.texts, *examples.own.texts, *examples.counter.texts)
        if answer is None:
            rows = np.arange(self._cuts[1], len(asked))
        else:
            number = examples.entries.index(answer)
            generic, own = examples.generic.starts, examples.own.starts
            aspect = int(examples.aspect_of[number])
            rows = np.concatenate(
                [
                    np.arange(generic[aspect], generic[aspect + 1]),
                    self._cuts[0] + np.arange(own[number], own[number + 1]),
                ]
            )
        found = {
            "wording": (likeness[self._asked], asked, rows),
            "words": (self._words.scores(text), asked, rows),
            "letters": (self._characters.scores(text), asked, rows),
        }
        if answer is not None:
            starts = examples.sentences.starts
            span = np.arange(starts[number], starts[number + 1])
            found["sentence"] = (likeness[self._sentences], examples.sentences.texts, span)
        return {
            signal: texts[int(rows[scores[rows].argmax()])]
            for signal, (scores, texts, rows) in found.items()
            if len(rows) and scores[rows].max() > 0
        }

    def _strangeness(self, text: str) -> tuple[float, float]:
        words = set(content_words(text)) - self._familiar
        strange = len(words & self._strange)
        return float(min(strange, _MOST_STRANGERS)), float(min(len(words) - strange, _MOST_STRANGERS))


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in content_words(text))


def _aspect_means(examples: Examples, generic: Scores, own: Scores, place: slice) -> Scores:
    """For each aspect the mean of its three best likenesses, generic and own wordings together."""
    means = np.zeros(len(examples.aspects), dtype=np.float32)
    for aspect in np.unique(examples.aspect_of[place]):
        parts = [_group(examples.generic, generic, int(aspect))]
        parts += [
            _group(examples.own, own, place.start + int(entry))
            for entry in np.flatnonzero(examples.aspect_of[place] == aspect)
        ]
        means[aspect] = mean_of_best(np.concatenate(parts))
    return means


def _group(rows: Rows, scores: Scores, number: int) -> Scores:
    return scores[rows.starts[number] : rows.starts[number + 1]]


def _trained_heads(vectors: Vectors, classes: NDArray[np.int64]) -> Vectors:
    """One linear classifier per class by ridge regression, each class weighing the same.

    Solved exactly, so the same examples always give the same heads.
    """
    count = int(classes.max(initial=0)) + 1
    sizes = np.bincount(classes, minlength=count)
    weight = (1.0 / np.maximum(sizes, 1))[classes] * len(classes) / count
    target = np.eye(count)[classes]
    weighted = vectors.astype(np.float64) * weight[:, None]
    moments = weighted.T @ vectors + _RIDGE * np.eye(vectors.shape[1])
    return np.asarray(np.linalg.solve(moments, weighted.T @ target), dtype=np.float32)
