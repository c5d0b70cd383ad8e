"""Far more than it can serve, and the same for a long time: waits, memory, open files and threads.

Text within a person's limits is what has to stay quick. Voices wait for the recogniser, which hears so
many a second and no more. Linux alone tells what a process holds (`/proc`).
"""

import asyncio
import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from assistant.preview.bot_api import LoopbackBotApi
from tests.faults.broken import wait_for_help
from tests.faults.harness import (
    CANARIES,
    SPOKEN,
    Row,
    dealt_with,
    metrics_page,
    program_and_telegram,
    secrecy,
    total,
    voice_note,
)
from tests.journeys.program import Program

_MEASURED_VOICES = 12
_MEMORY_SHARE = 0.05
_WARM_UP_S = 60.0
"""Not counted: everything is used for the first time."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds at one moment."""

    memory_kib: int
    descriptors: int
    threads: int
    tasks: int


async def held(program: Program) -> Held:
    """What the program holds now. Being asked costs it a connection, each time the same."""
    tasks = total(await metrics_page(program), "assistant_tasks")
    return await asyncio.to_thread(_held, program.pid, int(tasks))


def _held(pid: int, tasks: int) -> Held:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.split(":", 1) for line in lines if ":" in line)
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Held(int(status["VmRSS"].split()[0]), files, int(status["Threads"]), tasks)


async def load(*, seconds: float, times: float, seed: int = 1) -> list[Row]:
    """Voices from ever new people, so many times more than can be heard, and typed words among them."""
    voice = await voice_note(SPOKEN)
    async with program_and_telegram() as (api, program):
        await program.start()
        names = (f"{CANARIES.name} {number}" for number in count(seed))
        await _speak(api, names, voice, _MEASURED_VOICES)
        began = time.monotonic()
        await _speak(api, names, voice, _MEASURED_VOICES)
        await dealt_with(api, program)
        rate = times * _MEASURED_VOICES / (time.monotonic() - began)
        before = await held(program)
        flood = asyncio.create_task(_flood(api, names, voice, rate))
        waits = await _type(api, seconds)
        flood.cancel()
        after = await held(program)
        await dealt_with(api, program)
        n = f"{rate:.0f} voices/s for {seconds:.0f} s, {len(waits)} typed"
        secret = await secrecy(program, "Ten times the load", n)
        code = await program.end()
    p95 = statistics.quantiles(waits, n=20)[-1]
    return [
        Row("Ten times the load: typed words answered with p95 under 1 s", f"p95 {p95:.2f} s", n, p95 < 1),
        Row(
            "Ten times the load: memory flat",
            f"{before.memory_kib // 1024} to {after.memory_kib // 1024} MiB",
            n,
            after.memory_kib < 1.2 * before.memory_kib,
        ),
        Row("Ten times the load: SIGTERM still ends well", f"exit code {code}", n, code == 0),
        secret,
    ]


async def soak(*, seconds: float) -> list[Row]:
    """Typed words and voices at an easy pace. After a minute, the last third is compared with the one before
    it."""
    voice = await voice_note(SPOKEN)
    async with program_and_telegram() as (api, program):
        await program.start()
        names = (f"{CANARIES.name} {number}" for number in count(1))
        samples: list[Held] = []
        waits: list[float] = []
        counted_from = time.monotonic() + _WARM_UP_S
        while (now := time.monotonic()) - counted_from < seconds:
            await _speak(api, names, voice, 1)
            took = await _type(api, 2.0)
            if now < counted_from:
                continue
            waits += took
            # Looked at when nobody waits: a voice that is being heard has a task and a thread of its own.
            await dealt_with(api, program)
            samples.append(await held(program))
        n = f"{seconds:.0f} s, {len(waits)} typed, {len(samples)} spoken"
        secret = await secrecy(program, "A long time", n)
        code = await program.end()
    third = max(1, len(samples) // 3)
    middle, last = samples[third : 2 * third] or samples, samples[-third:]
    memory = [statistics.mean(each.memory_kib for each in part) for part in (middle, last)]
    grown = memory[1] / memory[0] - 1
    files = [max(each.descriptors for each in part) for part in (middle, last)]
    threads = [max(each.threads for each in part) for part in (middle, last)]
    tasks = [max(each.tasks for each in part) for part in (middle, last)]
    return [
        Row(
            "A long time: memory within 5 %",
            f"{grown:+.1%} at {memory[1] / 1024:.0f} MiB",
            n,
            grown < _MEMORY_SHARE,
        ),
        Row(
            "A long time: open files, threads and asyncio tasks flat",
            f"files {files[0]} then {files[1]}, threads {threads[0]} then {threads[1]}, tasks "
            f"{tasks[0]} then {tasks[1]}; exit code {code}",
            n,
            files[1] <= files[0] + 2
            and threads[1] <= threads[0] + 1
            and tasks[1] <= tasks[0] + 2
            and code == 0,
        ),
        secret,
    ]


async def _speak(api: LoopbackBotApi, names: Iterator[str], voice: bytes, times: int) -> None:
    for _ in range(times):
        await api.person(next(names)).send_voice(voice)


async def _flood(api: LoopbackBotApi, names: Iterator[str], voice: bytes, rate_per_s: float) -> None:
    while True:
        await _speak(api, names, voice, 1)
        await asyncio.sleep(1 / rate_per_s)


async def _type(api: LoopbackBotApi, seconds: float) -> list[float]:
    """The waits of people who type, one by one, twice a second at most; endless for who is not answered."""
    waits: list[float] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        person = api.person(f"{CANARIES.name} {time.monotonic()}")
        try:
            waits.append(await wait_for_help(person))
        except TimeoutError:
            waits.append(math.inf)
        await asyncio.sleep(0.5)
    return waits
