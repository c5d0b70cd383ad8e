"""The page with the real assistant behind it: microphone, ears, understanding, content, voice.

One assistant and one browser serve all of it. Whole journeys are made by keyboard alone, and by microphone
alone.
"""

import asyncio
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from assistant.preview.bot_api import LoopbackBotApi
from assistant.speech.audio import decode
from assistant.speech.values import AudioFile
from tests.browser.at_the_page import (
    MICROPHONE,
    go_to,
    is_fine,
    is_in_state,
    press_button,
    problems,
    speak,
)
from tests.browser.chromium import CHROMIUM, FAKE_MICROPHONE, IN_CHROMIUM, QUIET, SOUND_AT_ONCE
from tests.conftest import copy_vectors
from tests.journeys.house import VAGUE, House, say
from tests.journeys.recordings import Mouth

pytestmark = [*IN_CHROMIUM, pytest.mark.asyncio(loop_scope="module")]

_shared = pytest_asyncio.fixture(scope="module", loop_scope="module")
_PATIENCE_S: Final = 60.0
_PATIENCE_MS: Final = _PATIENCE_S * 1000
_RATE_HZ: Final = 48_000
_CURE: Final = "Is there a cure?"
_QUESTION: Final = "How do doctors find out that someone has it?"

_IN_A_HURRY: Final = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.playbackRate = 8;
    return play.call(this);
  };
"""
"""A script for the page: whatever it plays, it plays to the end, but in an eighth of the time."""

_WAYS_TO_SEE: Final[dict[str, dict[str, Any]]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "more contrast": {"contrast": "more"},
    "forced colours": {"forced_colors": "active"},
    "reduced motion": {"reduced_motion": "reduce"},
}
_AS_USUAL: Final[dict[str, Any]] = {
    "color_scheme": "light",
    "contrast": "no-preference",
    "forced_colors": "none",
    "reduced_motion": "no-preference",
}
_WIDTHS: Final = (640, 320)
"""A window of 1280 points at 200 %, and a phone."""


@_shared
async def mouth() -> AsyncIterator[Mouth]:
    mouth = Mouth()
    yield mouth
    await mouth.close()


@_shared
async def api(
    tmp_path_factory: pytest.TempPathFactory, mouth: Mouth, watched: object, vectors: Path
) -> AsyncIterator[LoopbackBotApi]:
    """The page with the real assistant behind it."""
    async with LoopbackBotApi(page=True) as api:
        house = House(tmp_path_factory.mktemp("assistant"), api, mouth)
        copy_vectors(vectors, house.artefacts)
        await house.open()
        await house.visitor().types("help")
        copy_vectors(house.artefacts, vectors)
        yield api
        await house.close()


@_shared
async def browser(tmp_path_factory: pytest.TempPathFactory, mouth: Mouth) -> AsyncIterator[Browser]:
    """Chromium, whose microphone hears one question each time it is opened."""
    note = await mouth.voice_note(_QUESTION)
    samples = await asyncio.to_thread(decode, AudioFile(note, "audio/ogg"), max_s=30, sample_rate_hz=_RATE_HZ)
    question = tmp_path_factory.mktemp("microphone") / "question.wav"
    with wave.open(str(question), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(samples.pcm.tobytes())
    arguments = [
        *QUIET,
        *FAKE_MICROPHONE,
        SOUND_AT_ONCE,
        f"--use-file-for-fake-audio-capture={question}%noloop",
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@pytest.fixture(scope="module", autouse=True)
def _patience() -> Iterator[None]:
    """The real assistant takes its time on a busy machine."""
    expect.set_options(timeout=_PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of its own for everybody."""
    page = await browser.new_page(viewport={"width": 900, "height": 900})
    page.set_default_timeout(_PATIENCE_MS)
    yield page
    await page.close()


async def test_a_question_asked_aloud_is_heard_answered_and_played(page: Page, api: LoopbackBotApi) -> None:
    await page.goto(api.page_url)
    await page.get_by_role("button", name="Start", exact=True).click()
    answers = page.locator(".message.from-bot")
    await expect(answers.last).to_contain_text("Calcinosis Universalis")

    await page.get_by_role("button", name="Record a question").click()
    # The fake microphone speaks in real time: the person stops after the last word.
    await page.wait_for_timeout(4_000)
    await page.get_by_role("button", name="Stop and send").click()

    heard = answers.filter(has_text="I heard:")
    await expect(heard.last).to_contain_text("doctors find out")
    await expect(heard.last).to_contain_text("CT scans")
    await expect(heard.last).to_contain_text("Not yet reviewed by a clinician.")

    player = answers.last.locator("audio")
    await expect(player).to_be_attached()
    await page.get_by_role("button", name="Play voice note").last.click()
    await has_played(player)
    assert await problems(page) == []


