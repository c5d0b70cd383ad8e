"""`make bench`: the assistant beside a bare aiogram echo bot, in one run; then its waits
by stage, and its understanding alone.

Both bots run as processes of their own against the same loopback Bot API, which shares the machine with them.
A latency counts from the update entering the Bot API to the reply arriving there.
"""

import asyncio
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from tests.benchmarks import latency
from tests.benchmarks.understanding import measure_and_report
from tests.benchmarks.understanding_process import peak_memory_mib

TOKEN = "1:BENCHMARK-TOKEN-OF-NO-REAL-BOT"
PEOPLE = 40
SETTLING_S = 20
"""After a start the assistant records menus and emergencies; the steady figures begin when that is done."""
BURST = 400
RATE_PER_S = 30
STEADY_S = 20
VOICES = 30
LISTENS = 40
TYPED_QUESTION = "Which doctors will look after me?"
SPOKEN_QUESTION = "Which doctors will look after me, and what will they do first?"
ASSISTANT = "assistant"
ECHO = "bare aiogram echo"
COMMANDS = {
    ASSISTANT: [sys.executable, "-m", "assistant", "run"],
    ECHO: [sys.executable, "-m", "tests.benchmarks.echo_bot"],
}


@dataclass
class Figures:
    """What was measured of one bot."""

    first_start_s: float = 0.0
    later_start_s: float = 0.0
    burst_s: float = 0.0
    text_s: list[float] = field(default_factory=list)
    voice_s: list[float] = field(default_factory=list)
    cached_audio_s: list[float] = field(default_factory=list)
    memory_mib: float = 0.0


async def main() -> None:
    """Measures both bots and prints one table."""
    voice, voice_s = await spoken_question()
    measured = {name: await measure(name, voice, voice_s) for name in (ECHO, ASSISTANT)}
    report(measured, voice_s)


async def spoken_question() -> tuple[bytes, float]:
    """A voice note of about three seconds, and how long it is."""
    speaker = HibariVoice()
    try:
        script = Script(title="", paragraphs=(SPOKEN_QUESTION,), language="en", pronunciations={})
        note = encode_voice_note(await speaker.synthesize(script, Speed.NORMAL))
    finally:
        await speaker.close()
    return note, decode(AudioFile(note, "audio/ogg"), max_s=60).seconds


async def measure(name: str, voice: bytes, voice_s: float) -> Figures:
    """Every figure of one bot."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackBotApi(token=TOKEN) as api:
            people = [api.person(f"Person {number}") for number in range(PEOPLE)]
            figures.first_start_s = await time_to_first_answer(name, people[0], api, Path(folder))
            figures.later_start_s = await time_to_first_answer(name, people[0], api, Path(folder))
            if name == ASSISTANT:  # what it would else record beside its first minutes of work
                settings = latency.environment_of(api, Path(folder))
                await latency.run_to_the_end(settings, "audio", "build", "--speed", "normal")
            async with running(COMMANDS[name], api, Path(folder)) as process:
                await timed(people[0], _text_sender(people[0]))
                await asyncio.sleep(SETTLING_S)
                await steady(people, figures)
                await burst(people, figures)
                for number in range(VOICES):
                    person = people[number % PEOPLE]
                    figures.voice_s.append(await timed(person, _voice_sender(person, voice, voice_s)))
                    await settled(person)
                if name == ASSISTANT:
                    await listens(people[0], figures)
                figures.memory_mib = peak_memory_mib(process.pid)
    return figures


async def time_to_first_answer(name: str, person: Person, api: LoopbackBotApi, folder: Path) -> float:
    """Seconds from starting the program to its answer to a question that waits already."""
    await person.send_text(TYPED_QUESTION)
    started = time.perf_counter()
    async with running(COMMANDS[name], api, folder):
        await person.receive(timeout_s=120)
        return time.perf_counter() - started


@asynccontextmanager
async def running(
    command: list[str], api: LoopbackBotApi, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot in its own process, stopped at the end."""
    environment = os.environ | {
        "BOT_TOKEN": TOKEN,
        "BOT_API_BASE": api.base_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/assistant.db",
        "ASSISTANT_DATA_DIR": str(folder),
        "ASSISTANT_MESSAGES_PER_MINUTE": "1000000",
        "ASSISTANT_VOICES_PER_MINUTE": "1000000",
        "ASSISTANT_OPS_PORT": "off",
        "ASSISTANT_LOG_LEVEL": "error",
    }
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def timed(person: Person, act: Callable[[], Awaitable[object]]) -> float:
    """Seconds from the act to the next message that reaches the person."""
    started = time.perf_counter()
    await act()
    await person.receive(timeout_s=120)
    return time.perf_counter() - started


