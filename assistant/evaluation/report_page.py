"""The report as one HTML file that needs nothing else: every number in a table, and a chart beside them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Final

from assistant.evaluation.weekly_report import Week, WeeklyReport

_CHARTED_WEEKS: Final = 26
_HEIGHT: Final = 160
_BAR: Final = 40
_GAP: Final = 8
_STYLE: Final = """
:root { color-scheme: light dark; --page: #fff; --text: #1b2326; --quiet: #434d51; --line: #75818a;
  --answered: #0b4f5c; --offered: #4f8fbf; --missed: #a3541b; }
@media (prefers-color-scheme: dark) {
  :root { --page: #11181b; --text: #eef3f4; --quiet: #c3ced2; --line: #8496a0;
    --answered: #9adbe6; --offered: #5f9ac9; --missed: #f0a868; } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
p { max-width: 44rem; } .quiet { color: var(--quiet); }
.scrolls { overflow-x: auto; } .scrolls:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
table { border-collapse: collapse; } caption { text-align: start; font-weight: 600; padding-block: 0.5rem; }
th, td { padding: 0.3rem 0.8rem; border-bottom: 1px solid var(--line); text-align: start;
  vertical-align: top; }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; }
.answered { fill: var(--answered); } .offered { fill: var(--offered); } .missed { fill: var(--missed); }
svg text { fill: var(--text); font-size: 11px; } svg { max-width: 100%; height: auto; }
svg rect { stroke: var(--page); stroke-width: 1; }
"""


def report_page(report: WeeklyReport, made: datetime) -> str:
    """The whole page."""
    nothing = "" if report.weeks else "<p>Nothing has been counted yet.</p>"
    parts = (
        "<h1>What people ask</h1>",
        f'<p class="quiet">Made on {made.date().isoformat()}. Everybody together is counted, and nobody by '
        "themselves. Each week begins on the Monday that names it. The bot writes its counts down once a "
        "minute.</p>",
        nothing,
        "<h2>Week by week</h2>",
        _chart(report.weeks[:_CHARTED_WEEKS][::-1]),
        _table(
            "Questions, and what came of them",
            ("Week", "Asked", "Answered", "Two or three offered", "No answer fits", "Not heard"),
            (
                (w.monday.isoformat(), w.asked, w.answered, w.offered, w.missed, w.unheard)
                for w in report.weeks
            ),
        ),
        _table(
            "What people said of the answers, and messages that got the text about an emergency",
            ("Week", "That helped", "That did not help", "Emergencies"),
            ((w.monday.isoformat(), w.helped, w.not_helped, w.emergencies) for w in report.weeks),
        ),
        "<h2>Answer by answer</h2>",
        "<p>What did not help comes first. What people said counts for the text as it is today.</p>",
        _table(
            "Each answer, in all weeks",
            ("Answer", "Name", "Asked for", "Opened", "Helped", "Did not help", "Said of earlier texts"),
            (
                (a.title, str(a.ref), a.asked, a.opened, a.helped, a.not_helped, a.earlier_feedback)
                for a in report.answers
            ),
        ),
        "<h2>What no answer fits</h2>",
        "<p>The words of those people alone who agreed that their questions are kept, of the last weeks. "
        "What was heard is as the recogniser wrote it down.</p>",
        _table(
            "Questions without an answer",
            ("Question", "Times", "People", "Heard", "Last asked"),
            ((q.words, q.times, q.people, q.heard, q.last.isoformat()) for q in report.unanswered),
        ),
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>What people ask</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    written = [
        "<tr>" + "".join(_cell(value, is_first=place == 0) for place, value in enumerate(row)) + "</tr>"
        for row in rows
    ]
    if not written:
        return f"<p>{escape(caption)}: none.</p>"
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<div class="scrolls" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n"
        + "\n".join(written)
        + "\n</tbody></table></div>"
    )


def _cell(value: str | int, *, is_first: bool) -> str:
    if is_first:
        return f'<th scope="row">{escape(str(value))}</th>'
    kind = ' class="number"' if isinstance(value, int) else ""
    return f"<td{kind}>{escape(str(value))}</td>"


def _chart(weeks: Sequence[Week]) -> str:
    """Bars of what came of the questions, the oldest week left; the table below it says the same."""
    most = max((week.asked for week in weeks), default=0)
    if not most:
        return ""
    bars = []
    for place, week in enumerate(weeks):
        left, top = place * (_BAR + _GAP), float(_HEIGHT)
        for kind, count in (("answered", week.answered), ("offered", week.offered), ("missed", week.missed)):
            height = count / most * _HEIGHT
            top -= height
            bars.append(
                f'<rect class="{kind}" x="{left}" y="{top + 16:.1f}" width="{_BAR}" height="{height:.1f}"/>'
            )
        bars.append(f'<text x="{left}" y="{top + 12:.1f}">{week.asked}</text>')
        bars.append(f'<text x="{left}" y="{_HEIGHT + 32}">{week.monday:%m-%d}</text>')
    width = max(len(weeks) * (_BAR + _GAP), 260)
    keys = "".join(
        f'<rect class="{kind}" x="{left}" y="{_HEIGHT + 44}" width="12" height="12"/>'
        f'<text x="{left + 16}" y="{_HEIGHT + 54}">{words}</text>'
        for kind, left, words in (
            ("answered", 0, "answered"),
            ("offered", 80, "some offered"),
            ("missed", 180, "no answer fits"),
        )
    )
    newest = weeks[-1]
    told = (
        f"Bars of the questions of {len(weeks)} weeks. In the newest there were {newest.asked}: "
        f"{newest.answered} answered, {newest.offered} with some answers offered, "
        f"{newest.missed} without one."
    )
    return (
        f'<svg role="img" aria-label="{escape(told)}" viewBox="0 0 {width} {_HEIGHT + 62}" width="{width}">'
        + "".join(bars)
        + keys
        + "</svg>"
    )
