"""The installed Chromium, and how the tests start it."""

import pytest

IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.needs("chromium"),
    # One browser serves them all, on one event loop.
    pytest.mark.asyncio(loop_scope="session"),
]
"""The marks of every module that drives it."""

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FAKE_MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
SOUND_AT_ONCE = "--autoplay-policy=no-user-gesture-required"
"""As if somebody had pressed something already: a script's clicks do not always count as that."""
