"""Reading on: show, listen, next, back, again, slower, faster and related questions."""

from collections.abc import Mapping
from typing import Final

from assistant.conversation.answers import answer, neighbours
from assistant.conversation.drafts import Draft, Moment, Turn
from assistant.conversation.lists import (
    answer_list,
    faq_option,
    help_option,
    nothing_in_hand,
    sections_option,
    which_one,
)
from assistant.conversation.preferences import speed_sentence, with_preferences
from assistant.conversation.selection import Picker
from assistant.conversation.values import AnswerBy
from assistant.library.values import Entry, EntryRef
from assistant.speech.values import Speed

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
        ref = self.meant(moment, argument)
        if ref is None:
            return which_one(moment) if argument else nothing_in_hand(moment)
        return answer(moment, ref).aloud()

    def next(self, moment: Moment, argument: str | None) -> Turn:
        """Opens the answer after this one."""
        return self._step(moment, argument, 1)

    def back(self, moment: Moment, argument: str | None) -> Turn:
        """Opens the answer before this one."""
        return self._step(moment, argument, 0)

    def repeat(self, moment: Moment, argument: str | None) -> Turn:
        """Gives the answer in hand again, by voice when it was given by voice."""
        ref = self.meant(moment, argument)
        if ref is None:
            return nothing_in_hand(moment)
        turn = answer(moment, ref)
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

    def _step(self, moment: Moment, argument: str | None, side: int) -> Turn:
        ref = self.meant(moment, argument)
        if ref is None:
            return nothing_in_hand(moment)
        target = neighbours(moment, ref)[side]
        if target:
            return answer(moment, target)
        if moment.edition.library.entry(ref) is None:
            return answer(moment, ref)  # Retired: it has no place in the order any more, and that is said.
        said = moment.say("end-of-topic") if side else moment.say("start-of-topic")
        return moment.turn(
            Draft(
                blocks=moment.paragraphs(said),
                options=(sections_option(moment), faq_option(moment), help_option(moment)),
            )
        )

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
        turn = answer(moment, entry.ref)
        draft = turn.draft
        return Turn(draft, person).amended(
            blocks=(*moment.paragraphs(said), *draft.blocks),
            said_title=said,
            said=(entry.title, *(draft.said or ())),
            deliver=AnswerBy.VOICE,
        )


def related_to(moment: Moment, entry: Entry) -> tuple[EntryRef, ...]:
    """Other answers of the same aspect first, then of neighbouring ones, in reading order; at most five."""
    topic = moment.edition.library.topics[entry.ref.topic]
    others = [other for other in topic.entries.values() if other.ref != entry.ref]
    close = {aspect for group in _NEIGHBOURS if entry.aspect in group for aspect in group} - {entry.aspect}
    same = [other.ref for other in others if other.aspect == entry.aspect]
    return (*same, *(other.ref for other in others if other.aspect in close))[:_RELATED]
