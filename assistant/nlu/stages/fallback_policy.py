"""Every threshold of understanding, and the outcome that follows from beliefs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import numpy as np

from assistant.library.entries import EntryRef
from assistant.nlu.intents import CHANGING, Answer, Choice, CommandName, NotCovered


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a belief, 0 to 1, is enough. Chosen on writers left out of training, by what mistakes cost:
    a missed emergency more than a false alarm, that more than a wrong answer, that more than a choice.
    """

    brief_alarm: float = 0.31
    """For a message of `brief_words`: who cries for help says little."""
    long_alarm: float = 0.7
    """For one of `long_words`: who tells a story is in less of a hurry, and says more that may alarm."""
    brief_words: int = 15
    long_words: int = 25
    caution: float = 0.1
    """From here an answer comes together with a safety line."""
    doubtful: float = 0.01
    """From here, below the alarm, each clause of a short message is looked at by itself."""
    plain_alarm: float = 0.98
    """The alarm for a clause by itself, which has lost what stood around it."""
    refuse: float = 0.6
    """NotCovered when "none of them" holds more, of what names the illness."""
    refuse_unnamed: float = 0.3
    """The same of what names none, which is mostly about something else where it is in doubt."""
    doubt: float = 0.3
    """With more than this for "none of them" there is no Answer, but at most a Choice."""
    sure: float = 0.45
    """Answer when the best aspect holds more of the belief that is left than this; else Choice."""
    offer: float = 0.08
    """A third aspect is offered in a Choice only with at least this share."""
    command: float = 0.4
    """A command in other words."""
    changing: float = 0.6
    """One that changes something."""
    erasing: float = 0.9
    """Forgetting somebody, which is asked about once more."""
    alike: float = 0.75
    """The likeness to a wording of a command that the encoder has not learnt."""
    second: float = 0.7
    """The belief in the answer to another question of the same message, from which it is offered too."""

    def alarm(self, words: int) -> float:
        """The belief that raises the alarm for a message of so many words: rising evenly between the ends."""
        ends = (self.brief_words, self.long_words)
        return float(np.interp(words, ends, (self.brief_alarm, self.long_alarm)))


MAX_OFFERED: Final = 3


def decide(
    best: Sequence[tuple[EntryRef, float]], none: float, thresholds: Thresholds, *, is_named: bool = True
) -> Answer | Choice | NotCovered:
    """The outcome for one question.

    `best` holds one answer of each aspect, best first, with its belief; answers of one aspect never compete.
    `none` is the belief in none of them. `is_named`: whether the illness is.
    """
    nearest = tuple(entry for entry, _ in best[:MAX_OFFERED])
    if not best or none > (thresholds.refuse if is_named else thresholds.refuse_unnamed):
        return NotCovered(nearest, confidence=none if best else 0.0)
    left = sum(belief for _, belief in best) or 1.0
    shares = [belief / left for _, belief in best]
    if (shares[0] >= thresholds.sure and none <= thresholds.doubt) or len(best) == 1:
        return Answer(best[0][0], confidence=best[0][1], also=nearest[1:])
    likely = sum(share >= thresholds.offer for share in shares[:MAX_OFFERED])
    offered = nearest[: max(2, likely)]
    return Choice(offered, confidence=sum(belief for _, belief in best[: len(offered)]))


def of_topics(outcomes: Sequence[Answer | Choice | NotCovered]) -> Answer | Choice | NotCovered:
    """The outcome for one question that may be about several topics, from the outcome in each.

    One answer of each that has one is offered; what only one has is given, and names its illness.
    """
    covered = [each for each in outcomes if not isinstance(each, NotCovered)]
    if len(covered) == 1:
        return covered[0]
    if not covered:
        silent = [each for each in outcomes if isinstance(each, NotCovered)]
        nearest = tuple(ref for row in zip_longest(*(each.nearest for each in silent)) for ref in row if ref)
        return NotCovered(nearest[:MAX_OFFERED], min((each.confidence for each in silent), default=0.0))
    firsts = [
        (each.entry if isinstance(each, Answer) else each.entries[0], each.confidence) for each in covered
    ]
    firsts.sort(key=lambda each: -each[1])
    return Choice(tuple(entry for entry, _ in firsts)[:MAX_OFFERED], firsts[0][1])


def commanded(beliefs: Mapping[CommandName, float], thresholds: Thresholds) -> CommandName | None:
    """The command that is meant in other words, if one is believed in enough."""
    if not beliefs:
        return None
    name, belief = max(beliefs.items(), key=lambda pair: pair[1])
    least = thresholds.changing if name in CHANGING else thresholds.command
    if name is CommandName.FORGET_ME:
        least = thresholds.erasing
    return name if belief >= least else None
