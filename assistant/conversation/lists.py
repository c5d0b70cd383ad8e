"""Lists of answers, a few at a time, each one a button, a number and a name to say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.conversation.drafts import Draft, Moment, Turn
from assistant.conversation.scripts import as_sentence
from assistant.conversation.values import Option
from assistant.library.values import EntryRef, Topic
from assistant.understanding.meaning import Command, CommandName

MOST_OPTIONS: Final = 8
"""Buttons in one message; more is tiring to hear and to tap through."""
_WHOLE: Final = 7
"""A list this short stands in one piece, with one way onward."""
_PAGE: Final = 6
"""Otherwise this many at a time, with the ways to the pages before and after."""
_MOST_DIGITS: Final = 4
"""Of a page number; anything longer was not written by this program."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list is, and how to turn its pages: `command` with the argument `<prefix><page>`."""

    command: CommandName
    number: int = 1
    prefix: str = ""

    def turned(self, step: int) -> Command:
        """The command for the page that many further on."""
        return Command(self.command, f"{self.prefix}{self.number + step}")


def answer_list(
    moment: Moment,
    title: str | None,
    intro: Sequence[str],
    refs: Sequence[EntryRef],
    *,
    page: Page | None = None,
    onward: Iterable[Option] = (),
    closing: Sequence[str] = (),
    said_last: Sequence[str] = (),
    **memory: Any,
) -> Turn:
    """The turn that names these answers, or one page of them, and remembers them as offered.

    `intro` comes before them, `closing` after them; `said_last` is for the voice alone. `onward` are the ways
    to something else, left out where there would be too many buttons.
    """
    shown = tuple(refs)
    turning: list[Option] = []
    more = False
    if page is not None:
        size = _WHOLE if len(shown) <= _WHOLE else _PAGE
        last = max(1, -(-len(shown) // size))
        page = Page(page.command, min(max(page.number, 1), last), page.prefix)
        more = page.number < last
        if more:
            turning.append(Option(moment.say("option-show-more"), page.turned(1)))
        if page.number > 1:
            turning.append(Option(moment.say("option-show-earlier"), page.turned(-1)))
        shown = shown[(page.number - 1) * size : page.number * size]
    named = [(ref, moment.title_of(ref) or str(ref)) for ref in shown]
    options = [Option(label, Command(CommandName.SHOW, str(ref))) for ref, label in named]
    said = [
        *intro,
        " ".join(
            f"{as_sentence(label)} {moment.say('list-number-spoken', number=number)}"
            for number, (_, label) in enumerate(named, start=1)
        ),
        *closing,
        moment.say("list-pick-spoken"),
        *([moment.say("list-more-spoken")] if more else []),
        *said_last,
    ]
    draft = Draft(
        title=title,
        blocks=moment.paragraphs(*intro, *closing),
        options=(*options, *turning, *onward)[:MOST_OPTIONS],
        said=tuple(said),
        offered=shown,
    )
    return moment.turn(draft, **memory)


def sections_option(moment: Moment, topic: Topic | None = None) -> Option:
    """The way to all sections of that topic, or of the one in hand."""
    topic = topic or moment.topic
    return Option(moment.say("option-sections"), Command(CommandName.SECTIONS, topic.id if topic else None))


def faq_option(moment: Moment, topic: Topic | None = None) -> Option:
    """The way to that topic's frequently asked questions."""
    topic = topic or moment.topic
    return Option(moment.say("option-faq"), Command(CommandName.FAQ, topic.id if topic else None))


def bookmarks_option(moment: Moment) -> Option:
    """The way to the person's bookmarks."""
    return Option(moment.say("option-bookmarks"), Command(CommandName.BOOKMARKS))


def help_option(moment: Moment) -> Option:
    """The way to the help."""
    return Option(moment.say("option-help"), Command(CommandName.HELP))


def which_one(moment: Moment) -> Turn:
    """Asks again which of the offered answers is meant; offers the sections when none were offered."""
    offered = moment.person.memory.offered
    if offered:
        return answer_list(
            moment, None, (moment.say("which-one"),), offered, onward=(sections_option(moment),)
        )
    return _start_over(moment, moment.say("nothing-offered"))


def nothing_in_hand(moment: Moment) -> Turn:
    """Says that no answer has been opened yet, and how to open one."""
    return _start_over(moment, moment.say("nothing-in-hand"))


def _start_over(moment: Moment, sentence: str) -> Turn:
    return moment.turn(
        Draft(
            blocks=moment.paragraphs(sentence),
            options=(sections_option(moment), faq_option(moment), help_option(moment)),
        )
    )


def page_number(text: str | None) -> int:
    """The page that `text` names; the first when it names none."""
    return int(text) if text and len(text) <= _MOST_DIGITS and text.isdecimal() else 1
