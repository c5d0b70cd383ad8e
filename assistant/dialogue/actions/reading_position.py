"""Where a person is in what is being read to them, what comes next, and where to continue later."""

from assistant.dialogue.actions.audio_segments import parts_of
from assistant.dialogue.person import Person, Place
from assistant.dialogue.turn import Moment, remembering
from assistant.library.entries import Entry, EntryRef, Kind


def part_name(moment: Moment, entry: Entry, part: int) -> str:
    """The title, with "part one of two" where there are several."""
    count = len(parts_of(entry))
    if count == 1:
        return entry.title
    return moment.say(
        "part-name",
        title=entry.title.rstrip("?"),
        number=moment.say("number-in-words", number=part),
        count=moment.say("number-in-words", number=count),
    )


def place_in_hand(moment: Moment) -> Place | None:
    """The answer in hand, the part of it, and whether the whole topic is being read; None without one."""
    memory, entry = moment.person.memory, moment.entry
    if entry is None:
        return None
    part = min(max(memory.part, 1), len(parts_of(entry))) if memory.aloud else 1
    return Place(entry=entry.ref, part=part, whole_topic=memory.whole_topic)


def part_after(moment: Moment, place: Place) -> int | None:
    """The next part of the same answer, if there is one."""
    entry = moment.edition.library.entry(place.entry)
    return place.part + 1 if entry and place.part < len(parts_of(entry)) else None


def answer_after(moment: Moment, place: Place) -> EntryRef | None:
    """The answer that follows; while the whole topic is read, only another section."""
    after = neighbours(moment, place.entry)[1]
    entry = moment.edition.library.entry(after) if after else None
    if entry is None or (place.whole_topic and entry.kind is not Kind.SECTION):
        return None
    return entry.ref


def unfinished(moment: Moment) -> Place | None:
    """The place in hand, when something is being listened to that has not been heard to its end."""
    place = place_in_hand(moment)
    if place is None or not moment.person.memory.aloud:
        return None
    goes_on = part_after(moment, place) or (place.whole_topic and answer_after(moment, place))
    return place if goes_on else None


def left_by_going_to(moment: Moment, ref: EntryRef | None) -> Place | None:
    """What there is to be continued later, once the person goes to the answer `ref`, or stops.

    A whole topic is not forgotten for a single answer: it is the longer way back.
    """
    left, place = moment.person.memory.left, unfinished(moment)
    if place is not None and place.entry != ref and not (left and left.whole_topic and not place.whole_topic):
        return place
    return None if left is not None and left.entry == ref else left


def stopped(before: Moment, after: Person) -> Person:
    """The person after they have asked for silence, or gone to the start.

    What was being read `before` can be continued later.
    """
    left = left_by_going_to(before, None)
    return remembering(after, left=left, aloud=False, part=1, whole_topic=False)


def spoken_to_again(person: Person) -> Person:
    """The person after they have asked for the voice again: in their place, if its answer is in hand."""
    left = person.memory.left
    if left is None or left.entry != person.memory.entry:
        return person
    return remembering(person, left=None, aloud=True, part=left.part, whole_topic=left.whole_topic)


def neighbours(moment: Moment, ref: EntryRef) -> tuple[EntryRef | None, EntryRef | None]:
    """The answers before and after this one in its topic's reading order; None at the ends."""
    topic = moment.edition.library.topics.get(ref.topic)
    order = [entry.ref for entry in topic.entries.values()] if topic else []
    if ref not in order:
        return None, None
    place = order.index(ref)
    return (order[place - 1] if place else None), (order[place + 1] if place + 1 < len(order) else None)
