"""The short version of `python -m tests.faults kill`: the same people, fewer of them, and one kill."""

import signal

import pytest

from tests.faults.crashes import crash

pytestmark = [pytest.mark.process, pytest.mark.kill, pytest.mark.speech]


async def test_killed_in_the_middle_it_loses_nothing_does_nothing_twice_and_leaves_no_word_anywhere() -> None:
    rows = await crash(updates=60, ends=1, rate_per_s=30, how=signal.SIGKILL, seed=3)
    assert [row for row in rows if not row.kept] == []
