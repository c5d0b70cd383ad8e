"""Somebody asks aloud in Chromium and the real assistant answers: microphone, ears, content, voice."""

import asyncio
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, async_playwright, expect

from assistant.preview.bot_api import LoopbackBotApi
from assistant.speech.audio import decode
from assistant.speech.values import AudioFile
from tests.browser.chromium import CHROMIUM, FAKE_MICROPHONE, IN_CHROMIUM, QUIET
from tests.journeys.house import PATIENCE_S, House
from tests.journeys.recordings import Mouth

pytestmark = IN_CHROMIUM

_PATIENCE_MS = PATIENCE_S * 1000
_CHROMIUM = [*QUIET, *FAKE_MICROPHONE, "--autoplay-policy=no-user-gesture-required"]
_RATE_HZ = 48_000


@pytest.fixture
async def question(tmp_path: Path) -> Path:
    """What the microphone will hear: a WAV file."""
    mouth = Mouth()
    note = await mouth.voice_note("How do doctors find out that someone has it?")
    await mouth.close()
    samples = await asyncio.to_thread(decode, AudioFile(note, "audio/ogg"), max_s=30, sample_rate_hz=_RATE_HZ)
    path = tmp_path / "question.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(samples.pcm.tobytes())
    return path


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[LoopbackBotApi]:
    """The page with the real assistant behind it."""
    mouth = Mouth()
    async with LoopbackBotApi(page=True) as api:
        house = House(tmp_path / "data", api, mouth)
        await house.open()
        yield api
        await house.close()
    await mouth.close()


@pytest.fixture
async def page(question: Path) -> AsyncIterator[Page]:
    microphone = f"--use-file-for-fake-audio-capture={question}%noloop"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*_CHROMIUM, microphone])
        yield await browser.new_page(viewport={"width": 900, "height": 900})
        await browser.close()


async def seconds_played(player: Locator) -> float:
    """How far a player has got."""
    played: float = await player.evaluate("player => player.currentTime")
    return played


async def test_a_question_asked_aloud_is_heard_answered_and_played(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(api.page_url)
    await page.get_by_role("button", name="Start", exact=True).click(timeout=_PATIENCE_MS)
    answers = page.locator(".message.from-bot")
    await expect(answers.last).to_contain_text("Calcinosis Universalis", timeout=_PATIENCE_MS)

    await page.get_by_role("button", name="Record a question").click()
    # The fake microphone speaks in real time: the person stops after the last word.
    await page.wait_for_timeout(4_000)
    await page.get_by_role("button", name="Stop and send").click()

    heard = answers.filter(has_text="I heard:")
    await expect(heard.last).to_contain_text("doctors find out", timeout=_PATIENCE_MS)
    await expect(heard.last).to_contain_text("CT scans")
    await expect(heard.last).to_contain_text("Not yet reviewed by a clinician.")

    player = answers.last.locator("audio")
    await expect(player).to_be_attached(timeout=_PATIENCE_MS)
    await page.get_by_role("button", name="Play voice note").last.click()
    async with asyncio.timeout(PATIENCE_S):
        while await seconds_played(player) < 1:
            await page.wait_for_timeout(200)

    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
