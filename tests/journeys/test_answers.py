"""What an answer looks and sounds like, and how each person chooses to get it."""

import re

import pytest

from tests.journeys.house import (
    PATIENCE_S,
    House,
    Visitor,
    asks_which_is_meant,
    footer_of,
    say,
    seconds_of,
    title_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_answer_is_one_message_with_title_text_footer_and_buttons(visitor: Visitor) -> None:
    reply = await visitor.types("/start treatment")
    assert reply.kind == "text"
    assert title_of(reply) == "Treatment"
    assert reply.words.startswith("Calcinosis Universalis: Treatment\n\n")
    footer = footer_of(reply)
    assert reply.words.endswith(footer)
    *closing, source, review, general = footer.splitlines()
    assert closing == [f"{say('closing-own')} {say('closing-medicines')}"]
    assert re.fullmatch(re.escape(say("footer-source", source="|")).replace(r"\|", ".+"), source)
    assert review == say("footer-not-reviewed")
    assert general == say("footer-general")
    await visitor.hears_nothing_more()


async def test_its_buttons_stand_in_one_column_of_unique_full_words(visitor: Visitor) -> None:
    reply = await visitor.types("/start treatment")
    moves = ("listen", "save", "next", "previous", "related", "sections", "helped", "not-helped")
    assert reply.buttons == [say(f"option-{name}") for name in moves]
    assert all(len(row) == 1 for row in reply.keyboard)
    assert len({label.casefold() for label in reply.buttons}) == len(reply.buttons)
    assert all(re.fullmatch(r"[A-Z][A-Za-z ]+", label) for label in reply.buttons), "no emoji, no symbols"


async def test_the_ends_of_the_reading_order_have_no_button_that_leads_nowhere(visitor: Visitor) -> None:
    first = await visitor.types("/start overview")
    assert say("option-previous") not in first.buttons
    assert say("start-of-topic") in (await visitor.types("back")).words
    seen = {title_of(first)}
    reply = first
    while say("option-next") in reply.buttons:
        reply = await visitor.presses(say("option-next"))
        assert title_of(reply) not in seen, "the order goes round in a circle"
        seen.add(title_of(reply))
    assert len(seen) == 23
    assert say("end-of-topic") in (await visitor.types("next")).words


async def test_every_answer_opens_from_its_link(house: House) -> None:
    answers = [
        "overview",
        "symptoms",
        "how-common",
        "causes",
        "who-is-affected",
        "types",
        "diagnosis",
        "treatment",
        "prognosis",
        "risk-factors",
        "complications",
        "prevention",
        "living-with",
        "epidemiology",
        "research",
        "history",
        "faq-what-is",
        "faq-symptoms",
        "faq-causes",
        "faq-diagnosis",
        "faq-cure",
        "faq-prevention",
        "faq-prognosis",
    ]
    visitor = house.visitor()
    titles = []
    for answer in answers:
        await visitor.person.open_deep_link(answer)
        reply = await visitor.receives()
        assert say("footer-general") in footer_of(reply), answer
        titles.append(title_of(reply))
    assert len(set(titles)) == 23


async def test_a_link_to_nothing_says_so_and_greets(visitor: Visitor) -> None:
    await visitor.person.open_deep_link("no-such-answer")
    reply = await visitor.receives()
    assert title_of(reply) == say("start-title")
    assert say("start-unknown-link") in reply.words


async def test_the_greeting_says_what_this_is_and_is_not(visitor: Visitor) -> None:
    reply = await visitor.types("/start")
    assert "Calcinosis Universalis" in reply.words
    for sentence in ("start-limits", "start-not-reviewed", "start-ask"):
        assert say(sentence) in reply.words
    assert "112" in reply.words


async def test_somebody_with_an_app_in_another_language_is_told_that_only_english_is_spoken(
    house: House,
) -> None:
    reply = await house.visitor(language_code="pl").types("/start")
    assert say("start-only-english") in reply.words
    assert say("start-only-english") not in (await house.visitor(language_code="en-GB").types("/start")).words


async def test_the_recording_says_the_whole_answer_and_is_uploaded_once_for_everybody(house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    written = await anna.types("/start who-is-affected")
    before = len(house.api.calls)
    first = await anna.presses(say("option-listen"))
    await ben.types("/start who-is-affected")
    second = await ben.presses(say("option-listen"))
    assert first.kind == second.kind == "voice"
    words = len(written.words.removesuffix(footer_of(written)).split())
    assert 60 < 60 * words / seconds_of(first) < 220, "words a minute"
    assert abs(first.duration_s - seconds_of(first)) <= 1
    assert second.audio() == first.audio()
    sent = [call.parameters["voice"] for call in house.api.calls[before:] if call.method == "sendVoice"]
    assert len(sent) == 2
    # The first is an upload, unless somebody in another test has listened to it before.
    assert not isinstance(sent[0], str) or sent[0] == first.file_id
    assert sent[1] == first.file_id, "the second is sent by its id"


async def test_slow_lasts_longer_than_normal_and_fast_less(visitor: Visitor) -> None:
    seconds = {}
    for speed in ("slow", "normal", "fast"):
        await visitor.types("/settings")
        label = say(f"option-speak-{speed}")
        await visitor.types(label)
        await visitor.types("/start faq-cure")
        seconds[speed] = seconds_of(await visitor.presses(say("option-listen")))
    assert seconds["slow"] > 1.1 * seconds["normal"] > 1.1 * 1.1 * seconds["fast"]


async def test_slower_and_faster_give_the_answer_again_at_that_speed(visitor: Visitor) -> None:
    await visitor.types("/start faq-prevention")
    normal = seconds_of(await visitor.types("listen"))
    slower = await visitor.types("slower")
    assert seconds_of(slower) > 1.1 * normal
    assert say("speaks-slowest") in (await visitor.types("slower")).words
    assert title_of(await visitor.types("faster")) == "Can it be prevented?"
    assert seconds_of(await visitor.types("faster")) < normal


async def test_whoever_types_is_answered_by_text_and_whoever_speaks_by_both(visitor: Visitor) -> None:
    assert (await visitor.types("what are the symptoms")).kind == "text"
    written, spoken = await visitor.says_and_hears("What are the symptoms?")
    assert (written.kind, spoken.kind) == ("text", "voice")
    await visitor.hears_nothing_more()


async def test_answers_by_text_only_stay_written_when_somebody_speaks(visitor: Visitor) -> None:
    await visitor.types("text only")
    assert (await visitor.says("What are the symptoms?")).kind == "text"
    await visitor.hears_nothing_more()


async def test_answers_by_voice_alone_carry_title_source_and_buttons(visitor: Visitor) -> None:
    await visitor.types("/settings")
    assert say("answers-by-voice") in (await visitor.types(say("option-answer-by-voice"))).words
    assert (await visitor.receives()).kind == "voice", "a change is told in the old way and the new one"
    reply = await visitor.types("what are the symptoms of calcinosis universalis")
    assert reply.kind == "voice"
    assert title_of(reply) != ""
    assert say("footer-general") in reply.caption
    assert say("option-save") in reply.buttons
    assert title_of(await visitor.types("/help")) == say("help-title")


async def test_answers_by_both_come_as_text_and_voice_when_somebody_types(visitor: Visitor) -> None:
    await visitor.types("/settings")
    confirmation = await visitor.types(say("option-answer-by-both"))
    assert confirmation.kind == "text"
    assert (await visitor.receives()).kind == "voice"
    assert title_of(await visitor.types("/start faq-cure")) == "Is there a cure?"
    assert (await visitor.receives()).kind == "voice"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("can calcinosis universalis be cured for good", "Is there a cure?"),
        ("which tests would show calcinosis", "diagnos"),
        ("who can get calcinosis", "Who is affected"),
        ("what brings this illness about, does anyone know the cause", "causes"),
        ("how do doctors treat calcinosis universalis", "Treatment"),
    ],
)
async def test_a_question_in_own_words_finds_its_answer(question: str, title: str, visitor: Visitor) -> None:
    assert title.casefold() in title_of(await visitor.types(question)).casefold()


