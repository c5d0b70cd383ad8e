"""What people and checkers do at the page."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page, expect

from assistant.preview import LoopbackBotApi

FOCUSED_WORDS = (
    "document.activeElement.matches('a, button, summary') ? document.activeElement.textContent : ''"
)
_FOUND_BY_AXE: Final = """
  axe.run({resultTypes: ["violations"]}).then(({violations}) =>
    violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target}`)))
"""
"""What else it has looked at stays in the page: there is a lot of it."""
_TOO_SMALL: Final = """
  (controls) => controls
    .filter((control) => {
      const box = control.getBoundingClientRect();
      return Math.min(box.width, box.height) < 44;
    })
    .map((control) => control.textContent)
"""
_AS_USUAL: Final[dict[str, Any]] = {
    "color_scheme": "light",
    "contrast": "no-preference",
    "forced_colors": "none",
    "reduced_motion": "no-preference",
}
_COLOURS: Final[Sequence[dict[str, Any]]] = (
    {},
    {"color_scheme": "dark"},
    {"contrast": "more"},
    {"color_scheme": "dark", "contrast": "more"},
    {"forced_colors": "active"},
    {"reduced_motion": "reduce"},
)
_SIZES: Final = ((320, 640), (640, 512), (320, 256))
"""A phone, and what a window of 1280 by 1024 has at 200 % and at 400 % zoom."""
MICROPHONE: Final = (Path(__file__).parent / "microphone.js").read_text(encoding="utf-8")
"""A script for the page: a microphone that hears what a test says into it, and nothing else."""


async def asked(page: Page, api: LoopbackBotApi, person: str = "alice") -> None:
    """Open the page and ask something; its answer is on the screen."""
    await page.goto(f"{api.page_url}?as={person}")
    await page.get_by_label("Or type a question").fill("What is it?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Listen", exact=True)).to_be_visible()


async def problems(page: Page) -> list[str]:
    """What axe-core finds wrong."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(_FOUND_BY_AXE)
    return found


async def is_fine_in_every_way(page: Page) -> None:
    """The state that the page is in is fine for people who see it in other colours, larger, or narrower."""
    for way in _COLOURS:
        await page.emulate_media(**{**_AS_USUAL, **way})
        await is_fine(page)
    await page.emulate_media(**_AS_USUAL)
    usual = page.viewport_size
    for width, height in _SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        await is_fine(page)
    if usual is not None:
        await page.set_viewport_size(usual)


async def is_fine(page: Page) -> None:
    """axe-core finds nothing, nothing is cut off sideways, and whatever is pressed is big."""
    found = await problems(page)
    assert found == [], found
    width, inner = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= inner
    # A switch is pressed on its words too.
    pressed = page.locator("button:visible:not(.in-text), summary:visible, label.switch:visible")
    small = await pressed.evaluate_all(_TOO_SMALL)
    assert small == [], small


async def tab_to(page: Page, name: str, key: str = "Tab") -> int:
    """Press Tab until the control with these words has the focus; how often that took."""
    for times in range(1, 41):
        await page.keyboard.press(key)
        if name in await page.evaluate(FOCUSED_WORDS):
            return times
    pytest.fail(f"{name} cannot be reached by keyboard")


async def is_in_state(page: Page, state: str, *, within_s: float = 20) -> None:
    """Wait until hands-free shows this word."""
    await expect(page.locator("#hands-free-state")).to_have_text(state, timeout=within_s * 1000)


async def speak(page: Page, sound: bytes) -> None:
    """Say something into the microphone; returns when it has been said."""
    await page.evaluate("sound => window.speak(sound)", base64.b64encode(sound).decode())
