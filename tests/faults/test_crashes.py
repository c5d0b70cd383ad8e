"""The short version of `python -m tests.faults kill`: the same people, fewer of them, and two ends."""

import signal

import pytest

from tests.faults.crashes import crash


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
async def test_nothing_is_lost_or_done_twice_when_the_program_ends_in_the_middle(how: signal.Signals) -> None:
    outcome = await crash(updates=60, ends=1, rate_per_s=30, how=how, seed=3)
    assert [row for row in outcome.rows(how) if not row.kept] == []
