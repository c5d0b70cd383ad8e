"""How long somebody who speaks waits to be answered aloud, stage by stage, alone and two at once; and how
long for the first sound of an answer that nobody has prepared.

    python -m tests.benchmarks.latency [N]

The assistant runs as a process of its own against the loopback Bot API, its recordings made beforehand by
`assistant audio build`. A wait counts from the voice message entering the Bot API to the voice note arriving
there. The stages are what the assistant itself logs (`assistant/tracing.py`); they are sums for one question.
"""

import asyncio
import json
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
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
from assistant.tracing import EVENT, Stage

TOKEN = "1:BENCHMARK-TOKEN-OF-NO-REAL-BOT"
QUESTIONS = (
    "Which doctors will look after me, and what will they do?",
    "What are the first signs that I should look out for?",
    "Is there any treatment that helps against the pain?",
    "Why do people get this illness in the first place?",
    "Can I do something to keep it from getting worse?",
    "How do the doctors find out that somebody has it?",
)
"""Each has an answer. A reply that has none says back what was heard, which nobody can prepare."""
SAMPLES = 30
P50_S, P95_S, TWO_AT_ONCE = 1.0, 1.8, 1.6
"""What is promised for prepared answers on two processors."""


@dataclass
class Waits:
    """Seconds, one for each question."""

    alone_s: list[float] = field(default_factory=list)
    together_s: list[float] = field(default_factory=list)
    unprepared_s: list[float] = field(default_factory=list)
    stages_ms: dict[Stage, list[float]] = field(default_factory=lambda: defaultdict(list))


async def measure(samples: int = SAMPLES) -> Waits:
    """Asks `samples` questions one by one, as many in pairs by two people, and each once by somebody who
    listens at a speed at which nothing is prepared."""
    notes = await _spoken()
    waits = Waits()
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackBotApi(token=TOKEN) as api:
            people = [api.person("One"), api.person("Two")]
            slow = api.person("Three")
            environment = environment_of(api, Path(folder))
            await run_to_the_end(environment, "audio", "build", "--speed", "normal")
            async with _assistant(environment) as stages:
                for note, seconds in notes:  # uploads every recording once; does not count
                    await _aloud(people[0], note, seconds)
                for number in range(samples):
                    stages.clear()
                    waits.alone_s.append(await _aloud(people[0], *notes[number % len(notes)]))
                    for stage in Stage:
                        waits.stages_ms[stage].append(sum(ms for name, ms in stages if name == stage))
                for number in range(0, samples, 2):
                    pair = (notes[number % len(notes)], notes[(number + 1) % len(notes)])
                    waits.together_s += await asyncio.gather(
                        *(_aloud(person, *note) for person, note in zip(people, pair, strict=True))
                    )
                await slow.send_text("speak slower")
                await slow.receive()
                for note in notes:
                    waits.unprepared_s.append(await _aloud(slow, *note))
    return waits


def report(waits: Waits) -> None:
    """Prints what was waited for, beside what is promised."""
    table = Table("stage", "p50, ms", "p95, ms", title="From a spoken question to its answer aloud")
    for stage, took in waits.stages_ms.items():
        table.add_row(stage.value, *(f"{each:.0f}" for each in _percentiles(took)))
    for name, seconds in (
        ("all, alone", waits.alone_s),
        ("all, two at once", waits.together_s),
        ("to the first sound, nothing prepared", waits.unprepared_s),
    ):
        table.add_row(name, *(f"{1000 * each:.0f}" for each in _percentiles(seconds)))
    ratio = statistics.median(waits.together_s) / statistics.median(waits.alone_s)
    console = Console()
    console.print(table)
    console.print(
        f"n={len(waits.alone_s)} alone, n={len(waits.together_s)} two at once, {ratio:.2f} times as long. "
        f"Promised: p50 {P50_S:g} s, p95 {P95_S:g} s, {TWO_AT_ONCE:g} times."
    )
    console.print(f"{os.cpu_count()} CPU cores, {platform.machine()}, Python {platform.python_version()}.")


async def _spoken() -> list[tuple[bytes, float]]:
    """The questions as voice messages, and how long each is."""
    voice = HibariVoice()
    notes = []
    for question in QUESTIONS:
        said = await voice.synthesize(Script("", (question,), "en", {}), Speed.NORMAL)
        note = encode_voice_note(said)
        notes.append((note, decode(AudioFile(note, "audio/ogg"), max_s=60).seconds))
    await voice.close()
    return notes


async def _aloud(person: Person, note: bytes, seconds: float) -> float:
    """Seconds from the question to the first voice note; waits for whatever else comes."""
    started = time.perf_counter()
    await person.send_voice(note, seconds=round(seconds))
    while (await person.receive(timeout_s=60)).kind != "voice":
        pass
    took = time.perf_counter() - started
    await asyncio.sleep(0.3)  # the stages of what was just sent are in the log by then
    while person.unread:
        await person.receive()
    return took


def environment_of(api: LoopbackBotApi, folder: Path) -> dict[str, str]:
    """The settings of an assistant that talks to `api` and keeps everything in `folder`."""
    return os.environ | {
        "BOT_TOKEN": TOKEN,
        "BOT_API_BASE": api.base_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/assistant.db",
        "ASSISTANT_DATA_DIR": str(folder),
        "ASSISTANT_MESSAGES_PER_MINUTE": "1000000",
        "ASSISTANT_VOICES_PER_MINUTE": "1000000",
        "ASSISTANT_OPS_PORT": "off",
        "ASSISTANT_LOG_LEVEL": "debug",
        "ASSISTANT_LOG_FORMAT": "json",
    }


async def run_to_the_end(environment: dict[str, str], *arguments: str) -> None:
    """Runs an `assistant` command. Raises RuntimeError when it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", *arguments, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError(f"assistant {' '.join(arguments)} failed")


@asynccontextmanager
async def _assistant(environment: dict[str, str]) -> AsyncIterator[list[tuple[str, float]]]:
    """The running assistant; yields the stages that it logs, as (name, milliseconds), the newest last."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    stages: list[tuple[str, float]] = []
    reading = asyncio.create_task(_read_stages(process.stderr, stages))
    try:
        yield stages
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
        await reading


async def _read_stages(lines: asyncio.StreamReader | None, stages: list[tuple[str, float]]) -> None:
    assert lines is not None
    async for line in lines:
        if line.startswith(b"{"):
            event = json.loads(line)
            if event.get("event") == EVENT:
                stages.append((event["stage"], event["took_ms"]))


def _percentiles(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), statistics.quantiles(values, n=20, method="inclusive")[-1]


def main(samples: int = SAMPLES) -> None:
    """Measures and prints."""
    report(asyncio.run(measure(samples)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
