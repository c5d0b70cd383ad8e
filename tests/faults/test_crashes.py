"""The short version of `python -m tests.faults kill`: the same people, fewer of them, and one kill."""

import signal

from tests.faults.crashes import crash


async def test_nothing_is_lost_or_done_twice_when_the_program_is_killed_in_the_middle() -> None:
    outcome = await crash(updates=60, ends=1, rate_per_s=30, how=signal.SIGKILL, seed=3)
    assert [row for row in outcome.rows(signal.SIGKILL) if not row.kept] == []
