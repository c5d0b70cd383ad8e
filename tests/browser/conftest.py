"""A page with the scripted bot behind it, and browsers to visit it with."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from assistant.preview import LoopbackBotApi
from assistant.preview.page import add_page
from tests.browser.chromium import FAKE_MICROPHONE, QUIET, SOUND_AT_ONCE
from tests.browser.scripted_bot import ScriptedBot
from tests.needs import CHROMIUM

_on_the_shared_loop = pytest_asyncio.fixture(loop_scope="session")


@_on_the_shared_loop
async def bot() -> AsyncIterator[ScriptedBot]:
    async with LoopbackBotApi(page=add_page) as api, aiohttp.ClientSession() as client:
        bot = ScriptedBot(api, client)
        running = asyncio.create_task(bot.run())
        yield bot
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@pytest.fixture
def api(bot: ScriptedBot) -> LoopbackBotApi:
    return bot.api


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Started once: a page of its own, which knows nothing of the others, is new enough for a test."""
    async with async_playwright() as playwright:
        arguments = [*QUIET, *FAKE_MICROPHONE, SOUND_AT_ONCE]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@_on_the_shared_loop
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 900, "height": 900})
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    # Not those about the network: tests that cut it off expect them.
    page.on("console", lambda message: broken.append(message.text) if "Policy" in message.text else None)
    yield page
    await page.close()
    assert broken == []
