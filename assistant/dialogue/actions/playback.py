"""Listening at length: continue, start this one again, where am I, the whole topic; and a kind goodbye."""

from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.answers import answer
from assistant.dialogue.actions.audio_segments import parts_of, seconds_of
from assistant.dialogue.actions.lists import faq_option, help_option, nothing_in_hand, sections_option
from assistant.dialogue.actions.reading_position import (
    answer_after,
    part_after,
    part_name,
    place_in_hand,
    unfinished,
)
from assistant.dialogue.person import Place
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Moment, Turn, remembering
from assistant.library.entries import Kind, Topic
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.words import plain, without_politeness

_MOST_DIGITS: Final = 3
"""Of a part's number; anything longer was not written by this program."""


def next_from(moment: Moment, place: Place) -> Turn | None:
    """The next part, or else the next answer; None at the end."""
    part = part_after(moment, place)
    if part is not None:
        return answer(
            moment, place.entry, part, whole_topic=place.whole_topic, left=moment.person.memory.left
        )
    after = answer_after(moment, place)
    if after is None:
        return None
    return answer(moment, after, whole_topic=place.whole_topic, left=moment.person.memory.left)


def at_the_end(moment: Moment, place: Place) -> Turn:
    """Says that there is nothing more, and what else there is."""
    said = moment.say("end-of-whole-topic") if place.whole_topic else moment.say("end-of-topic")
    draft = Draft(
        blocks=moment.paragraphs(said),
        options=(faq_option(moment), sections_option(moment), help_option(moment)),
    )
    return moment.turn(draft, whole_topic=False)


def continue_(moment: Moment, argument: str | None) -> Turn:
    """Says where the person was, also days ago, and goes on from there.

    What is being listened to now comes first, then what was left for something else, then the answer in hand.
    """
    left = moment.person.memory.left
    place = unfinished(moment) or left or place_in_hand(moment)
    entry = moment.edition.library.entry(place.entry) if place else None
    if place is None or entry is None:
        return nothing_in_hand(moment)
    if place is left:
        moment = _forgetting(moment)
    turn = next_from(moment, place)
    if turn is None:
        return at_the_end(moment, place)
    if place is left or moment.person.memory.aloud:
        turn = turn.aloud() if turn.draft.deliver is None else turn
    said = moment.say("you-were-at", name=part_name(moment, entry, place.part).rstrip("?"))
    draft = turn.draft
    return turn.amended(
        blocks=(*moment.paragraphs(said), *draft.blocks),
        said_title=said,
        said=(draft.said_title or "", *(draft.said or ())),
    )


def start_again(moment: Moment, argument: str | None) -> Turn:
    """Gives the answer in hand from its first part, by voice when it was given by voice."""
    place = place_in_hand(moment)
    if place is None:
        return nothing_in_hand(moment)
    turn = answer(moment, place.entry, whole_topic=place.whole_topic)
    return turn.aloud() if moment.person.memory.aloud else turn


def where(moment: Moment, argument: str | None) -> Turn:
    """Says what is being read, which part of it, how much there is, and what comes next."""
    place = place_in_hand(moment)
    entry = moment.edition.library.entry(place.entry) if place else None
    if place is None or entry is None:
        return nothing_in_hand(moment)
    topic = moment.edition.library.topics[entry.ref.topic]
    name = part_name(moment, entry, place.part) if moment.person.memory.aloud else entry.title
    sentences = [moment.say("where-you-are", name=name.rstrip("?"), topic=topic.title)]
    if place.whole_topic:
        sections = [each.ref for each in topic.of_kind(Kind.SECTION)]
        if entry.ref in sections:
            number = sections.index(entry.ref) + 1
            sentences.append(moment.say("where-section", number=number, count=len(sections)))
    sentences.append(_what_comes_next(moment, place))
    left = moment.person.memory.left
    left_entry = moment.edition.library.entry(left.entry) if left else None
    if left and left_entry:
        name = part_name(moment, left_entry, left.part).rstrip("?")
        sentences.append(moment.say("where-left", name=name))
    options = [
        Option(moment.say("option-next-part"), Command(CommandName.NEXT, f"{place.entry}:{place.part}"))
        if _is_in_parts(moment, place)
        else Option(moment.say("option-next"), Command(CommandName.NEXT, str(place.entry)))
    ]
    if left and left_entry:
        options.append(Option(moment.say("option-continue"), Command(CommandName.CONTINUE)))
    draft = Draft(
        title=moment.say("where-title"),
        blocks=moment.paragraphs(*sentences),
        options=(*options, sections_option(moment, topic)),
        invites=(
            moment.say("invite-go-on"),
            moment.say("invite-repeat"),
            *([moment.say("invite-continue")] if left and left_entry else []),
        ),
    )
    return moment.turn(draft)


