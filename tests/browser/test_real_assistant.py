"""The page with the real assistant behind it: microphone, ears, understanding, content, voice.

One assistant and one browser serve all of it. The journeys of the table are made by keyboard alone, and by
microphone alone; those that take long are made when they are asked for, with `-m long`.
"""

import asyncio
import re
import wave
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from tests.browser.at_the_page import MICROPHONE, is_fine_in_every_way, problems
from tests.browser.at_the_page_travelling import AtThePage, ByKeyboard, ByMicrophone
from tests.browser.chromium import FAKE_MICROPHONE, IN_CHROMIUM, QUIET, SOUND_AT_ONCE
from tests.journeys.ears import Ears
from tests.journeys.house import PATIENCE_S, VAGUE, House, asks_which_is_meant, open_house, say
from tests.journeys.journeys import is_long_at_the_page
from tests.journeys.recordings import Mouth
from tests.journeys.table import Journey, Mode, Pressed, own
from tests.journeys.travelling import ways
from tests.needs import CHROMIUM

pytestmark = IN_CHROMIUM

_shared = pytest_asyncio.fixture(scope="module", loop_scope="session")
_PATIENCE_MS: Final = PATIENCE_S * 1000
_RATE_HZ: Final = 48_000
_QUESTION: Final = "How do doctors find out that someone has it?"

_IN_A_HURRY: Final = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.playbackRate = 16;
    return play.call(this);
  };
"""
"""A script for the page: whatever it plays, it plays to the end, but in a sixteenth of the time."""


@_shared
async def mouth() -> AsyncIterator[Mouth]:
    mouth = Mouth()
    yield mouth
    await mouth.close()


@pytest.fixture(scope="module")
def ears() -> Iterator[Ears]:
    """Open before the first recording is made, so that they know what each of them says."""
    ears = Ears()
    with ears.open():
        yield ears


@_shared
async def house(
    tmp_path_factory: pytest.TempPathFactory, mouth: Mouth, ears: Ears, watched: object
) -> AsyncIterator[House]:
    """The real assistant behind the page."""
    async with open_house(tmp_path_factory.mktemp("assistant"), mouth, page=True) as house:
        yield house


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


def _journeys(modes: tuple[Mode, ...]) -> list[Any]:
    return [
        pytest.param(
            journey,
            mode,
            id=f"{journey.name}, {mode}",
            marks=[pytest.mark.long] if is_long_at_the_page(journey, mode) else [],
        )
        for journey, mode in ways()
        if mode in modes
    ]


@pytest.fixture(scope="module", autouse=True)
def _patience() -> Iterator[None]:
    """The real assistant takes its time on a busy machine."""
    expect.set_options(timeout=_PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of its own for everybody."""
    page = await browser.new_page(viewport={"width": 900, "height": 900})
    page.set_default_timeout(_PATIENCE_MS)
    yield page
    await page.close()


async def test_a_question_asked_aloud_is_heard_answered_and_played(page: Page, house: House) -> None:
    await page.goto(house.api.page_url)
    await page.get_by_role("button", name="Start", exact=True).click()
    answers = page.locator(".message.from-bot")
    await expect(answers.last).to_contain_text("Calcinosis Universalis")

    await page.get_by_role("button", name="Record a question").click()
    # The fake microphone speaks in real time: the person stops after the last word.
    await expect(page.locator("#record-time")).to_have_text(re.compile("0:0[4-9]"))
    await page.get_by_role("button", name="Stop and send").click()

    heard = answers.filter(has_text="I heard:")
    await expect(heard.last).to_contain_text("doctors find out")
    await expect(heard.last).to_contain_text("CT scan")
    await expect(heard.last).to_contain_text("Not yet reviewed by a doctor or nurse.")

    player = answers.last.locator("audio")
    await expect(player).to_be_attached()
    await page.get_by_role("button", name="Play voice note").last.click()
    await has_played(player)
    assert await problems(page) == []


@pytest.mark.parametrize(("journey", "mode"), _journeys((Mode.BUTTONS, Mode.TYPING)))
async def test_a_journey_by_keyboard_alone(
    journey: Journey, mode: Mode, page: Page, house: House, ears: Ears
) -> None:
    traveller = ByKeyboard(house, ears, page)
    await traveller.arrives(house.api)
    await traveller.makes(journey, mode)


@pytest.mark.parametrize(("journey", "mode"), _journeys((Mode.VOICE,)))
async def test_a_journey_by_microphone_alone(
    journey: Journey, mode: Mode, page: Page, house: House, ears: Ears
) -> None:
    await page.add_init_script(MICROPHONE)
    await page.add_init_script(_IN_A_HURRY)
    traveller = ByMicrophone(house, ears, page)
    await traveller.arrives(house.api)
    await traveller.makes(journey, mode)
    assert await problems(page) == []


async def test_one_of_a_few_is_chosen_by_keyboard_alone(page: Page, house: House, ears: Ears) -> None:
    traveller = ByKeyboard(house, ears, page)
    await traveller.arrives(house.api)
    for question in VAGUE:
        await traveller.go(question)
        if say("choice-ask") in traveller.came[-1].words:
            break
    first, *_ = traveller.came[-1].buttons
    await traveller.go(Pressed(first))
    assert traveller.came[-1].title == first


async def test_one_of_a_few_is_chosen_by_microphone_alone(page: Page, house: House, ears: Ears) -> None:
    await page.add_init_script(MICROPHONE)
    await page.add_init_script(_IN_A_HURRY)
    traveller = ByMicrophone(house, ears, page)
    await traveller.arrives(house.api)
    choice = await asks_which_is_meant(traveller.visitor)
    await traveller.takes_in([choice])
    await traveller.go(own("The first one."))
    assert traveller.came[-1].title == choice.buttons[0]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(("is there a cure for it", "save", "my bookmarks", "forget me"), id="kept and erased"),
        pytest.param(
            ("hello", "listen", "settings", "sections", "send me my data", "I cannot breathe", "privacy"),
            id="the others",
            marks=pytest.mark.long,
        ),
    ],
)
async def test_whatever_the_assistant_shows_looks_fine_in_every_way(
    asked: tuple[str, ...], page: Page, house: House, ears: Ears
) -> None:
    traveller = AtThePage(house, ears, page)
    await traveller.arrives(house.api)
    await traveller.takes_in([await asks_which_is_meant(traveller.visitor)])
    await is_fine_in_every_way(page)
    for words in asked:
        await traveller.go(words)
        await is_fine_in_every_way(page)


async def has_played(player: Locator) -> None:
    """Wait until a second of it has been played."""
    await player.evaluate(
        """player => new Promise((resolve) => {
          const look = () => player.currentTime >= 1 && resolve();
          player.addEventListener("timeupdate", look);
          look();
        })"""
    )
