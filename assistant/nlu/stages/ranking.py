"""How well each answer of a topic fits a question, and how well "none of them" does."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import EntryRef
from assistant.nlu.index.dense import BestOfGroups, Gallery, VectorCache, Vectors, mean_of_best
from assistant.nlu.index.examples import Rows, SharedExamples, TopicExamples
from assistant.nlu.index.phonetic_index import HeardWordings
from assistant.nlu.index.sparse import CharacterIndex, Usage, WordIndex, character_grams
from assistant.nlu.words import content_words

Scores = NDArray[np.float32]

SIGNALS: Final[tuple[str, ...]] = ("wording", "words", "letters", "sounds", "aspect", "sentence", "head")
"""In the order of Evidence.answers: the likeness of the nearest wording, by embedding, by BM25, by character
n-grams and by n-grams of its sound; of the aspect's three nearest wordings; of the nearest sentence; and the
trained head."""
SIGNALS_OF_NONE: Final[tuple[str, ...]] = (
    *("wording", "words", "letters", "sounds", "counter-examples", "head"),
    *("strange words", "new words", "always"),
)
"""In the order of Evidence.none; the first four are those of the nearest counter-example."""

_MOST_STRANGERS: Final = 3
"""Strange words beyond this many tell nothing more."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts, for an answer and for "none of them".

    Fitted by conditional logistic regression on wordings left out in turn, as written, mistyped and misheard;
    see the folder training. In that regression's terms scores are logits: decision.py turns them into shares
    of belief. The defaults are only where the fit begins.
    """

    vector: float = 1.0
    words: float = 1.0
    characters: float = 1.0
    sounds: float = 1.0
    aspect_vector: float = 1.0
    sentences: float = 1.0
    head: float = 1.0
    none_vector: float = 1.0
    none_words: float = 1.0
    none_characters: float = 1.0
    none_sounds: float = 1.0
    none_aspect_vector: float = 1.0
    none_head: float = 1.0
    strange_words: float = 1.0
    """For each word of the question that only counter-examples use."""
    new_words: float = 1.0
    """For each word of the question that no example uses."""
    none: float = 1.0

    def for_answers(self) -> Scores:
        """In the order of Evidence.answers."""
        return np.array(
            [
                self.vector,
                self.words,
                self.characters,
                self.sounds,
                self.aspect_vector,
                self.sentences,
                self.head,
            ],
            dtype=np.float32,
        )

    def for_none(self) -> Scores:
        """In the order of Evidence.none."""
        return np.array(
            [
                self.none_vector,
                self.none_words,
                self.none_characters,
                self.none_sounds,
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
    nearest: float = 0.0
    """The likeness with the nearest of the topic's own wordings."""


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
    nearest: float = 0.0
    """The likeness of the question's embedding with the nearest of the topic's own wordings."""

    @property
    def margin(self) -> float:
        """How far the best answer is ahead of "none of them"."""
        return float(self.scores.max(initial=0)) - self.none

    def best_first(self) -> tuple[tuple[EntryRef, float], ...]:
        """All answers with their scores; equal scores keep the topic's order."""
        order = np.argsort(-self.scores, kind="stable")
        return tuple((self.entries[number], float(self.scores[number])) for number in order)


class SharedWordings:
    """What a question is compared with whatever its topic: the aspects' wordings and the counter-examples."""

    def __init__(self, examples: SharedExamples, gallery: Gallery) -> None:
        self.examples = examples
        self.texts = examples.asked
        self.rows = gallery.hang(self.texts)
        self.cut = len(examples.generic.texts)
        self.word_usage = Usage(self.texts, content_words)
        self.gram_usage = Usage(self.texts, character_grams)
        self.words = WordIndex(self.texts, self.word_usage)
        self.characters = CharacterIndex(self.texts, self.gram_usage)
        self.heard = HeardWordings(self.texts)

    def nearest(self, likeness: Vectors) -> float:
        """The likeness with the nearest of them; `likeness` is that with the whole gallery."""
        return float(likeness[self.rows].max(initial=0))


class TopicShelf:
    """What a question about one topic is compared with besides: the topic's own wordings and sentences."""

    def __init__(self, examples: TopicExamples, shared: SharedWordings, cache: VectorCache) -> None:
        self.examples = examples
        self.own = cache.encode(examples.own.texts)
        self.sentences = cache.encode(examples.sentences.texts)
        self.words = WordIndex(examples.own.texts, shared.word_usage)
        self.characters = CharacterIndex(examples.own.texts, shared.gram_usage)
        self.heard = HeardWordings(examples.own.texts, shared.heard)
        self.familiar = examples.familiar | shared.examples.familiar
        self.strange = shared.examples.strange - self.familiar
        self.nearest_of_aspects = _nearest_of_aspects(shared, examples)
        """Of the likenesses with the aspects' wordings and then the topic's own; each aspect once."""

    @property
    def topic(self) -> str:
        """The topic's id."""
        return self.examples.entries[0].topic


