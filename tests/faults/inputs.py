"""Forged presses, links, inline queries and texts by the thousand, until one does harm."""

import asyncio
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.faults.enclosure import enclosed
from tests.faults.harness import Row, secrecy_row
from tests.faults.hostile_inputs import FORGERS, Besieged, updates


async def inputs(*, count: int, first: int) -> list[Row]:
    """Serves that many forged updates, by the real dispatcher, here. `first`: where chance begins."""
    with enclosed() as enclosure:
        # The siege has an event loop of its own, and hypothesis knows none.
        kinds, harm, page = await asyncio.to_thread(_besiege, count, first, enclosure.folder)
        told, left = enclosure.told(FORGERS, page), enclosure.left(FORGERS)
    shown = ", ".join(f"{kind} {times}" for kind, times in sorted(kinds.items()))
    return [
        Row(
            "Forged input fails nothing, shows nobody else's things, formats nothing, opens no file",
            harm or "no harm done",
            f"{kinds.total()} updates: {shown}",
            not harm and kinds.total() >= count,
        ),
        secrecy_row("Forged input", f"{kinds.total()} updates", told, left),
    ]


def _besiege(count: int, first: int, folder: Path) -> tuple[Counter[str], str, str]:
    """How many of each kind were endured, the first harm that was done, if any, and the metrics after."""
    kinds: Counter[str] = Counter()
    page = ""
    try:
        with Besieged(folder) as house:

            @seed(first)
            @settings(
                max_examples=count,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(update=updates)
            def attack(update: dict[str, Any]) -> None:
                house.endure(update)
                kinds.update(update.keys())

            attack()
            page = house.metrics_page()
    except Exception as error:  # noqa: BLE001 - whatever a forged update brings out is what this looks for
        # With it, hypothesis shows the update that did it.
        traceback.print_exception(error)
        return kinds, f"{type(error).__name__}: {str(error).partition(chr(10))[0]}", page
    return kinds, "", page
