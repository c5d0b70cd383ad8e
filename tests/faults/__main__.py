"""`python -m tests.faults NAME ...`: does it to the program, and prints rows for docs/reliability-runs.md."""

import argparse
import asyncio
import os
import platform
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from tests.faults.audio import audio, hearing
from tests.faults.away import away
from tests.faults.broken import broken
from tests.faults.cluster import Fault, ended_and_paused
from tests.faults.crashes import crash
from tests.faults.failover import failover
from tests.faults.harness import Row
from tests.faults.hosts import hosts
from tests.faults.inputs import inputs
from tests.faults.load import load, soak
from tests.faults.sending import faulty
from tests.faults.talks import TALKS, TYPED


async def _kills(options: argparse.Namespace, how: signal.Signals) -> list[Row]:
    return await crash(
        updates=options.updates, ends=options.ends, rate_per_s=options.rate, how=how, seed=options.seed
    )


def _talks(options: argparse.Namespace) -> dict[str, Any]:
    """What people say to many nodes."""
    talks = TYPED if options.typed else TALKS
    return {"updates": options.chats * len(talks[0]), "talks": talks, "seed": options.seed}


SCENES: Final[dict[str, Callable[[argparse.Namespace], Awaitable[list[Row]]]]] = {
    "kill": lambda options: _kills(options, signal.SIGKILL),
    "term": lambda options: _kills(options, signal.SIGTERM),
    "broken": lambda options: broken(updates=options.broken, seed=options.seed),
    "inputs": lambda options: inputs(count=options.inputs, first=options.seed),
    "audio": lambda options: audio(count=options.audio, seed=options.seed, hear_every=options.hear_every),
    "hearing": lambda options: hearing(kills=options.kills),
    "faulty": lambda options: faulty(sends=options.sends, seed=options.seed),
    "away": lambda options: away(seconds=options.away_s),
    "load": lambda options: load(seconds=options.load_s, times=10, seed=options.seed),
    "soak": lambda options: soak(seconds=options.soak_s),
    "cluster": lambda options: ended_and_paused(
        **_talks(options),
        faults=[Fault.KILL, Fault.TERM] * options.ends
        + [Fault.PAUSE] * (options.ends // 2)
        + [Fault.CRASH] * min(3, options.ends),
        gap_s=options.gap_s,
        other=options.other,
    ),
    "hosts": lambda options: hosts(rounds=options.cuts, **_talks(options)),
    "failover": lambda options: failover(seconds=options.failover_s, **_talks(options)),
}


def main() -> int:
    """Runs the scenes that were named, all by default; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("scenes", nargs="*", metavar="NAME", help=f"{', '.join(SCENES)}; all by default")
    parser.add_argument("--updates", type=int, default=1500, help="updates sent by kill and term")
    parser.add_argument("--ends", type=int, default=20, help="how often kill, term and cluster end it, each")
    parser.add_argument("--rate", type=float, default=30.0, help="updates per second")
    parser.add_argument("--broken", type=int, default=1000, help="broken updates")
    parser.add_argument("--inputs", type=int, default=10_000, help="forged updates")
    parser.add_argument("--audio", type=int, default=10_000, help="hostile recordings")
    parser.add_argument(
        "--hear-every", type=int, default=20, help="which readable ones are heard too; 0: none"
    )
    parser.add_argument("--kills", type=int, default=50, help="how often a process that hears is killed")
    parser.add_argument("--sends", type=int, default=1000, help="messages sent through faults")
    parser.add_argument("--away-s", type=float, default=3600.0, help="how long Telegram is away")
    parser.add_argument("--load-s", type=float, default=60.0, help="how long the load lasts")
    parser.add_argument("--soak-s", type=float, default=300.0, help="how long the soak lasts")
    parser.add_argument("--chats", type=int, default=100, help="people who talk to many nodes")
    parser.add_argument("--typed", action="store_true", help="nobody speaks: for a machine too busy to hear")
    parser.add_argument("--gap-s", type=float, default=10.0, help="seconds between two faults of cluster")
    parser.add_argument("--other", default="", help="the revision that every second node of cluster is of")
    parser.add_argument("--cuts", type=int, default=3, help="how often hosts cuts off in each way")
    parser.add_argument("--failover-s", type=float, default=60.0, help="how long people talk in failover")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if unknown := set(options.scenes) - set(SCENES):
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    # What runs in this process logs beside the table, not into it.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    print(f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}")  # noqa: T201 - a script's report
    print("| promise | figure | n | |\n|---|---|---|---|")  # noqa: T201 - the same
    kept = True
    for name in options.scenes or SCENES:
        for row in asyncio.run(_rows(name, options)):
            print(row, flush=True)  # noqa: T201 - the same
            kept = kept and row.kept is not False
    return 0 if kept else 1


async def _rows(name: str, options: argparse.Namespace) -> list[Row]:
    return await SCENES[name](options)


if __name__ == "__main__":
    sys.exit(main())
