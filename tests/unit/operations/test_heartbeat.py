"""The container's health check: it fails when nothing is received any more, although the process lives."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from assistant.operations import heartbeat
from assistant.operations.heartbeat import beat, heartbeat_age_s, heartbeat_file
from assistant.settings import Settings

_ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data")


class Contact:
    """When Telegram was last in touch, and how often that was looked up."""

    def __init__(self, at: float | None) -> None:
        self.at = at
        self.looks = 0

    def __call__(self) -> float | None:
        self.looks += 1
        return self.at

    async def looked_up_again(self) -> None:
        """Wait until a whole beat has passed since now."""
        seen = self.looks
        async with asyncio.timeout(20):
            while self.looks < seen + 2:  # noqa: ASYNC110 - it is asked, and tells nobody
                await asyncio.sleep(0.001)


@asynccontextmanager
async def beating(contact: Contact, settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(beat(contact, heartbeat_file(settings), every_s=0.005))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def written(settings: Settings) -> None:
    async with asyncio.timeout(20):
        while heartbeat_age_s(settings) is None:  # noqa: ASYNC110 - only the disk knows
            await asyncio.sleep(0.005)


async def health(settings: Settings) -> int:
    """The exit code of `assistant health`, as the container asks for it."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "assistant", "health"),
        cwd=settings.data_dir.parent,
        env=environment | {"PYTHONPATH": str(_ROOT), "ASSISTANT_DATA_DIR": str(settings.data_dir)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


async def test_it_beats_only_when_telegram_was_in_touch_again(settings: Settings) -> None:
    contact = Contact(None)
    async with beating(contact, settings):
        await contact.looked_up_again()
        assert heartbeat_age_s(settings) is None
        contact.at = 1.0
        await written(settings)
        os.utime(heartbeat_file(settings), (0, 0))
        await contact.looked_up_again()
        assert heartbeat_file(settings).stat().st_mtime == 0, "the same contact is not another"
        contact.at = 2.0
        async with asyncio.timeout(20):
            while heartbeat_file(settings).stat().st_mtime == 0:  # noqa: ASYNC110 - only the disk knows
                await asyncio.sleep(0.005)


@pytest.mark.process
async def test_when_receiving_hangs_while_the_process_lives_the_health_check_fails(
    settings: Settings,
) -> None:
    contact = Contact(time.monotonic())
    async with beating(contact, settings) as task:
        await written(settings)
        assert await health(settings) == 0
        # Two minutes pass for the file, and nothing comes; the beat itself goes on.
        then = time.time() - heartbeat.LIMIT_S - 5
        os.utime(heartbeat_file(settings), (then, then))
        await contact.looked_up_again()
        assert not task.done()
        assert await health(settings) == 1


async def test_a_disk_that_was_full_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch, full = heartbeat._touch, True

    def fails(file: Path) -> None:
        if full:
            raise OSError(28, "No space left on device")
        touch(file)

    monkeypatch.setattr(heartbeat, "_touch", fails)
    with structlog.testing.capture_logs() as lines:
        async with beating(Contact(1.0), settings):
            async with asyncio.timeout(20):
                while len(lines) < 2:  # noqa: ASYNC110 - a line is no event
                    await asyncio.sleep(0.005)
            full = False
            await written(settings)
    assert {line["event"] for line in lines} == {"heartbeat not written"}
