"""Hands-free in Chromium: the page listens, sends, plays the answer and listens again, until told to stop."""

import wave
from io import BytesIO

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from assistant.preview import LoopbackBotApi
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from tests.browser.at_the_page import MICROPHONE, is_in_state, problems, speak, tab_to
from tests.browser.chromium import IN_CHROMIUM, QUIET
from tests.browser.scripted_bot import ScriptedBot
from tests.needs import CHROMIUM

pytestmark = IN_CHROMIUM

RATE_HZ = 16_000


def voice(seconds: float = 1.5) -> bytes:
    """A sound as loud and as uneven as a voice: what counts is when it begins and ends."""
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    syllables = np.abs(np.sin(2 * np.pi * 2 * times))
    sound = np.sin(2 * np.pi * 220 * times) + np.sin(2 * np.pi * 660 * times) / 2
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((sound * syllables * 8_000).astype(np.int16).tobytes())
    return file.getvalue()


@pytest_asyncio.fixture(loop_scope="session")
async def page(page: Page, api: LoopbackBotApi) -> Page:
    """The page with a microphone that tests can speak into."""
    await page.add_init_script(MICROPHONE)
    await page.goto(f"{api.page_url}?as=alice")
    return page


async def turn_on(page: Page) -> None:
    await page.get_by_role("switch", name="Hands-free").check()
    await is_in_state(page, "Listening")


async def test_what_is_said_is_sent_answered_aloud_and_listened_for_again(
    page: Page, api: LoopbackBotApi
) -> None:
    await turn_on(page)
    for _ in range(2):
        await speak(page, voice())
        await is_in_state(page, "Speaking")
        await is_in_state(page, "Listening")
    assert await page.evaluate("window.overheard") == 0
    asked = [
        each for each in api.person("Alice").messages() if each.wire["from"]["id"] == api.person("Alice").id
    ]
    assert [each.kind for each in asked] == ["voice", "voice"]
    for each in asked:
        samples = decode(AudioFile(each.audio(), "audio/wav"), max_s=60)
        # All that was said and a little quiet around it, but not the second that ended it.
        assert 1.5 <= samples.seconds <= 2.6
    await expect(page.locator("audio").last).to_be_visible()


async def test_escape_closes_the_microphone_and_a_button_goes_on(page: Page) -> None:
    await turn_on(page)
    assert await page.title() == "Listening - Health Assistant: Alice"
    await page.keyboard.press("Escape")
    await is_in_state(page, "Paused")
    assert await page.evaluate("window.microphone.readyState") == "ended"
    await tab_to(page, "Go on listening")
    await page.keyboard.press("Space")
    await is_in_state(page, "Listening")
    await page.keyboard.press("Space")
    await is_in_state(page, "Paused")


async def test_an_answer_can_be_left_for_the_next_question(page: Page) -> None:
    await turn_on(page)
    await speak(page, voice())
    await is_in_state(page, "Speaking")
    # Held at its beginning, so that it cannot end by itself.
    await page.locator("audio").last.evaluate("player => { player.loop = true; }")
    await page.get_by_role("button", name="Stop the answer").click()
    await is_in_state(page, "Listening")
    assert await page.evaluate("[...document.querySelectorAll('audio')].every(player => player.paused)")


async def test_a_paused_answer_is_heard_to_its_end_before_the_page_listens(page: Page) -> None:
    await turn_on(page)
    await speak(page, voice())
    await is_in_state(page, "Speaking")
    await page.keyboard.press("Escape")
    await is_in_state(page, "Paused")
    await page.get_by_role("button", name="Go on listening").click()
    await is_in_state(page, "Speaking")
    await is_in_state(page, "Listening")


async def test_listening_stops_when_somebody_says_so(page: Page, bot: ScriptedBot) -> None:
    bot.hears = ["Please stop listening."]
    await turn_on(page)
    await speak(page, voice())
    await is_in_state(page, "Paused")
    await expect(page.locator(".from-bot audio")).to_have_count(1)
    await expect(page.locator("#announcer")).to_contain_text("I stopped listening.")
    # The answer to those words is not played, neither now nor later.
    await page.get_by_role("button", name="Go on listening").click()
    await is_in_state(page, "Listening")
    assert await page.locator(".from-bot audio").evaluate("player => player.played.length") == 0


