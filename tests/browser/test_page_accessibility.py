"""The page for people who see little, hear only, type only, or asked their system for calm and contrast."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from assistant.preview import LoopbackBotApi
from tests.browser.at_the_page import (
    MICROPHONE,
    asked,
    is_fine,
    is_fine_in_every_way,
    is_in_state,
    problems,
    speak,
    tab_to,
)
from tests.browser.chromium import IN_CHROMIUM
from tests.browser.scripted_bot import ScriptedBot
from tests.browser.test_hands_free import turn_on, voice

pytestmark = IN_CHROMIUM


@pytest_asyncio.fixture(loop_scope="session")
async def seen(page: Page) -> Page:
    """A page whose microphone hears what a test says into it."""
    await page.add_init_script(MICROPHONE)
    return page


async def test_what_is_wrong_would_be_found(page: Page) -> None:
    begin = "<html lang=en><title>A page</title><main><h1>A page</h1>"
    await page.set_content(f"{begin}<button style='width: 9px'>Go</button></main>")
    with pytest.raises(AssertionError, match="Go"):
        await is_fine(page)
    await page.set_content(f"{begin}<img src='x:'></main>")
    assert [each.partition(":")[0] for each in await problems(page)] == ["image-alt"]


async def test_nothing_is_wrong_in_any_state(seen: Page, api: LoopbackBotApi) -> None:
    page = seen
    await page.goto(f"{api.page_url}?as=alice")
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    await is_fine_in_every_way(page)

    await asked(page, api)
    await page.get_by_role("button", name="Listen", exact=True).click()
    await expect(page.locator("audio")).to_have_count(1)
    await expect(page.get_by_role("alert")).to_be_visible()
    await is_fine_in_every_way(page)
    await page.get_by_role("button", name="Close this note").click()

    await page.get_by_role("button", name="Record a question").click()
    await expect(page.get_by_role("button", name="Stop and send")).to_be_visible()
    await is_fine_in_every_way(page)
    await page.get_by_role("button", name="Discard recording").click()

    await page.get_by_text("Menu", exact=True).click()
    await expect(page.get_by_role("button", name="Common questions")).to_be_visible()
    await is_fine_in_every_way(page)
    await page.keyboard.press("Escape")

    await page.route("**/preview/text*", lambda route: route.abort())
    await page.get_by_label("Or type a question").fill("Still here?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#status")).to_contain_text("cannot be reached")
    await is_fine_in_every_way(page)


async def test_nothing_is_wrong_in_any_state_of_hands_free(seen: Page, api: LoopbackBotApi) -> None:
    page = seen
    await page.goto(f"{api.page_url}?as=alice")
    await turn_on(page)
    await is_fine_in_every_way(page)
    await speak(page, voice())
    await is_in_state(page, "Speaking")
    await page.locator("audio").last.evaluate("player => { player.loop = true; }")
    await is_fine_in_every_way(page)
    await page.keyboard.press("Escape")
    await is_in_state(page, "Paused")
    await is_fine_in_every_way(page)


async def test_nothing_is_wrong_when_something_is_missing(seen: Page, api: LoopbackBotApi) -> None:
    page = seen
    await page.goto(f"{api.page_url}pair")
    for person in ("Alice", "Bob"):
        there = page.frame_locator(f'iframe[title="{person}\'s conversation"]')
        await expect(there.locator("#who")).to_contain_text(person)
    await is_fine_in_every_way(page)

    await page.goto(f"{api.page_url}?as=alice")
    await expect(page.locator("#who")).to_contain_text("Alice")
    await page.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = async () => {
            throw new DOMException("none", "NotFoundError");
          };
        }"""
    )
    await page.get_by_role("button", name="Record a question").click()
    await expect(page.locator("#status")).to_contain_text("No microphone was found.")
    await page.get_by_role("switch", name="Hands-free").click()
    await expect(page.get_by_role("alert")).to_contain_text("No microphone was found.")
    await is_fine_in_every_way(page)

    await api.stop()
    await expect(page.locator("#status")).to_contain_text("The connection was lost.")
    await is_fine_in_every_way(page)


