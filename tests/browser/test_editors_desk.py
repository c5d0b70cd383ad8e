"""The editors' desk, in a browser: by keyboard alone, in every look, and with nothing typed ever lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from assistant.reply_kind import ReplyKind
from assistant.storage.questions import Question
from tests.browser.at_the_page import is_fine, is_fine_in_every_way, tab_to
from tests.browser.chromium import IN_CHROMIUM
from tests.desk_on_loopback import DeskOnLoopback, desk_on_loopback

pytestmark = IN_CHROMIUM

_CHECKED_WITHIN_MS = 30_000
"""The whole content is read and checked for it, also on a busy machine."""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[DeskOnLoopback]:
    async with desk_on_loopback(tmp_path) as desk:
        async with desk.store.write() as unit:
            await unit.people.save(7, {"version": 1})
            question = Question("is a glumpfish a sign of it", True, ReplyKind.NOT_COVERED, None)
            await unit.questions.keep(7, question)
        yield desk


async def _open(page: Page, desk: DeskOnLoopback) -> None:
    await page.goto(desk.url)
    await page.get_by_role("button", name="Symptoms").first.click()
    await expect(page.locator("#preview-state")).to_have_text(
        "The check finds nothing wrong.", timeout=_CHECKED_WITHIN_MS
    )


async def test_nothing_is_wrong_in_any_look(page: Page, desk: DeskOnLoopback) -> None:
    await page.set_viewport_size({"width": 1200, "height": 900})
    await page.goto(desk.url)
    await expect(page.locator("#check-state")).to_contain_text("is served", timeout=_CHECKED_WITHIN_MS)
    await expect(page.get_by_text("is a glumpfish a sign of it")).to_be_visible(timeout=_CHECKED_WITHIN_MS)
    await is_fine_in_every_way(page)
    await page.get_by_role("button", name="Symptoms").first.click()
    await expect(page.locator("#preview-state")).to_have_text(
        "The check finds nothing wrong.", timeout=_CHECKED_WITHIN_MS
    )
    await page.get_by_label("Text", exact=True).fill("See www.example.org.")
    await expect(page.locator("#preview-findings li").first).to_be_visible(timeout=_CHECKED_WITHIN_MS)
    await is_fine_in_every_way(page)


async def test_an_answer_is_changed_heard_and_saved_by_keyboard(page: Page, desk: DeskOnLoopback) -> None:
    await page.goto(desk.url)
    await expect(page.locator("#check-state")).to_contain_text("is served", timeout=_CHECKED_WITHIN_MS)
    await tab_to(page, "Symptoms")
    await page.keyboard.press("Enter")
    await expect(page.locator("#editor")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Title")).to_be_focused()
    await page.keyboard.type("Signs")
    await expect(page.locator("#preview-message h3")).to_have_text(
        "Calcinosis Universalis: Signs", timeout=_CHECKED_WITHIN_MS
    )
    await page.keyboard.press("Control+s")
    await expect(page.locator("#status")).to_have_text("Saved.", timeout=_CHECKED_WITHIN_MS)
    assert "\ntitle: Signs\n" in desk.file.read_text(encoding="utf-8")
    await expect(page.get_by_role("button", name="Signs")).to_have_attribute(
        "aria-current", "true", timeout=_CHECKED_WITHIN_MS
    )

    await page.get_by_role("button", name="Play voice note 1 of 2").press("Enter")
    await expect(page.locator("audio")).to_have_attribute(
        "src", "/desk/recordings/recording-1", timeout=_CHECKED_WITHIN_MS
    )
    assert desk.voice.said[0].title.startswith("Calcinosis Universalis: Signs")


async def test_what_people_missed_becomes_a_wording(page: Page, desk: DeskOnLoopback) -> None:
    await page.goto(desk.url)
    await page.get_by_role("button", name="Add it as a wording").click()
    await expect(page.locator("#missed-state")).to_have_text("Choose the answer first that it should reach.")
    answers = page.get_by_label("The answer that it should reach")
    await expect(answers).to_be_focused()
    await answers.select_option(label="Symptoms")
    await page.get_by_role("button", name="Add it as a wording").click()
    wordings = page.get_by_label("Wordings that must reach it")
    await expect(wordings).to_be_focused()
    await expect(page.locator("#status")).to_have_text("Added as the last wording. Read it, then save.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#status")).to_have_text("Saved.", timeout=_CHECKED_WITHIN_MS)
    assert "  - is a glumpfish a sign of it\n" in desk.file.read_text(encoding="utf-8")


async def test_what_was_typed_outlives_another_editor_and_a_reload(page: Page, desk: DeskOnLoopback) -> None:
    await _open(page, desk)
    title = page.get_by_label("Title")
    await title.fill("Mine")
    text = desk.file.read_text(encoding="utf-8")
    desk.file.write_text(text.replace("title: Symptoms", "title: Theirs"), encoding="utf-8")
    await expect(page.get_by_role("alert")).to_contain_text(
        "What you typed is still here.", timeout=_CHECKED_WITHIN_MS
    )
    await expect(title).to_have_value("Mine")
    assert "title: Theirs" in desk.file.read_text(encoding="utf-8")

    await page.reload()
    await expect(title).to_have_value("Mine")
    await expect(page.locator("#status")).to_contain_text("what you typed before", timeout=_CHECKED_WITHIN_MS)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text(
        "Nothing was overwritten", timeout=_CHECKED_WITHIN_MS
    )
    assert "title: Theirs" in desk.file.read_text(encoding="utf-8")
    await page.get_by_role("button", name="Take what the file says").click()
    await expect(title).to_have_value("Theirs")
    await page.get_by_text("What you had typed", exact=True).click()
    await expect(page.locator("#theirs")).to_contain_text("Mine")


async def test_saving_over_somebody_elses_change_is_refused_until_it_is_meant(
    page: Page, desk: DeskOnLoopback
) -> None:
    await _open(page, desk)
    await page.route("**/desk/state*", lambda route: route.abort())  # the page has not heard of it yet
    await page.get_by_label("Title").fill("Mine")
    theirs = desk.file.read_text(encoding="utf-8").replace("title: Symptoms", "title: Theirs")
    desk.file.write_text(theirs, encoding="utf-8")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text(
        "Nothing was overwritten", timeout=_CHECKED_WITHIN_MS
    )
    await expect(page.get_by_label("Title")).to_have_value("Mine")
    assert desk.file.read_text(encoding="utf-8") == theirs
    await is_fine(page)
    await page.get_by_role("button", name="Save mine over it").press("Enter")
    await expect(page.locator("#status")).to_have_text("Saved.", timeout=_CHECKED_WITHIN_MS)
    assert "title: Mine" in desk.file.read_text(encoding="utf-8")


async def test_a_broken_file_is_told_of_beside_the_chat(page: Page, desk: DeskOnLoopback) -> None:
    await page.goto(desk.url)
    await expect(page.locator("#check-state")).to_contain_text("is served", timeout=_CHECKED_WITHIN_MS)
    text = desk.file.read_text(encoding="utf-8")
    desk.file.write_text(text.replace("kind: section", "kind: sektion"), encoding="utf-8")
    await expect(page.locator("#check-findings li")).to_contain_text(
        "symptoms.md, line 3", timeout=_CHECKED_WITHIN_MS
    )
    await expect(page.locator("#check-state")).to_contain_text(
        "The last sound content is served meanwhile", timeout=_CHECKED_WITHIN_MS
    )
    desk.file.write_text(text, encoding="utf-8")
    await expect(page.locator("#check-findings li")).to_have_count(0, timeout=_CHECKED_WITHIN_MS)
