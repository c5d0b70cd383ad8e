"""When somebody was not understood: an honest no, or asking again, and less to choose from each time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.lists import answer_list, help_option, sections_option
from assistant.dialogue.turn import Draft, Moment, Turn, remembering
from assistant.library.entries import EntryRef
from assistant.transcript import Unheard, UnheardReason

_FAR: Final = 0.9
"""With more belief than this in "no answer fits", even what is nearest is not near. Other subjects hold 0.97
and more; tried by hand on the shipped content, not measured."""


def not_covered(moment: Moment, nearest: Sequence[EntryRef], none: float) -> Turn:
    """Says plainly that there is no answer, who can answer instead, and what is near if anything is.

    `none` is the belief that no answer fits. The second time in a row there are only two ways on.
    """
    times = moment.person.memory.misunderstood + 1
    near = [ref for ref in nearest if moment.edition.library.entry(ref)]
    # A question is first taken to go on about the answer in hand: where nothing is nearer, nothing is near.
    if none > _FAR or near[:1] == [moment.person.memory.entry]:
        near = []
    no, person = moment.say("not-covered"), moment.say("not-covered-human")
    if times > 1 or not near:
        can = () if times > 1 else (_what_can_be_asked(moment),)
        draft = Draft(
            blocks=moment.paragraphs(no, person, *can),
            options=(sections_option(moment), help_option(moment)),
            offered=(),
            repeats_heard=True,
        )
        return moment.turn(draft, misunderstood=times)
    turn = answer_list(
        moment,
        None,
        (no, person, moment.say("not-covered-nearest")),
        near,
        onward=(sections_option(moment),),
        said_last=(moment.say("choice-none-spoken"),),
        misunderstood=times,
    )
    return turn.amended(repeats_heard=True)


def unheard(moment: Moment, why: Unheard) -> Turn:
    """Says why a voice message gave no words, and what to do next. What was on offer stays on offer."""
    times = moment.person.memory.misunderstood + 1
    if why.reason is UnheardReason.TOO_LONG:
        text = moment.say("unheard-too-long", seconds=moment.edition.longest_voice_s)
    else:
        text = moment.say(f"unheard-{why.reason.value.replace('_', '-')}")
    ways = (help_option(moment), sections_option(moment))
    draft = Draft(blocks=moment.paragraphs(text), options=ways if times == 1 else ways[:1])
    return moment.turn(draft, misunderstood=times)


def understood_again(moment: Moment, turn: Turn) -> Turn:
    """The turn, which starts the count anew unless it has counted a misunderstanding itself."""
    counted = turn.person.memory.misunderstood
    if counted > moment.person.memory.misunderstood or not counted:
        return turn
    return replace(turn, person=remembering(turn.person, misunderstood=0))


def _what_can_be_asked(moment: Moment) -> str:
    topic = moment.topic
    return moment.say("can-be-asked", topic=topic.title) if topic else moment.say("can-be-asked-any")
