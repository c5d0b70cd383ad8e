"""A child process that works for this one, and is replaced when it dies or takes too long."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from assistant.errors import SettingsError, SpeechError
from assistant.speech.sandbox.protocol import BrokenMessageError, next_message, packed

_log = structlog.stdlib.get_logger(__name__)

_CLOSING_S: Final = 2.0
_SPARE_WAITS_S: Final = 3.0
"""A spare that is due is started when nobody is being heard, from whom it would take the processors; but soon
all the same."""
_CHILD: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from assistant.speech.sandbox.worker import main; main()"
)
"""Finds its modules where this process finds them, whatever the environment says."""


class SandboxDiedError(SpeechError):
    """The child ended before it answered. `by_outside`: a signal that no recording can cause ended it."""

    def __init__(self, by_outside: bool) -> None:
        super().__init__("the process that hears has ended")
        self.by_outside = by_outside


class SandboxSlowError(SpeechError):
    """The child took longer than it was allowed, and was ended."""

    def __init__(self) -> None:
        super().__init__("the process that hears took too long")


class SandboxProcess:
    """Keeps one child of `worker.py` alive and asks it questions, several at a time.

    `order` is the child's first message. `most_bytes`: the biggest answer. `start_s`: how long it may take
    until it is ready. `environment`: all that it is to know, or None for what this process knows. When the
    child ends, the next takes its place and `on_replaced` is told. `spare_after_s`: how long after a start
    one more is made ready, to take over at once, at the price of its memory; None for none. Belongs to one
    event loop.
    """

    def __init__(
        self,
        order: Mapping[str, Any],
        *,
        most_bytes: int,
        start_s: float,
        environment: Mapping[str, str] | None,
        spare_after_s: float | None,
        on_replaced: Callable[[], None] = lambda: None,
    ) -> None:
        self._order = order
        self._most_bytes = most_bytes
        self._start_s = start_s
        self._environment = environment
        self._on_replaced = on_replaced
        self._spare_after_s = spare_after_s
        self._process: _Process | None = None
        self._spare: _Process | None = None
        self._beginning: _Process | None = None
        self._starting = asyncio.Lock()
        self._filling: set[asyncio.Task[None]] = set()
        self._serving = False
        self._closed = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Returns when a child is ready. Raises SettingsError, or SpeechError when it cannot be started."""
        await self._ready()
        self._serving = True
        self._fill()

    async def ask(
        self, question: Mapping[str, Any], body: bytes, *, limit_s: float
    ) -> tuple[dict[str, Any], bytes]:
        """The child's answer within `limit_s` seconds; the time that a start takes is not counted.

        Raises SandboxDiedError, SandboxSlowError, or what `start` raises.
        """
        process = await self._ready()
        return await process.ask(question, body, limit_s)

    async def close(self) -> None:
        """Ends the child. Whoever waits for an answer gets SandboxDiedError."""
        self._closed.set()
        if self._beginning is not None:
            self._beginning.kill()
        children = [child for child in (self._process, self._spare) if child is not None]
        await asyncio.gather(*(child.close() for child in children))
        self._process = self._spare = None
        # Not cancelled: a child that is just being made would be nobody's.
        await asyncio.gather(*self._filling)

    async def _ready(self) -> "_Process":
        if self._process is not None and not self._process.over:
            return self._process
        async with self._starting:
            if self._closed.is_set():
                raise SpeechError("hearing has ended")
            if self._process is None or self._process.over:
                self._process, self._spare = self._spare, None
            if self._process is None or self._process.over:
                self._process = None
                self._process = await self._started()
            return self._process

    async def _started(self) -> "_Process":
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                child = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-c",
                    _CHILD,
                    json.dumps(sys.path),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,  # native code tells there what it found in a file
                    env=self._environment,
                    start_new_session=True,  # Ctrl-C in a terminal is for the parent, which ends its child
                )
            except OSError as error:
                ours.close()
                raise SpeechError(
                    f"no process for hearing could be started ({type(error).__name__})"
                ) from None
        reader, writer = await asyncio.open_connection(sock=ours)
        process = self._beginning = _Process(child, reader, writer, self._most_bytes, self._replace)
        if self._closed.is_set():
            process.kill()
        try:
            async with asyncio.timeout(self._start_s):
                await process.begin(self._order)
        except BaseException as error:
            await process.close(at_once=True)
            if isinstance(error, TimeoutError):
                raise SpeechError("the process for hearing was not ready in time") from None
            raise
        finally:
            self._beginning = None
        return process

    def _replace(self) -> None:
        if self._closed.is_set():
            return
        _log.warning("hearing process ended", work=self._order["work"])
        self._on_replaced()
        self._fill()

    def _fill(self) -> None:
        filling = asyncio.create_task(self._filled())
        self._filling.add(filling)
        filling.add_done_callback(self._filling.discard)

    async def _filled(self) -> None:
        """Starts what is missing, first of all a child that works."""
        try:
            process = await self._ready()
            if self._spare_after_s is None or await self._closes_within(self._spare_after_s):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.idle.wait(), _SPARE_WAITS_S)
            async with self._starting:
                wanted = self._serving and not self._closed.is_set()
                if wanted and (self._spare is None or self._spare.over):
                    self._spare = None
                    self._spare = await self._started()
        except (SettingsError, SpeechError) as error:
            if self._closed.is_set():
                return
            _log.error("hearing process not started", work=self._order["work"], problem=str(error))

    async def _closes_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)
        return self._closed.is_set()


