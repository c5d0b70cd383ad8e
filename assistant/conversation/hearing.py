"""What a recording means, when several ways of writing it down compete.

A recogniser that mis-heard one word often names the right words second or third. Readings that agree on a
meaning are worth more than the first of them, and readings that disagree are a reason to ask back: that tells
a doubtful hearing better than the recogniser's own confidence does.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from assistant.library.values import EntryRef, Library
from assistant.speech.values import Heard
from assistant.understanding.meaning import Answer, Choice, Command, Emergency, Meaning, NotCovered

Interpret = Callable[[str], Awaitable[Meaning]]
"""What one text means, in the conversation as it stands."""

SURE: Final = 0.65
"""Recogniser's confidence from which an answer is given without asking back. Like the numbers below it was
set by hand on synthetic voices, clean and at 10 dB of noise, and not yet calibrated on other voices: asking
back made the right answer reachable more often in noise, at the price of fewer direct answers."""
CLEAR: Final = 0.85
"""Recogniser's confidence from which a first reading with a direct answer is not outvoted by the others: of a
clear sentence they are near misses in sound, and what those would mean says nothing about it."""
_COMMAND_S: Final = 5.0
_COMMAND_WORDS: Final = 6
"""Only what is this short may turn out to be a command that was mis-heard."""
_ALARMED: Final = 0.5
"""The share of readings that must sound like an emergency when the first one does not."""
_ALARM_WORDS: Final = 4
"""Fewer words than this, mis-heard, sound like an emergency too easily."""
_CERTAIN_ALARM: Final = 0.95
"""An emergency this sure needs no second reading to agree."""
_LONE_ALARM: Final = 0.34
"""Below this share of at least three readings an unsure emergency is a caution beside the answer."""
_ANSWER: Final = 0.6
"""The share of the belief in one aspect from which it is the answer; below it a choice is offered."""
_DOUBT: Final = 0.35
"""With more belief than this in "no answer fits" there is no direct answer."""
_REFUSE: Final = 0.6
"""With more than this there is none at all."""
_BY_RANK: Final = (0.5, 0.3, 0.2)
"""How the belief in a choice is shared among what it offers."""
_MOST_OFFERED: Final = 3


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    meaning: Meaning


async def understood(interpret: Interpret, heard: Heard, library: Library) -> tuple[Meaning, Heard]:
    """What was meant, and what was heard, with the words that decided it.

    Emergencies first, then commands, then the answer that most readings speak for. An answer that is likely
    but not sure comes as a Choice that `asks` about its first entry. Never raises where `interpret` does not.
    """
    first = _Reading(heard.text, await interpret(heard.text))
    if isinstance(first.meaning, Command):
        return first.meaning, heard
    others = [_Reading(text, await interpret(text)) for text in heard.alternatives]
    readings = (first, *others)
    alarm = _alarm(readings)
    if alarm is not None and alarm.is_certain:
        return alarm.meaning, replace(heard, text=alarm.text)
    command = _command(readings, heard) if alarm is None else None
    if command is not None:
        return command.meaning, replace(heard, text=command.text)
    meaning = _voted(readings, library, heard.confidence)
    if alarm is not None:
        if isinstance(meaning, Emergency | Command):
            return alarm.meaning, heard
        meaning = replace(meaning, caution=alarm.meaning.kind)
    return meaning, heard


@dataclass(frozen=True, slots=True)
class _Alarm:
    text: str
    meaning: Emergency
    is_certain: bool


def _alarm(readings: Sequence[_Reading]) -> _Alarm | None:
    """The emergency that the readings tell of: certain, or to be kept in mind."""
    alarming = [
        (reading.text, reading.meaning)
        for number, reading in enumerate(readings)
        if isinstance(reading.meaning, Emergency)
        and (number == 0 or len(reading.text.split()) >= _ALARM_WORDS)
    ]
    if not alarming:
        return None
    share = len(alarming) / len(readings)
    text, meaning = alarming[0]
    if isinstance(readings[0].meaning, Emergency):
        lone = len(readings) >= 3 and share < _LONE_ALARM and meaning.confidence < _CERTAIN_ALARM
        return _Alarm(text, meaning, not lone)
    return _Alarm(text, meaning, True) if share >= _ALARMED else None


def _command(readings: Sequence[_Reading], heard: Heard) -> _Reading | None:
    """The command that one of the other readings is, where the recording is short enough for one."""
    if heard.seconds > _COMMAND_S:
        return None
    return next(
        (
            reading
            for reading in readings
            if isinstance(reading.meaning, Command) and len(reading.text.split()) <= _COMMAND_WORDS
        ),
        None,
    )


def _voted(readings: Sequence[_Reading], library: Library, confidence: float) -> Meaning:
    """The outcome that the readings' beliefs add up to. One reading that is sure stays as it is."""
    first = readings[0].meaning
    votes = [
        reading.meaning for reading in readings if isinstance(reading.meaning, Answer | Choice | NotCovered)
    ]
    if not votes or (len(votes) == 1 and votes[0] is first and confidence >= SURE):
        return first
    if isinstance(first, Answer) and confidence >= CLEAR:
        return first
    belief: dict[str, float] = {}
    named: dict[str, EntryRef] = {}
    none = 0.0
    for vote in votes:
        for ref, share in _shares(vote):
            entry = library.entry(ref)
            aspect = f"{ref.topic}/{entry.aspect}" if entry else str(ref)
            named.setdefault(aspect, ref)
            belief[aspect] = belief.get(aspect, 0.0) + share / len(votes)
        none += vote.confidence / len(votes) if isinstance(vote, NotCovered) else 0.0
    # Equal beliefs keep the order in which they were first named: the surest reading's.
    likely = sorted(belief.items(), key=lambda pair: -pair[1])[:_MOST_OFFERED]
    total = sum(belief.values())
    refs = tuple(named[aspect] for aspect, _ in likely)
    caution = next((vote.caution for vote in votes if vote.caution), None)
    if none > _REFUSE or not refs:
        return NotCovered(refs, none, caution)
    best = likely[0][1] / total if total else 0.0
    is_likely = len(refs) == 1 or (best >= _ANSWER and none <= _DOUBT)
    repaired = first.repaired if isinstance(first, Answer | Choice) else ()
    if not is_likely:
        return Choice(refs, min(1.0, total), caution, repaired)
    surest = votes[0]
    # The others may cast doubt on the surest reading, but never answer what it did not ask.
    if confidence >= SURE and isinstance(surest, Answer) and surest.entry == refs[0]:
        return Answer(refs[0], min(1.0, likely[0][1]), refs[1:], caution, repaired)
    return Choice(refs, min(1.0, likely[0][1]), caution, repaired, asks=True)


def _shares(vote: Answer | Choice | NotCovered) -> list[tuple[EntryRef, float]]:
    """How much one reading speaks for each answer."""
    match vote:
        case Answer(entry=ref, confidence=sure, also=also):
            rest = (1 - sure) * _BY_RANK[1]
            return [(ref, sure), *((other, rest) for other in also[:2])]
        case Choice(entries=refs, confidence=sure):
            return [(ref, sure * share) for ref, share in zip(refs, _BY_RANK, strict=False)]
        case NotCovered(nearest=refs, confidence=none):
            return [(ref, (1 - none) * share) for ref, share in zip(refs, _BY_RANK, strict=False)]
        case _:
            assert_never(vote)
