"""Reading on: show, listen, next, back, again, slower, faster and related questions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.answers import answer
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
from assistant.dialogue.person import AnswerBy, Place
from assistant.dialogue.policy.list_selection import Picker
from assistant.dialogue.turn import Draft, Moment, Turn
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


class Reading:
    """The commands about the answer in hand, or the one that their argument names."""

    def __init__(self, picker: Picker) -> None:
        self._picker = picker

    def show(self, moment: Moment, argument: str | None) -> Turn:
        """Opens an answer."""
        ref = self._picker.find(argument, moment)
        return answer(moment, ref) if ref else which_one(moment)

    def listen(self, moment: Moment, argument: str | None) -> Turn:
        """Reads an answer aloud, whatever the person's choice of text or voice."""
        place = self._place(moment, argument)
        if place is None:
            return which_one(moment) if argument else nothing_in_hand(moment)
        return _at(moment, place).aloud()

    def next(self, moment: Moment, argument: str | None) -> Turn:
        """Reads the next part of what is being listened to; after the last one, opens the answer after it."""
        place = self._place(moment, argument)
        if place is None:
            # Plain "continue" is this command too: after a new start it means the place from before.
            return continue_(moment, None)
        if moment.edition.library.entry(place.entry) is None:
            return answer(moment, place.entry)  # Retired: it has no place in the order any more.
        if not _by_parts(moment, argument):
            place = _read_to_its_end(moment, place)
        return next_from(moment, place) or at_the_end(moment, place)

    def back(self, moment: Moment, argument: str | None) -> Turn:
        """Reads the part before; before the first one, opens the answer before."""
        place = self._place(moment, argument)
        if place is None:
            return nothing_in_hand(moment)
        if place.part > 1 and _by_parts(moment, argument):
            return _at(moment, place.model_copy(update={"part": place.part - 1})).aloud()
        before = neighbours(moment, place.entry)[0]
        if before:
            return answer(moment, before, whole_topic=place.whole_topic, left=moment.person.memory.left)
        if moment.edition.library.entry(place.entry) is None:
            return answer(moment, place.entry)
        return moment.turn(
            Draft(
                blocks=moment.paragraphs(moment.say("start-of-topic")),
                options=(sections_option(moment), faq_option(moment), help_option(moment)),
            )
        )

    def repeat(self, moment: Moment, argument: str | None) -> Turn:
        """Gives the answer in hand again, or the part of it, by voice when it was given by voice."""
        place = self._place(moment, argument)
        if place is None:
            return nothing_in_hand(moment)
        turn = _at(moment, place)
        return turn.aloud() if moment.person.memory.aloud else turn

    def related(self, moment: Moment, argument: str | None) -> Turn:
        """Lists the answers about the same thing, and about what is close to it."""
        ref = self.meant(moment, argument)
        if ref is None:
            return nothing_in_hand(moment)
        entry = moment.edition.library.entry(ref)
        refs = related_to(moment, entry) if entry else ()
        if not refs:
            return moment.turn(
                Draft(
                    blocks=moment.paragraphs(moment.say("related-none")),
                    options=(sections_option(moment), help_option(moment)),
                )
            )
        return answer_list(
            moment,
            moment.say("list-related"),
            (moment.say("list-choose"),),
            refs,
            onward=(sections_option(moment),),
        )

    def slower(self, moment: Moment, argument: str | None) -> Turn:
        """One step slower, and the answer in hand again at that speed."""
        return self._at_speed(moment, _SLOWER, moment.say("speaks-slowest"))

    def faster(self, moment: Moment, argument: str | None) -> Turn:
        """One step faster, and the answer in hand again at that speed."""
        return self._at_speed(moment, _FASTER, moment.say("speaks-fastest"))

    def meant(self, moment: Moment, argument: str | None) -> EntryRef | None:
        """The answer that the argument names; without one, the answer in hand."""
        return self._picker.find(argument, moment) if argument else moment.person.memory.entry

    def _place(self, moment: Moment, argument: str | None) -> Place | None:
        """What the argument names, else what is in hand, an answer that was retired included."""
        name, part = split_part(argument)
        ref = self.meant(moment, name)
        if ref is None:
            return None
        in_hand = place_in_hand(moment)
        if in_hand is None or in_hand.entry != ref:
            return Place(entry=ref, part=part or 1)
        return in_hand if part is None else in_hand.model_copy(update={"part": part})

    def _at_speed(self, moment: Moment, steps: Mapping[Speed, Speed], at_the_limit: str) -> Turn:
        old = moment.person.preferences.speed
        new = steps.get(old)
        if new is None:
            return moment.turn(Draft(blocks=moment.paragraphs(at_the_limit), options=(help_option(moment),)))
        said = speed_sentence(moment, new)
        person = with_preferences(moment.person, speed=new)
        entry = moment.entry
        if entry is None:
            return Turn(Draft(blocks=moment.paragraphs(said), options=(help_option(moment),)), person)
        turn = _at(moment, place_in_hand(moment) or Place(entry=entry.ref))
        draft = turn.draft
        return replace(turn, person=with_preferences(turn.person, speed=new)).amended(
            blocks=(*moment.paragraphs(said), *draft.blocks),
            said_title=said,
            said=(draft.said_title or entry.title, *(draft.said or ())),
            deliver=AnswerBy.VOICE,
        )


def _at(moment: Moment, place: Place) -> Turn:
    return answer(moment, place.entry, place.part, whole_topic=place.whole_topic)


def _by_parts(moment: Moment, argument: str | None) -> bool:
    """Whether a step is from part to part: for somebody who listens, or whose button names a part."""
    return moment.person.memory.aloud if argument is None else split_part(argument)[1] is not None


def _read_to_its_end(moment: Moment, place: Place) -> Place:
    entry = moment.edition.library.entry(place.entry)
    return place.model_copy(update={"part": len(parts_of(entry))}) if entry else place


def related_to(moment: Moment, entry: Entry) -> tuple[EntryRef, ...]:
    """Other answers of the same aspect first, then of neighbouring ones, in reading order; at most five."""
    topic = moment.edition.library.topics[entry.ref.topic]
    others = [other for other in topic.entries.values() if other.ref != entry.ref]
    close = {aspect for group in _NEIGHBOURS if entry.aspect in group for aspect in group} - {entry.aspect}
    same = [other.ref for other in others if other.aspect == entry.aspect]
    return (*same, *(other.ref for other in others if other.aspect in close))[:_RELATED]
