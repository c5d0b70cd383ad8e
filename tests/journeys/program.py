"""The program itself, as an operator starts it: a process of its own, ended by signals."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from assistant.preview.bot_api import LoopbackBotApi

_STARTED_S: Final = 300.0
_KEPT_FROM_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "TMPDIR")
_ROOT: Final = Path(__file__).parents[2]


class Program:
    """`assistant run` against a loopback Bot API. `output` is all that it has written, line by line.

    `under`: the words of a program that starts it, and leaves it the process that was started.
    """

    def __init__(
        self, folder: Path, api: LoopbackBotApi, *, under: Sequence[str] = (), **environment: str
    ) -> None:
        self.folder = folder
        self._api = api
        self._under = under
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self.output: list[str] = []

    @property
    def pid(self) -> int:
        """Its number while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    async def start(self) -> None:
        """Start it and wait until it serves. Raises RuntimeError with what it said when it ends instead."""
        self._ready.clear()
        environment = {name: os.environ[name] for name in _KEPT_FROM_ENVIRONMENT if name in os.environ}
        environment |= {
            "PYTHONPATH": str(_ROOT),
            "BOT_TOKEN": self._api.token,
            "BOT_API_BASE": self._api.base_url,
            "ASSISTANT_LOG_LEVEL": "debug",
            "ASSISTANT_OPS_PORT": "off",
            **self._environment,
        }
        self._process = await asyncio.create_subprocess_exec(
            *self._under,
            sys.executable,
            "-m",
            "assistant",
            "run",
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read())
        await asyncio.wait_for(self._ready.wait(), _STARTED_S)
        if self._process.returncode is not None:
            raise RuntimeError("".join(self.output))

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and return its exit code; negative when the signal killed it."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self.ended()

    async def ended(self, within_s: float | None = _STARTED_S) -> int:
        """Wait for it to end by itself and return its exit code."""
        assert self._process is not None
        assert self._reading is not None
        code = await asyncio.wait_for(self._process.wait(), within_s)
        await self._reading
        return code

    async def kill_if_running(self) -> None:
        """Leave nothing behind, whatever the test came to."""
        if self._process is not None and self._process.returncode is None:
            await self.end(signal.SIGKILL)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.output.append(line.decode())
            if " ready " in self.output[-1]:
                self._ready.set()
        await self._process.wait()
        self._ready.set()