async def test_a_whole_journey_by_keyboard_alone(page: Page, api: LoopbackBotApi) -> None:
    log = page.get_by_role("log")
    newest = page.locator(".message.from-bot").last
    await page.goto(f"{api.page_url}?as=kim")

    await press_button(page, "Start")
    await expect(log).to_contain_text(say("start-ask"))
    await _types(page, "is there a cure for it")
    await expect(newest).to_contain_text(_CURE)
    await press_button(page, say("option-listen"))
    await expect(newest.locator("audio")).to_be_attached()
    await press_button(page, "Play voice note", exact=False)
    await has_played(newest.locator("audio"))
    await page.keyboard.press("Escape")

    await press_button(page, say("option-save"))
    await expect(newest).to_contain_text(say("bookmark-saved", title=_CURE))
    await press_button(page, say("option-bookmarks"))
    await expect(newest).to_contain_text(say("bookmarks-choose"))
    await looks_fine_in_every_way(page)
    await press_button(page, _CURE)
    await expect(newest).to_contain_text(say("footer-general"))

    for question in VAGUE:
        await _types(page, question)
        await expect(page.locator(".message.from-person").last).to_contain_text(question)
        await expect(newest).not_to_contain_text(say("footer-general"), timeout=2_000)
        if say("choice-ask") in (await newest.text_content() or ""):
            break
    await looks_fine_in_every_way(page)
    await press_button(page, say("option-none-of-these"))

    await _types(page, "forget me")
    await expect(newest).to_contain_text(say("forget-ask"))
    await looks_fine_in_every_way(page)
    await press_button(page, say("option-erase-yes"))
    await expect(newest).to_contain_text(say("forget-done"))


async def test_a_whole_journey_by_microphone_alone(page: Page, api: LoopbackBotApi, mouth: Mouth) -> None:
    await page.add_init_script(MICROPHONE)
    await page.add_init_script(_IN_A_HURRY)
    await page.goto(f"{api.page_url}?as=max")
    # A browser opens the microphone only for somebody who pressed something, once.
    await go_to(page, "hands-free")
    await page.keyboard.press("Space")
    newest = page.locator(".message.from-bot")
    for number, (words, reply) in enumerate(
        (
            ("Hello.", say("start-title")),
            ("Is there a cure for it?", _CURE),
            ("Save.", say("bookmark-saved", title=_CURE)),
            ("My bookmarks.", say("bookmarks-choose")),
            ("Number one.", _CURE),
            ("Forget me.", say("forget-ask")),
            ("Yes.", say("forget-done")),
        ),
        start=1,
    ):
        await is_in_state(page, "Listening", within_s=_PATIENCE_S)
        await speak(page, await mouth.voice_note(words))
        # A text that says what was heard, and a voice note that is played to its end.
        await expect(newest).to_have_count(2 * number)
        await expect(newest.nth(2 * number - 2)).to_contain_text(reply)
        await expect(page.locator(".from-bot audio")).to_have_count(number)
        assert await newest.nth(2 * number - 2).evaluate("message => message.innerText.includes('I heard')")
    await is_in_state(page, "Listening", within_s=_PATIENCE_S)
    assert await page.evaluate("window.overheard") == 0
    assert await page.evaluate(
        "[...document.querySelectorAll('.from-bot audio')].every((each) => each.ended)"
    )
    assert await problems(page) == []


async def _types(page: Page, words: str) -> None:
    await go_to(page, "text")
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")


async def looks_fine_in_every_way(page: Page) -> None:
    """The state that the page is in, for people who see it in other colours, larger, or without motion."""
    for way in _WAYS_TO_SEE.values():
        await page.emulate_media(**{**_AS_USUAL, **way})
        await is_fine(page)
    await page.emulate_media(**_AS_USUAL)
    for width in _WIDTHS:
        await page.set_viewport_size({"width": width, "height": 600})
        await is_fine(page)
    await page.set_viewport_size({"width": 900, "height": 900})


async def has_played(player: Locator) -> None:
    """Wait until a second of it has been played."""
    await player.evaluate(
        """player => new Promise((resolve) => {
          const look = () => player.currentTime >= 1 && resolve();
          player.addEventListener("timeupdate", look);
          look();
        })"""
    )