async def test_a_written_answer_is_announced_and_the_page_listens_again(page: Page) -> None:
    await turn_on(page)
    await page.get_by_label("Or type a question").fill("What is it?")
    await page.keyboard.press("Enter")
    await is_in_state(page, "Thinking")
    await is_in_state(page, "Listening")
    await expect(page.locator("#announcer")).to_contain_text("Some calm words")


async def test_what_cannot_be_sent_is_said_and_pauses(page: Page) -> None:
    await page.route("**/preview/recording*", lambda route: route.abort())
    await turn_on(page)
    await speak(page, voice())
    await is_in_state(page, "Paused")
    await expect(page.get_by_role("alert")).to_contain_text("could not be sent")
    assert await problems(page) == []


async def test_a_microphone_that_goes_away_is_said_and_pauses(page: Page) -> None:
    await turn_on(page)
    await page.evaluate("window.microphone.dispatchEvent(new Event('ended'))")
    await is_in_state(page, "Paused")
    await expect(page.get_by_role("alert")).to_contain_text("The microphone was taken away.")


async def test_turning_it_off_closes_the_microphone(page: Page) -> None:
    await turn_on(page)
    await page.get_by_role("switch", name="Hands-free").uncheck()
    await expect(page.get_by_role("button", name="Record a question")).to_be_visible()
    assert await page.evaluate("window.microphone.readyState") == "ended"
    assert await page.title() == "Health Assistant: Alice"


async def test_a_refused_microphone_is_explained_and_leaves_the_switch_off(api: LoopbackBotApi) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, "--deny-permission-prompts"]
        )
        page = await browser.new_page()
        await page.goto(f"{api.page_url}?as=alice")
        await page.get_by_role("switch", name="Hands-free").click()
        await expect(page.get_by_role("alert")).to_contain_text("type your question")
        await expect(page.get_by_role("switch", name="Hands-free")).not_to_be_checked()
        assert await problems(page) == []
        await browser.close()


async def test_it_goes_on_while_another_tab_is_in_front(browser: Browser, api: LoopbackBotApi) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.add_init_script(MICROPHONE)
    await page.goto(f"{api.page_url}?as=alice")
    await turn_on(page)
    other = await context.new_page()
    await other.bring_to_front()
    await speak(page, voice())
    await is_in_state(page, "Speaking")
    await is_in_state(page, "Listening")
    await context.close()


QUIET_ROOM = -65


@pytest.mark.parametrize(
    ("sound", "happened"),
    [
        pytest.param([(QUIET_ROOM, 5)], [], id="a quiet room"),
        pytest.param([(QUIET_ROOM, 1), (-25, 0.08), (QUIET_ROOM, 3)], [], id="a click"),
        pytest.param([(-38, 8)], [], id="a fan"),
        pytest.param([(QUIET_ROOM, 1), (-25, 2), (QUIET_ROOM, 2)], ["began", "ended"], id="a sentence"),
        pytest.param(
            [(QUIET_ROOM, 1), (-25, 1), (QUIET_ROOM, 0.8), (-25, 1), (QUIET_ROOM, 2)],
            ["began", "ended"],
            id="a sentence with a breath in it",
        ),
        pytest.param(
            [(QUIET_ROOM, 1), (-25, 1), (QUIET_ROOM, 2), (-25, 1), (QUIET_ROOM, 2)],
            ["began", "ended", "began", "ended"],
            id="two sentences",
        ),
        pytest.param([(-40, 4), (-20, 2), (-40, 2)], ["began", "ended"], id="a sentence beside a fan"),
        pytest.param([(-25, 2), (QUIET_ROOM, 2)], ["began", "ended"], id="a sentence from the first moment"),
        pytest.param([(QUIET_ROOM, 1), (-25, 46)], ["began", "ended"], id="somebody who never stops"),
    ],
)
async def test_a_voice_is_told_from_other_sounds(
    page: Page, sound: list[tuple[float, float]], happened: list[str]
) -> None:
    found = await page.evaluate(
        """async (sound) => {
          const { VoiceActivity } = await import("/static/voice_activity.js");
          const activity = new VoiceActivity();
          const happened = [];
          for (const [level, seconds] of sound)
            for (let passed = 0; passed < seconds; passed += 0.02) {
              const what = activity.hear(level, 0.02);
              if (what) happened.push(what);
            }
          return happened;
        }""",
        sound,
    )
    assert found == happened
