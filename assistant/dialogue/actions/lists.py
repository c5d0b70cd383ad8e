"""Lists of answers, a few at a time, each one a button, a number and a name to say.

A message shows up to eight buttons; the voice names three at a time. Numbers count the whole list, so that
each answer keeps its own, whichever part of the list is shown or said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.dialogue.person import Listing, Shown
from assistant.dialogue.render.spoken_text import as_sentence
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.library.entries import BulletList, EntryRef, Topic
from assistant.nlu.intents import Command, CommandName

MOST_OPTIONS: Final = 8
"""Buttons in one message; more is tiring to hear and to tap through."""
LONGEST_LABEL: Final = 40
"""Letters on a button; a small screen cuts off what is longer."""
_WHOLE: Final = 7
"""A list this short stands in one piece, with one way onward."""
_PAGE: Final = 6
"""Otherwise this many at a time, with the ways to the pages before and after."""
_ALOUD: Final = 3
"""So many are named aloud at a time (W3C, Natural Language Interface Accessibility User Requirements)."""
_MOST_DIGITS: Final = 4
"""Of a page number; anything longer was not written by this program."""
_MOST_REMEMBERED: Final = 100
"""So many answers of one list can be picked by number or name; more would only fill the store."""
_FROM: Final = "from-"


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list begins, and how to turn its pages: `command` with the argument `<prefix><place>`.

    A place is the number of a page, or `from-<number>` for a list that begins with that answer.
    """

    command: CommandName
    place: str = ""
    prefix: str = ""

    def at(self, first: int) -> Command:
        """The command for the list from that answer on, counted from one."""
        whole, within = divmod(first - 1, _PAGE)
        place = f"{_FROM}{first}" if within else str(whole + 1)
        return Command(self.command, f"{self.prefix}{place}")


def answer_list(
    context: TurnContext,
    title: str | None,
    intro: Sequence[str],
    refs: Sequence[EntryRef],
    *,
    page: Page | None = None,
    onward: Iterable[Option] = (),
    closing: Sequence[str] = (),
    said_last: Sequence[str] = (),
    first: int = 1,
    by_illness: bool = False,
    **memory: Any,
) -> TurnResult:
    """The turn that names these answers, or some of them, and remembers them all as offered.

    `intro` comes before them, `closing` after them; `said_last` is for the voice alone: what else can be
    said, a sentence each. `onward` are the ways to something else, left out where there would be too many
    buttons.
    `by_illness`: each is about another one, whose name is enough to choose by.
    Without a `page`, the list is one that fits into a message, and the voice begins with the answer `first`.
    """
    everything = tuple(refs)[:_MOST_REMEMBERED]
    total = len(everything)
    turning: list[Option] = []
    shown = everything
    start = 1
    kept: Shown | None = None
    if page is not None:
        kept = Shown(label=title or "", name=page.command, argument=page.prefix)
        start = first = _first(page.place, total)
        shown = everything[start - 1 : start - 1 + (_WHOLE if total <= _WHOLE else _PAGE)]
        last = start - 1 + len(shown)
        if last < total:
            turning.append(Option(context.say("option-show-more"), page.at(last + 1)))
        if start > 1:
            turning.append(Option(context.say("option-show-earlier"), page.at(max(1, start - _PAGE))))
    topic = _only_topic(context, everything, page)
    if topic is not None:
        title = topic.title if title is None else context.of_topic(topic, title)
    name_of = context.name_of if topic is None else context.title_of
    named = [(ref, name_of(ref) or str(ref)) for ref in everything]
    labels = {ref: _label(context, ref, name) for ref, name in named}
    if by_illness:
        labels = {ref: context.edition.library.topics[ref.topic].title for ref in labels}
        named = list(labels.items())
    options = [Option(labels[ref], Command(CommandName.SHOW, str(ref))) for ref in shown]
    cut = [name for ref, name in named if ref in shown] if labels != dict(named) else []
    said_to = min(total, first - 1 + _ALOUD)
    draft = Draft(
        title=title,
        # Names that are too long for buttons are all listed above them.
        blocks=(
            *context.paragraphs(*intro),
            *((BulletList(tuple(cut)),) if cut else ()),
            *context.paragraphs(*closing),
        ),
        options=(*options, *turning, *onward)[:MOST_OPTIONS],
        said=(
            # Whoever asks to hear more has heard what the list is for.
            *(intro if first == 1 else ()),
            *_counted(context, first, said_to, total),
            numbered(context, [label for _, label in named], first, said_to),
            *closing,
        ),
        suggestions=(
            context.say("list-pick-spoken"),
            *([context.say("list-more-spoken")] if said_to < total else []),
            *said_last,
        ),
        offered=everything,
        listing=Listing(first=start, last=start - 1 + len(shown), at_a_time=_PAGE, page=kept),
        listing_aloud=Listing(first=first, last=said_to, at_a_time=_ALOUD, page=kept),
    )
    return context.turn(draft, **memory)