def listen_all(moment: Moment, argument: str | None) -> Turn:
    """Begins to read all sections of a topic, a part at a time: each is a voice note, `next` brings another.

    One at a time, so that where the person is, and what "repeat" means, is always certain, and a locked phone
    loses nothing.
    """
    topic = moment.edition.library.topics.get(argument) if argument else moment.topic
    sections = topic.of_kind(Kind.SECTION) if topic else ()
    if topic is None or not sections:
        return nothing_in_hand(moment)
    parts = sum(len(parts_of(entry)) for entry in sections)
    minutes = max(1, round(sum(seconds_of(entry) for entry in sections) / 60))
    said = moment.say(
        "listen-all-begins", topic=topic.title, sections=len(sections), parts=parts, minutes=minutes
    )
    turn = answer(moment, sections[0].ref, whole_topic=True)
    draft = turn.draft
    return turn.amended(
        blocks=(*moment.paragraphs(said), *draft.blocks),
        said_title=said,
        said=(draft.said_title or "", *(draft.said or ())),
    )


def listen_all_option(moment: Moment, topic: Topic | None = None) -> Option:
    """The way to hear the whole of that topic, or of the one in hand."""
    topic = topic or moment.topic
    return Option(
        moment.say("option-listen-all"), Command(CommandName.LISTEN_ALL, topic.id if topic else None)
    )


def continue_options(moment: Moment) -> tuple[Option, ...]:
    """The way back to what was left unfinished; none where there is nothing."""
    place = unfinished(moment) or moment.person.memory.left
    if place is None or moment.edition.library.entry(place.entry) is None:
        return ()
    return (Option(moment.say("option-continue"), Command(CommandName.CONTINUE)),)


def thanks(moment: Moment, argument: str | None) -> Turn:
    """One kind sentence, and nothing to do next."""
    return moment.turn(Draft(blocks=moment.paragraphs(moment.say("thanks-reply")), invites=()))


def meant_by_start(moment: Moment, text: str) -> Command | None:
    """To start this answer again, for somebody who hears one of several parts and says "start again".

    None for any other words, and for everybody else: then they are the command that they always are.
    """
    if not _is_in_parts(moment, place_in_hand(moment)):
        return None
    words = {plain(each) for each in moment.say("pick-start-again").split(",")}
    said = plain(text)
    return Command(CommandName.START_AGAIN) if {said, without_politeness(said)} & words else None


def _is_in_parts(moment: Moment, place: Place | None) -> bool:
    entry = moment.edition.library.entry(place.entry) if place else None
    return entry is not None and moment.person.memory.aloud and len(parts_of(entry)) > 1


def _what_comes_next(moment: Moment, place: Place) -> str:
    part = part_after(moment, place) if moment.person.memory.aloud else None
    if part is not None:
        return moment.say("where-next-part", number=moment.say("number-in-words", number=part))
    after = answer_after(moment, place)
    title = moment.title_of(after) if after else None
    return moment.say("where-next", title=title) if title else moment.say("where-last")


def _forgetting(moment: Moment) -> Moment:
    return replace(moment, person=remembering(moment.person, left=None))


def split_part(argument: str | None) -> tuple[str | None, int | None]:
    """The answer and the part of it in an argument written `topic/answer:part`."""
    if argument is None:
        return None, None
    name, colon, number = argument.rpartition(":")
    if colon and number.isdecimal() and len(number) <= _MOST_DIGITS:
        return name, int(number)
    return argument, None
