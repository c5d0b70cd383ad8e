"""Somebody who makes the journeys of the table at the page: by keyboard alone, or by microphone alone."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from assistant.preview import LoopbackBotApi
from assistant.preview.received import Received
from tests.browser.at_the_page import is_in_state, speak
from tests.journeys.ears import Ears
from tests.journeys.house import PATIENCE_S, House
from tests.journeys.table import Pressed, Spoken
from tests.journeys.travelling import Step, Traveller

_MOST_KEYS: Final = 60
"""Whoever has not got there by then has no keyboard, but a treadmill."""
_SPACE: Final = re.compile(r"\s+")


class AtThePage(Traveller):
    """Reads what came on the page: it shows what was sent, and all buttons that there are."""

    def __init__(self, house: House, ears: Ears, page: Page) -> None:
        super().__init__(house, ears)
        self.page = page

    async def arrives(self, api: LoopbackBotApi) -> None:
        """Open the page, as this person."""
        await self.page.goto(f"{api.page_url}?as={quote(self.visitor.person.name)}")
        await expect(self.page.locator("#who")).to_contain_text(self.visitor.person.name)

    async def takes_in(self, messages: Sequence[Received]) -> None:
        """Wait until the page shows each message as it stands now."""
        for message in {each.message_id: each for each in messages}.values():
            card = self.page.locator(f"#message-{message.message_id}")
            await expect(card.locator(".keyboard li")).to_have_text(message.buttons)
            first, *_ = message.words.splitlines() or [""]
            await expect(card).to_contain_text(_SPACE.sub(" ", first).strip())
            if message.kind in ("voice", "audio"):
                await expect(card.locator("audio")).to_be_attached()


class ByKeyboard(AtThePage):
    """Has no pointer. Types, and presses what can be reached with the keys that the page names."""

    async def does(self, step: Step) -> None:
        match step:
            case Pressed(label=label, in_menu=True):
                await self._chooses_in_menu(label)
            case Pressed(label=label):
                await self._presses(label, self.came[-1].with_buttons)
            case str():
                await self._goes_to_text()
                await self.page.keyboard.type(step)
                await self.page.keyboard.press("Enter")
                await expect(self.page.locator("#text")).to_have_value("")
            case Spoken():
                raise TypeError("a keyboard cannot speak")

    async def _presses(self, label: str, message: Received) -> None:
        await self._goes_to_text()
        await self.page.keyboard.press("ArrowUp")
        there = f"#message-{message.message_id} .keyboard button:focus"
        await self._tabs_until(lambda: self._is_on(there, label))
        await self.page.keyboard.press("Enter")

    async def _chooses_in_menu(self, command: str) -> None:
        await self._goes_to_text()
        await self._tabs_until(lambda: self._is_on("summary:focus", "Menu"))
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("button", name=f"(/{command})")).to_be_visible()
        await self._tabs_until(lambda: self._is_on("#commands button:focus", f"(/{command})"))
        await self.page.keyboard.press("Enter")

    async def _goes_to_text(self) -> None:
        """By Escape from the conversation, and from elsewhere by the shortcut at the top."""
        if await self._is_on("#messages :focus"):
            await self.page.keyboard.press("Escape")
        if await self._is_on("#text:focus"):
            return
        await self._tabs_until(lambda: self._is_on(".skip:focus", "asking"), "Shift+Tab")
        await self.page.keyboard.press("Enter")
        await self._tabs_until(lambda: self._is_on("#text:focus"))

    async def _tabs_until(self, there: Callable[[], Awaitable[bool]], key: str = "Tab") -> None:
        for _ in range(_MOST_KEYS):
            if await there():
                return
            await self.page.keyboard.press(key)
        where = await self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        pytest.fail(f"it cannot be reached by keyboard; the focus is on {where}")

    async def _is_on(self, selector: str, words: str = "") -> bool:
        """Whether what has the focus is that, and ends with these words or contains them."""
        found: bool = await self.page.evaluate(
            """([selector, words]) => {
              const here = document.querySelector(selector);
              return here !== null && here.textContent.includes(words);
            }""",
            [selector, words],
        )
        return found


class ByMicrophone(AtThePage):
    """Turns hands-free on, and then has no hands: speaks after the tone, and listens to the end."""

    async def arrives(self, api: LoopbackBotApi) -> None:
        """Open the page. A browser opens the microphone only for somebody who pressed something, once."""
        await super().arrives(api)
        await self.page.get_by_role("switch", name="Hands-free").focus()
        await self.page.keyboard.press("Space")
        await self._may_speak()

    async def does(self, step: Step) -> None:
        assert isinstance(step, Spoken), "there is nothing but a microphone"
        await self._may_speak()
        said = self.page.locator(".from-person")
        before = await said.count()
        await speak(self.page, await self.house.mouth.voice_note(step.words))
        # The page notices by itself that nothing more is said.
        await expect(said).to_have_count(before + 1)

    async def takes_in(self, messages: Sequence[Received]) -> None:
        """Hear each voice note to its end; the page listens again, and has never heard itself."""
        await super().takes_in(messages)
        for message in messages:
            if message.kind == "voice":
                player = self.page.locator(f"#message-{message.message_id} audio")
                await player.evaluate(
                    """player => player.ended || new Promise((resolve) =>
                      player.addEventListener("ended", () => resolve(true)))"""
                )
        await self._may_speak()
        assert await self.page.evaluate("window.overheard") == 0

    async def _may_speak(self) -> None:
        await is_in_state(self.page, "Listening", within_s=PATIENCE_S)
