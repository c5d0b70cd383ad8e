"""How long somebody who speaks waits to be answered aloud, stage by stage: alone, two at once, in voices that
nothing was tuned to, and for an answer that nobody has prepared; and how long who types while four speak.

    python -m tests.benchmarks.latency [N]

The assistant runs as a process of its own against the loopback Bot API, its recordings made beforehand by
`assistant audio build`. A wait counts from the voice message entering the Bot API to the voice note arriving
there. The stages are what the assistant itself logs (`assistant/tracing.py`); they are sums for one question.
"""

import asyncio
import json
import os
import platform
import shutil
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
from tests.evaluation.speak import UNTUNED_VOICES, recorded, spoken_by

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
_PROGRAMS = {"espeak": "espeak-ng", "flite": "flite", "festival": "text2wave"}
SAMPLES = 30
SPEAKING_AT_ONCE = 4
TYPED_QUESTION = "Which doctors will look after me?"
TYPED_AMONG_VOICES = 40


@dataclass
class Waits:
    """Seconds, one for each question."""

    alone_s: list[float] = field(default_factory=list)
    together_s: list[float] = field(default_factory=list)
    unknown_s: list[float] = field(default_factory=list)
    """In voices that spoke none of the recordings by which anything was set; empty without their programs."""
    unprepared_s: list[float] = field(default_factory=list)
    typed_among_voices_s: list[float] = field(default_factory=list)
    stages_ms: dict[Stage, list[float]] = field(default_factory=lambda: defaultdict(list))


async def measure(samples: int = SAMPLES) -> Waits:
    """Asks `samples` questions one by one, as many in pairs by two people, and each once by somebody who
    listens at a speed at which nothing is prepared."""
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackBotApi(token=TOKEN) as api:
            environment = environment_of(api, Path(folder))
            await run_to_the_end(environment, "audio", "build", "--speed", "normal")
            return await measure_prepared(api, environment, samples)


async def measure_prepared(api: LoopbackBotApi, environment: dict[str, str], samples: int = SAMPLES) -> Waits:
    """The same of an assistant that has its recordings already."""
    notes, unknown = await _spoken()
    waits = Waits()
    people = [api.person("One"), api.person("Two")]
    slow = api.person("Three")
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
        for note in unknown:
            waits.unknown_s.append(await _aloud(people[0], *note))
        waits.typed_among_voices_s += await _typed_among_voices(api, notes)
        await slow.send_text("speak slower")
        await slow.receive()
        for note in notes:
            waits.unprepared_s.append(await _aloud(slow, *note))
    return waits


async def _typed_among_voices(api: LoopbackBotApi, notes: list[tuple[bytes, float]]) -> list[float]:
    """Seconds from typed questions to their answers while others speak, one question after the other each."""
    speakers = [api.person(f"Speaker {number}") for number in range(SPEAKING_AT_ONCE)]
    writer = api.person("Writer")

    async def speak(person: Person, number: int) -> None:
        while True:
            await _aloud(person, *notes[number % len(notes)])
            number += 1

    speaking = [asyncio.create_task(speak(person, number)) for number, person in enumerate(speakers)]
    waits = []
    for _ in range(TYPED_AMONG_VOICES):
        await asyncio.sleep(0.25)
        started = time.perf_counter()
        await writer.send_text(TYPED_QUESTION)
        await writer.receive(timeout_s=60)
        waits.append(time.perf_counter() - started)
    for task in speaking:
        task.cancel()
    await asyncio.wait(speaking)
    return waits


def report(waits: Waits) -> None:
    """Prints what was waited for, beside what is promised."""
    table = Table("stage", "p50, ms", "p95, ms", title="From a spoken question to its answer aloud")
    for stage, took in waits.stages_ms.items():
        table.add_row(stage.value, *(f"{each:.0f}" for each in percentiles(took)))
    for name, seconds in (
        ("all, alone", waits.alone_s),
        ("all, two at once", waits.together_s),
        ("all, unknown voices", waits.unknown_s),
        ("to the first sound, nothing prepared", waits.unprepared_s),
        (f"typed, while {SPEAKING_AT_ONCE} speak", waits.typed_among_voices_s),
    ):
        if seconds:
            table.add_row(name, *(f"{1000 * each:.0f}" for each in percentiles(seconds)))
    console = Console()
    console.print(table)
    console.print(f"n={len(waits.alone_s)} alone, n={len(waits.together_s)} two at once.")
    console.print(f"{os.cpu_count()} CPU cores, {platform.machine()}, Python {platform.python_version()}.")


async def _spoken() -> tuple[list[tuple[bytes, float]], list[tuple[bytes, float]]]:
    """The questions as voice messages, and how long each is: in the assistant's voice and in unknown ones."""
    voice = HibariVoice()
    known = [
        encode_voice_note(await voice.synthesize(Script("", (question,), "en", {}), Speed.NORMAL))
        for question in QUESTIONS
    ]
    strangers = [each for each in UNTUNED_VOICES if shutil.which(_PROGRAMS[each.partition(":")[0]])]
    unknown = [
        recorded(await spoken_by(question, stranger, voice))
        for question in QUESTIONS
        for stranger in strangers
    ]
    await voice.close()
    return _timed(known), _timed(unknown)


def _timed(notes: list[bytes]) -> list[tuple[bytes, float]]:
    return [(note, decode(AudioFile(note, "audio/ogg"), max_s=60).seconds) for note in notes]


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


def percentiles(values: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    return statistics.median(values), statistics.quantiles(values, n=20, method="inclusive")[-1]


def main(samples: int = SAMPLES) -> None:
    """Measures and prints."""
    report(asyncio.run(measure(samples)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
