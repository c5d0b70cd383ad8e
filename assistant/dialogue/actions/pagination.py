"""Reading on: show, listen, next, back, again, slower, faster and related questions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.answers import answer, emergency
from assistant.dialogue.actions.audio_segments import parts_of
from assistant.dialogue.actions.lists import (
    answer_list,
    faq_option,
    help_option,
    nothing_in_hand,
    sections_option,
    which_one,
)
from assistant.dialogue.actions.playback import at_the_end, continue_, next_from, split_part
from assistant.dialogue.actions.preferences import speed_sentence, with_preferences
from assistant.dialogue.actions.reading_position import neighbours, place_in_hand
from assistant.dialogue.person import AnswerBy, ReadingPosition
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.library.entries import Entry, EntryRef
from assistant.speech.tts.script import Speed

_RELATED: Final = 5
_NEIGHBOURS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"overview", "definition", "history", "types"}),
    frozenset({"symptoms", "types", "complications", "diagnosis", "prognosis"}),
    frozenset({"causes", "risk-factors", "who-is-affected", "prevention"}),
    frozenset({"how-common", "who-is-affected", "epidemiology"}),
    frozenset({"treatment", "cure", "living-with", "prognosis", "research"}),
)
"""Aspects that people ask about together. One can stand in several groups; one in none has no neighbours."""

_SLOWER: Final[Mapping[Speed, Speed]] = {Speed.FAST: Speed.NORMAL, Speed.NORMAL: Speed.SLOW}
_FASTER: Final[Mapping[Speed, Speed]] = {Speed.SLOW: Speed.NORMAL, Speed.NORMAL: Speed.FAST}


class Pagination:
    """The commands about the answer in hand, or the one that their argument names."""

    def __init__(self, picker: ListSelection) -> None:
        self._picker = picker

    def show(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Opens an answer."""
        ref = self._picker.find(argument, context)
        return answer(context, ref) if ref else which_one(context)

    def listen(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Reads an answer aloud, whatever the person's choice of text or voice."""
        place = self._place(context, argument)
        if place is None:
            return which_one(context) if argument else nothing_in_hand(context)
        return _at(context, place).aloud()

    def next(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Reads the next part of what is being listened to; after the last one, opens the answer after it."""
        place = self._place(context, argument)
        if place is None:
            # Plain "continue" is this command too: after a new start it means the place from before.
            return continue_(context, None)
        if context.edition.library.entry(place.entry) is None:
            return answer(context, place.entry)  # Retired: it has no place in the order any more.
        if not _by_parts(context, argument):
            place = _read_to_its_end(context, place)
        return next_from(context, place) or at_the_end(context, place)

    def back(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Reads the part before; before the first one, opens the answer before."""
        place = self._place(context, argument)
        if place is None:
            return nothing_in_hand(context)
        if place.part > 1 and _by_parts(context, argument):
            return _at(context, place.model_copy(update={"part": place.part - 1})).aloud()
        before = neighbours(context, place.entry)[0]
        if before:
            return answer(context, before, whole_topic=place.whole_topic, left=context.person.memory.left)
        if context.edition.library.entry(place.entry) is None:
            return answer(context, place.entry)
        return context.turn(
            Draft(
                blocks=context.paragraphs(context.say("start-of-topic")),
                options=(sections_option(context), faq_option(context), help_option(context)),
            )
        )

    def repeat(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Gives the answer in hand again, or the part of it, by voice when it was given by voice.

        What to do in an emergency is repeated before all else.
        """
        if argument is None and context.person.memory.emergency is not None:
            return emergency(context, context.person.memory.emergency)
        place = self._place(context, argument)
        if place is None:
            return nothing_in_hand(context)
        turn = _at(context, place)
        return turn.aloud() if context.person.memory.aloud else turn

    def related(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Lists the answers about the same thing, and about what is close to it."""
        ref = self.meant(context, argument)
        if ref is None:
            return nothing_in_hand(context)
        entry = context.edition.library.entry(ref)
        refs = related_to(context, entry) if entry else ()
        if not refs:
            return context.turn(
                Draft(
                    blocks=context.paragraphs(context.say("related-none")),
                    options=(sections_option(context), help_option(context)),
                )
            )
        return answer_list(
            context,
            context.say("list-related"),
            (context.say("list-choose"),),
            refs,
            onward=(sections_option(context),),
        )

    def slower(self, context: TurnContext, argument: str | None) -> TurnResult:
        """One step slower, and the answer in hand again at that speed."""
        return self._at_speed(context, _SLOWER, context.say("speaks-slowest"))

    def faster(self, context: TurnContext, argument: str | None) -> TurnResult:
        """One step faster, and the answer in hand again at that speed."""
        return self._at_speed(context, _FASTER, context.say("speaks-fastest"))

    def meant(self, context: TurnContext, argument: str | None) -> EntryRef | None:
        """The answer that the argument names; without one, the answer in hand."""
        return self._picker.find(argument, context) if argument else context.person.memory.entry

    def _place(self, context: TurnContext, argument: str | None) -> ReadingPosition | None:
        """What the argument names, else what is in hand, an answer that was retired included."""
        name, part = split_part(argument)
        ref = self.meant(context, name)
        if ref is None:
            return None
        in_hand = place_in_hand(context)
        if in_hand is None or in_hand.entry != ref:
            return ReadingPosition(entry=ref, part=part or 1)
        return in_hand if part is None else in_hand.model_copy(update={"part": part})

    def _at_speed(self, context: TurnContext, steps: Mapping[Speed, Speed], at_the_limit: str) -> TurnResult:
        old = context.person.preferences.speed
        new = steps.get(old)
        if new is None:
            return context.turn(
                Draft(blocks=context.paragraphs(at_the_limit), options=(help_option(context),))
            )
        said = speed_sentence(context, new)
        person = with_preferences(context.person, speed=new)
        entry = context.entry
        if entry is None:
            return TurnResult(Draft(blocks=context.paragraphs(said), options=(help_option(context),)), person)
        turn = _at(context, place_in_hand(context) or ReadingPosition(entry=entry.ref))
        draft = turn.draft
        return replace(turn, person=with_preferences(turn.person, speed=new)).amended(
            blocks=(*context.paragraphs(said), *draft.blocks),
            said_title=said,
            said=(draft.said_title or entry.title, *(draft.said or ())),
            deliver=AnswerBy.VOICE,
        )


def _at(context: TurnContext, place: ReadingPosition) -> TurnResult:
    return answer(context, place.entry, place.part, whole_topic=place.whole_topic)


def _by_parts(context: TurnContext, argument: str | None) -> bool:
    """Whether a step is from part to part: for somebody who listens, or whose button names a part."""
    return context.person.memory.aloud if argument is None else split_part(argument)[1] is not None


def _read_to_its_end(context: TurnContext, place: ReadingPosition) -> ReadingPosition:
    entry = context.edition.library.entry(place.entry)
    return place.model_copy(update={"part": len(parts_of(entry))}) if entry else place


def related_to(context: TurnContext, entry: Entry) -> tuple[EntryRef, ...]:
    """Other answers of the same aspect first, then of neighbouring ones, in reading order; at most five."""
    topic = context.edition.library.topics[entry.ref.topic]
    others = [other for other in topic.entries.values() if other.ref != entry.ref]
    close = {aspect for group in _NEIGHBOURS if entry.aspect in group for aspect in group} - {entry.aspect}
    same = [other.ref for other in others if other.aspect == entry.aspect]
    return (*same, *(other.ref for other in others if other.aspect in close))[:_RELATED]
