"""Typed questions a second with three, two and one answering nodes on one PostgreSQL, in one run.

    python -m tests.benchmarks.many_machines [N]

Nodes, database, receiver and the Telegram of the test share this machine's processors, so that the ratios say
how little nodes stand in each other's way, and not what more machines would bring.
"""

import asyncio
import os
import platform
import statistics
import sys
import time
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.faults.nodes import Cluster, cluster, databases

QUESTIONS: Final = 150
ROUNDS: Final = 3
NODES: Final = 3
_QUESTION: Final = "Which doctors will look after me?"


async def main(questions: int = QUESTIONS) -> None:
    """Measures and prints one table."""
    rates: dict[int, list[float]] = {}
    with databases() as servers:
        roles = ("answer",) * NODES + ("receive,keep",)
        async with cluster(roles, url=servers[-1].url(), databases=servers, by_webhook=True) as made:
            await rate(made, "warming up", questions)
            for count in range(NODES, 0, -1):
                rates[count] = [await rate(made, f"{count} {turn}", questions) for turn in range(ROUNDS)]
                await made.nodes[count - 1].stop()
    table = Table(
        title=f"{os.cpu_count()} processors, {platform.machine()}; {questions} asked at once, {ROUNDS} times"
    )
    for column in ("answering nodes", "questions a second, least / median / most", "to one node"):
        table.add_column(column)
    for count, found in sorted(rates.items()):
        ratio = statistics.median(found) / statistics.median(rates[1])
        table.add_row(
            str(count),
            f"{min(found):.1f} / {statistics.median(found):.1f} / {max(found):.1f}",
            f"{ratio:.2f}",
        )
    Console().print(table)


async def rate(made: Cluster, name: str, questions: int) -> float:
    """How many a second are answered, of so many people who ask at once."""
    people = [made.api.person(f"{name} {number}") for number in range(questions)]
    began = time.monotonic()
    for person in people:
        await person.send_text(_QUESTION)
    for person in people:
        await person.receive(timeout_s=300)
    return questions / (time.monotonic() - began)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
