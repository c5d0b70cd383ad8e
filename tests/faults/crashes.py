"""The program is killed again and again while people talk to it, and everybody's replies are counted."""

import asyncio
import random
import signal
import time
from collections import Counter
from functools import partial
from typing import Final

from assistant.storage.durability.backups import Backups
from tests.faults.harness import (
    CANARIES,
    Row,
    asked,
    database,
    dealt_with,
    program_and_telegram,
    told_and_left,
)
from tests.faults.talks import TALKS, Outcome, count, reference, send, voices_of_all, were_heard


async def crash(
    *,
    updates: int,
    ends: int,
    rate_per_s: float,
    how: signal.Signals,
    seed: int = 1,
) -> list[Row]:
    """Sends updates from many people at that rate, ends the program that often meanwhile, and counts."""
    chance = random.Random(seed)  # noqa: S311 - the same moments in every run
    voices = await voices_of_all()
    # Who comes when too many wait is sent away, as promised elsewhere; here everybody is to be heard.
    waiting = {"ASSISTANT_VOICES_WAITING": str(updates)}
    async with program_and_telegram(**waiting) as (api, program):
        await program.start()
        settled = partial(dealt_with, api, program)
        expected = [
            await reference(api.person(f"Somebody who does {talk[-1]}"), talk, voices, settled)
            for talk in TALKS
        ]
        people = [api.person(f"{CANARIES.name} {number}") for number in range(updates // len(TALKS[0]))]
        outcome = Outcome(len(people) * len(TALKS[0]), heard=were_heard(expected))
        in_flight: Counter[int] = Counter()
        turns = [number for number in range(len(people)) for _ in TALKS[0]]
        chance.shuffle(turns)
        steps: Counter[int] = Counter()
        codes: list[int] = []
        longest_end_s = 0.0
        share = len(turns) // (ends + 1)
        for life in range(ends + 1):
            batch = turns[life * share :] if life == ends else turns[life * share : (life + 1) * share]
            sending = asyncio.create_task(send(people, batch, steps, voices, rate_per_s))
            if life < ends:
                await asyncio.sleep(chance.uniform(0.2, 1.0) * len(batch) / rate_per_s)
                began = time.monotonic()
                codes.append(await program.end(how))
                longest_end_s = max(longest_end_s, time.monotonic() - began)
                in_flight.update(
                    int(str(person)) for (person,) in asked(program, RUNNING) if person is not None
                )
                await sending
                await program.start()
            await sending
        await dealt_with(api, program)
        await count(partial(asked, program), people, expected, in_flight, outcome)
        await asyncio.to_thread(Backups(database(program), program.data / "backups").make)
        outcome.told, outcome.left = await told_and_left(program)
        await program.end()
    name = "kill -9" if how is signal.SIGKILL else "SIGTERM"
    n = f"{outcome.updates} updates, {ends} times {name}"
    rows = outcome.rows(name, n)
    if how is signal.SIGTERM:
        figure = f"exit codes {sorted(set(codes))}, longest {longest_end_s:.1f} s"
        rows.append(
            Row("SIGTERM: ends well within 25 s", figure, n, set(codes) == {0} and longest_end_s <= 25)
        )
    return rows


RUNNING: Final = "SELECT person FROM inbox WHERE state = 'running'"
