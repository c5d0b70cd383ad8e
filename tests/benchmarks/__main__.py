"""`make bench`: the assistant beside a bare aiogram echo bot, in one run of less than ten minutes.

    python -m tests.benchmarks [--release]

Prints one table and writes it into docs/performance.md, beside what is promised and the figures of the last
release; with `--release` these become the last release's. Both bots run as processes of their own against the
same loopback Bot API, which shares the machine with them. A latency counts from the update entering the Bot
API to the reply arriving there.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from tests.benchmarks import latency
from tests.benchmarks.figures import Figure, as_table, ms, release, write_page
from tests.benchmarks.understanding import measure_and_report

PEOPLE = 40
SETTLING_S = 5
BURST = 400
RATE_PER_S = 30
STEADY_S = 20
LISTENS = 40
TYPED_QUESTION = latency.TYPED_QUESTION
ASSISTANT = "assistant"
ECHO = "bare aiogram echo"
COMMANDS = {
    ASSISTANT: [sys.executable, "-m", "assistant", "run"],
    ECHO: [sys.executable, "-m", "tests.benchmarks.echo_bot"],
}


@dataclass
class Measured:
    """What was measured of one bot."""

    first_start_s: float = 0.0
    later_start_s: float = 0.0
    burst_s: float = 0.0
    text_s: list[float] = field(default_factory=list)
    cached_audio_s: list[float] = field(default_factory=list)
    memory_mib: float = 0.0
    """The proportional share (PSS) of the program and all its children, right after the work."""
    waits: latency.Waits = field(default_factory=latency.Waits)


async def measure(name: str) -> Measured:
    """Every figure of one bot."""
    measured = Measured()
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackBotApi(token=latency.TOKEN) as api:
            people = [api.person(f"Person {number}") for number in range(PEOPLE)]
            settings = latency.environment_of(api, Path(folder))
            quiet = settings | {"ASSISTANT_LOG_LEVEL": "error"}
            measured.first_start_s = await time_to_first_answer(name, people[0], quiet)
            measured.later_start_s = await time_to_first_answer(name, people[0], quiet)
            if name == ASSISTANT:  # what it would else record beside its first minutes of work
                await latency.run_to_the_end(settings, "audio", "build", "--speed", "normal")
            async with running(COMMANDS[name], quiet) as process:
                await timed(people[0], _text_sender(people[0]))
                await asyncio.sleep(SETTLING_S)
                await steady(people, measured)
                await burst(people, measured)
                if name == ASSISTANT:
                    await listens(people[0], measured)
                measured.memory_mib = whole_memory_mib(process.pid)
            if name == ASSISTANT:
                measured.waits = await latency.measure_prepared(api, settings)
    return measured


async def time_to_first_answer(name: str, person: Person, settings: dict[str, str]) -> float:
    """Seconds from starting the program to its answer to a question that waits already."""
    await person.send_text(TYPED_QUESTION)
    started = time.perf_counter()
    async with running(COMMANDS[name], settings):
        await person.receive(timeout_s=120)
        return time.perf_counter() - started


@asynccontextmanager
async def running(command: list[str], settings: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot in its own process, stopped at the end."""
    process = await asyncio.create_subprocess_exec(*command, env=settings)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def whole_memory_mib(pid: int) -> float:
    """What a process and its children hold together; what they share counts once."""
    program = psutil.Process(pid)
    return sum(each.memory_full_info().pss for each in (program, *program.children(recursive=True))) / 2**20


async def timed(person: Person, act: Callable[[], Awaitable[object]]) -> float:
    """Seconds from the act to the next message that reaches the person."""
    started = time.perf_counter()
    await act()
    await person.receive(timeout_s=120)
    return time.perf_counter() - started


async def steady(people: list[Person], measured: Measured) -> None:
    """Typed questions at a fixed rate, whether or not the earlier ones are answered."""
    tasks = []
    started = time.perf_counter()
    for number in range(RATE_PER_S * STEADY_S):
        await asyncio.sleep(max(0.0, started + number / RATE_PER_S - time.perf_counter()))
        person = people[number % PEOPLE]
        tasks.append(asyncio.create_task(timed(person, _text_sender(person))))
    measured.text_s += await asyncio.gather(*tasks)


