"""Where a person is in what is being read to them, what comes next, and where to continue later."""

from assistant.dialogue.actions.audio_segments import parts_of
from assistant.dialogue.person import Person, ReadingPosition
from assistant.dialogue.turn import TurnContext, remembering
from assistant.library.entries import Entry, EntryRef, Kind


def full_title(context: TurnContext, entry: Entry, title: str | None = None) -> str:
    """The title of an answer, or what stands for it, with the illness that it is about."""
    topic = context.edition.library.topics[entry.ref.topic]
    return context.of_topic(topic, entry.title if title is None else title)


def part_name(context: TurnContext, entry: Entry, part: int) -> str:
    """The title, with "part one of two" where there are several."""
    count = len(parts_of(entry))
    if count == 1:
        return entry.title
    return context.say(
        "part-name",
        title=entry.title.rstrip("?"),
        number=context.say("number-in-words", number=part),
        count=context.say("number-in-words", number=count),
    )


def place_in_hand(context: TurnContext) -> ReadingPosition | None:
    """The answer in hand, the part of it, and whether the whole topic is being read; None without one."""
    memory, entry = context.person.memory, context.entry
    if entry is None:
        return None
    part = min(max(memory.part, 1), len(parts_of(entry))) if memory.aloud else 1
    return ReadingPosition(entry=entry.ref, part=part, whole_topic=memory.whole_topic)


def part_after(context: TurnContext, place: ReadingPosition) -> int | None:
    """The next part of the same answer, if there is one."""
    entry = context.edition.library.entry(place.entry)
    return place.part + 1 if entry and place.part < len(parts_of(entry)) else None


def answer_after(context: TurnContext, place: ReadingPosition) -> EntryRef | None:
    """The answer that follows; while the whole topic is read, only another section."""
    after = neighbours(context, place.entry)[1]
    entry = context.edition.library.entry(after) if after else None
    if entry is None or (place.whole_topic and entry.kind is not Kind.SECTION):
        return None
    return entry.ref


def unfinished(context: TurnContext) -> ReadingPosition | None:
    """The place in hand, when something is being listened to that has not been heard to its end."""
    place = place_in_hand(context)
    if place is None or not context.person.memory.aloud:
        return None
    goes_on = part_after(context, place) or (place.whole_topic and answer_after(context, place))
    return place if goes_on else None


def left_by_going_to(context: TurnContext, ref: EntryRef | None) -> ReadingPosition | None:
    """What there is to be continued later, once the person goes to the answer `ref`, or stops.

    A whole topic is not forgotten for a single answer: it is the longer way back.
    """
    left, place = context.person.memory.left, unfinished(context)
    if place is not None and place.entry != ref and not (left and left.whole_topic and not place.whole_topic):
        return place
    return None if left is not None and left.entry == ref else left


def stopped(before: TurnContext, after: Person) -> Person:
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


def neighbours(context: TurnContext, ref: EntryRef) -> tuple[EntryRef | None, EntryRef | None]:
    """The answers before and after this one in its topic's reading order; None at the ends."""
    topic = context.edition.library.topics.get(ref.topic)
    order = [entry.ref for entry in topic.entries.values()] if topic else []
    if ref not in order:
        return None, None
    place = order.index(ref)
    return (order[place - 1] if place else None), (order[place + 1] if place + 1 < len(order) else None)
