"""What is meant by words that lean on the answer last given: "and in children?", "tell me more"."""

from collections.abc import Iterator
from typing import Final

from assistant.library.entries import Entry, Kind, Topic
from assistant.nlu.index.entity_masking import MASK
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.words import expanded, plain, without_fillers, without_politeness

LEANING_COST: Final = 3.5
"""In logits: how much better an utterance must fit together with the last answer's title than by itself. The
title alone fits its own answer well. Tried by hand: with less, "and the causes?" comes near to being taken
for the last answer; with more, "and in children?" stands alone."""
_LONGEST: Final = 6
"""Words after the opening. What is longer says by itself what it is about."""
_LONGEST_BARE: Final = 3
"""Words, where nothing at the beginning says that it goes on from something."""

_OPENINGS: Final = tuple(
    sorted(
        (
            form
            for wording in (
                "[and|but|so|ok|okay|then|or] (what|how) about [the case of]",
                "[and|but|so] what if it is",
                "(and|but|so|or|also|then|ok|okay)",
            )
            for form in expanded(wording)
        ),
        key=len,
        reverse=True,
    )
)
_LEANS: Final = frozenset(
    """
    that this it them those these then too for in with at after when how where who
    """.split()  # noqa: SIM905  # a list of quoted words is harder to read
)
"""A short utterance that holds one of these, or opens as above, may be the rest of something said before."""

_MORE: Final = (
    "(tell|show|give) me [a bit|some] more [details|detail|information] [about it|about that|on that]",
    "[some|a bit|any] more [details|detail|information] [about it|about that|on that|on this]",
    "(anything|something|what) else [about it|about that|on that|to know|I should know]",
    "(what|is there anything) else (is there|can you tell me|do you know) [about it|about that]",
    "is (that|this) (all|it|everything) [there is|you know|you have]",
    "(explain|say) (more|a bit more|that in more detail)",
    "(in|with) more detail",
)
_SIMPLER: Final = (
    "what (do you mean|does that mean|does this mean) [by that|by this]",
    "[say|explain|put] [it|that|this] in (simple|simpler|easy|easier|plain|other) words",
    "(in|with|using) (simple|simpler|easy|easier|plain) (words|language|terms)",
    "(say|explain|put) (that|it|this) (more simply|simpler|easier|in a simple way|differently)",
    "(simpler|easier|shorter)",
    "(I do not|I did not|do not) (understand|get|follow) (that|it|this|you)",
)
_WHY: Final = (
    "(why|how come|how so) [is that|is this|is it so|that|then|exactly|does that happen|does it happen]",
    "what is the reason [for that|for this]",
    "(where does|what does) (that|this) come from",
)
_CAUSES: Final = "causes"
_ASKED_WHY: Final = "what is the cause of it"

_WIDER: Final = {"definition": "overview", "cure": "treatment", "how-common": "epidemiology"}
"""Where an aspect is told at more length; others are where their own section is."""
_NARROWER: Final = {"overview": "definition", "treatment": "cure"}
"""Where an aspect is told in fewer words."""


Readings = tuple[tuple[str, float], ...]
"""Plain texts to read as questions, beside the utterance itself, with the cost of each in logits."""


def follow_up_of(text: str, last: Entry | None, topic: Topic) -> Command | Readings | None:
    """What plain `text` may mean right after the answer `last` of `topic`; None when it leans on nothing,
    or nothing has been answered yet.

    A Command is certain: more about it, or the same in fewer words. Readings are only possible: they compete
    with the text as it stands, which wins when it makes sense alone.
    """
    if last is None:
        return None
    said = without_politeness(without_fillers(text))
    rest = _without_opening(said)
    if said in _FORMS_OF_MORE or rest in _FORMS_OF_MORE:
        return _other(last, topic, Kind.SECTION, _WIDER) or Command(CommandName.RELATED, str(last.ref))
    if said in _FORMS_OF_SIMPLER or rest in _FORMS_OF_SIMPLER:
        return _other(last, topic, Kind.FAQ, _NARROWER) or Command(CommandName.REPEAT)
    if said in _FORMS_OF_WHY or rest in _FORMS_OF_WHY:
        if last.aspect == _CAUSES:
            return _other(last, topic, Kind.SECTION, _WIDER) or Command(CommandName.RELATED, str(last.ref))
        return ((_ASKED_WHY, 0.0),)
    if not rest or not _leans(said, rest):
        return None
    return ((f"{plain(last.title)} {rest}", LEANING_COST),)


def asks_the_same(masked: str) -> bool:
    """Whether text with its names masked asks no more than the same again of an illness: "and with X?"."""
    rest = masked.removesuffix(f" {MASK}") if masked != MASK else None
    return rest in _THE_SAME


def _leans(said: str, rest: str) -> bool:
    count = len(rest.split())
    if rest != said:
        return count <= _LONGEST
    return count <= _LONGEST_BARE and not _LEANS.isdisjoint(rest.split())


def _without_opening(said: str) -> str:
    while opening := next((one for one in _OPENINGS if said.startswith(f"{one} ")), None):
        said = said.removeprefix(f"{opening} ")
    return said


def _other(last: Entry, topic: Topic, kind: Kind, aspects: dict[str, str]) -> Command | None:
    """To show another answer about the same thing, of that kind, when there is one."""
    if last.kind is kind:
        return None
    for aspect in (last.aspect, aspects.get(last.aspect)):
        for entry in topic.of_kind(kind):
            if entry.aspect == aspect:
                return Command(CommandName.SHOW, str(entry.ref))
    return None


def _forms(wordings: tuple[str, ...]) -> Iterator[str]:
    for wording in wordings:
        for form in expanded(wording):
            yield without_politeness(without_fillers(plain(form)))


_THE_SAME: Final = frozenset(
    form
    for wording in (
        "[and|but|so|ok|okay] (what about|how about|how is it|what is it like) [with|in|for|of]",
        "and [with|in|for|of|about]",
        "[and] [the] same [question|thing] (for|about|with|in|on)",
    )
    for form in expanded(wording)
)
_FORMS_OF_MORE: Final = frozenset(_forms(_MORE))
_FORMS_OF_SIMPLER: Final = frozenset(_forms(_SIMPLER))
_FORMS_OF_WHY: Final = frozenset(_forms(_WHY))
