"""Everything can be done by typing, by buttons and by voice, and comes to the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from assistant.preview.received import Received
from tests.journeys.house import House, Visitor, asks_which_is_meant, say, seconds_of, title_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

_TREATMENT: Final = "Treatment"
_OUTLOOK: Final = "Outlook with treatment"


@dataclass(frozen=True)
class Deed:
    """One thing to do: what stands before it, its three ways, and what the person then reads.

    `before` are messages to type; one in brackets is a button to press.
    """

    name: str
    before: tuple[str, ...]
    typed: str
    button: str
    spoken: str
    seen: Callable[[Received], bool]


def titled(title: str) -> Callable[[Received], bool]:
    return lambda reply: title_of(reply) == title


def saying(message_id: str, **arguments: str) -> Callable[[Received], bool]:
    return lambda reply: say(message_id, **arguments) in reply.words


def offering(title: str, button: str) -> Callable[[Received], bool]:
    return lambda reply: title_of(reply) == title and button in reply.buttons


_SECTIONS: Final = say("list-sections")

DEEDS: Final = (
    # the menus, from where a button leads to them
    Deed("sections", ("/start",), "/sections", say("option-sections"), "Sections.", titled(_SECTIONS)),
    Deed(
        "questions",
        ("/start",),
        "/faq",
        say("option-faq"),
        "Frequently asked questions.",
        titled(say("list-faq")),
    ),
    Deed(
        "bookmarks",
        ("/start",),
        "/bookmarks",
        say("option-bookmarks"),
        "My bookmarks.",
        saying("bookmarks-none"),
    ),
    Deed(
        "settings",
        ("/start",),
        "/settings",
        say("option-settings"),
        "Open the settings.",
        titled(say("settings-title")),
    ),
    Deed("help", ("/start",), "/help", say("option-help"), "Help me.", titled(say("help-title"))),
    Deed(
        "about",
        ("/help",),
        "/about",
        say("option-about"),
        "Tell me about yourself.",
        titled(say("about-title")),
    ),
    Deed(
        "privacy",
        ("/help",),
        "/privacy",
        say("option-privacy"),
        "What do you know about me?",
        titled(say("privacy-title")),
    ),
    # lists
    Deed(
        "open from a list",
        ("/faq",),
        "is there a cure?",
        "Is there a cure?",
        "Is there a cure?",
        titled("Is there a cure?"),
    ),
    Deed(
        "open by number",
        ("/faq",),
        "the fifth one",
        "Is there a cure?",
        "The fifth one.",
        titled("Is there a cure?"),
    ),
    Deed(
        "show more",
        ("/sections",),
        "show more",
        say("option-show-more"),
        "Show more.",
        offering(_SECTIONS, _TREATMENT),
    ),
    Deed(
        "show earlier",
        ("/sections", f"[{say('option-show-more')}]"),
        "show earlier",
        say("option-show-earlier"),
        "Show earlier.",
        offering(_SECTIONS, "Overview"),
    ),
    # what stands under an answer
    Deed(
        "save",
        ("/start treatment",),
        "save",
        say("option-save"),
        "Save this answer.",
        saying("bookmark-saved", title=_TREATMENT),
    ),
    Deed(
        "remove",
        ("/start treatment", "save"),
        "remove this bookmark",
        say("option-remove-bookmark"),
        "Remove this bookmark.",
        saying("bookmark-removed", title=_TREATMENT),
    ),
    Deed(
        "undo",
        ("/start treatment", "save", "remove this bookmark"),
        "undo",
        say("option-undo"),
        "Undo that.",
        saying("bookmark-put-back", title=_TREATMENT),
    ),
    Deed("next", ("/start treatment",), "next", say("option-next"), "Next section.", titled(_OUTLOOK)),
    Deed(
        "previous",
        ("/start prognosis",),
        "back",
        say("option-previous"),
        "Go to the previous section.",
        titled(_TREATMENT),
    ),
    Deed(
        "related",
        ("/start treatment",),
        "related questions",
        say("option-related"),
        "Related questions.",
        offering(say("list-related"), "Is there a cure?"),
    ),
    Deed(
        "back to the sections",
        ("/start treatment",),
        "all sections",
        say("option-sections"),
        "Show me all the sections.",
        titled(_SECTIONS),
    ),
    # settings
    Deed(
        "both",
        ("/settings",),
        "answer by text and voice",
        say("option-answer-by-both"),
        "Answer by text and voice.",
        saying("answers-by-both"),
    ),
    Deed(
        "text",
        ("/settings",),
        "answer by text",
        say("option-answer-by-text"),
        "Answer by text.",
        saying("answers-by-text"),
    ),
    Deed(
        "voice",
        ("/settings",),
        "answer by voice",
        say("option-answer-by-voice"),
        "Answer by voice.",
        saying("answers-by-voice"),
    ),
    Deed(
        "as asked",
        ("/settings", f"[{say('option-answer-by-text')}]", "/settings"),
        "answer the way I ask",
        say("option-answer-as-asked"),
        "Answer the way I ask.",
        saying("answers-as-asked"),
    ),
    Deed(
        "slow",
        ("/settings",),
        "speak slowly",
        say("option-speak-slow"),
        "Speak slowly.",
        saying("speaks-slow"),
    ),
    Deed(
        "fast", ("/settings",), "speak fast", say("option-speak-fast"), "Speak fast.", saying("speaks-fast")
    ),
    Deed(
        "normal",
        ("/settings", f"[{say('option-speak-slow')}]", "/settings"),
        "speak at normal speed",
        say("option-speak-normal"),
        "Speak at normal speed.",
        saying("speaks-normal"),
    ),
    # erasing
    Deed(
        "forget",
        ("/privacy",),
        "/forget",
        say("option-erase"),
        "Forget me.",
        titled(say("forget-title")),
    ),
    Deed(
        "forget, yes", ("/forget",), "yes", say("option-erase-yes"), "Yes, erase it.", saying("forget-done")
    ),
    Deed("forget, no", ("/forget",), "no", say("option-erase-no"), "No, keep it.", saying("forget-kept")),
)

_every_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)


async def come_to(visitor: Visitor, deed: Deed) -> None:
    for step in deed.before:
        if step.startswith("["):
            await visitor.presses(step.strip("[]"))
        else:
            await visitor.types(step)


@_every_deed
async def test_it_can_be_typed(deed: Deed, visitor: Visitor) -> None:
    await come_to(visitor, deed)
    reply = await visitor.types(deed.typed)
    assert deed.seen(reply), reply.words


@_every_deed
async def test_it_can_be_pressed(deed: Deed, visitor: Visitor) -> None:
    await come_to(visitor, deed)
    reply = await visitor.presses(deed.button)
    assert deed.seen(reply), reply.words
    assert visitor.person.alerts == [], "nothing is said in a toast"


@_every_deed
async def test_it_can_be_said(deed: Deed, visitor: Visitor) -> None:
    await come_to(visitor, deed)
    reply = await visitor.says(deed.spoken)
    assert deed.seen(reply), reply.words
    heard = say("heard-back", words="|").partition("|")[0]
    assert reply.words.startswith(heard), reply.words


async def test_an_answer_can_be_listened_to_in_every_way(visitor: Visitor) -> None:
    await visitor.types("/start treatment")
    typed = await visitor.types("listen")
    pressed = await visitor.presses(say("option-listen"))
    said = await visitor.says("Listen to this.")
    assert [each.kind for each in (typed, pressed, said)] == ["voice"] * 3
    assert [title_of(each) for each in (typed, pressed, said)] == [_TREATMENT] * 3
    assert len({each.audio() for each in (typed, pressed, said)}) == 1
    await visitor.hears_nothing_more()


async def test_the_start_can_be_typed_and_said(visitor: Visitor) -> None:
    assert title_of(await visitor.types("/start")) == say("start-title")
    assert title_of(await visitor.types("main menu")) == say("start-title")
    written, spoken = await visitor.says_and_hears("Start over.")
    assert title_of(written) == say("start-title")
    assert seconds_of(spoken) > 5


async def test_none_of_a_choice_can_be_meant_in_every_way(house: House) -> None:
    for way in ("types", "presses", "says"):
        visitor = house.visitor()
        await asks_which_is_meant(visitor)
        words = say("option-none-of-these")
        reply = await getattr(visitor, way)(f"{words}." if way == "says" else words)
        assert say("choice-none") in reply.words, way


async def test_one_of_a_choice_can_be_taken_in_every_way(house: House) -> None:
    for way in ("types", "presses", "says"):
        visitor = house.visitor()
        choice = await asks_which_is_meant(visitor)
        second = choice.buttons[1]
        words = {"types": "the second one", "presses": second, "says": "The second one, please."}[way]
        reply = await getattr(visitor, way)(words)
        assert title_of(reply) == second, way