async def test_a_vague_question_is_asked_back_with_two_or_three_to_choose_from(visitor: Visitor) -> None:
    choice = await asks_which_is_meant(visitor)
    *offered, none = choice.buttons
    assert 2 <= len(offered) <= 3
    assert none == say("option-none-of-these")
    assert title_of(await visitor.presses(offered[0])) == offered[0]


@pytest.mark.parametrize(
    "question",
    ["who won the football cup last year", "how do I renew my passport", "book me a table for two"],
)
async def test_what_is_not_covered_is_refused_honestly(question: str, visitor: Visitor) -> None:
    reply = await visitor.types(question)
    assert say("not-covered") in reply.words
    assert say("not-covered-human") in reply.words
    assert footer_of(reply) == "", "it is no answer"
    assert say("option-sections") in reply.buttons, "it is no dead end"


@pytest.mark.parametrize("mode", ["types", "says"])
async def test_an_emergency_gets_the_fixed_text_in_writing_and_by_voice(mode: str, visitor: Visitor) -> None:
    reply = await getattr(visitor, mode)("I can't breathe, help me!")
    assert "112" in reply.words
    assert title_of(reply) == "Trouble breathing"
    assert footer_of(reply) == "", "it is no article"
    assert seconds_of(await visitor.receives()) > 5
    await visitor.hears_nothing_more()


