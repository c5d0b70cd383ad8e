"""Hostile recordings, and the processes that read and hear killed while people talk: the real ones, both."""

import asyncio
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import psutil

from assistant.app import open_services
from assistant.nlu.intents import Answer
from assistant.nlu.interpreter import Context
from assistant.settings import Settings
from assistant.speech.audio import UnreadableAudio
from assistant.speech.sandbox.client import SandboxedDecoder, SandboxedWhisper
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.stt.service import SpeechToText
from assistant.storage.store import IN_MEMORY
from assistant.transcript import Heard
from tests.faults.canary import canary
from tests.faults.enclosure import enclosed
from tests.faults.harness import CANARIES, SPOKEN, SPOKEN_WORD, WRITTEN, Row, secrecy_row, voice_note
from tests.faults.hostile_audio import KINDS, Hostile, hostile_files

_T = TypeVar("_T")

LONGEST_S: Final = 91.0
HANGS_S: Final = 2.0
GROWTH_BYTES: Final = 100_000_000
BACK_S: Final = 3.0
BETWEEN_S: Final = 5.0
"""From when all is well again until the next kill."""
_UNDISTURBED: Final = 5
_PATIENCE_S: Final = 60.0
"""After so long without an answer the run itself says that something hangs for good."""


@dataclass
class Toll:
    """What hostile files did."""

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    """Kinds of files after which something other than a clear refusal came out of the decoder."""
    deaths: Counter[str] = field(default_factory=Counter)
    hangs: list[tuple[str, float]] = field(default_factory=list)
    heard: int = 0
    understood: bool = False
    """Whether the words of a question were heard at the end of it all."""
    touched: int = 0
    parent_growth: int = 0
    child_growth: int = 0


async def attack(count: int, seed: int, *, hear_every: int = 0) -> Toll:
    """Has `count` files read. Every `hear_every`-th that is readable is also heard; 0: none is."""
    toll = Toll()
    ended: list[None] = []
    decoder = SandboxedDecoder(max_s=LONGEST_S, on_replaced=lambda: ended.append(None))
    whisper = SandboxedWhisper("", "", 2, on_replaced=lambda: ended.append(None)) if hear_every else None
    with tempfile.TemporaryDirectory() as folder, canary(Path(folder)) as bird:
        for _ in hostile_files(20 * len(KINDS), seed, bird.lures):
            pass  # what the generators keep is made before memory is measured
        try:
            await decoder.warm_up()
            if whisper is not None:
                await whisper.warm_up()
            ours, before = psutil.Process(), psutil.Process().memory_info().rss
            child = _Memory()
            for hostile in hostile_files(count, seed, bird.lures):
                samples = await _read(decoder, hostile, toll)
                if whisper is not None and samples is not None and toll.outcomes["read"] % hear_every == 0:
                    await _timed(
                        toll,
                        f"{hostile.kind}, {samples.seconds:.0f} s of sound heard",
                        lambda ear=whisper, sound=samples: ear.recognize(sound),
                    )
                    toll.heard += 1
                toll.files += 1
                toll.touched += bird.touched()
                if ended:
                    toll.deaths[hostile.kind] += len(ended)
                    ended.clear()
                child.look(decoder.pid)
            toll.parent_growth = max(0, ours.memory_info().rss - before)
            toll.child_growth = child.growth
            if whisper is not None:
                note = AudioFile(await voice_note(SPOKEN), "audio/ogg")
                spoken = await whisper.recognize(await decoder.decode(note, max_s=LONGEST_S))
                toll.understood = SPOKEN_WORD in spoken.text.lower()
        finally:
            await decoder.close()
            if whisper is not None:
                await whisper.close()
    return toll


async def _read(decoder: SandboxedDecoder, hostile: Hostile, toll: Toll) -> Samples | None:
    samples = None
    try:
        samples = await _timed(toll, hostile.kind, lambda: decoder.decode(hostile.file, max_s=LONGEST_S))
        whole = "read" if samples is None or samples.is_whole else "cut"
        toll.outcomes[whole if samples is not None else "hung"] += 1
    except UnreadableAudio as error:
        toll.outcomes[type(error).__name__] += 1
    except Exception as error:  # noqa: BLE001 - whatever else comes out is what this looks for
        toll.crashes.append(f"{hostile.kind}: {type(error).__name__}")
    return samples


async def _timed(toll: Toll, kind: str, work: Callable[[], Awaitable[_T]]) -> _T | None:
    started = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await work()
    except TimeoutError:
        return None
    finally:
        took = time.monotonic() - started
        if took > HANGS_S:
            toll.hangs.append((kind, took))


