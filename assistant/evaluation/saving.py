"""An evaluation as files: a Markdown page and a chart."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from assistant.evaluation.intervals import Share
from assistant.evaluation.outcomes import Outcome, Tally, grouped
from assistant.evaluation.questions import Wanted
from assistant.evaluation.running import Evaluation
from assistant.evaluation.sheets import Sheet, by_confidence, sheets_of, timing
from assistant.extras import require

_SHOWN: Final = "What was found, by kind, beside a plain search; and how often what was sure was right"
_OWN: Final = "this assistant, found"
_FIRST: Final = "this assistant, right first"
# Okabe and Ito's colours, which people with any kind of colour vision tell apart.
_COLOURS: Final = ("#0072B2", "#56B4E9", "#E69F00", "#999999")
_BAR: Final = 0.19
_SQUARE: Final = 3.2
"""Inches, of the chart of reliability."""


def check_can_save() -> None:
    """Raises SettingsError saying what to install when charts cannot be drawn."""
    require("evaluation", "matplotlib", purpose="The chart of --save")


def save(evaluation: Evaluation, folder: Path, name: str) -> tuple[Path, ...]:
    """Writes `name`.md and, for questions that have an answer, `name`.png; the files written.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page, chart = folder / f"{name}.md", folder / f"{name}.png"
    bars = _bars(evaluation)
    page.write_text(page_of(evaluation, name, chart.name if bars else None), encoding="utf-8")
    if not bars:
        return (page,)
    title = f"{name.capitalize()}: {_how_asked(evaluation)}"
    _draw(bars, by_confidence(evaluation.results), chart, title)
    return page, chart


def page_of(evaluation: Evaluation, name: str, chart: str | None = None) -> str:
    """The whole page: what was asked, every table, and how long a question took."""
    parts = [
        f"# {name.capitalize()}: {_how_asked(evaluation)}",
        f"{len(evaluation.results)} questions in `{evaluation.file}` (SHA-256 {evaluation.file_hash[:12]}), "
        f"answered from content {evaluation.content[:12]}. Each share stands with its 95 % Wilson interval. "
        "[How to read this](../understanding.md#figures).",
        *([f"![{_SHOWN}]({chart})"] if chart else []),
        *(sheet.as_markdown() for sheet in sheets_of(evaluation)),
        timing(evaluation),
    ]
    return "\n\n".join(parts) + "\n"


def save_sheet(sheet: Sheet, folder: Path, name: str) -> Path:
    """Writes one table as `name`.md."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{name}.md"
    page.write_text(f"# {name.capitalize()}\n\n{sheet.as_markdown()}\n", encoding="utf-8")
    return page


def _how_asked(evaluation: Evaluation) -> str:
    if not evaluation.spoken:
        return "typed questions"
    return "spoken questions" + ("" if evaluation.prompted else ", without the listening prompt")


Bars = dict[str, dict[str, Share]]
"""For each group of questions the share of each system."""


def _bars(evaluation: Evaluation) -> Bars:
    results = [each for each in evaluation.results if each.question.wanted is Wanted.ANSWER]
    groups = grouped(
        results,
        lambda each: " ".join(filter(None, (each.question.kind, each.question.condition))).replace("_", " "),
    )
    return {name: _shares(tally) for name, tally in groups.items()}


def _shares(tally: Tally) -> dict[str, Share]:
    peers = {f"{name}, in its first three": tally.peer_share(name, 3) for name, _ in tally.results[0].peers}
    return {_OWN: tally.found, _FIRST: tally.right_first, **peers}


def _draw(bars: Bars, sure: Mapping[str, Tally], path: Path, title: str) -> None:
    # Imported here: it takes a second, and only saving needs it. Not pyplot, which keeps a global state.
    # Its settings and fonts are otherwise kept in the home folder.
    os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir(), "assistant-charts")))
    from matplotlib.figure import Figure

    height = 1.4 + 0.85 * len(bars)
    figure = Figure(figsize=(8.0, height + _SQUARE), layout="constrained", dpi=110)
    axes, below = figure.subplots(2, height_ratios=(height, _SQUARE))
    _draw_reliability(below, list(sure.values()))
    for number, system in enumerate(next(iter(bars.values()))):
        _draw_system(axes, [shares[system] for shares in bars.values()], number, system)
    axes.set_yticks(range(len(bars)), [f"{name} (n={shares[_OWN].n})" for name, shares in bars.items()])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("share of the questions, with 95 % Wilson intervals")
    axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    # Without the time and the versions in it, the same figures make the same file.
    figure.savefig(path, metadata={"Software": None})


def _draw_reliability(axes: Any, groups: Sequence[Tally]) -> None:
    """How often answers and emergencies were right, beside how sure the assistant was of them."""
    said = [sum(each.confidence for each in tally.results) / tally.n for tally in groups]
    shares = [tally.share(Outcome.RIGHT) for tally in groups]
    axes.plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle="dashed", label="as sure as right")
    axes.errorbar(
        said,
        [share.value for share in shares],
        yerr=_spread(shares),
        fmt="o",
        color=_COLOURS[0],
        ecolor="#333333",
        elinewidth=1,
    )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("how sure the assistant was, on average of a group")
    axes.set_ylabel("share that was right")
    axes.spines[["top", "right"]].set_visible(False)


def _spread(shares: Sequence[Share]) -> tuple[list[float], list[float]]:
    """How far each interval reaches below and above its share."""
    lows = [max(0.0, share.value - share.interval[0]) for share in shares]
    return lows, [max(0.0, share.interval[1] - share.value) for share in shares]


def _draw_system(axes: Any, shares: list[Share], number: int, label: str) -> None:
    values = [share.value for share in shares]
    places = [row + (number - 1.5) * _BAR for row in range(len(shares))]
    axes.barh(
        places,
        values,
        height=_BAR * 0.92,
        xerr=_spread(shares),
        color=_COLOURS[number % len(_COLOURS)],
        error_kw={"elinewidth": 1, "ecolor": "#333333"},
        label=label,
    )
