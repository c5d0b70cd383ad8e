"""Many processes of the program on one PostgreSQL; each comes back when it ended."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg

from assistant.preview.bot_api import LoopbackBotApi
from tests.faults.harness import CANARIES, TOKEN, UNSETTLED, metrics_page, settled, total
from tests.faults.namespaces import Host
from tests.faults.postgres_process import PostgresProcess, free_port
from tests.faults.relay import relay
from tests.journeys.program import Program

LEASE_S: Final = 10
"""As an operator has it who sets nothing."""
DOWN_S: Final = 2.0
"""How long an ended process stays away before it is started again."""
_ANSWERED_S: Final = 120.0
T = TypeVar("T")
_SECRET: Final = "a-secret-of-no-real-bot"


class Node:
    """One process of the program. `ended`: exit codes of ends that were asked for; `unasked`: of others."""

    def __init__(self, program: Program, at: str = "127.0.0.1") -> None:
        self.program = program
        self.at = at
        """The address of its host, as this machine sees it."""
        self.ended: list[int] = []
        self.unasked: list[int] = []
        self.is_up = asyncio.Event()
        self._is_asked = False
        self._kept_up: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, wait until it serves, and start it again whenever it ends from now on."""
        self._kept_up = asyncio.create_task(self._keep_up())
        up = asyncio.create_task(self.is_up.wait())
        await asyncio.wait({up, self._kept_up}, return_when=asyncio.FIRST_COMPLETED)
        if self._kept_up.done():
            up.cancel()
            await self._kept_up

    async def end(self, how: signal.Signals) -> float:
        """End it so, and give the seconds that it took; it will be back."""
        self._is_asked = True
        began = time.monotonic()
        self.is_up.clear()
        await self.program.end(how)
        return time.monotonic() - began

    def pause(self) -> None:
        """It stands still, and does not know it."""
        os.kill(self.program.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on where it stood still."""
        os.kill(self.program.pid, signal.SIGCONT)

    async def stop(self) -> None:
        """End it for good."""
        if self._kept_up is not None:
            self._kept_up.cancel()
            await asyncio.gather(self._kept_up, return_exceptions=True)
        await self.program.kill_if_running()

    async def _keep_up(self) -> None:
        while True:
            try:
                await self.program.start()
            except RuntimeError:
                # It ended before it served, as it may while the database is away.
                code = await self.program.ended()
                if code == 2:
                    raise
            else:
                self.is_up.set()
                code = await self.program.ended(None)
                self.is_up.clear()
            (self.ended if self._is_asked else self.unasked).append(code)
            self._is_asked = False
            await asyncio.sleep(DOWN_S)


@dataclass
class Cluster:
    """What a scene plays with."""

    api: LoopbackBotApi
    nodes: list[Node]
    databases: list[PostgresProcess]
    """The one that is written to is the last."""
    recovered_s: list[float] = field(default_factory=list)
    _measuring: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def database(self) -> PostgresProcess:
        """The one that is written to."""
        return self.databases[-1]

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """What the database answers, as soon as it is there."""
        deadline = time.monotonic() + _ANSWERED_S
        while True:
            try:
                return self.database.admin(question)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    async def settled(self) -> None:
        """Wait until everybody is answered."""
        await settled(self.api, self.ask)
        await asyncio.gather(*self._measuring)

    async def running(self) -> list[tuple[int, int | None]]:
        """The updates that are in somebody's hands, and whose they are."""
        return await asyncio.to_thread(self.ask, "SELECT id, person FROM inbox WHERE state = 'running'")

    async def happens(self, what: Awaitable[T], in_flight: Counter[int]) -> T:
        """Lets it happen, counts whose updates somebody has in hand, and notes how long these then take."""
        before = await self.running()
        began = time.monotonic()
        outcome = await what
        in_hand = {*before, *await self.running()}
        in_flight.update(person for _, person in in_hand if person is not None)
        if in_hand:
            self._measuring.append(
                asyncio.create_task(self._measure({update for update, _ in in_hand}, began))
            )
        return outcome

    async def _measure(self, updates: Set[int], began: float) -> None:
        while unsettled := await asyncio.to_thread(self.ask, UNSETTLED):
            if not {update for (update,) in unsettled} & updates:
                break
            await asyncio.sleep(0.1)
        self.recovered_s.append(time.monotonic() - began)

    async def counted(self, metric: str) -> int:
        """The sum of that counter over every process that runs."""
        pages = [await metrics_page(node.program, node.at) for node in self.nodes if node.is_up.is_set()]
        return int(sum(total(page, metric) for page in pages))

    async def told_and_left(self) -> tuple[list[str], list[str]]:
        """The canaries in what nodes and database told, and where one is left when everybody is answered."""
        pages = [await metrics_page(node.program, node.at) for node in self.nodes if node.is_up.is_set()]
        said = [line for node in self.nodes for line in node.program.output]
        logs = [each.log.read_text(encoding="utf-8", errors="replace") for each in self.databases]
        left = [place for node in self.nodes for place in CANARIES.left_in(node.program.data)]
        rows = await asyncio.to_thread(partial(self.database.dump, without=["questions"]))
        left += [f"the database: {secret}" for secret in CANARIES.told_in([rows])]
        return CANARIES.told_in([*said, *pages, *logs]), left


@contextlib.asynccontextmanager
async def cluster(
    roles: Sequence[str],
    *,
    url: str,
    databases: list[PostgresProcess],
    by_webhook: bool = False,
    hosts: Sequence[Host] = (),
    own: Callable[[int], Mapping[str, str]] = lambda _: {},
    **environment: str,
) -> AsyncIterator[Cluster]:
    """A node for each of `roles`, running; `own` is the environment of the one of that number alone.

    `by_webhook`: updates are sent through a proxy to every receiver in turn; else one of them asks for them.
    `hosts`: where each node is, if not on this machine; Telegram is at its loopback there.
    """
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        ports = {number: free_port() for number, role in enumerate(roles) if "receive" in role}
        places = [("127.0.0.1", port) for port in ports.values()]
        async with (
            LoopbackBotApi(token=TOKEN) as api,
            relay(places, listening) as proxy,
            contextlib.AsyncExitStack() as telegram,
        ):
            for host in hosts:
                socket_there = host.listening(api.port)
                await telegram.enter_async_context(relay([("127.0.0.1", api.port)], socket_there))
            usual = {
                "DATABASE_URL": url,
                "ASSISTANT_WEBHOOK_URL": f"http://127.0.0.1:{proxy}/telegram" if by_webhook else "",
                "ASSISTANT_LEASE_S": str(LEASE_S),
                "ASSISTANT_LOG_LEVEL": "info",
                "ASSISTANT_OPS_HOST": "0.0.0.0" if hosts else "127.0.0.1",  # noqa: S104 - of a host that the test made
                "ASSISTANT_OPS_PORT": "0",
                "ASSISTANT_SENDS_PER_SECOND": "0",
                "ASSISTANT_WEBHOOK_SECRET": _SECRET,
            }
            nodes = []
            for number, role in enumerate(roles):
                home = Path(folder) / str(number)
                home.mkdir()
                its = {"ASSISTANT_ROLES": role, **own(number)}
                if number in ports:
                    its["ASSISTANT_WEBHOOK_PORT"] = str(ports[number])
                under = hosts[number].entering if hosts else ()
                program = Program(home, api, under=under, **usual | environment | its)
                nodes.append(Node(program, hosts[number].there if hosts else "127.0.0.1"))
            made = Cluster(api, nodes, databases)
            try:
                await _start(nodes)
                yield made
            finally:
                await asyncio.gather(*(node.stop() for node in nodes))


@contextlib.contextmanager
def other_version(revision: str) -> Iterator[Mapping[str, str]]:
    """The environment in which a node is that revision of the program; nothing for an empty one."""
    if not revision:
        yield {}
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.tar"
        command = ["git", "archive", "--output", str(archive), revision, "assistant", "handlers", "content"]
        subprocess.run(command, cwd=Path(__file__).parents[2], check=True)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        yield {"PYTHONPATH": folder}


async def _start(nodes: Sequence[Node]) -> None:
    """The first alone: it makes the tables, and from the content what the others need not make again."""
    first = nodes[0]
    await first.start()
    artefacts = first.program.data / "artefacts"
    for node in nodes[1:]:
        if artefacts.is_dir():
            shutil.copytree(artefacts, node.program.data / "artefacts")
    await asyncio.gather(*(node.start() for node in nodes[1:]))


@contextlib.contextmanager
def databases(*, hosts: Sequence[str] = ("127.0.0.1",), replicas: int = 0) -> Iterator[list[PostgresProcess]]:
    """A server that runs, and synchronous replicas of it before it in the list; all end with the block."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # the servers have an owner of their own
        primary = PostgresProcess(Path(name) / "primary", hosts=hosts)
        others = [PostgresProcess(Path(name) / f"replica{number}", hosts=hosts) for number in range(replicas)]
        try:
            primary.make()
            for each in others:
                each.copy_of(primary)
            yield [*others, primary]
        finally:
            for each in (*others, primary):
                each.stop_if_running()
