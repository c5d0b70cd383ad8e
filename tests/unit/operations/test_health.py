"""Whether the assistant can serve: each part is asked, none can hold the others up."""

import asyncio

import pytest

from assistant.errors import StorageError
from assistant.operations.health import STARTING, Health
from assistant.operations.metrics import CheckName


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(fresh_s=3.0, patience_s=0.05, clock=clock)


async def well() -> None:
    """Nothing is wrong."""


def all_well(health: Health) -> None:
    for name in CheckName:
        health.watch(name, well)


async def test_what_nobody_has_looked_at_is_still_starting(health: Health) -> None:
    health.watch(CheckName.STORE, well)
    problems = await health.problems()
    assert set(problems) == set(CheckName)
    assert problems[CheckName.STORE] is None
    assert problems[CheckName.TELEGRAM] == STARTING
    assert health.is_alive


async def test_each_part_says_what_is_wrong_with_it_and_no_part_stops_another(health: Health) -> None:
    async def full() -> None:
        raise StorageError("The database could not be written to (SQLITE_FULL).")

    async def broken() -> None:
        raise KeyError("canary")

    async def silent() -> str:
        return "not in touch for 130 s"

    all_well(health)
    health.watch(CheckName.STORE, full)
    health.watch(CheckName.HEARING, broken)
    health.watch(CheckName.TELEGRAM, silent)
    assert await health.problems() == {
        CheckName.STORE: "The database could not be written to (SQLITE_FULL).",
        CheckName.HEARING: "KeyError",
        CheckName.TELEGRAM: "not in touch for 130 s",
        CheckName.CONTENT: None,
    }


async def test_what_hangs_and_cannot_be_called_off_is_a_problem_and_is_not_begun_twice(
    health: Health, clock: Clock
) -> None:
    begun = 0
    disk = asyncio.Event()

    async def hang() -> None:
        nonlocal begun
        begun += 1
        while not disk.is_set():
            try:
                await disk.wait()
            except asyncio.CancelledError:
                continue

    all_well(health)
    health.watch(CheckName.STORE, hang)
    for _ in range(3):
        clock.now += 10
        problem = (await health.problems())[CheckName.STORE]
        assert problem is not None
        assert "does not answer" in problem
    assert begun == 1
    disk.set()
    clock.now += 10
    assert (await health.problems())[CheckName.STORE] is None


async def test_many_who_ask_at_once_or_soon_after_make_it_look_once(health: Health, clock: Clock) -> None:
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)

    all_well(health)
    health.watch(CheckName.STORE, look)
    await asyncio.gather(*(health.problems() for _ in range(50)))
    clock.now += 2.9
    await health.problems()
    assert looks == 1
    clock.now += 0.2
    await health.problems()
    assert looks == 2


async def test_a_part_that_has_just_started_is_asked_at_once(health: Health) -> None:
    assert (await health.problems())[CheckName.CONTENT] == STARTING
    health.watch(CheckName.CONTENT, well)
    assert (await health.problems())[CheckName.CONTENT] is None


def test_it_lives_while_what_must_run_for_ever_runs(health: Health) -> None:
    runs = True
    health.watch_life(lambda: runs)
    assert health.is_alive
    runs = False
    assert not health.is_alive