def _label(context: TurnContext, ref: EntryRef, name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else context.title_of(ref) or name


def _only_topic(context: TurnContext, refs: Sequence[EntryRef], page: Page | None) -> Topic | None:
    """The illness that a list names in its title: one of several, where all of the list is about it.

    Otherwise each thing in it names its own, and so do bookmarks, which may be of any.
    """
    topics = {ref.topic for ref in refs}
    if not context.knows_several or len(topics) != 1 or (page and page.command is CommandName.BOOKMARKS):
        return None
    return context.edition.library.topics.get(topics.pop())


def numbered(context: TurnContext, labels: Sequence[str], first: int, last: int) -> str:
    """The labels from `first` to `last`, counted from one, each with the number to say for it."""
    return " ".join(
        f"{as_sentence(labels[number - 1])} {context.say('list-number-spoken', number=number)}"
        for number in range(first, last + 1)
    )


def turned(context: TurnContext, command: Command) -> TurnResult | Command | None:
    """What `next` and `back` do while a list is being read: its next or last three, or the command for them.

    None when the command has nothing to do with a list. What was nearest to a question without an answer is
    no list that somebody is in: past its end they go on with what they had in hand, or to the sections.
    """
    listing, offered = context.person.memory.listing, context.person.memory.offered
    is_turning = command.name in {CommandName.NEXT, CommandName.BACK} and command.argument is None
    if listing is None or not is_turning or len(offered) <= 1:
        return None
    forward = command.name is CommandName.NEXT
    is_over = listing.last >= len(offered) if forward else listing.first <= 1
    if is_over and context.person.memory.misunderstood:
        return None if context.entry else Command(CommandName.SECTIONS)
    if forward and listing.last >= len(offered):
        return _at_the_end(context, context.say("list-end"), listing)
    if not forward and listing.first <= 1:
        return _at_the_end(context, context.say("list-start"), listing)
    first = listing.last + 1 if forward else max(1, listing.first - listing.at_a_time)
    if listing.page is not None:
        return Page(listing.page.name, prefix=listing.page.argument or "").at(first)
    return answer_list(
        context, None, (context.say("list-choose"),), offered, onward=(sections_option(context),), first=first
    )


def _at_the_end(context: TurnContext, sentence: str, listing: Listing) -> TurnResult:
    draft = Draft(
        blocks=context.paragraphs(sentence),
        options=(sections_option(context), help_option(context)),
        listing=listing,
        listing_aloud=listing,
    )
    return context.turn(draft)


def _counted(context: TurnContext, first: int, last: int, total: int) -> tuple[str, ...]:
    """How much there is, where not all of it is named."""
    if total <= _ALOUD:
        return ()
    if first == 1:
        return (context.say("list-count-spoken", count=total, named=last),)
    if first == last:
        return (context.say("list-one-spoken", number=first, count=total),)
    return (context.say("list-part-spoken", first=first, last=last, count=total),)


def _first(place: str, total: int) -> int:
    """The number of the answer that a list begins with there; within the list, whatever was written."""
    if place.startswith(_FROM):
        first = page_number(place.removeprefix(_FROM))
    else:
        first = (page_number(place) - 1) * _PAGE + 1 if total > _WHOLE else 1
    last_page = (max(total, 1) - 1) // _PAGE * _PAGE + 1
    if first > total:
        first = last_page
    return max(first, 1)


def sections_option(context: TurnContext, topic: Topic | None = None) -> Option:
    """The way to all sections of that topic, or of the one in hand."""
    topic = topic or context.topic
    return Option(context.say("option-sections"), Command(CommandName.SECTIONS, topic.id if topic else None))


def faq_option(context: TurnContext, topic: Topic | None = None) -> Option:
    """The way to that topic's common questions."""
    topic = topic or context.topic
    return Option(context.say("option-faq"), Command(CommandName.FAQ, topic.id if topic else None))


def bookmarks_option(context: TurnContext) -> Option:
    """The way to the person's bookmarks."""
    return Option(context.say("option-bookmarks"), Command(CommandName.BOOKMARKS))


def illness_options(context: TurnContext, topic: Topic | None = None) -> tuple[Option, ...]:
    """The way from that illness, or the one in hand, to the others; none where there is only one."""
    topic = topic or context.topic
    others = [each for each in context.edition.library.topics.values() if each is not topic]
    if not context.knows_several:
        return ()
    if topic is not None and len(others) == 1:
        return (Option(context.say("option-other-illness"), Command(CommandName.SWITCH, others[0].id)),)
    return (Option(context.say("option-illnesses"), Command(CommandName.ILLNESSES)),)


def help_option(context: TurnContext) -> Option:
    """The way to the help."""
    return Option(context.say("option-help"), Command(CommandName.HELP))


def none_of_these(context: TurnContext) -> Option:
    """The way out of a choice."""
    return Option(context.say("option-none-of-these"), Command(CommandName.NO, "offered"))


def which_one(context: TurnContext) -> TurnResult:
    """Asks again which of the offered answers is meant; offers the sections when none were offered.

    The second time in a row the list is not read out again: there is the way out of it instead.
    """
    offered = context.person.memory.offered
    times = context.person.memory.misunderstood + 1
    if not offered:
        return _start_over(context, context.say("nothing-offered"), misunderstood=times)
    if times > 1:
        draft = Draft(
            blocks=context.paragraphs(context.say("nothing-offered")),
            options=(none_of_these(context), help_option(context)),
            suggestions=(context.say("list-pick-spoken"), context.say("choice-none-spoken")),
            listing=context.person.memory.listing,
            listing_aloud=context.person.memory.listing,
        )
        return context.turn(draft, misunderstood=times)
    return answer_list(
        context,
        None,
        (context.say("which-one"),),
        offered[: MOST_OPTIONS - 1],
        onward=(sections_option(context),),
        misunderstood=times,
    )


def nothing_in_hand(context: TurnContext) -> TurnResult:
    """Says that no answer has been opened yet, and how to open one."""
    return _start_over(context, context.say("nothing-in-hand"))


def _start_over(context: TurnContext, sentence: str, **memory: Any) -> TurnResult:
    again = memory.get("misunderstood", 0) > 1
    return context.turn(
        Draft(
            blocks=context.paragraphs(sentence),
            options=(
                sections_option(context),
                *([] if again else [faq_option(context)]),
                help_option(context),
            ),
        ),
        **memory,
    )


def page_number(text: str | None) -> int:
    """The page that `text` names; the first when it names none."""
    return int(text) if text and len(text) <= _MOST_DIGITS and text.isdecimal() else 1
