"""How well wordings are understood that the library does not hold, and the weights that follow from it.

Each fold leaves out every fifth wording of each aspect, answer and counter-example, and asks for it plain and
with typos. No list of test questions is used, so such lists stay a fair measure.
"""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.library.values import Entry, Library
from assistant.understanding.decision import Thresholds
from assistant.understanding.interpreter import LibraryInterpreter
from assistant.understanding.meaning import Context
from assistant.understanding.ranking import Evidence, Weights
from assistant.understanding.vectors import MiniLmEncoder
from assistant.understanding.words import expanded

FOLDS: Final = 5
_MOST_FORMS: Final = 3
"""Of a counter-example with many alternatives only so many forms are asked."""
_LETTERS_PER_TYPO: Final = 25
_NONE_SHARE: Final = 0.375
"""The weight of all counter-examples in the fit; the answerable wordings hold the rest."""
_STEPS, _STEP, _DECAY = 400, 0.15, 2e-5

Item = TypeVar("Item")
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One wording left out, the aspect it asks for (None: no answer fits), and what was found."""

    text: str
    aspect: int | None
    with_typos: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the trials, 0 to 1. `found`: the right aspect answered, or among those offered."""

    right_first: float
    found: float
    wrong: float
    refused: float
    counter_answered: float
    counter_offered: float


def trials(library: Library, encoder: MiniLmEncoder, seed: int = 7) -> list[Trial]:
    """All wordings of the library's first topic and all counter-examples, each left out once."""
    chance = random.Random(seed)  # noqa: S311  # typos, not secrets
    topic = next(iter(library.topics))
    found: list[Trial] = []
    for fold in range(FOLDS):
        interpreter = LibraryInterpreter(without_fold(library, fold), encoder)
        for text, aspect in fold_of(library, fold):
            number = list(library.aspects).index(aspect) if aspect else None
            for with_typos in (False, True):
                asked = mistyped(text, chance) if with_typos else text
                evidence = interpreter.evidence(asked, Context(topic=topic))
                if evidence is not None:
                    found.append(Trial(asked, number, with_typos, evidence))
        interpreter.shut_down()
    return found


def without_fold(library: Library, fold: int) -> Library:
    """The library without that fold's wordings."""

    def kept(items: Sequence[Item]) -> tuple[Item, ...]:
        return tuple(item for number, item in enumerate(items) if number % FOLDS != fold)

    def entry(value: Entry) -> Entry:
        return dataclasses.replace(value, questions=kept(value.questions))

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
        off_topic=kept(library.off_topic),
    )


def fold_of(library: Library, fold: int) -> Iterator[tuple[str, str | None]]:
    """That fold's wordings with the illness's name or "it" put in, and the aspect each asks for."""
    topic = next(iter(library.topics.values()))
    names = (topic.title, "it", *topic.other_names)
    groups = [(aspect.questions, aspect.id) for aspect in library.aspects.values()]
    groups += [(entry.questions, entry.aspect) for entry in topic.entries.values()]
    for wordings, aspect in groups:
        for number in range(fold, len(wordings), FOLDS):
            yield wordings[number].replace("{name}", names[number % len(names)]), aspect
    for line in library.off_topic[fold::FOLDS]:
        for form in expanded(line)[:_MOST_FORMS]:
            yield form, None


