"""Limits: what is too much is said once, and forgiven with time."""

from hypothesis import given
from hypothesis import strategies as st

from handlers import rate_limits
from handlers.rate_limits import Limiter, Verdict


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_what_is_within_the_limit_is_served() -> None:
    limiter = Limiter(3, Clock())
    assert [await limiter.judge(1) for _ in range(3)] == [Verdict.SERVE] * 3


async def test_a_flood_gets_one_notice_and_then_silence() -> None:
    limiter = Limiter(2, Clock())
    assert [await limiter.judge(1) for _ in range(5)][2:] == [
        Verdict.NOTICE,
        Verdict.SILENCE,
        Verdict.SILENCE,
    ]


async def test_after_a_minute_there_is_room_again() -> None:
    clock = Clock()
    limiter = Limiter(1, clock)
    await limiter.judge(1)
    clock.now += 59.9
    assert await limiter.judge(1) is Verdict.NOTICE
    clock.now += 0.1
    assert await limiter.judge(1) is Verdict.SERVE


async def test_a_steady_flood_gets_at_most_one_notice_a_minute() -> None:
    clock = Clock()
    limiter = Limiter(30, clock)
    verdicts = []
    for _ in range(600):
        verdicts.append(await limiter.judge(1))
        clock.now += 0.5
    assert verdicts.count(Verdict.NOTICE) <= 5
    assert verdicts.count(Verdict.SERVE) == 150


async def test_one_person_uses_up_nobody_elses_room() -> None:
    limiter = Limiter(1, Clock())
    await limiter.judge(1)
    await limiter.judge(1)
    assert await limiter.judge(2) is Verdict.SERVE


async def test_only_the_people_heard_from_most_recently_are_remembered() -> None:
    limiter = Limiter(1, Clock())
    for person_id in range(rate_limits._MOST_PEOPLE + 50):
        await limiter.judge(person_id)
    assert len(limiter._times) == rate_limits._MOST_PEOPLE


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 10))
async def test_no_minute_ever_serves_more_than_the_limit(pauses: list[float], allowed: int) -> None:
    clock = Clock()
    limiter = Limiter(allowed, clock)
    served = []
    for pause in pauses:
        clock.now += pause
        if await limiter.judge(7) is Verdict.SERVE:
            served.append(clock.now)
    for start in served:
        assert sum(start <= context < start + 60 for context in served) <= allowed