@pytest_asyncio.fixture(loop_scope="session")
async def overheard(page: Page) -> AsyncIterator[Page]:
    """A page that keeps what its live regions say."""
    await page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          window.announced = [];
          const keep = (node) => window.announced.push(node.textContent);
          new MutationObserver((changes) =>
            changes.forEach((change) => change.addedNodes.forEach(keep)),
          ).observe(document.getElementById("announcer"), { childList: true });
        });"""
    )
    return page


async def test_each_message_is_announced_once_and_the_past_is_not(
    overheard: Page, api: LoopbackBotApi
) -> None:
    page = overheard
    await asked(page, api)
    said = "Health Assistant: Answer.\n\nSome calm words, a source and /help. 2 buttons."
    assert await page.evaluate("announced") == [said]
    assert await page.get_by_role("log").get_attribute("aria-live") == "off"
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("log")).to_contain_text("Saved for later.")
    assert await page.evaluate("announced") == [
        said,
        "Changed. Health Assistant: Saved for later. 2 buttons.",
    ]
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("Saved for later.")
    assert await page.evaluate("announced") == []


async def test_nothing_that_plays_by_itself_is_announced_as_well(
    overheard: Page, api: LoopbackBotApi, bot: ScriptedBot
) -> None:
    page = overheard
    await page.add_init_script(MICROPHONE)
    await page.goto(f"{api.page_url}?as=alice")
    await turn_on(page)
    await speak(page, voice())
    await is_in_state(page, "Speaking")
    await is_in_state(page, "Listening")
    assert await page.evaluate("announced.filter((words) => words.includes('heard'))") == []


async def test_an_answer_is_read_paragraph_by_paragraph(page: Page, api: LoopbackBotApi) -> None:
    await asked(page, api)
    await expect(page.locator(".from-bot .words p")).to_have_text(
        ["Answer", "Some calm words, a source (opens in a new tab) and /help."]
    )


async def test_what_is_formatted_as_one_is_not_torn_into_paragraphs(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}?as=alice")
    found = await page.evaluate(
        """async () => {
          const { formatted } = await import("/static/formatting.js");
          const text = "One\\n\\nTwo\\n\\n\\nThree";
          const shown = (entities) => [...formatted(text, entities, {}).children].map(
            (each) => each.tagName + each.textContent.length);
          return [shown([]), shown([{ type: "blockquote", offset: 0, length: 8 }])];
        }"""
    )
    assert found == [["P3", "P3", "P5"], ["DIV8", "P5"]]


async def test_the_switch_says_its_name_once(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}?as=alice")
    switch = page.get_by_role("switch", name="Hands-free")
    await expect(switch).to_have_accessible_name("Hands-free")
    await expect(switch).to_have_accessible_description("listens, answers aloud, and listens again")


async def test_the_newest_answer_is_one_key_away_and_so_is_the_way_back(
    page: Page, api: LoopbackBotApi
) -> None:
    await asked(page, api)
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("button", name="Save")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#text")).to_be_focused()
    # Without that key it is not far either: past Record and the switch.
    assert await tab_to(page, "Listen", "Shift+Tab") <= 3


async def test_the_newest_buttons_are_one_key_away_when_a_voice_note_came_after_them(
    page: Page, api: LoopbackBotApi
) -> None:
    await asked(page, api)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("log")).to_contain_text("Saved for later.")
    await page.get_by_role("button", name="Close this note").click()
    await page.get_by_role("button", name="Listen").click()
    await expect(page.locator("audio")).to_have_count(1)
    await page.get_by_role("button", name="Close this note").click()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()


async def held_back(page: Page, address: str) -> asyncio.Event:
    """Requests to that address wait until the event is set."""
    may_go = asyncio.Event()

    async def late(route: Route) -> None:
        await may_go.wait()
        await route.continue_()

    await page.route(address, late)
    return may_go


async def test_what_is_typed_while_the_words_before_are_on_their_way_is_kept(
    page: Page, api: LoopbackBotApi
) -> None:
    await asked(page, api)
    may_go = await held_back(page, "**/preview/text*")
    await page.get_by_label("Or type a question").fill("One")
    await page.keyboard.press("Enter")
    await page.get_by_label("Or type a question").fill("Two")
    async with page.expect_response("**/preview/text*"):
        may_go.set()
    await expect(page.locator(".from-bot")).to_have_count(2)
    await expect(page.locator("#text")).to_have_value("Two")


async def test_whoever_is_on_a_command_stays_there_when_the_menu_is_brought_up_to_date(
    page: Page, api: LoopbackBotApi
) -> None:
    await asked(page, api)
    may_go = await held_back(page, "**/preview/session*")
    await page.get_by_text("Menu", exact=True).click()
    await tab_to(page, "Common questions")
    async with page.expect_response("**/preview/session*") as response:
        may_go.set()
    await (await response.value).finished()
    await page.evaluate("new Promise((resolve) => setTimeout(resolve))")
    await expect(page.get_by_role("button", name="Common questions")).to_be_focused()


async def test_escape_stops_the_sound_first_then_closes_what_is_open(page: Page, api: LoopbackBotApi) -> None:
    await asked(page, api)
    await page.get_by_role("button", name="Listen", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.locator("audio").evaluate("player => { player.loop = true; player.play(); }")
    await expect(page.get_by_role("button", name="Pause voice note")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Play voice note")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("alert")).to_be_hidden()


async def test_focus_is_always_seen_and_follows_the_order_of_the_page(
    page: Page, api: LoopbackBotApi
) -> None:
    await asked(page, api)
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("Some calm words")
    # Where Tab begins after a reload is the browser's own affair: at the top, or where the page stands.
    await page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    order = []
    for _ in range(12):
        await page.keyboard.press("Tab")
        found = await page.evaluate(
            """() => {
              const here = document.activeElement;
              const style = getComputedStyle(here);
              const box = here.getBoundingClientRect();
              const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return {
                words: (here.labels?.[0] ?? here).innerText.trim().replace(/\\s+/g, " "),
                outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
                covered: !here.contains(seen),
              };
            }"""
        )
        assert found["outline"] >= 3, found
        assert not found["covered"], found
        order.append(found["words"])
    assert order == [
        "Skip to asking a question",
        "Skip to the newest message",
        "Menu",
        "a source (opens in a new tab)",
        "/help",
        "Save",
        "Listen",
        "Hands-free listens, answers aloud, and listens again",
        "Record a question",
        "Or type a question",
        "Send",
        "Attach audio",
    ]


async def test_nothing_moves_for_people_who_asked_for_that(browser: Browser, api: LoopbackBotApi) -> None:
    context = await browser.new_context(reduced_motion="reduce", forced_colors="active")
    page = await context.new_page()
    await page.add_init_script(MICROPHONE)
    await page.goto(f"{api.page_url}?as=alice")
    await page.get_by_role("button", name="Record a question").click()
    await expect(page.get_by_role("button", name="Stop and send")).to_be_visible()
    assert await page.evaluate("document.getAnimations().length") == 0
    await turn_on(page)
    async with asyncio.TaskGroup() as doing:
        doing.create_task(speak(page, voice(3)))
        await is_in_state(page, "I hear you")
        assert await page.evaluate("document.getAnimations().length") == 0
    assert await page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert await problems(page) == []
    await context.close()