async def steady(people: list[Person], figures: Figures) -> None:
    """Typed questions at a fixed rate, whether or not the earlier ones are answered."""
    tasks = []
    started = time.perf_counter()
    for number in range(RATE_PER_S * STEADY_S):
        await asyncio.sleep(max(0.0, started + number / RATE_PER_S - time.perf_counter()))
        person = people[number % PEOPLE]
        tasks.append(asyncio.create_task(timed(person, _text_sender(person))))
    figures.text_s += await asyncio.gather(*tasks)


async def burst(people: list[Person], figures: Figures) -> None:
    """Many typed questions at once."""
    started = time.perf_counter()
    for number in range(BURST):
        await people[number % PEOPLE].send_text(TYPED_QUESTION)
    await asyncio.gather(*(_receive(person, BURST // PEOPLE) for person in people))
    figures.burst_s = time.perf_counter() - started


async def listens(person: Person, figures: Figures) -> None:
    """The Listen button again and again; its first press renders and uploads, and does not count."""
    await timed(person, _text_sender(person))
    await timed(person, _listener(person))
    for _ in range(LISTENS):
        figures.cached_audio_s.append(await timed(person, _listener(person)))


async def settled(person: Person) -> None:
    """Waits until a reply of several messages is complete: nothing more for a second."""
    try:
        while True:
            await person.receive(timeout_s=1.0)
    except TimeoutError:
        return


def _text_sender(person: Person) -> Callable[[], Awaitable[object]]:
    return lambda: person.send_text(TYPED_QUESTION)


def _voice_sender(person: Person, voice: bytes, voice_s: float) -> Callable[[], Awaitable[object]]:
    return lambda: person.send_voice(voice, seconds=round(voice_s))


def _listener(person: Person) -> Callable[[], Awaitable[object]]:
    return lambda: person.press("Listen")


async def _receive(person: Person, count: int) -> None:
    for _ in range(count):
        await person.receive(timeout_s=120)


def report(measured: dict[str, Figures], voice_s: float) -> None:
    """Prints the table, with n and the hardware."""
    table = Table("", *measured, title="Milliseconds are p50 / p95")
    rows: list[tuple[str, Callable[[Figures], str]]] = [
        (f"updates a second, {BURST} at once", lambda figures: f"{BURST / figures.burst_s:.0f}"),
        (
            f"text at {RATE_PER_S} a second, n={RATE_PER_S * STEADY_S}",
            lambda figures: _percentiles(figures.text_s),
        ),
        (f"voice of {voice_s:.1f} s, n={VOICES}", lambda figures: _percentiles(figures.voice_s)),
        (f"audio heard before, n={LISTENS}", lambda figures: _percentiles(figures.cached_audio_s)),
        ("first start to first answer, s", lambda figures: f"{figures.first_start_s:.1f}"),
        ("later start to first answer, s", lambda figures: f"{figures.later_start_s:.1f}"),
        ("peak memory, MiB", lambda figures: f"{figures.memory_mib:.0f}"),
    ]
    for label, shown in rows:
        table.add_row(label, *(shown(figures) for figures in measured.values()))
    console = Console()
    console.print(table)
    console.print(f"{os.cpu_count()} CPU cores, {platform.machine()}, Python {platform.python_version()}.")
    console.print("The bots, the loopback Bot API and the people share these cores.")


def _percentiles(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    return f"{statistics.median(seconds) * 1000:.0f} / {p95 * 1000:.0f}"


if __name__ == "__main__":
    asyncio.run(main())
    latency.main()
    measure_and_report()
