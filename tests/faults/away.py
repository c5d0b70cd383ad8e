"""Telegram is away: nobody listens, then a proxy answers with error pages. And the bot starts meanwhile."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import psutil

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault
from assistant.preview.people import Person
from tests.faults.broken import wait_for_help
from tests.faults.harness import (
    CANARIES,
    PATIENCE_S,
    WRITTEN,
    Row,
    dealt_with,
    metrics_page,
    program_and_telegram,
    secrecy,
    total,
)
from tests.journeys.program import Program

RESUMES_S: Final = 10.0
MOST_POLLS_A_MINUTE: Final = 15.0
"""Pauses grow to eight seconds at most, up to a half less by chance."""

MOST_A_MINUTE: Final = 60.0
"""With everything that waits to be sent, which is tried again more and more rarely."""

_AT_FIRST: Final = 120
"""Not counted: the first pauses are short."""

_FOR_EVER: Final = 10**9
_IN_HAND, _LATER, _BEFORE_THE_START = 5, 5, 3


async def away(*, seconds: float, start_s: float = 2 * RESUMES_S) -> list[Row]:
    """Takes Telegram away for `seconds`, half of it in each way, and once more for the time that the program
    takes to start and `start_s` more, so that its pauses grow to their longest."""
    async with program_and_telegram() as (api, program):
        await program.start()
        await wait_for_help(api.person(CANARIES.name))
        port = api.port
        people = [api.person(f"{CANARIES.name} in hand {number}") for number in range(_IN_HAND)]
        await _ask(people)
        # Some of them are stored by now, some are not, some are half answered.
        await asyncio.sleep(0.05)
        await api.stop()
        before, cpu_before, began = await _requests(program), _cpu_s(program), time.monotonic()
        people += [api.person(f"{CANARIES.name} later {number}") for number in range(_LATER)]
        await _ask(people[_IN_HAND:])
        await asyncio.sleep(seconds / 2)
        api.faults.append(Fault("*", "502html", times=_FOR_EVER))
        await api.start(port)
        await asyncio.sleep(seconds / 2)
        lasted_s, cpu_s = time.monotonic() - began, _cpu_s(program) - cpu_before
        after = await _requests(program)
        unanswered = [person for person in people if not person.unread]
        api.faults.clear()
        first_s, last_s = await _answered(unanswered)
        await dealt_with(api, program)
        n = f"{lasted_s:.0f} s away"
        secret = await secrecy(program, "Telegram away", n)
        started_s, codes = await _start_meanwhile(api, program, start_s)
    minutes = lasted_s / 60
    polls = (after[0] - before[0]) / minutes
    requests = (after[1] - before[1]) / minutes
    return [
        Row(
            "Telegram away: it resumes within 10 s, and what was sent before and meanwhile is answered",
            f"first answer after {first_s:.1f} s, last after {last_s:.1f} s",
            f"{n}, {len(unanswered)} messages",
            first_s <= RESUMES_S,
        ),
        Row(
            "Telegram away: no busy loop",
            f"{polls:.1f} polls and {requests:.1f} requests a minute, {cpu_s / lasted_s:.1%} of a processor",
            n,
            polls * minutes <= MOST_POLLS_A_MINUTE * minutes + _AT_FIRST
            and requests * minutes <= MOST_A_MINUTE * minutes + _AT_FIRST,
        ),
        Row(
            "Telegram away: the program starts, and serves within 10 s after",
            f"first answer after {started_s:.1f} s; exit codes {codes}",
            f"{_BEFORE_THE_START} messages",
            started_s <= RESUMES_S and set(codes) == {0},
        ),
        secret,
    ]


async def _start_meanwhile(api: LoopbackBotApi, program: Program, start_s: float) -> tuple[float, list[int]]:
    port = api.port
    await api.stop()
    codes = [await program.end()]
    people = [api.person(f"{CANARIES.name} before the start {number}") for number in range(_BEFORE_THE_START)]
    await _ask(people)
    await program.start()
    await asyncio.sleep(start_s)
    await api.start(port)
    first_s, _ = await _answered(people)
    await dealt_with(api, program)
    codes.append(await program.end())
    return first_s, codes


async def _ask(people: Sequence[Person]) -> None:
    for person in people:
        await person.send_text(WRITTEN)


async def _answered(people: Sequence[Person]) -> tuple[float, float]:
    """Seconds until the first of them, and the last, was answered. Raises TimeoutError if one never is."""
    began = time.monotonic()

    async def wait(person: Person) -> float:
        await person.receive(PATIENCE_S)
        return time.monotonic() - began

    waits = await asyncio.gather(*map(wait, people))
    return min(waits), max(waits)


async def _requests(program: Program) -> tuple[float, float]:
    """How many polls, and how many requests of any kind, it has made so far."""
    page, name = await metrics_page(program), "assistant_bot_api_requests_total"
    return total(page, name, method="getUpdates"), total(page, name)


def _cpu_s(program: Program) -> float:
    spent = psutil.Process(program.pid).cpu_times()
    return float(spent.user + spent.system)