class _Memory:
    """How far each child's resident memory has risen above where it was first seen, at most."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self.growth = 0

    def look(self, pid: int | None) -> None:
        if pid is None:
            return
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return  # replaced just now
        sizes = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if line.startswith("Vm")}
        if "VmHWM" in sizes:
            highest = 1024 * int(sizes["VmHWM"])
            self.growth = max(self.growth, highest - self._first.setdefault(pid, highest))


@dataclass
class Kills:
    """What became of people while the children were killed."""

    kills: int = 0
    voices: Counter[str] = field(default_factory=Counter)
    back_s: list[float] = field(default_factory=list)
    """From each kill until the words of somebody who spoke right then were heard, hearing included."""
    usual_s: list[float] = field(default_factory=list)
    """How long the same takes when nothing is killed."""
    texts: int = 0
    texts_wrong: int = 0
    understood: bool = False
    """Whether the words that were spoken were heard."""
    metrics_page: str = ""


async def kill(times: int, folder: Path) -> Kills:
    """Kills the child that reads and the one that hears in turn, while somebody types and somebody speaks.

    What they ask holds the canaries; the program's data goes into `folder`.
    """
    toll = Kills()
    settings = Settings(data_dir=folder, _env_file=None)  # type: ignore[call-arg] # pydantic-settings' own
    note = AudioFile(await voice_note(SPOKEN), "audio/ogg")
    async with open_services(settings, database_url=IN_MEMORY, will_hear=True) as services:
        await services.stt.warm_up()
        over = asyncio.Event()
        at_work = (services.stt._decoder, services.stt._local)
        assert isinstance(at_work[0], SandboxedDecoder)
        assert isinstance(at_work[1], SandboxedWhisper)

        async def typing() -> None:
            while not over.is_set():
                intent = await services.interpreter.interpret(WRITTEN, Context())
                toll.texts += 1
                right = isinstance(intent, Answer) and intent.entry.entry.endswith("symptoms")
                toll.texts_wrong += not right
                await asyncio.sleep(0.05)

        typist = asyncio.create_task(typing())
        try:
            for _ in range(_UNDISTURBED):
                took_s, _ = await _two_heard(services.stt, note)
                toll.usual_s.append(took_s)
            heard = await services.stt.hear(note, cloud_allowed=False)
            toll.understood = isinstance(heard, Heard) and SPOKEN_WORD in heard.text.lower()
            for number in range(times):
                await asyncio.sleep(BETWEEN_S)
                took_s, first = await _two_heard(
                    services.stt,
                    note,
                    victim=at_work[number % 2],
                    after_s=0.02 * (number % 10),  # at every stage of being heard
                )
                toll.kills += 1
                toll.back_s.append(took_s)
                toll.voices[first] += 1
        finally:
            over.set()
            await typist
        toll.metrics_page = services.metrics.page().decode()
    return toll


async def _two_heard(
    stt: SpeechToText,
    note: AudioFile,
    *,
    victim: SandboxedDecoder | SandboxedWhisper | None = None,
    after_s: float = 0.0,
) -> tuple[float, str]:
    """Somebody speaks, the victim is killed, and somebody else speaks at that very moment.

    The seconds until the second one is heard, and what became of the first.
    """
    first = asyncio.create_task(stt.hear(note, cloud_allowed=False))
    await asyncio.sleep(after_s)
    if victim is not None:
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
    began = time.monotonic()
    while not isinstance(await stt.hear(note, cloud_allowed=False), Heard):
        if time.monotonic() - began > _PATIENCE_S:
            break
    return time.monotonic() - began, type(await first).__name__


async def audio(*, count: int, seed: int, hear_every: int) -> list[Row]:
    """Has that many hostile recordings read."""
    with enclosed() as enclosure:
        toll = await attack(count, seed, hear_every=hear_every)
        told, left = enclosure.told(CANARIES), enclosure.left(CANARIES)
    deaths = ", ".join(f"{kind} {times}" for kind, times in toll.deaths.most_common()) or "none"
    outcomes = ", ".join(f"{name} {times}" for name, times in toll.outcomes.most_common())
    slow = ", ".join(
        f"{kind} {took:.1f} s" for kind, took in sorted(toll.hangs, key=lambda hang: -hang[1])[:5]
    )
    bot, child = toll.parent_growth / 1e6, toll.child_growth / 1e6
    n = f"{toll.files} files of {len(KINDS)} kinds, {toll.heard} also heard"
    return [
        Row(
            "A hostile recording crashes nothing",
            f"{len(toll.crashes)} crashes {sorted(set(toll.crashes))[:5]}; children replaced: {deaths}; "
            f"{outcomes}",
            n,
            not toll.crashes,
        ),
        Row(
            f"A hostile recording hangs nothing over {HANGS_S:g} s",
            f"{len(toll.hangs)} took longer{f': {slow}' if slow else ''}",
            n,
            not toll.hangs,
        ),
        Row(
            "A hostile recording opens no file and no connection",
            f"{toll.touched} opened",
            n,
            not toll.touched,
        ),
        Row(
            "A hostile recording fills no memory",
            f"{bot:.0f} MB more in the bot, {child:.0f} MB at most in the reading child",
            n,
            max(toll.parent_growth, toll.child_growth) < GROWTH_BYTES,
        ),
        secrecy_row("Hostile recordings", n, told, left, heard=toll.understood),
    ]


async def hearing(*, kills: int) -> list[Row]:
    """Kills the processes that read and hear, that often."""
    with enclosed() as enclosure:
        toll = await kill(kills, enclosure.folder)
        told = enclosure.told(CANARIES, toll.metrics_page)
        left = enclosure.left(CANARIES)
    outcomes = ", ".join(f"{name} {times}" for name, times in toll.voices.most_common())
    back, usual = sorted(toll.back_s), sorted(toll.usual_s)
    n = f"{toll.kills} kills, one after {BETWEEN_S:g} s"
    return [
        Row(
            f"Hearing killed: it is back within {BACK_S:g} s",
            f"{back[len(back) // 2]:.2f} s in the middle, {back[-1]:.2f} s at most; "
            f"nothing killed: {usual[len(usual) // 2]:.2f} s",
            n,
            back[-1] <= BACK_S,
        ),
        Row(
            "Hearing killed: every voice gets a reply meanwhile",
            outcomes,
            f"{n}, {toll.voices.total()} voices",
            toll.voices["Heard"] > 0 and toll.voices.total() == kills,
        ),
        Row(
            "Hearing killed: what is typed goes on",
            f"{toll.texts_wrong} wrong or missing",
            f"{n}, {toll.texts} texts",
            not toll.texts_wrong,
        ),
        secrecy_row("Hearing killed", n, told, left, heard=toll.understood),
    ]
