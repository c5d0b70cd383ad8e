"""Which of a topic's answers fits: the aspect that the encoder believes in, and the topic's own texts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import EntryRef
from assistant.nlu.index.encoder import Vectors
from assistant.nlu.index.examples import TopicExamples
from assistant.nlu.index.labels import Kinds
from assistant.nlu.index.vectors import VectorCache
from assistant.nlu.intents import Answer, Choice, NotCovered
from assistant.nlu.parse import Look, Parse
from assistant.nlu.stages.fallback_policy import MAX_OFFERED, Thresholds, decide, of_topics
from assistant.nlu.words import MAX_CHARACTERS, questions_in

NEAR: Final = 0.75
"""A wording of the topic's own that is less like the question says nothing."""
_SHARPNESS: Final = 24.0
"""In logits, for the likeness beyond NEAR: what a topic's own wording is worth beside the trained aspects. Of
topics the encoder was trained with little changes up to twice as much; others live by it."""
_UNTRAINED: Final = 0.1
"""What an aspect that the encoder was not trained to see is worth: the likeness to its wordings decides."""
SURE_ALONE: Final = 0.8
"""From this likeness to one of a topic's wordings, that the encoder sees no answer counts for less."""
SURE_BESIDE_OTHERS: Final = 0.7
"""The same where several topics are served, to all but one of which the encoder was never trained."""
_AGAINST_NONE: Final = 40.0
"""How much less, for the likeness beyond that. All three were chosen on questions that may be seen."""
_SHORTEST_RARE: Final = 5
"""Letters."""
_MOST_RARE: Final = 2
"""Words of a message that is nothing but rare words."""
_SMALLEST: Final = 1e-4
_MOST_QUESTIONS: Final = 3
"""A message with more of them is a list, of which the best answer is given."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the answers of a topic come to for one way to read a question."""

    text: str
    best: tuple[tuple[EntryRef, float], ...]
    """The best answer of each aspect with its belief, best first."""
    none: float
    """The belief in none of them; with the others together 1."""
    cost: float = 0.0

    @property
    def margin(self) -> float:
        """In logits, what speaks for the best answer rather than for none."""
        if not self.best:
            return -np.inf
        return float(np.log(max(self.best[0][1], _SMALLEST)) - np.log(max(self.none, _SMALLEST))) - self.cost


class TopicAnswers:
    """One topic's answers, with the vectors of what is special to it."""

    def __init__(
        self,
        examples: TopicExamples,
        aspects: Sequence[str],
        kinds: Kinds,
        cache: VectorCache,
        ordinary: Collection[str] = (),
        sure: float = SURE_ALONE,
    ) -> None:
        """`ordinary` are the words of everybody; all others that the topic uses are rare."""
        self._examples = examples
        self._ordinary = ordinary
        self._sure = sure
        self._silences = cache.encode(examples.silences)
        self._own = cache.encode(examples.own.texts)
        self._sentences = cache.encode(examples.sentences.texts)
        trained = {label: number for number, label in enumerate(kinds.intents)}
        self._column = np.array(
            [trained.get(aspects[each], -1) for each in examples.aspect_of], dtype=np.int64
        )
        covered = set(self._column.tolist())
        self._others = [number for number in range(len(kinds.intents)) if number not in covered]
        """What the topic has no answer to: other aspects, none of them, and commands."""

    def candidates(self, look: Look, ignoring: Collection[int] = ()) -> Candidates:
        """The topic's answers for one way to read a question, as if the rows `ignoring` held no wording."""
        seen, examples = look.seen, self._examples
        likeness = self._own @ seen.vector
        likeness[list(ignoring)] = 0
        near = examples.own.best(likeness)
        worth = np.exp(_SHARPNESS * np.maximum(0, near - NEAR))
        none = float(seen.intents[self._others].sum())
        known = none * self._known(seen.vector, near)
        alike = np.exp(_SHARPNESS * (near - near.max(initial=0)))
        scores = np.where(
            self._column >= 0,
            np.maximum(seen.intents[self._column], _SMALLEST) * worth,
            _UNTRAINED * (worth - 1),
        ) + known * alike / max(1.0, float(alike.sum()))
        none -= known
        best: dict[int, int] = {}
        for number in np.lexsort((np.arange(len(scores)), -near)):
            best.setdefault(int(examples.aspect_of[number]), int(number))
        # Of one aspect's answers, which share its belief, the nearest has the highest score.
        chosen = sorted(best.values(), key=lambda number: (-scores[number], number))
        shares = [float(scores[number]) for number in chosen]
        total = sum(shares) + none or 1.0
        return Candidates(
            look.text,
            tuple((examples.entries[n], share / total) for n, share in zip(chosen, shares, strict=True)),
            none / total,
            look.cost,
        )

    def _known(self, vector: Vectors, near: NDArray[np.float32]) -> float:
        """The share of the belief in "none of them" that says nothing here, because a wording is so near.

        That belief was learnt beside another illness: what its texts are silent about is no reason to refuse
        what stands in this topic almost word for word. What this topic's own are silent about is.
        """
        quiet = float((self._silences @ vector).max(initial=0))
        nearest = float(near.max(initial=0))
        return 0.0 if quiet >= nearest else 1 - float(np.exp(-_AGAINST_NONE * max(0.0, nearest - self._sure)))

    def mentioning(self, words: Collection[str]) -> tuple[EntryRef, ...]:
        """The answers in whose texts all of these rare words stand, the one that says them most often first.

        None where one of the words is an ordinary one.
        """
        if not words or any(word in self._ordinary or len(word) < _SHORTEST_RARE for word in words):
            return ()
        counts: dict[EntryRef, int] = {}
        for number, ref in enumerate(self._examples.entries):
            said = [
                word
                for rows in (self._examples.own, self._examples.sentences)
                for text in rows.texts[rows.starts[number] : rows.starts[number + 1]]
                for word in text.split()
            ]
            if all(word in said for word in words):
                counts[ref] = sum(said.count(word) for word in words)
        return tuple(sorted(counts, key=lambda ref: -counts[ref]))

    def nearest(self, vector: Vectors, entry: EntryRef, count: int) -> list[tuple[str, float]]:
        """The wordings and sentences of an answer most like a text, best first, with their likeness."""
        number = self._examples.entries.index(entry)
        found: list[tuple[str, float]] = []
        for rows, vectors in ((self._examples.own, self._own), (self._examples.sentences, self._sentences)):
            start, end = rows.starts[number], rows.starts[number + 1]
            likeness: NDArray[np.float32] = vectors[start:end] @ vector
            found += zip(rows.texts[start:end], map(float, likeness), strict=True)
        return sorted(found, key=lambda pair: -pair[1])[:count]

    def aspect_of(self, entry: EntryRef) -> int:
        """The number of an answer's aspect."""
        return int(self._examples.aspect_of[self._examples.entries.index(entry)])

    def nearness(self, vector: Vectors) -> float:
        """How near the topic's own wordings and its sentences come, together."""
        return sum(float((each @ vector).max(initial=0)) for each in (self._own, self._sentences))


