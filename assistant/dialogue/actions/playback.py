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
from assistant.dialogue.person import ReadingPosition
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult, remembering
from assistant.library.entries import Kind, Topic
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.words import plain, without_politeness

_MOST_DIGITS: Final = 3
"""Of a part's number; anything longer was not written by this program."""


def next_from(context: TurnContext, place: ReadingPosition) -> TurnResult | None:
    """The next part, or else the next answer; None at the end."""
    part = part_after(context, place)
    if part is not None:
        return answer(
            context, place.entry, part, whole_topic=place.whole_topic, left=context.person.memory.left
        )
    after = answer_after(context, place)
    if after is None:
        return None
    return answer(context, after, whole_topic=place.whole_topic, left=context.person.memory.left)


def at_the_end(context: TurnContext, place: ReadingPosition) -> TurnResult:
    """Says that there is nothing more, and what else there is."""
    said = context.say("end-of-whole-topic") if place.whole_topic else context.say("end-of-topic")
    draft = Draft(
        blocks=context.paragraphs(said),
        options=(faq_option(context), sections_option(context), help_option(context)),
    )
    return context.turn(draft, whole_topic=False)


def continue_(context: TurnContext, argument: str | None) -> TurnResult:
    """Says where the person was, also days ago, and goes on from there.

    What is being listened to now comes first, then what was left for something else, then the answer in hand.
    """
    left = context.person.memory.left
    place = unfinished(context) or left or place_in_hand(context)
    entry = context.edition.library.entry(place.entry) if place else None
    if place is None or entry is None:
        return nothing_in_hand(context)
    if place is left:
        context = _forgetting(context)
    turn = next_from(context, place)
    if turn is None:
        return at_the_end(context, place)
    if place is left or context.person.memory.aloud:
        turn = turn.aloud() if turn.draft.deliver is None else turn
    said = context.say("you-were-at", name=part_name(context, entry, place.part).rstrip("?"))
    draft = turn.draft
    return turn.amended(
        blocks=(*context.paragraphs(said), *draft.blocks),
        said_title=said,
        said=(draft.said_title or "", *(draft.said or ())),
    )


def start_again(context: TurnContext, argument: str | None) -> TurnResult:
    """Gives the answer in hand from its first part, by voice when it was given by voice."""
    place = place_in_hand(context)
    if place is None:
        return nothing_in_hand(context)
    turn = answer(context, place.entry, whole_topic=place.whole_topic)
    return turn.aloud() if context.person.memory.aloud else turn


