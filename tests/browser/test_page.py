"""The local chat page in Chromium, by keyboard and by pointer, with a scripted bot behind it."""

from playwright.async_api import Page, async_playwright, expect

from assistant.preview import LoopbackBotApi
from tests.browser.at_the_page import asked, problems, tab_to
from tests.browser.chromium import IN_CHROMIUM, QUIET
from tests.needs import CHROMIUM

pytestmark = IN_CHROMIUM


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