def mistyped(text: str, chance: random.Random) -> str:
    """`text` with a typo for every 25 letters: letters swapped, lost or doubled, or a word broken."""
    letters = list(text)
    for _ in range(1 + len(text) // _LETTERS_PER_TYPO):
        place = chance.randrange(1, max(2, len(letters) - 1))
        kind = chance.choice(("swap", "lose", "double", "break"))
        if kind == "swap":
            letters[place - 1 : place + 1] = reversed(letters[place - 1 : place + 1])
        elif kind == "lose":
            del letters[place : place + 1]
        else:
            letters.insert(place, " " if kind == "break" else letters[place - 1])
    return "".join(letters)


def figures(found: Sequence[Trial], weights: Weights, thresholds: Thresholds) -> Figures:
    """What these weights and thresholds would have made of the trials."""
    by_aspect, none, _ = _scored(found, _flat(weights))
    shares = _softmax(np.column_stack([by_aspect, none]))
    nothing, beliefs = shares[:, -1], shares[:, :-1] / (1 - shares[:, -1:])
    right = np.array([-1 if trial.aspect is None else trial.aspect for trial in found])
    order = np.argsort(-beliefs, axis=1)
    refused = nothing > thresholds.refuse
    sure = ~refused & (beliefs.max(axis=1) >= thresholds.sure) & (nothing <= thresholds.doubt)
    first = order[:, 0] == right
    within = (order[:, :3] == right[:, None]).any(axis=1)
    answerable, counter = right >= 0, right < 0
    return Figures(
        right_first=float((sure & first)[answerable].mean()),
        found=float(((sure & first) | (~sure & ~refused & within))[answerable].mean()),
        wrong=float((sure & ~first)[answerable].mean()),
        refused=float(refused[answerable].mean()),
        counter_answered=float(sure[counter].mean()),
        counter_offered=float((~sure & ~refused)[counter].mean()),
    )


def fitted(found: Sequence[Trial], start: Weights | None = None) -> Weights:
    """The weights under which the trials are likeliest, by conditional logistic regression.

    Minimised with Adam (Kingma and Ba, 2015). The same trials always give the same weights.
    """
    flat = _flat(start or Weights())
    answers = len(Weights().for_answers())
    none_features = np.stack([trial.evidence.none for trial in found]).astype(np.float64)
    target, share = _target(found)
    mean, square = np.zeros_like(flat), np.zeros_like(flat)
    for step in range(1, _STEPS + 1):
        by_aspect, none, features = _scored(found, flat)
        error = (_softmax(np.column_stack([by_aspect, none])) - target) * share[:, None]
        slope = np.concatenate(
            [np.einsum("ta,taf->f", error[:, :-1], features), error[:, -1] @ none_features]
        )
        slope += _DECAY * flat
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        flat = flat - _STEP * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
        flat[:answers] = np.maximum(flat[:answers], 0)
    names = [field.name for field in dataclasses.fields(Weights)]
    return Weights(**dict(zip(names, (round(float(value), 2) for value in flat), strict=True)))


def _flat(weights: Weights) -> Scores:
    return np.concatenate([weights.for_answers(), weights.for_none()]).astype(np.float64)


def _target(found: Sequence[Trial]) -> tuple[Scores, Scores]:
    """The right class of each trial as a one in its row, and how much each trial counts."""
    classes = int(max(trial.evidence.aspects.max() for trial in found)) + 1
    right = np.array([classes if trial.aspect is None else trial.aspect for trial in found])
    counter = right == classes
    share = np.where(
        counter, _NONE_SHARE / max(1, counter.sum()), (1 - _NONE_SHARE) / max(1, (~counter).sum())
    )
    return np.eye(classes + 1)[right], share


def _scored(found: Sequence[Trial], flat: Scores) -> tuple[Scores, Scores, Scores]:
    """Each aspect's best score, that of "none of them", and the features of each aspect's best answer."""
    answers = np.stack([trial.evidence.answers for trial in found]).astype(np.float64)
    none = np.stack([trial.evidence.none for trial in found]).astype(np.float64)
    aspects = found[0].evidence.aspects
    size = answers.shape[2]
    scores = answers @ flat[:size]
    classes = int(aspects.max()) + 1
    best = np.full((len(found), classes), -1e9)
    features = np.zeros((len(found), classes, size))
    rows = np.arange(len(found))
    for aspect in np.unique(aspects):
        places = np.flatnonzero(aspects == aspect)
        chosen = places[scores[:, places].argmax(axis=1)]
        best[:, aspect] = scores[rows, chosen]
        features[:, aspect] = answers[rows, chosen]
    return best, none @ flat[size:], features


def _softmax(scores: Scores) -> Scores:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)
