"""The short versions of `python -m tests.faults faulty` and `away`."""

import pytest

from tests.faults.away import away
from tests.faults.sending import KINDS, SHARE, faulty, three_in_ten


@pytest.mark.speech
@pytest.mark.process
@pytest.mark.soak
async def test_through_faults_everything_is_delivered_when_it_may_be_and_without_too_many_requests() -> None:
    # Without requests that hang, which take 20 seconds each: tests/unit/output has those.
    rows = await faulty(sends=60, kinds=[kind for kind in KINDS if kind != "hang"], seed=2)
    assert [row for row in rows if not row.kept] == []


@pytest.mark.process
@pytest.mark.soak
async def test_while_telegram_is_away_it_waits_patiently_and_serves_soon_after() -> None:
    rows = await away(seconds=6, start_s=2)
    assert [row for row in rows if not row.kept] == []


def test_the_faults_hit_as_many_requests_as_they_say() -> None:
    spared = 1.0
    for fault in three_in_ten(KINDS):
        if fault.method == "sendMessage":
            spared *= 1 - fault.share
    assert abs(1 - spared - SHARE) < 1e-9