async def burst(people: list[Person], measured: Measured) -> None:
    """Many typed questions at once."""
    started = time.perf_counter()
    for number in range(BURST):
        await people[number % PEOPLE].send_text(TYPED_QUESTION)
    await asyncio.gather(*(_receive(person, BURST // PEOPLE) for person in people))
    measured.burst_s = time.perf_counter() - started


async def listens(person: Person, measured: Measured) -> None:
    """The Listen button of answer after answer; the first press renders and uploads, and does not count.

    Each answer has a button of its own: one that is pressed twice in two seconds acts once.
    """
    for _ in range(LISTENS + 1):
        await timed(person, _text_sender(person))
        measured.cached_audio_s.append(await timed(person, _listener(person)))
    del measured.cached_audio_s[0]


def figures_of(echo: Measured, assistant: Measured) -> list[Figure]:
    """The lines of the table."""
    waits = assistant.waits
    together = sum(waits.together_s) / len(waits.together_s) / (sum(waits.alone_s) / len(waits.alone_s))
    return [
        Figure(
            "typed updates a second, all at once",
            f"{BURST / assistant.burst_s:.0f}",
            "",
            BURST,
            f"{BURST / echo.burst_s:.0f}",
        ),
        Figure("  in parts of the bare bot's", f"{echo.burst_s / assistant.burst_s:.3f}", "≥ 0.20"),
        Figure(
            f"typed questions at {RATE_PER_S} a second, ms",
            ms(assistant.text_s),
            "20 / 50",
            len(assistant.text_s),
            ms(echo.text_s),
        ),
        Figure(
            f"typed, while {latency.SPEAKING_AT_ONCE} people speak, ms",
            ms(waits.typed_among_voices_s),
            "– / 250",
            len(waits.typed_among_voices_s),
        ),
        Figure("spoken question to the first sound, ms", ms(waits.alone_s), "850 / 1000", len(waits.alone_s)),
        Figure("  in unknown voices, ms", ms(waits.unknown_s), "900 / 1400", len(waits.unknown_s)),
        Figure("  nothing prepared, ms", ms(waits.unprepared_s), "", len(waits.unprepared_s)),
        Figure("  two at once, times as long", f"{together:.2f}", "≤ 1.3", len(waits.together_s)),
        Figure(
            "a recording heard before, ms", ms(assistant.cached_audio_s), "", len(assistant.cached_audio_s)
        ),
        Figure(
            "first start to first answer, s",
            f"{assistant.first_start_s:.1f}",
            "< 5",
            echo=f"{echo.first_start_s:.1f}",
        ),
        Figure(
            "later start to first answer, s",
            f"{assistant.later_start_s:.1f}",
            "< 3.5",
            echo=f"{echo.later_start_s:.1f}",
        ),
        Figure(
            "whole memory (PSS), MiB",
            f"{assistant.memory_mib:.0f}",
            "< 600",
            echo=f"{echo.memory_mib:.0f}",
        ),
    ]


def _text_sender(person: Person) -> Callable[[], Awaitable[object]]:
    return lambda: person.send_text(TYPED_QUESTION)


def _listener(person: Person) -> Callable[[], Awaitable[object]]:
    return lambda: person.press("Listen")


async def _receive(person: Person, count: int) -> None:
    for _ in range(count):
        await person.receive(timeout_s=120)


def main(is_release: bool) -> None:
    """Measures, prints and writes."""
    echo, assistant = (asyncio.run(measure(name)) for name in (ECHO, ASSISTANT))
    figures = figures_of(echo, assistant)
    console = Console()
    console.print(as_table(figures))
    latency.report(assistant.waits)
    measure_and_report(sizes=())
    write_page(figures)
    if is_release:
        release(figures)


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--release", action="store_true", help="these are the figures of a release")
    main(given.parse_args().release)
