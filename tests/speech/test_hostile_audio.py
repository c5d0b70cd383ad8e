"""A short version of `python -m tests.faults audio`."""

import sys

import pytest

from tests.faults.audio import attack
from tests.faults.hostile_audio import KINDS

pytestmark = pytest.mark.process


@pytest.mark.skipif(sys.platform != "linux", reason="the canary uses inotify, and memory is read from /proc")
async def test_hostile_files_of_every_kind_crash_nothing_hang_nothing_and_touch_nothing() -> None:
    toll = await attack(12 * len(KINDS), seed=20_261)
    assert toll.files == 12 * len(KINDS)
    assert toll.crashes == []
    assert toll.touched == 0
    assert toll.parent_growth < 100_000_000
    assert toll.child_growth < 100_000_000
    assert toll.outcomes["hung"] == 0
    # Neither everything let through nor everything refused: the files reach the decoder.
    assert toll.outcomes["read"] > 12
    assert toll.outcomes["UnreadableAudio"] > 12
    assert toll.outcomes["cut"] > 0
