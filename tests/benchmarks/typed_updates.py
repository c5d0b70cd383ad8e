"""Where a typed question's processor time goes, beside a bare echo bot and, if wanted, another checkout.

    python -m tests.benchmarks.typed_updates [--beside FOLDER] [--rounds N] [--rooms]

Processor time and not the clock's, which depends more on who else uses the machine. The bots run side by
side, each against a loopback Bot API of its own, and take turns: each round, each gets the same questions at
once. With `--rooms` a sampling profiler (py-spy) looks at each assistant in a run of its own afterwards, and
a table says in which room the time is spent.
"""

import argparse
import asyncio
import platform
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from tests.benchmarks.latency import environment_of

PEOPLE: Final = 40
AT_ONCE: Final = 80
ROUNDS: Final = 12
QUESTIONS: Final = (
    "Which doctors will look after me?",
    "What are the first signs?",
    "Is there any treatment against the pain?",
    "Why do people get this illness?",
    "Can I do something to keep it from getting worse?",
    "How is it found out?",
    "Will my children have it?",
    "How many people have it?",
)
_SAMPLES_A_SECOND: Final = 250
_HERE: Final = Path(__file__).parents[2]

ROOMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("SQL", re.compile(r"/sqlalchemy/|/aiosqlite/|assistant/storage/|assistant/queue/table\.py")),
    ("understanding", re.compile(r"assistant/nlu/")),
    ("parsing", re.compile(r"handlers/inbound/|handlers/sources/arrivals\.py")),
    (
        "rendering",
        re.compile(
            r"assistant/dialogue/(?:render|actions|policy|outbox)|handlers/output/(?:markup|keyboards)"
            r"|handlers/callbacks\.py"
        ),
    ),
    ("sending and polling", re.compile(r"/aiohttp/|/aiogram/client/|handlers/(?:session|output|sources)")),
    ("logs and metrics", re.compile(r"/structlog/|/logging/|assistant/(?:operations|tracing|logs)")),
    ("framework", re.compile(r"/aiogram/|handlers/")),
    ("the turn and the queue", re.compile(r"assistant/")),
    ("event loop and threads", re.compile(r"/asyncio/|/selectors\.py|/threading\.py|/concurrent/")),
)
"""What a stack belongs to: the room of its innermost frame that has one. Others' time is their caller's."""


@dataclass
class Measured:
    """A bot's processor time, in milliseconds for each update, and its updates a second, round by round."""

    cpu_ms: list[float] = field(default_factory=list)
    a_second: list[float] = field(default_factory=list)
    rooms_ms: dict[str, float] = field(default_factory=dict)


@dataclass
class _Bot:
    pid: int
    people: Sequence[Person]


