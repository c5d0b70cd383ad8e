"""Log lines as they are written: one shape, the number of the update, and nobody's words."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.process

_ROOT = Path(__file__).parents[3]

_WRITES = """
import asyncio, logging, sys
import structlog
from assistant.logs import configure_logging
from assistant.settings import Settings
from assistant.tracing import Stage, timed

configure_logging(Settings(_env_file=None, log_format=sys.argv[1], log_level=sys.argv[2]))
ours, library = structlog.get_logger("assistant.room"), logging.getLogger("some.library")

def recognise():
    with timed(Stage.RECOGNISE):
        ours.info("from a thread")

def fail():
    raise ValueError("canary: what somebody said")

async def handle(number):
    with structlog.contextvars.bound_contextvars(update_id=number):
        ours.warning("voice failed", engine="gtts")
        await asyncio.to_thread(recognise)
        library.warning("canary-free line\\ncanary: what a library adds", extra={"body": "canary"})
        logging.getLogger("assistant.old").warning("vectors not kept", extra={"reason": "the folder is full"})
        logging.getLogger("assistant.old").info("trained", extra={"seconds": 31.5})
        library.info("canary: a request")
        try:
            fail()
        except ValueError as error:
            ours.error("broken here", exc_info=True)
            library.exception("broken there")
            ours.error("broken by hand", exc_info=error)
        ours.warning("address", url="https://api.telegram.org/bot123456789:AAH-canary-of-the-token-0123456789/x")
        library.warning("address https://api.telegram.org/bot123456789:AAH-canary-of-the-token-0123456789/y")

asyncio.run(handle(77))
ours.info("after it")
"""


def written(shape: str, level: str = "debug") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _WRITES, shape, level],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in written("json")]


def the(lines: list[dict[str, Any]], event: str) -> dict[str, Any]:
    (line,) = (line for line in lines if line["event"] == event)
    return line


def test_every_line_is_one_object_with_its_time_and_level(lines: list[dict[str, Any]]) -> None:
    assert len(lines) == 12
    for line in lines:
        assert line["timestamp"].endswith("Z")
        assert line["level"] in ("debug", "info", "warning", "error")


def test_every_line_within_an_update_says_which_whoever_writes_it(lines: list[dict[str, Any]]) -> None:
    assert {line["event"]: line.get("update_id") for line in lines} == {
        line["event"]: None if line["event"] == "after it" else 77 for line in lines
    }
    assert the(lines, "from a thread")["stage"] == "recognise"
    assert the(lines, "canary-free line")["logger"] == "some.library"
    assert "stage" not in the(lines, "voice failed")


def test_an_error_is_its_kind_and_its_place_and_never_its_text(lines: list[dict[str, Any]]) -> None:
    for event in ("broken here", "broken there", "broken by hand"):
        line = the(lines, event)
        assert line["error"] == "ValueError"
        assert line["where"].startswith("<string>:")
        assert "exception" not in line


def test_of_a_library_only_the_first_line_and_of_ours_its_numbers(lines: list[dict[str, Any]]) -> None:
    assert "body" not in the(lines, "canary-free line")
    assert the(lines, "vectors not kept")["reason"] == "the folder is full"
    assert the(lines, "trained")["seconds"] == 31.5


@pytest.mark.parametrize("shape", ["json", "console"])
def test_no_words_and_no_token_whatever_the_shape(shape: str) -> None:
    lines = written(shape)
    text = "\n".join(lines).replace("canary-free", "")
    assert "canary" not in text
    assert text.count("<token>") == 2
    assert len(lines) == 12, "one line each"


def test_the_console_shows_events_and_numbers_too() -> None:
    (line,) = (line for line in written("console") if "voice failed" in line)
    assert "update_id=77" in line
    assert "engine=gtts" in line
    assert "\x1b" not in line, "no colours where nobody sees them"


def test_the_level_holds_for_all_lines() -> None:
    levels = {json.loads(line)["level"] for line in written("json", "error")}
    assert levels == {"error"}
