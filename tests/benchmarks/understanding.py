"""`python -m tests.benchmarks.understanding`: how fast questions are understood, of one topic and of many.

Also a part of `make bench`. Each start is a process of its own, counted from starting Python; a later start
and its questions run on one core. CPU time stands beside the clock's, for machines that do other work too.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.library.loading import content_folder
from tests.benchmarks.big_library import (
    ANSWERS_PER_TOPIC,
    SORTS,
    AskedQuestion,
    questions_about,
    write_big_library,
)

MANY_TOPICS = 1000
OF_EACH_SORT = 100
DEVELOPMENT = Path(__file__).parents[1] / "evaluation" / "development.jsonl"
_ONE_TOPIC = "one topic"


@dataclass(frozen=True)
class Asked:
    """What became of one question."""

    sort: str
    seconds: float
    cpu_s: float
    right: bool
    """A right answer was given at once."""
    found: bool
    """A right answer was given, or was among those offered."""


@dataclass(frozen=True)
class Start:
    """A process's way to its first question, and the most memory it held until its end."""

    seconds: float
    cpu_s: float
    peak_mib: float


@dataclass(frozen=True)
class Figures:
    """What was measured of one library."""

    label: str
    first: Start
    later: Start
    asked: tuple[Asked, ...]


def measure_and_report(sizes: Sequence[int] = (MANY_TOPICS,), of_each_sort: int = OF_EACH_SORT) -> None:
    """Measures the real library, then invented ones of these sizes, and prints the tables."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        figures = [measure(_ONE_TOPIC, content_folder(), Path(folder) / "one", development_questions())]
        for size in sizes:
            content = Path(folder) / f"content-{size}"
            illnesses = write_big_library(content, size)
            label = f"{size} topics, {size * ANSWERS_PER_TOPIC} answers"
            questions = questions_about(illnesses, of_each_sort)
            figures.append(measure(label, content, Path(folder) / f"data-{size}", questions))
    report(figures, console)


def development_questions() -> list[AskedQuestion]:
    """The development questions, for their times: `assistant evaluate` judges answers."""
    lines = DEVELOPMENT.read_text(encoding="utf-8").splitlines()
    return [AskedQuestion("development", json.loads(line)["text"], None, frozenset()) for line in lines]


def measure(label: str, content_dir: Path, cache_dir: Path, questions: Sequence[AskedQuestion]) -> Figures:
    """Starts twice, the second time from what the first one kept, and asks all questions then."""
    job = {"content_dir": str(content_dir), "cache_dir": str(cache_dir), "one_core": False, "questions": []}
    first, _ = _in_a_process(job)
    to_ask = [asdict(question) | {"accept": sorted(map(str, question.accept))} for question in questions]
    later, asked = _in_a_process(job | {"one_core": True, "questions": to_ask})
    return Figures(label, first, later, asked)


def _in_a_process(job: dict[str, Any]) -> tuple[Start, tuple[Asked, ...]]:
    """Does a job in a new process."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.understanding_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        ready = process.stdout.readline()
        seconds = time.perf_counter() - started
        done = process.stdout.readline()
    if not done:
        raise RuntimeError("the process ended too early; what it wrote stands above")
    figures = json.loads(done)
    start = Start(seconds, json.loads(ready)["cpu_s"], figures["peak_mib"])
    return start, tuple(Asked(**each) for each in figures["asked"])


def report(measured: Sequence[Figures], console: Console) -> None:
    """Prints one table of starts and one of questions, with n and the hardware."""
    starts = Table("", *(figures.label for figures in measured), title="Starts, until the first question")
    for label, shown in (
        ("first start, s", lambda figures: f"{figures.first.seconds:.1f}"),
        ("  CPU time, s", lambda figures: f"{figures.first.cpu_s:.1f}"),
        ("  peak memory, MiB", lambda figures: f"{figures.first.peak_mib:.0f}"),
        ("later start on one core, s", lambda figures: f"{figures.later.seconds:.1f}"),
        ("  CPU time, s", lambda figures: f"{figures.later.cpu_s:.1f}"),
        ("  peak memory with all questions, MiB", lambda figures: f"{figures.later.peak_mib:.0f}"),
    ):
        starts.add_row(label, *map(shown, measured))
    console.print(starts)
    questions = Table(
        *("", "n", "p50", "p95", "most", "CPU p50", "CPU p95", "right", "found"),
        title="Questions on one core, one by one, in milliseconds",
    )
    for figures in measured:
        sorts = [sort for sort in SORTS if any(each.sort == sort for each in figures.asked)]
        questions.add_row(figures.label, *_row(figures.asked, judged=bool(sorts)))
        for sort in sorts:
            row = _row([each for each in figures.asked if each.sort == sort], judged=True)
            questions.add_row(f"  {sort}", *row)
    console.print(questions)
    console.print("named, misspelt: the illness's name is said, or nearly. in hand: it was spoken of before.")
    console.print("described: by two of its signs. right: at once. found: so, or among those offered.")
    console.print(f"{_processor()}, {platform.machine()}, Python {platform.python_version()}.")


def _row(asked: Sequence[Asked], *, judged: bool) -> list[str]:
    shares = [sum(each.right for each in asked) / len(asked), sum(each.found for each in asked) / len(asked)]
    times = [each.seconds * 1000 for each in asked]
    return [
        str(len(asked)),
        *_percentiles(times),
        f"{max(times):.1f}",
        *_percentiles([each.cpu_s * 1000 for each in asked]),
        *(f"{share:.2f}" if judged else "–" for share in shares),
    ]


def _percentiles(times: Sequence[float]) -> tuple[str, str]:
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return f"{statistics.median(times):.1f}", f"{p95:.1f}"


def _processor() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return f"{os.cpu_count()} cores of {names[0] if names else 'an unnamed processor'}"


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--topics", type=int, nargs="*", default=[MANY_TOPICS], help="sizes of invented libraries"
    )
    parser.add_argument("--questions", type=int, default=OF_EACH_SORT, help="of each sort")
    given = parser.parse_args()
    measure_and_report(given.topics, given.questions)


if __name__ == "__main__":
    main()
