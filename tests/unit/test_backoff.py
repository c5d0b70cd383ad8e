"""Pauses that grow, and never grow into an error."""

from assistant.backoff import LONGEST_PAUSE_S, Backoff, pause_s


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [pause_s(failures, 0.5, lambda _, high: high) for failures in (1, 2, 3, 4, 5, 6, 10_000)]
    assert pauses == [0.5, 1, 2, 4, 8, 8, 8]


def test_chance_takes_up_to_a_half() -> None:
    pauses = {pause_s(3, 0.5) for _ in range(100)}
    assert len(pauses) > 1
    assert all(1 <= each <= 2 for each in pauses)


async def test_what_works_again_begins_with_the_shortest_pause() -> None:
    slept: list[float] = []

    async def sleep(pause_s: float) -> None:
        slept.append(pause_s)

    backoff = Backoff(sleep, uniform=lambda _, high: high)
    for _ in range(7):
        await backoff.rest()
    backoff.over()
    await backoff.rest()
    assert slept[0] == slept[-1] < max(slept) == LONGEST_PAUSE_S
