"""What a recording means, when several ways of writing it down compete.

A recogniser that mis-heard one word often names the right words second or third. Each reading counts as much
as the recogniser believes in it. Readings that agree on a meaning are worth more than the first of them, and
readings that disagree are a reason to ask back: that tells a doubtful hearing better than the recogniser's
own confidence.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from assistant.library.entries import EntryRef, Library
from assistant.nlu.intents import (
    CHANGING,
    Answer,
    Choice,
    Command,
    CommandName,
    Emergency,
    Intent,
    NotCovered,
)
from assistant.transcript import Heard, Unheard, UnheardReason

Interpret = Callable[[str], Awaitable[Intent]]
"""What one text means, in the conversation as it stands."""


@dataclass(frozen=True, slots=True)
class Gates:
    """How surely something must be heard to be acted on, and how many readings must agree.

    "Confidence" is the recogniser's own, "share" a part of the belief in all readings, both from 0 to 1.
    Each number is the best of a few, or near it, over recordings in synthetic voices, clean, in noise and in
    a hard room; `python -m tests.benchmarks.hearing` tries them, and shows what gates fitted without a voice
    are worth to that voice. Real voices were not among them.
    """

    sharpness: float = 4.0
    """A reading counts for its confidence to this power; 0 would give each one vote."""
    clear: float = 0.88
    """Confidence from which the first reading's answer, or its having none, is not outvoted by the others: of
    a clear sentence they are near misses in sound, and what those would mean says nothing about it."""
    sure: float = 0.65
    """Confidence from which an answer is given without asking back."""
    faint: float = 0.55
    """Confidence below which only readings that agree are acted on, and then by asking back."""
    agreed: float = 0.5
    """The share of belief in one answer for which something faint is asked back about."""
    ordered: float = 0.4
    """Confidence of the reading which is a command, where the first one is not."""
    alarmed: float = 0.25
    """The share of belief in emergencies of all kinds from which it is one."""
    calm: float = 0.8
    """Confidence from which a first reading that tells of no emergency is not outvoted into one. The safety
    line stands all the same."""
    cautious: float = 0.1
    """The same, from which a safety line stands before whatever is said."""
    answer: float = 0.6
    """The share of belief in one aspect from which it is the answer; below it a choice is offered."""
    doubt: float = 0.35
    """With more belief than this in "no answer fits" there is no direct answer."""
    refuse: float = 0.6
    """With more than this there is none at all."""


_COMMAND_S: Final = 5.0
_COMMAND_WORDS: Final = 6
"""Only what is this short may turn out to be a command that was mis-heard."""
_FAINT_COMMANDS: Final = 2
"""So many readings must be the same command where all are faint: other languages can sound like an order."""
_AGREE: Final = 3
"""So many readings at least must agree on what is faint; an engine that gives one alone has none to agree."""
_LIKE_AN_ALARM: Final = 0.2
"""The belief in an emergency that a reading counts for which only comes with its safety line."""
_BY_RANK: Final = (0.5, 0.3, 0.2)
"""How the belief in a choice is shared among what it offers."""
_MOST_OFFERED: Final = 3
_UNCLEAR: Final = Unheard(UnheardReason.UNCLEAR)


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    text: str
    confidence: float
    weight: float
    """Of all readings together: 1."""
    intent: Intent


async def understood(
    interpret: Interpret,
    heard: Heard,
    library: Library,
    gates: Gates | None = None,
    *,
    first: Intent | None = None,
) -> tuple[Intent | Unheard, Heard]:
    """What was meant, and what was heard, with the words that decided it.

    `first` is what the first reading means, for whoever had to ask that already.

    Emergencies first, then commands, then the answer that the readings speak for. An answer that is likely
    but not sure comes as a Choice that `asks` about its first entry; what is too faint to ask about is
    Unheard, and so is a command that changes something, out of a recording that is faint or doubtful. Never
    raises where `interpret` does not.
    """
    gates = gates or Gates()
    first = first or await interpret(heard.text)
    is_faint = heard.confidence < gates.faint
    if isinstance(first, Command) and not is_faint:
        return (_UNCLEAR if heard.is_doubtful and first.name in CHANGING else first), heard
    hypotheses = await _hypotheses(interpret, first, heard, gates)
    alarm = _alarm(hypotheses, gates)
    if alarm is not None and alarm.is_certain:
        return alarm.intent, replace(heard, text=alarm.text)
    command = _command(hypotheses, heard, gates) if alarm is None else None
    if command is not None:
        return command.intent, replace(heard, text=command.text)
    intent = _voted(hypotheses, library, heard.confidence, gates) or _UNCLEAR
    return (intent if alarm is None else replace(intent, caution=alarm.intent.kind)), heard


async def _hypotheses(
    interpret: Interpret, first: Intent, heard: Heard, gates: Gates
) -> tuple[_Hypothesis, ...]:
    texts = heard.alternatives
    # An engine that names alternatives without confidences believes in each as much as in the first.
    sure = heard.confidences or (heard.confidence,) * len(texts)
    meant = [(heard.text, heard.confidence, first)]
    meant += [(text, each, await interpret(text)) for text, each in zip(texts, sure, strict=True)]
    weights = [each**gates.sharpness for _, each, _ in meant]
    total = sum(weights) or 1.0
    return tuple(
        _Hypothesis(text, each, weight / total, intent)
        for (text, each, intent), weight in zip(meant, weights, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Alarm:
    text: str
    intent: Emergency
    is_certain: bool


def _alarm(hypotheses: Sequence[_Hypothesis], gates: Gates) -> _Alarm | None:
    """The emergency that the readings tell of: certain, or to be kept in mind.

    Readings that mishear the same cry differ in the kind of emergency, and speak for each other all the same.
    """
    belief: dict[str, float] = {}
    told: dict[str, str] = {}
    for hypothesis in hypotheses:
        match hypothesis.intent:
            case Emergency(kind=kind, confidence=sure):
                pass
            case Answer(caution=str(kind)) | Choice(caution=str(kind)) | NotCovered(caution=str(kind)):
                sure = _LIKE_AN_ALARM
            case _:
                continue
        belief[kind] = belief.get(kind, 0.0) + hypothesis.weight * sure
        told.setdefault(kind, hypothesis.text)
    share = sum(belief.values())
    if share < gates.cautious:
        return None
    kind = max(belief, key=belief.__getitem__)
    first = hypotheses[0]
    is_heard_calm = first.confidence >= gates.calm and not isinstance(first.intent, Emergency)
    is_certain = share >= gates.alarmed and not is_heard_calm
    return _Alarm(told[kind], Emergency(kind, min(1.0, share)), is_certain)


def _command(hypotheses: Sequence[_Hypothesis], heard: Heard, gates: Gates) -> _Hypothesis | None:
    """The command that one of the readings is, or two where they are faint, in a recording short enough."""
    if heard.seconds > _COMMAND_S:
        return None
    least = 1 if heard.confidence >= gates.faint else _FAINT_COMMANDS
    told: dict[CommandName, list[_Hypothesis]] = {}
    for hypothesis in hypotheses:
        is_short = len(hypothesis.text.split()) <= _COMMAND_WORDS
        if isinstance(hypothesis.intent, Command) and is_short and hypothesis.confidence >= gates.ordered:
            told.setdefault(hypothesis.intent.name, []).append(hypothesis)
    if heard.is_doubtful or heard.confidence < gates.faint:
        told = {name: each for name, each in told.items() if name not in CHANGING}
    return next((each[0] for each in told.values() if len(each) >= least), None)


def _voted(
    hypotheses: Sequence[_Hypothesis], library: Library, confidence: float, gates: Gates
) -> Answer | Choice | NotCovered | Unheard | None:
    """The outcome that the readings' beliefs add up to; None where no reading asks anything."""
    first = hypotheses[0].intent
    if isinstance(first, Answer | NotCovered) and confidence >= gates.clear:
        return first
    votes = [
        (hypothesis.intent, hypothesis.weight)
        for hypothesis in hypotheses
        if isinstance(hypothesis.intent, Answer | Choice | NotCovered)
    ]
    weight = sum(each for _, each in votes)
    if not votes or not weight:
        return None
    if len(votes) == 1 and votes[0][0] is first and confidence >= gates.sure:
        return first
    belief: dict[str, float] = {}
    named: dict[str, EntryRef] = {}
    none = 0.0
    for vote, each in votes:
        for ref, share in _shares(vote):
            entry = library.entry(ref)
            aspect = f"{ref.topic}/{entry.aspect}" if entry else str(ref)
            named.setdefault(aspect, ref)
            belief[aspect] = belief.get(aspect, 0.0) + share * each / weight
        none += vote.confidence * each / weight if isinstance(vote, NotCovered) else 0.0
    # Equal beliefs keep the order in which they were first named: the surest reading's.
    likely = sorted(belief.items(), key=lambda pair: -pair[1])[:_MOST_OFFERED]
    is_between = _is_between_topics(votes[0][0])
    refs = _one_of_each(belief, named) if is_between else tuple(named[aspect] for aspect, _ in likely)
    caution = next((vote.caution for vote, _ in votes if vote.caution), None)
    is_faint = confidence < gates.faint
    if is_faint and not (len(votes) >= _AGREE and likely and likely[0][1] >= gates.agreed):
        return _UNCLEAR
    if none > gates.refuse or not refs:
        return NotCovered(refs, none, caution)
    total = sum(belief.values())
    best = likely[0][1] / total if total else 0.0
    is_likely = len(refs) == 1 or (not is_between and best >= gates.answer and none <= gates.doubt)
    if not is_faint and not is_likely:
        return Choice(refs, min(1.0, total), caution)
    surest = votes[0][0]
    # The others may cast doubt on the surest reading, but never answer what it did not ask.
    if confidence >= gates.sure and isinstance(surest, Answer) and surest.entry == refs[0]:
        return Answer(refs[0], min(1.0, likely[0][1]), refs[1:], caution)
    return Choice(refs, min(1.0, likely[0][1]), caution, asks=True)


def _is_between_topics(vote: Intent) -> bool:
    """Whether it asks which illness is meant."""
    return isinstance(vote, Choice) and len({ref.topic for ref in vote.entries}) > 1


def _one_of_each(belief: Mapping[str, float], named: Mapping[str, EntryRef]) -> tuple[EntryRef, ...]:
    """The likeliest answer about each illness: no number of readings says which of them is meant."""
    best: dict[str, EntryRef] = {}
    for key in sorted(belief, key=lambda key: -belief[key]):
        best.setdefault(named[key].topic, named[key])
    return tuple(best.values())[:_MOST_OFFERED]


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
