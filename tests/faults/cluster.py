"""Two receivers and three nodes on one PostgreSQL: one ends, or stands still, or the database crashes."""

import asyncio
import contextlib
import random
import signal
import statistics
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tests.faults.harness import CANARIES, Row
from tests.faults.nodes import LEASE_S, Cluster, Node, cluster, databases, other_version
from tests.faults.talks import TALKS, Outcome, Talks, count, reference, send, voices_of_all, were_heard

ROLES: Final = ("answer,hear,keep", "answer,hear", "answer,hear", "receive", "receive")
_STANDS_STILL_S: Final = LEASE_S + 3.0


class Fault(StrEnum):
    """What happens to the cluster."""

    KILL = "kill -9"
    TERM = "SIGTERM"
    PAUSE = "SIGSTOP"
    CRASH = "database crashed"


@dataclass
class Talked:
    """What a run of talks came to, and how long each fault's updates took to be answered all the same."""

    outcome: Outcome
    recovered_s: list[float]
    taken_over: int
    fenced: int
    unasked: list[int] = field(default_factory=list)
    """The exit codes of nodes that ended and had not been asked to."""


async def ended_and_paused(
    *,
    updates: int,
    faults: Sequence[Fault],
    gap_s: float,
    roles: Sequence[str] = ROLES,
    talks: Talks = TALKS,
    other: str = "",
    seed: int = 1,
) -> list[Row]:
    """Sends updates from many people while one fault follows the other, and counts.

    `other`: the revision that every second node is of, so that two versions share the database.
    """
    chance = random.Random(seed)  # noqa: S311 - the same order in every run
    order = chance.sample(faults, len(faults))
    roles = roles_for(talks, roles)
    slowest_s = 0.0
    codes: list[int] = []
    with databases() as servers, other_version(other) as its:
        async with cluster(
            roles,
            url=servers[-1].url(),
            databases=servers,
            by_webhook=True,
            own=lambda number: its if number % 2 else {},
            ASSISTANT_VOICES_WAITING=str(updates),
        ) as made:
            async with talking(made, updates, len(order) * gap_s, chance, talks) as (talked, in_flight):
                for fault in order:
                    await asyncio.sleep(gap_s)
                    up = [node for node in made.nodes if node.is_up.is_set()]
                    node = chance.choice(up or made.nodes)
                    slowest_s = max(slowest_s, await _happen(fault, node, made, in_flight))
            codes = [code for node in made.nodes for code in node.ended if code >= 0]
    n = f"{talked.outcome.updates} updates of {len(talked.outcome.people)} chats; " + ", ".join(
        f"{number} x {fault}" for fault, number in Counter(faults).items()
    )
    n += f"; every second process is {other}" if other else ""
    n += f"; {len(roles)} processes, lease {LEASE_S} s, seed {seed}"
    rows = [*talked.outcome.rows("Cluster", n), recovery_row("Cluster", n, talked)]
    if codes:
        good = set(codes) == {0} and slowest_s <= 25
        figure = f"exit codes {sorted(set(codes))}, longest {slowest_s:.1f} s"
        rows.append(Row("Cluster: SIGTERM ends well within 25 s", figure, n, good))
    return rows


def roles_for(talks: Talks, roles: Sequence[str]) -> list[str]:
    """Where nobody speaks, nobody need hear."""
    return [role if talks is TALKS else role.replace(",hear", "") for role in roles]


def recovery_row(scene: str, n: str, talked: Talked, *, within_s: float = 60.0) -> Row:
    """How long it took until what was in hand at a fault was answered."""
    times = talked.recovered_s or [0.0]
    count = len(talked.recovered_s)
    figure = (
        f"{statistics.median(times):.1f} s in the middle, {max(times):.1f} s at most, of {count};"
        f" {talked.taken_over} taken over, {talked.fenced} stopped at the fence, as far as the living have"
        f" counted; processes that ended unasked: {talked.unasked or 'none'}"
    )
    return Row(f"{scene}: what was in hand is answered all the same", figure, n, max(times) <= within_s)


@contextlib.asynccontextmanager
async def talking(
    made: Cluster, updates: int, seconds: float, chance: random.Random, talks: Talks = TALKS
) -> AsyncIterator[tuple[Talked, Counter[int]]]:
    """People talk for so long while the block runs; afterwards all is counted.

    The block says in the counter whose updates were in flight at a fault.
    """
    voices = await voices_of_all(talks)
    expected = [
        await reference(made.api.person(f"Somebody who does {talk[-1]}"), talk, voices, made.settled)
        for talk in talks
    ]
    people = [made.api.person(f"{CANARIES.name} {number}") for number in range(updates // len(talks[0]))]
    turns = [number for number in range(len(people)) for _ in talks[0]]
    chance.shuffle(turns)
    outcome = Outcome(len(turns), people=people, heard=were_heard(expected, talks))
    talked = Talked(outcome, made.recovered_s, 0, 0)
    in_flight: Counter[int] = Counter()
    async with asyncio.TaskGroup() as meanwhile:
        rate_per_s = len(turns) / max(1.0, seconds)
        meanwhile.create_task(send(people, turns, Counter(), voices, rate_per_s, talks))
        yield talked, in_flight
    for node in made.nodes:
        await node.is_up.wait()
    await made.settled()
    await count(made.ask, people, expected, in_flight, outcome, talks)
    outcome.told, outcome.left = await made.told_and_left()
    talked.taken_over = await made.counted("assistant_taken_over_total")
    talked.fenced = await made.counted("assistant_fenced_total")
    talked.unasked = [code for node in made.nodes for code in node.unasked]


async def _happen(fault: Fault, node: Node, made: Cluster, in_flight: Counter[int]) -> float:
    """Let it happen; the seconds that an orderly end took, else 0."""
    match fault:
        case Fault.KILL:
            await made.happens(node.end(signal.SIGKILL), in_flight)
        case Fault.TERM:
            return await made.happens(node.end(signal.SIGTERM), in_flight)
        case Fault.PAUSE:
            await made.happens(asyncio.to_thread(node.pause), in_flight)
            await asyncio.sleep(_STANDS_STILL_S)
            node.go_on()
        case Fault.CRASH:
            await made.happens(asyncio.to_thread(made.database.crash), in_flight)
    return 0.0