async def test_repeat_says_it_again_the_way_it_came(visitor: Visitor) -> None:
    assert say("nothing-in-hand") in (await visitor.types("repeat")).words
    await visitor.types("/start causes")
    assert (await visitor.types("repeat")).kind == "text"
    heard = await visitor.types("listen")
    again = await visitor.says("Say that again.")
    assert again.kind == "voice"
    assert again.audio() == heard.audio()


async def test_the_bot_introduces_itself_to_telegram(house: House, visitor: Visitor) -> None:
    await visitor.types("/start")
    profile = house.api.world.profile
    commands = [command["command"] for command in profile.commands["default", ""]]
    assert commands == [
        "start",
        "sections",
        "faq",
        "bookmarks",
        "settings",
        "about",
        "help",
        "privacy",
        "export",
        "forget",
    ]
    assert profile.description[""] == say("telegram-description")
    assert profile.short_description[""] == say("telegram-short-description")
    for command in commands:
        assert say("telegram-unknown-command") not in (await visitor.types(f"/{command}")).words


async def test_an_unknown_command_is_told_from_a_question(visitor: Visitor) -> None:
    reply = await visitor.types("/qwertz")
    assert say("telegram-unknown-command") in reply.words
    assert title_of(reply) == say("help-title")


async def test_inline_mode_offers_answers_to_share(house: House, visitor: Visitor) -> None:
    results = await house.while_running(visitor.person.inline("cure", timeout_s=PATIENCE_S))
    assert results[0].title == "Calcinosis Universalis: Is there a cure?"
    assert say("footer-general") in results[0].text
    shared = await visitor.person.share(results[0])
    assert shared.keyboard[0][0]["url"].endswith("?start=calcinosis-universalis_faq-cure")
    await visitor.person.open_deep_link("calcinosis-universalis_faq-cure")
    assert title_of(await visitor.receives()) == "Is there a cure?"


async def test_inline_mode_offers_the_frequent_questions_first_and_nothing_in_an_emergency(
    house: House, visitor: Visitor
) -> None:
    frequent = await house.while_running(visitor.person.inline("", timeout_s=PATIENCE_S))
    assert len(frequent) == 7
    nothing = await house.while_running(visitor.person.inline("I can't breathe", timeout_s=PATIENCE_S))
    assert nothing == []