@asynccontextmanager
async def serving(module: Sequence[str], checkout: Path) -> AsyncIterator[_Bot]:
    """A bot of that checkout in its own process, against its own loopback Bot API, once it answers."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        api = await stack.enter_async_context(LoopbackBotApi(token="1:BENCHMARK-TOKEN-OF-NO-REAL-BOT"))
        environment = environment_of(api, folder) | {
            "PYTHONPATH": str(checkout),
            "ASSISTANT_LOG_LEVEL": "error",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module, cwd=checkout, env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            people = [api.person(f"Person {number}") for number in range(PEOPLE)]
            for person in people:
                await person.send_text(QUESTIONS[0])
            await _answers(people, 1)
            yield _Bot(process.pid, people)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def ask(bot: _Bot, count: int = AT_ONCE) -> None:
    """That many questions at once, and all their answers."""
    for number in range(count):
        await bot.people[number % PEOPLE].send_text(QUESTIONS[(number + number // PEOPLE) % len(QUESTIONS)])
    await _answers(bot.people, count // PEOPLE)


async def measure(bots: dict[str, tuple[Sequence[str], Path]], rounds: int) -> dict[str, Measured]:
    """Every bot in turn, as often as `rounds` says; a first round does not count."""
    measured = {name: Measured() for name in bots}
    async with AsyncExitStack() as stack:
        running = {name: await stack.enter_async_context(serving(*bot)) for name, bot in bots.items()}
        for number in range(rounds + 1):
            for name, bot in running.items():
                clock, started = _cpu_s(bot.pid), time.perf_counter()
                await ask(bot)
                took_s, cpu_s = time.perf_counter() - started, _cpu_s(bot.pid) - clock
                if number:
                    measured[name].cpu_ms.append(1000 * cpu_s / AT_ONCE)
                    measured[name].a_second.append(AT_ONCE / took_s)
    return measured


async def by_room(module: Sequence[str], checkout: Path, rounds: int) -> dict[str, float]:
    """The share of each room in a bot's processor time."""
    with tempfile.TemporaryDirectory() as folder:
        stacks = Path(folder) / "stacks"
        async with serving(module, checkout) as bot:
            await ask(bot)
            profiler = await asyncio.create_subprocess_exec(
                *(
                    "py-spy",
                    "record",
                    "--nonblocking",
                    "--pid",
                    str(bot.pid),
                    "--rate",
                    str(_SAMPLES_A_SECOND),
                ),
                *("--format", "raw", "--full-filenames", "--threads", "--output", str(stacks)),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await asyncio.sleep(1.0)
            for _ in range(rounds):
                await ask(bot)
            profiler.send_signal(signal.SIGINT)
            await profiler.wait()
        samples: Counter[str] = Counter()
        for line in stacks.read_text(encoding="utf-8").splitlines():
            frames, _, count = line.rpartition(" ")
            samples[_room_of(frames)] += int(count)
    return {room: count / samples.total() for room, count in samples.items()}


def _room_of(stack: str) -> str:
    for frame in reversed(stack.split(";")):
        for room, files in ROOMS:
            if files.search(frame):
                return room
    return "other"


def _cpu_s(pid: int) -> float:
    """The processor time of a process so far (Linux: clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


async def _answers(people: Sequence[Person], each: int) -> None:
    async def answers_of(person: Person) -> None:
        for _ in range(each):
            await person.receive(timeout_s=120)

    await asyncio.gather(*map(answers_of, people))


def report(measured: dict[str, Measured], console: Console) -> None:
    """Prints the tables."""
    table = Table(
        "",
        *measured,
        title=f"{AT_ONCE} typed questions at once, n={len(next(iter(measured.values())).cpu_ms)}",
    )
    echo = next(iter(measured.values()))
    rows = (
        ("processor time an update, ms: median", lambda each: f"{statistics.median(each.cpu_ms):.2f}"),
        ("  least", lambda each: f"{min(each.cpu_ms):.2f}"),
        (
            "  echo's, in parts of it",
            lambda each: f"{statistics.median(echo.cpu_ms) / statistics.median(each.cpu_ms):.3f}",
        ),
        ("updates a second: median", lambda each: f"{statistics.median(each.a_second):.0f}"),
        (
            "  in parts of echo's",
            lambda each: f"{statistics.median(each.a_second) / statistics.median(echo.a_second):.3f}",
        ),
    )
    for label, shown in rows:
        table.add_row(label, *map(shown, measured.values()))
    console.print(table)
    profiled = {name: each for name, each in measured.items() if each.rooms_ms}
    if profiled:
        rooms = Table("milliseconds an update", *profiled)
        for room in [*(room for room, _ in ROOMS), "other"]:
            rooms.add_row(room, *(f"{each.rooms_ms.get(room, 0.0):.2f}" for each in profiled.values()))
        rooms.add_row("all", *(f"{sum(each.rooms_ms.values()):.2f}" for each in profiled.values()))
        console.print(rooms)
    console.print(f"{platform.machine()}, Python {platform.python_version()}.")


async def main(beside: Path | None, rounds: int, rooms: bool) -> None:
    """Measures and prints."""
    assistant = ("assistant", "run")
    bots: dict[str, tuple[Sequence[str], Path]] = {"bare echo": (("tests.benchmarks.echo_bot",), _HERE)}
    bots |= {"before": (assistant, beside)} if beside else {}
    bots |= {"assistant": (assistant, _HERE)}
    measured = await measure(bots, rounds)
    for name, (module, checkout) in bots.items():
        if rooms and module is assistant:
            shares = await by_room(module, checkout, rounds)
            in_all = statistics.median(measured[name].cpu_ms)
            measured[name].rooms_ms = {room: share * in_all for room, share in shares.items()}
    report(measured, Console())


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--beside", type=Path, help="another checkout, measured in turns with this one")
    given.add_argument("--rounds", type=int, default=ROUNDS)
    given.add_argument("--rooms", action="store_true", help="also where the time goes; needs py-spy")
    arguments = given.parse_args()
    asyncio.run(main(arguments.beside, arguments.rounds, arguments.rooms))
