"""Content that is edited while it is served: sound changes are answered from, broken ones are told of."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.app import Services, open_services
from assistant.dialogue.utterance import Typed
from assistant.editing.live_content import LiveContent
from assistant.library.loading import content_folder
from assistant.settings import Settings

pytestmark = [pytest.mark.model]

_ME = 7
_SYMPTOMS = Path("en", "calcinosis-universalis", "symptoms.md")
_OLD = "can cause a range of symptoms"
_NEW = "can bring about a range of symptoms"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Services, LiveContent]]:
    content = Path(shutil.copytree(content_folder(), tmp_path / "content"))
    settings = Settings(content_dir=content, data_dir=tmp_path / "data")
    async with open_services(settings, database_url="sqlite+aiosqlite://") as services:
        live = LiveContent(settings, content)
        following = asyncio.create_task(live.follow(services))
        await live.after(0)
        yield services, live
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _said(services: Services) -> str:
    return (await services.dialogue.respond(_ME, Typed("open symptoms"))).plain_text()


async def _changed(live: LiveContent, old: str, new: str, file: Path = _SYMPTOMS) -> float:
    """Seconds until the change was dealt with."""
    path = live.content_dir / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    number, began = live.state.number, time.monotonic()
    path.write_text(text.replace(old, new), encoding="utf-8")
    await asyncio.wait_for(live.after(number), 30)
    return time.monotonic() - began


async def test_a_change_is_answered_from_and_a_broken_file_is_told_of(
    served: tuple[Services, LiveContent], capsys: pytest.CaptureFixture[str]
) -> None:
    services, live = served
    assert _OLD in await _said(services)

    took_s = await _changed(live, _OLD, _NEW)
    assert live.state.problems == ()
    assert _NEW in await _said(services)
    with capsys.disabled():
        print(f" [a changed answer was served after {took_s:.1f} s]", end="")  # noqa: T201 - a timing

    await _changed(live, "kind: section", "kind: sektion")
    (problem,) = live.state.problems
    assert (problem.path.name, problem.line) == ("symptoms.md", 3)
    assert _NEW in await _said(services)

    await _changed(live, "kind: sektion", "kind: section")
    assert live.state.problems == ()

    # A new wording reaches its answer, and the assistant's own sentences change too.
    await _changed(live, "  - weakness in", "  - what is a glumpfish\n  - weakness in")
    reply = await services.dialogue.respond(_ME, Typed("what is a glumpfish"))
    assert str(reply.entry) == "calcinosis-universalis/symptoms"
    await _changed(live, "thanks-reply = You", "thanks-reply = Oh, you", Path("en", "interface.ftl"))
    assert "Oh, you" in (await services.dialogue.respond(_ME, Typed("thank you"))).plain_text()
