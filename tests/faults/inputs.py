"""`python -m tests.faults.inputs --n 10000 --seed 1`: that many forged updates, until one does harm."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.faults.hostile_inputs import Besieged, updates


def main() -> None:
    """Prints how many of each kind were endured; a failure is raised as hypothesis shows it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given_ = parser.parse_args()
    kinds: Counter[str] = Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Besieged(Path(folder)) as house:

        @seed(given_.seed)
        @settings(
            max_examples=given_.n,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(update=updates)
        def attack(update: dict[str, Any]) -> None:
            house.endure(update)
            kinds.update(update)

        attack()
    for kind, times in sorted(kinds.items()):
        sys.stdout.write(f"{kind}: {times}\n")
    sys.stdout.write(f"{kinds.total()} endured in {time.monotonic() - started:.0f} s, no harm done\n")


if __name__ == "__main__":
    main()
