"""The local chat page in Chromium: by keyboard, by microphone, narrow, in dark and in light, and with
axe-core."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from assistant.preview import LoopbackBotApi
from tests.browser.chromium import CHROMIUM, FAKE_MICROPHONE, IN_CHROMIUM, QUIET
from tests.browser.scripted_bot import ScriptedBot

pytestmark = IN_CHROMIUM

FOCUSED_WORDS = (
    "document.activeElement.matches('a, button, summary') ? document.activeElement.textContent : ''"
)


@pytest.fixture
async def api() -> AsyncIterator[LoopbackBotApi]:
    async with LoopbackBotApi(page=True) as api, aiohttp.ClientSession() as client:
        bot = asyncio.create_task(ScriptedBot(api, client).run())
        yield api
        bot.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await bot


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *FAKE_MICROPHONE])
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 900, "height": 900})
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    # Not those about the network: tests that cut it off expect them.
    page.on("console", lambda message: broken.append(message.text) if "Policy" in message.text else None)
    yield page
    assert broken == []


async def asked(page: Page, api: LoopbackBotApi, person: str = "alice") -> None:
    """Open the page and ask something; its answer is on the screen."""
    await page.goto(f"{api.page_url}?as={person}")
    await page.get_by_label("Or type a question").fill("What is it?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Listen")).to_be_visible()


async def problems(page: Page) -> list[str]:
    """What axe-core finds wrong."""
    found = await Axe().run(page)
    return [
        f"{each['id']}: {node['target']}" for each in found.response["violations"] for node in each["nodes"]
    ]


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with these words has the focus."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if name in await page.evaluate(FOCUSED_WORDS):
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


async def test_a_conversation_works_by_keyboard_alone(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}?as=alice")
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    await tab_to(page, "Start")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Some calm words")
    await tab_to(page, "Skip to the newest message")
    await page.keyboard.press("Enter")
    await tab_to(page, "Save")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Saved for later.")
    await expect(page.get_by_role("alert")).to_contain_text("Done")
    await tab_to(page, "Close this note")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.locator("#text")).to_be_focused()


async def test_focus_stays_in_a_message_that_changes_under_it(page: Page, api: LoopbackBotApi) -> None:
    await asked(page, api)
    await page.get_by_role("button", name="Save").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Saved for later.")
    await expect(page.locator("article.from-bot")).to_be_focused()


async def test_a_spoken_question_goes_out_and_its_answer_plays(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}?as=alice")
    await page.get_by_role("button", name="Record a question").click()
    await expect(page.locator("#status")).to_have_text(
        "Recording. Press Stop and send when you have finished."
    )
    await page.wait_for_timeout(500)
    await page.get_by_role("button", name="Stop and send").click()
    await expect(page.get_by_role("log")).to_contain_text("I heard audio/webm;codecs=opus.")
    note = page.locator(".from-bot .player")
    await note.get_by_role("button", name="Play voice note").click()
    await expect(note.get_by_role("button", name="Pause voice note")).to_be_visible()
    await expect(note.get_by_role("button", name="Play voice note")).to_be_visible(timeout=10_000)


async def test_answers_play_by_themselves_only_when_that_is_switched_on(
    page: Page, api: LoopbackBotApi
) -> None:
    await asked(page, api)
    await page.get_by_role("button", name="Listen").click()
    await expect(page.get_by_role("button", name="Play voice note")).to_have_count(1)
    await page.get_by_text("Menu", exact=True).click()
    await page.get_by_role("switch", name="Play answers aloud").check()
    await page.get_by_role("button", name="Listen").click()
    await expect(page.get_by_role("button", name="Pause voice note")).to_have_count(1)


async def test_a_recording_can_be_discarded(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}?as=alice")
    await page.get_by_role("button", name="Record a question").click()
    await page.get_by_role("button", name="Discard recording").click()
    await expect(page.locator("#status")).to_have_text("The recording was discarded.")
    await expect(page.get_by_role("button", name="Record a question")).to_be_focused()
    assert api.person("Alice").messages() == []


async def test_a_missing_microphone_is_explained(api: LoopbackBotApi) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await browser.new_page()
        await page.goto(f"{api.page_url}?as=alice")
        await page.get_by_role("button", name="Record a question").click()
        await expect(page.locator("#status")).to_contain_text("or type your question")
        await expect(page.get_by_role("button", name="Record a question")).to_be_enabled()
        await browser.close()


async def test_what_was_typed_is_kept_when_it_could_not_be_sent(page: Page, api: LoopbackBotApi) -> None:
    await asked(page, api)
    await page.route("**/preview/text*", lambda route: route.fulfill(status=500, body="<h1>"))
    await page.get_by_label("Or type a question").fill("Still here?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#status")).to_contain_text("Try again.")
    await expect(page.locator("#text")).to_have_value("Still here?")
    await page.unroute("**/preview/text*")


async def test_a_deep_link_asks_at_once_and_only_once(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}?as=alice&start=symptoms")
    await expect(page.get_by_role("log")).to_contain_text("/start symptoms")
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("/start symptoms")
    assert len([each for each in api.person("Alice").messages() if each.text.startswith("/start")]) == 1


async def test_what_a_message_says_never_becomes_markup_of_the_page(page: Page, api: LoopbackBotApi) -> None:
    await asked(page, api)
    await page.get_by_label("Or type a question").fill("<img src=x onerror=alert(1)><b>bold</b>")
    await page.keyboard.press("Enter")
    await expect(page.locator(".from-person .words").last).to_have_text(
        "<img src=x onerror=alert(1)><b>bold</b>"
    )
    assert await page.locator("#messages img").count() == 0


async def test_two_people_side_by_side_do_not_see_each_other(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(f"{api.page_url}pair")
    alice = page.frame_locator('iframe[title="Alice\'s conversation"]')
    bob = page.frame_locator('iframe[title="Bob\'s conversation"]')
    await alice.get_by_label("Or type a question").fill("a question of Alice")
    await alice.get_by_role("button", name="Send").click()
    await expect(alice.get_by_role("log")).to_contain_text("Some calm words")
    await bob.get_by_label("Or type a question").fill("a question of Bob")
    await bob.get_by_role("button", name="Send").click()
    await expect(bob.get_by_role("log")).to_contain_text("Some calm words")
    await expect(bob.get_by_role("log")).not_to_contain_text("Alice")
    assert await problems(page) == []


async def test_the_page_goes_on_after_the_server_was_restarted(page: Page, api: LoopbackBotApi) -> None:
    await asked(page, api)
    port = api.port
    await api.stop()
    await expect(page.locator("#status")).to_contain_text("Trying again by itself")
    await api.start(port=port)
    await expect(page.locator("#status")).not_to_contain_text("Trying again by itself", timeout=15_000)
    await api.person("Alice").send_text("from another window")
    await expect(page.get_by_role("log")).to_contain_text("from another window")


@pytest.fixture(params=["light", "dark"])
async def themed(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(color_scheme=request.param, viewport={"width": 900, "height": 900})
    yield context
    await context.close()


async def test_axe_finds_nothing_in_any_state(themed: BrowserContext, api: LoopbackBotApi) -> None:
    page = await themed.new_page()
    await page.goto(f"{api.page_url}?as=alice")
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert await problems(page) == []
    await asked(page, api)
    await page.get_by_role("button", name="Listen").click()
    await expect(page.locator("audio")).to_have_count(1)
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await problems(page) == []
    await page.get_by_role("button", name="Record a question").click()
    await expect(page.get_by_role("button", name="Stop and send")).to_be_visible()
    assert await problems(page) == []
    await page.get_by_role("button", name="Discard recording").click()
    await page.get_by_text("Menu", exact=True).click()
    await expect(page.get_by_role("button", name="Common questions")).to_be_visible()
    assert await problems(page) == []


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)])
async def test_a_narrow_window_never_scrolls_sideways_and_targets_stay_big(
    browser: Browser, api: LoopbackBotApi, width: int, height: int
) -> None:
    # 320 by 256 is what a window of 1280 by 1024 has at 400 % zoom.
    page = await browser.new_page(viewport={"width": width, "height": height})
    await asked(page, api)
    await page.get_by_role("button", name="Listen").click()
    await expect(page.locator("audio")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    for control in await page.locator("button:visible:not(.in-text), summary:visible, #text").all():
        box = await control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, await control.text_content()
    assert await problems(page) == []


async def test_nothing_moves_for_people_who_asked_for_that(browser: Browser, api: LoopbackBotApi) -> None:
    context = await browser.new_context(reduced_motion="reduce", forced_colors="active")
    page = await context.new_page()
    await page.goto(f"{api.page_url}?as=alice")
    await page.get_by_role("button", name="Record a question").click()
    await expect(page.get_by_role("button", name="Stop and send")).to_be_visible()
    assert await page.evaluate("document.getAnimations().length") == 0
    assert await page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert await problems(page) == []
