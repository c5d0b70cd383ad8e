"""What became of each question, and the shares that follow."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from assistant.evaluation.asking import QuestionResult
from assistant.evaluation.intervals import Share
from assistant.evaluation.questions import EvaluationQuestion, Wanted
from assistant.evaluation.transcripts import WordErrors, word_errors

MOST_OFFERED = 3
"""A right answer offered in a later place would not count as found."""


class Outcome(StrEnum):
    """Exactly one of these became of a question."""

    RIGHT = "right"
    """The right answer, command or emergency text at once; for a question without an answer, a refusal."""
    OFFERED = "offered"
    """A choice with the right answer among at most three; for a question without one, any choice."""
    OFFERED_OTHERS = "offered_others"
    WRONG = "wrong"
    """Another answer was given as if it were right."""
    REFUSED = "refused"
    ESCALATED = "escalated"
    """Taken for an emergency, which it is not."""
    COMMAND = "command"
    """Taken for a command, or for another one."""
    UNHEARD = "unheard"
    """Spoken, and not understood well enough to act on: the person is asked to say it again."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The first three answers of a plain search, best first, for the same words."""

    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One question, what became of it, and what each plain search found for it."""

    question: EvaluationQuestion
    outcome: Outcome
    took_ms: float
    errors: WordErrors | None = None
    """Of spoken questions."""
    peers: tuple[tuple[str, Peer], ...] = ()
    given: str = ""
    """The answer or command that came, or else the outcome."""
    confidence: float = 0.0


def result_of(
    question: EvaluationQuestion, asked: QuestionResult, peers: Iterable[tuple[str, Peer]] = ()
) -> Result:
    """What became of `question`, whose reply is `asked`."""
    errors = None if question.recording is None else word_errors(question.text, asked.heard or "")
    given = asked.answer or asked.command or asked.outcome
    outcome = outcome_of(question, asked)
    return Result(question, outcome, asked.took_ms, errors, tuple(peers), given, asked.confidence)


def outcome_of(question: EvaluationQuestion, asked: QuestionResult) -> Outcome:
    """What became of `question`, whose reply is `asked`."""
    judge = _JUDGES.get(asked.outcome)
    if judge is None:
        raise ValueError(f"no rule for the outcome {asked.outcome!r}")
    return judge(question, asked)


def _answered(question: EvaluationQuestion, asked: QuestionResult) -> Outcome:
    return Outcome.RIGHT if _is_answer(question, asked.answer) else Outcome.WRONG


def _offered(question: EvaluationQuestion, asked: QuestionResult) -> Outcome:
    if question.wanted is Wanted.REFUSAL:
        return Outcome.OFFERED
    found = any(_is_answer(question, choice) for choice in asked.choices[:MOST_OFFERED])
    return Outcome.OFFERED if found else Outcome.OFFERED_OTHERS


def _refused(question: EvaluationQuestion, _: QuestionResult) -> Outcome:
    return Outcome.RIGHT if question.wanted is Wanted.REFUSAL else Outcome.REFUSED


def _escalated(question: EvaluationQuestion, _: QuestionResult) -> Outcome:
    return Outcome.RIGHT if question.wanted is Wanted.EMERGENCY else Outcome.ESCALATED


def _obeyed(question: EvaluationQuestion, asked: QuestionResult) -> Outcome:
    is_right = question.wanted is Wanted.COMMAND and asked.command in question.accept
    return Outcome.RIGHT if is_right else Outcome.COMMAND


def _unheard(_: EvaluationQuestion, __: QuestionResult) -> Outcome:
    return Outcome.UNHEARD


def _is_answer(question: EvaluationQuestion, answer: str | None) -> bool:
    return question.wanted is Wanted.ANSWER and answer in question.accept


_JUDGES: dict[str, Callable[[EvaluationQuestion, QuestionResult], Outcome]] = {
    "answer": _answered,
    "choice": _offered,
    "not_covered": _refused,
    "emergency": _escalated,
    "command": _obeyed,
    "unheard": _unheard,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some results."""

    results: tuple[Result, ...]

    @property
    def n(self) -> int:
        """How many questions."""
        return len(self.results)

    def share(self, *outcomes: Outcome) -> Share:
        """The questions of which one of `outcomes` became."""
        return Share(sum(result.outcome in outcomes for result in self.results), self.n)

    @property
    def right_first(self) -> Share:
        """The right reply at once."""
        return self.share(Outcome.RIGHT)

    @property
    def found(self) -> Share:
        """The right answer first, or among at most three offered."""
        return self.share(Outcome.RIGHT, Outcome.OFFERED)

    def peer_share(self, name: str, places: int) -> Share:
        """The questions for which the peer has a right answer in its first `places`."""
        hits = sum(
            any(answer in result.question.accept for answer in dict(result.peers)[name].answers[:places])
            for result in self.results
        )
        return Share(hits, self.n)

    def took_ms(self, quantile: float) -> float:
        """The time that this share of the questions stays within: the value at that rank, not between two."""
        times = sorted(result.took_ms for result in self.results)
        return times[max(0, math.ceil(quantile * len(times)) - 1)] if times else 0.0


def grouped(results: Iterable[Result], key: Callable[[Result], str]) -> dict[str, Tally]:
    """The results by `key`, in order of first appearance."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return {name: Tally(tuple(group)) for name, group in groups.items()}