class AnswerStage:
    """Answers, offers a choice, or says that nothing fits; and sees a second question in the same message."""

    def __init__(
        self,
        answers: Callable[[str], TopicAnswers],
        thresholds: Thresholds,
        look_at: Callable[[str], Look],
        every_topic: Sequence[str] = (),
    ) -> None:
        """`every_topic` is looked through for the one that knows a rare word."""
        self._answers_of = answers
        self._thresholds = thresholds
        self._look_at = look_at
        self._every_topic = every_topic

    def __call__(self, parse: Parse) -> Parse:
        """The parse with its outcome: where several topics may be meant, one answer of each is offered."""
        if not parse.topics or not parse.looks:
            return replace(parse, intent=NotCovered())
        outcome = self._mentioned(parse) or of_topics(
            [self._in_topic(parse, topic) for topic in parse.topics]
        )
        return replace(parse, intent=replace(outcome, caution=parse.caution))

    def _mentioned(self, parse: Parse) -> Answer | Choice | None:
        """What is said about a rare word that is all of the message: "dermatomyositis?"."""
        words = parse.plain.split() if not parse.named else []
        if not 0 < len(words) <= _MOST_RARE:
            return None
        for topic in dict.fromkeys((*parse.topics, *self._every_topic)):
            if refs := self._answers_of(topic).mentioning(words):
                return Answer(refs[0], 1.0) if len(refs) == 1 else Choice(refs[:MAX_OFFERED], 1.0)
        return None

    def _in_topic(self, parse: Parse, topic: str) -> Answer | Choice | NotCovered:
        """Of several readings the one that some answer fits best counts."""
        answers = self._answers_of(topic)
        weighed = [answers.candidates(look) for look in parse.looks]
        chosen = max(weighed, key=lambda each: each.margin)
        outcome = decide(chosen.best, chosen.none, self._thresholds, is_named=bool(parse.named))
        if isinstance(outcome, Answer | Choice) and len(parse.written) > MAX_CHARACTERS:
            outcome = _offered(outcome)
        return self._with_second(parse, answers, outcome)

    def _with_second(
        self, parse: Parse, answers: TopicAnswers, outcome: Answer | Choice | NotCovered
    ) -> Answer | Choice | NotCovered:
        """The first of two questions answered, the other one noted, when each stands clearly for itself.

        Where nothing fits the whole, each must, and nothing else be said: it may tell of another illness.
        """
        parts = questions_in(parse.written)
        if not 2 <= len(parts) <= _MOST_QUESTIONS:
            return outcome
        found: dict[EntryRef, float] = {}
        for part in parts:
            asked = answers.candidates(self._look_at(part))
            answer = decide(asked.best, asked.none, self._thresholds)
            if isinstance(answer, Answer) and answer.confidence >= self._thresholds.second:
                found.setdefault(answer.entry, answer.confidence)
        aspects = {answers.aspect_of(entry) for entry in found}
        if len(found) < 2 or len(aspects) < len(found):
            return outcome
        if isinstance(outcome, NotCovered) and (len(found) < len(parts) or " ".join(parts) != parse.plain):
            return outcome
        (first, sure), (second, _) = list(found.items())[:2]
        also: tuple[EntryRef, ...] = ()
        match outcome:
            case Answer(also=entries) | Choice(entries=entries):
                also = entries
        others = tuple(entry for entry in also if entry not in {first, second})
        return Answer(first, sure, also=(second, *others)[: MAX_OFFERED - 1], second=second)


def _offered(outcome: Answer | Choice) -> Choice:
    """Of a text too long to be read in full nothing is certain."""
    if isinstance(outcome, Choice):
        return outcome
    return Choice((outcome.entry, *outcome.also)[:MAX_OFFERED], outcome.confidence)