class Ranker:
    """Compares questions with all examples of their topic at once."""

    def __init__(self, shared: SharedWordings, heads: Vectors, weights: Weights) -> None:
        """`heads` as TopicIndex has them."""
        self._shared = shared
        self._heads = heads
        self._weights = weights

    def rank(self, text: str, vector: Vectors, likeness: Vectors, shelf: TopicShelf) -> Ranking:
        """Scores for the answers of one topic.

        `text` is plain and masked, `vector` its embedding, `likeness` its likeness with the whole gallery.
        """
        found = self.evidence(text, vector, likeness, shelf)
        scores = np.asarray(found.answers @ self._weights.for_answers(), dtype=np.float32)
        none = float(found.none @ self._weights.for_none())
        return Ranking(found.entries, found.aspects, scores, none, found.nearest)

    def evidence(self, text: str, vector: Vectors, likeness: Vectors, shelf: TopicShelf) -> Evidence:
        """What the scores are made of."""
        shared, own = self._shared.examples, shelf.examples
        heads = vector @ self._heads
        near = self._signals(text, vector, likeness, shelf)
        answers: list[Scores] = []
        none: list[float] = []
        for generic, counter, owned in near.values():
            answers.append(np.maximum(shared.generic.best(generic)[own.aspect_of], own.own.best(owned)))
            none.append(float(counter.max(initial=0)))
        generic, counter, owned = near["wording"]
        answers.append(shelf.nearest_of_aspects.means(np.append(generic, owned))[own.aspect_of])
        answers.append(own.sentences.best(shelf.sentences @ vector))
        answers.append(heads[own.aspect_of])
        none += [mean_of_best(counter), float(heads[-1]), *_strangeness(text, shelf), 1.0]
        return Evidence(
            own.entries,
            own.aspect_of,
            np.stack(answers, axis=1),
            np.array(none, dtype=np.float32),
            float(owned.max(initial=0)),
        )

    def _signals(
        self, text: str, vector: Vectors, likeness: Vectors, shelf: TopicShelf
    ) -> dict[str, tuple[Scores, Scores, Scores]]:
        """By signal: likeness with the aspects' wordings, the counter-examples, the topic's own wordings."""
        shared, cut = self._shared, self._shared.cut
        compared = {
            "wording": (likeness[shared.rows], shelf.own @ vector),
            "words": (shared.words.scores(text), shelf.words.scores(text)),
            "letters": (shared.characters.scores(text), shelf.characters.scores(text)),
            "sounds": (shared.heard.index.scores(text), shelf.heard.index.scores(text)),
        }
        return {name: (with_all[:cut], with_all[cut:], owned) for name, (with_all, owned) in compared.items()}

    def pieces(
        self, text: str, vector: Vectors, likeness: Vectors, shelf: TopicShelf, answer: EntryRef | None
    ) -> tuple[Piece, ...]:
        """What the score of one of the answers, or of "none of them", is made of, heaviest first."""
        found = self.evidence(text, vector, likeness, shelf)
        if answer is None:
            names, strengths, weights = SIGNALS_OF_NONE, found.none, self._weights.for_none()
        else:
            names, weights = SIGNALS, self._weights.for_answers()
            strengths = found.answers[found.entries.index(answer)]
        sources = self._sources(text, vector, likeness, shelf, answer)
        pieces = (
            Piece(name, float(strength), float(strength * weight), sources.get(name))
            for name, strength, weight in zip(names, strengths, weights, strict=True)
        )
        return tuple(sorted(pieces, key=lambda piece: -abs(piece.adds)))

    def _sources(
        self, text: str, vector: Vectors, likeness: Vectors, shelf: TopicShelf, answer: EntryRef | None
    ) -> dict[str, str]:
        """For each signal that comes from one text, that text."""
        shared, own = self._shared.examples, shelf.examples
        near = self._signals(text, vector, likeness, shelf)
        if answer is None:
            found = {name: (counter, shared.counter.texts) for name, (_, counter, _) in near.items()}
        else:
            number = own.entries.index(answer)
            aspect = int(own.aspect_of[number])
            texts = (*shared.generic.group(aspect), *own.own.group(number))
            found = {
                name: (
                    np.concatenate([_group(shared.generic, generic, aspect), _group(own.own, owned, number)]),
                    texts,
                )
                for name, (generic, _, owned) in near.items()
            }
            sentences = _group(own.sentences, shelf.sentences @ vector, number)
            found["sentence"] = (sentences, own.sentences.group(number))
        return {
            signal: texts[int(scores.argmax())]
            for signal, (scores, texts) in found.items()
            if len(scores) and scores.max() > 0
        }


def _strangeness(text: str, shelf: TopicShelf) -> tuple[float, float]:
    words = set(content_words(text)) - shelf.familiar
    strange = len(words & shelf.strange)
    return float(min(strange, _MOST_STRANGERS)), float(min(len(words) - strange, _MOST_STRANGERS))


def _nearest_of_aspects(shared: SharedWordings, topic: TopicExamples) -> BestOfGroups:
    """For each aspect the mean of its three best, the generic wordings and those of its answers together."""
    owners = np.concatenate([shared.examples.generic.owners(), topic.aspect_of[topic.own.owners()]])
    return BestOfGroups([np.flatnonzero(owners == number) for number in range(len(shared.examples.aspects))])


def _group(rows: Rows, scores: Scores, number: int) -> Scores:
    return scores[rows.starts[number] : rows.starts[number + 1]]