def where(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what is being read, which part of it, how much there is, and what comes next."""
    place = place_in_hand(context)
    entry = context.edition.library.entry(place.entry) if place else None
    if place is None or entry is None:
        return nothing_in_hand(context)
    topic = context.edition.library.topics[entry.ref.topic]
    name = part_name(context, entry, place.part) if context.person.memory.aloud else entry.title
    sentences = [context.say("where-you-are", name=name.rstrip("?"), topic=topic.title)]
    if place.whole_topic:
        sections = [each.ref for each in topic.of_kind(Kind.SECTION)]
        if entry.ref in sections:
            number = sections.index(entry.ref) + 1
            sentences.append(context.say("where-section", number=number, count=len(sections)))
    sentences.append(_what_comes_next(context, place))
    left = context.person.memory.left
    left_entry = context.edition.library.entry(left.entry) if left else None
    if left and left_entry:
        name = part_name(context, left_entry, left.part).rstrip("?")
        sentences.append(context.say("where-left", name=name))
    options = [
        Option(context.say("option-next-part"), Command(CommandName.NEXT, f"{place.entry}:{place.part}"))
        if _is_in_parts(context, place)
        else Option(context.say("option-next"), Command(CommandName.NEXT, str(place.entry)))
    ]
    if left and left_entry:
        options.append(Option(context.say("option-continue"), Command(CommandName.CONTINUE)))
    draft = Draft(
        title=context.say("where-title"),
        blocks=context.paragraphs(*sentences),
        options=(*options, sections_option(context, topic)),
        suggestions=(
            context.say("invite-go-on"),
            context.say("invite-repeat"),
            *([context.say("invite-continue")] if left and left_entry else []),
        ),
    )
    return context.turn(draft)


def listen_all(context: TurnContext, argument: str | None) -> TurnResult:
    """Begins to read all sections of a topic, a part at a time: each is a voice note, `next` brings another.

    One at a time, so that where the person is, and what "repeat" means, is always certain, and a locked phone
    loses nothing.
    """
    topic = context.edition.library.topics.get(argument) if argument else context.topic
    sections = topic.of_kind(Kind.SECTION) if topic else ()
    if topic is None or not sections:
        return nothing_in_hand(context)
    parts = sum(len(parts_of(entry)) for entry in sections)
    minutes = max(1, round(sum(seconds_of(entry) for entry in sections) / 60))
    said = context.say(
        "listen-all-begins", topic=topic.title, sections=len(sections), parts=parts, minutes=minutes
    )
    turn = answer(context, sections[0].ref, whole_topic=True)
    draft = turn.draft
    return turn.amended(
        blocks=(*context.paragraphs(said), *draft.blocks),
        said_title=said,
        said=(draft.said_title or "", *(draft.said or ())),
    )


def listen_all_option(context: TurnContext, topic: Topic | None = None) -> Option:
    """The way to hear the whole of that topic, or of the one in hand."""
    topic = topic or context.topic
    return Option(
        context.say("option-listen-all"), Command(CommandName.LISTEN_ALL, topic.id if topic else None)
    )


def continue_options(context: TurnContext) -> tuple[Option, ...]:
    """The way back to what was left unfinished; none where there is nothing."""
    place = unfinished(context) or context.person.memory.left
    if place is None or context.edition.library.entry(place.entry) is None:
        return ()
    return (Option(context.say("option-continue"), Command(CommandName.CONTINUE)),)


def stop(context: TurnContext, argument: str | None) -> TurnResult:
    """Says how to go on: nothing goes on by itself, and what is already sent is the person's to pause."""
    return context.turn(
        Draft(blocks=context.paragraphs(context.say("stop-reply")), suggestions=()), whole_topic=False
    )


def volume(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what can make it louder or quieter, and what the assistant can change itself."""
    return context.turn(
        Draft(
            blocks=context.paragraphs(context.say("volume-reply")),
            suggestions=(context.say("invite-slower"), context.say("invite-faster")),
        )
    )


def thanks(context: TurnContext, argument: str | None) -> TurnResult:
    """One kind sentence, and nothing to do next."""
    return context.turn(Draft(blocks=context.paragraphs(context.say("thanks-reply")), suggestions=()))


def sympathy(context: TurnContext, argument: str | None) -> TurnResult:
    """One kind sentence, and where to go from there."""
    draft = Draft(
        blocks=context.paragraphs(context.say("sympathy-reply")),
        options=(sections_option(context), help_option(context)),
    )
    return context.turn(draft)


def meant_by_start(context: TurnContext, text: str) -> Command | None:
    """To start this answer again, for somebody who hears one of several parts and says "start again".

    None for any other words, and for everybody else: then they are the command that they always are.
    """
    if not _is_in_parts(context, place_in_hand(context)):
        return None
    words = {plain(each) for each in context.say("pick-start-again").split(",")}
    said = plain(text)
    return Command(CommandName.START_AGAIN) if {said, without_politeness(said)} & words else None


def _is_in_parts(context: TurnContext, place: ReadingPosition | None) -> bool:
    entry = context.edition.library.entry(place.entry) if place else None
    return entry is not None and context.person.memory.aloud and len(parts_of(entry)) > 1


def _what_comes_next(context: TurnContext, place: ReadingPosition) -> str:
    part = part_after(context, place) if context.person.memory.aloud else None
    if part is not None:
        return context.say("where-next-part", number=context.say("number-in-words", number=part))
    after = answer_after(context, place)
    title = context.title_of(after) if after else None
    return context.say("where-next", title=title.rstrip("?")) if title else context.say("where-last")


def _forgetting(context: TurnContext) -> TurnContext:
    return replace(context, person=remembering(context.person, left=None))


def split_part(argument: str | None) -> tuple[str | None, int | None]:
    """The answer and the part of it in an argument written `topic/answer:part`."""
    if argument is None:
        return None, None
    name, colon, number = argument.rpartition(":")
    if colon and number.isdecimal() and len(number) <= _MOST_DIGITS:
        return name, int(number)
    return argument, None
