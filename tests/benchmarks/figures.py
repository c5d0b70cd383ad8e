"""What `make bench` has measured: one table, beside what is promised and what the last release had."""

import json
import os
import platform
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.table import Table

PAGE: Final = Path(__file__).parents[2] / "docs" / "performance.md"
LAST_RELEASE: Final = Path(__file__).with_name("last_release.json")
_BEGINS, _ENDS = "<!-- figures of make bench -->", "<!-- end of figures -->"
_COLUMNS: Final = ("", "n", "bare echo", "assistant", "promised", "last release")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line. `name` stays the same from release to release."""

    name: str
    assistant: str
    promised: str
    n: int | None = None
    echo: str = "–"


def ms(seconds: Sequence[float]) -> str:
    """p50 / p95 in milliseconds; a dash where nothing was measured."""
    if len(seconds) < 2:
        return "–"
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    return f"{statistics.median(seconds) * 1000:.0f} / {p95 * 1000:.0f}"


def rows(figures: Sequence[Figure], released: dict[str, str]) -> list[tuple[str, ...]]:
    """The figures as the cells of a table."""
    return [
        (
            figure.name,
            "" if figure.n is None else str(figure.n),
            figure.echo,
            figure.assistant,
            figure.promised,
            released.get(figure.name, "–"),
        )
        for figure in figures
    ]


def as_table(figures: Sequence[Figure]) -> Table:
    """For a terminal."""
    table = Table(*_COLUMNS, title="Milliseconds are p50 / p95", caption=hardware())
    for row in rows(figures, last_release()):
        table.add_row(*row)
    return table


def hardware() -> str:
    """What it was measured on."""
    names = re.findall(
        r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
    )
    processor = names[0] if names else platform.machine()
    return f"{os.cpu_count()} cores of {processor}, {platform.machine()}, Python {platform.python_version()}"


def last_release() -> dict[str, str]:
    """The assistant's figures of the last release, by name."""
    figures: dict[str, str] = json.loads(LAST_RELEASE.read_text(encoding="utf-8"))
    return figures


def write_page(figures: Sequence[Figure], page: Path = PAGE) -> None:
    """Puts the table into the page, in place of the one that stands there."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *rows(figures, last_release())]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    text = page.read_text(encoding="utf-8")
    before, after = text.partition(_BEGINS)[0], text.partition(_ENDS)[2]
    this_run = f"Measured on {hardware()}. Milliseconds are p50 / p95.\n\n{table}"
    page.write_text(f"{before}{_BEGINS}\n\n{this_run}\n\n{_ENDS}{after}", encoding="utf-8")


def release(figures: Sequence[Figure]) -> None:
    """From now on these are the figures of the last release."""
    kept = {figure.name: figure.assistant for figure in figures}
    LAST_RELEASE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