class _Process:
    """One child, from its start to its end."""

    def __init__(
        self,
        child: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        most_bytes: int,
        on_end: Callable[[], None],
    ) -> None:
        self._child = child
        self._reader = reader
        self._writer = writer
        self._most_bytes = most_bytes
        self._on_end = on_end
        self._ids = itertools.count()
        self._waiting: dict[int, asyncio.Future[tuple[dict[str, Any], bytes]]] = {}
        self._receiving: asyncio.Task[None] | None = None
        self.over = False
        self.idle = asyncio.Event()
        """Whether no question is being answered."""
        self.idle.set()

    @property
    def pid(self) -> int:
        return self._child.pid

    async def begin(self, order: Mapping[str, Any]) -> None:
        """Hands over the order and waits until the child is ready."""
        self._writer.write(packed(order))
        try:
            head, _ = await next_message(self._reader, most_bytes=0)
        except (asyncio.IncompleteReadError, OSError, BrokenMessageError):
            raise SpeechError("the process for hearing ended while it started") from None
        if "wrong_setting" in head:
            raise SettingsError(str(head["wrong_setting"]))
        self._receiving = asyncio.create_task(self._receive())

    async def ask(
        self, question: Mapping[str, Any], body: bytes, limit_s: float
    ) -> tuple[dict[str, Any], bytes]:
        if self.over:
            raise SandboxDiedError(by_outside=True)
        number = next(self._ids)
        answer: asyncio.Future[tuple[dict[str, Any], bytes]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self.idle.clear()
        try:
            async with asyncio.timeout(limit_s):
                self._writer.write(packed({**question, "id": number}, body))
                return await answer
        except TimeoutError:
            self.kill()
            raise SandboxSlowError from None
        finally:
            self._waiting.pop(number, None)
            if not self._waiting:
                self.idle.set()

    async def close(self, *, at_once: bool = False) -> None:
        self.over = True
        self._writer.close()
        if at_once:
            self.kill()
        try:
            async with asyncio.timeout(_CLOSING_S):
                await self._child.wait()
        except TimeoutError:
            self.kill()
            await self._child.wait()
        if self._receiving is not None:
            await asyncio.gather(self._receiving, return_exceptions=True)

    async def _receive(self) -> None:
        try:
            while True:
                head, body = await next_message(self._reader, most_bytes=self._most_bytes)
                answer = self._waiting.get(head.get("id", -1))
                if answer is not None and not answer.done():
                    answer.set_result((head, body))
        except (asyncio.IncompleteReadError, OSError, BrokenMessageError):
            pass  # it has ended, or is not to be trusted any more: both are dealt with below
        expected, self.over = self.over, True
        self.kill()
        status = await self._child.wait()
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(
                    SandboxDiedError(by_outside=status in (-signal.SIGKILL, -signal.SIGTERM))
                )
        if not expected:
            self._on_end()

    def kill(self) -> None:
        """Ends the child at once."""
        # Not `self._child.kill()`: that looks whether the child has ended, and then nobody learns of what.
        if self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child.pid, signal.SIGKILL)
