"""When an update is tried again, and when it is given up."""

from datetime import timedelta
from typing import Final

KEPT_FOR: Final = timedelta(hours=48)
"""How long a settled row stays, without its body, to recognise an update that is delivered twice.

Telegram repeats an update for 24 hours at most, and starts its ids again at random after an idle week.
"""

FAILURES: Final = 3
"""A handler that fails this often on one update does not get it again."""

PAUSES: Final = (timedelta(seconds=1), timedelta(seconds=5))
"""How long an update rests after its first and after its second failure."""

STARTS: Final = 8
"""What an update that was running this often when the process died holds is not looked at again."""

SUSPECT: Final = 2
"""One that was running this often rests before it is begun again, each time longer."""

SHORTEST_REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(minutes=5)
HELD_BACK_FOR: Final = timedelta(seconds=2)
"""How long an update rests that lets what came with it go first."""

UNDELIVERED_FOR: Final = timedelta(hours=1)
"""After this long, an answer that is not taken, while others are, is given up."""


def rest_undelivered(age: timedelta) -> timedelta:
    """How long an update whose answer was not taken rests: as long as it is old, within bounds."""
    return min(max(age, SHORTEST_REST), LONGEST_REST)


def rest_after_crashes(starts: int) -> timedelta:
    """How long an update that was running at so many crashes rests: 4 s at first, doubled each time.

    So others are served while what really ends the process rests, four minutes before it is given up; and
    what was only there is hardly there every time: killed 20 times in a row, everybody is still served.
    What is given up need not rest.
    """
    return timedelta(seconds=2**starts if SUSPECT <= starts < STARTS else 0)
