"""The figures of an evaluation as tables: for the terminal and for a Markdown file."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.table import Table

from assistant.evaluation.outcomes import Outcome, Result, Tally, grouped
from assistant.evaluation.questions import Wanted
from assistant.evaluation.running import Evaluation
from assistant.evaluation.transcripts import summed

_CONFIDENCES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
_ASSERTED: Final = frozenset({Outcome.RIGHT, Outcome.WRONG, Outcome.ESCALATED})
_MOST_CONFUSIONS: Final = 15

Column = tuple[str, Callable[[Tally], object]]

_N: Column = ("n", lambda tally: tally.n)
_UNHEARD: Column = ("not heard", lambda tally: tally.share(Outcome.UNHEARD))
_FIRST: Column = ("right first", lambda tally: tally.right_first)
_FOUND: Column = ("found", lambda tally: tally.found)
_WRONG: Column = ("wrong answer", lambda tally: tally.share(Outcome.WRONG))
_ESCALATED: Column = ("escalated", lambda tally: tally.share(Outcome.ESCALATED))
_WORD_ERRORS: Column = (
    "word error rate",
    lambda tally: f"{summed(each.errors for each in tally.results if each.errors is not None).rate:.2f}",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. The first cell of each row names it; the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_rich(self) -> Table:
        """For the terminal."""
        table = Table(title=self.title, title_justify="left", title_style="bold")
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table

    def as_markdown(self) -> str:
        """For a file: a heading and a table."""
        rules = ("---", *["---:"] * (len(self.columns) - 1))
        lines = ["| " + " | ".join(cells) + " |" for cells in (self.columns, rules, *self.rows)]
        return f"## {self.title}\n\n" + "\n".join(lines)


def sheets_of(evaluation: Evaluation) -> list[Sheet]:
    """The tables that the questions allow for: those with an answer, without one, emergencies, commands."""
    results, spoken = evaluation.results, evaluation.spoken
    by_wanted = grouped(results, lambda result: result.question.wanted)
    sheets = []
    for wanted, (title, columns) in _BY_WANTED.items():
        if wanted in by_wanted:
            shown = (_N, *([_WORD_ERRORS] if spoken else []), *columns, *([_UNHEARD] if spoken else []))
            sheets.append(_sheet(title, "kind", _by_kind(by_wanted[wanted].results, spoken=spoken), shown))
    sheets += [sheet for sheet in (_reliability(results), _confusions(results)) if sheet.rows]
    answerable = by_wanted.get(Wanted.ANSWER)
    if answerable is not None:
        if spoken:
            sheets.append(_by_voice(answerable))
        elif any(result.question.writer for result in answerable.results):
            sheets.append(_by_writer(answerable))
        sheets.append(_beside_searches(answerable, spoken=spoken))
    return sheets


_BY_WANTED: dict[Wanted, tuple[str, tuple[Column, ...]]] = {
    Wanted.ANSWER: (
        "Questions that have an answer",
        (
            _FIRST,
            _FOUND,
            _WRONG,
            ("refused", lambda tally: tally.share(Outcome.REFUSED)),
            _ESCALATED,
            ("offered others", lambda tally: tally.share(Outcome.OFFERED_OTHERS)),
            ("taken for a command", lambda tally: tally.share(Outcome.COMMAND)),
        ),
    ),
    Wanted.REFUSAL: (
        "Questions that have none",
        (
            ("refused", lambda tally: tally.share(Outcome.RIGHT)),
            ("offered a choice", lambda tally: tally.share(Outcome.OFFERED)),
            ("answered", lambda tally: tally.share(Outcome.WRONG)),
            _ESCALATED,
            ("taken for a command", lambda tally: tally.share(Outcome.COMMAND)),
        ),
    ),
    Wanted.EMERGENCY: (
        "Emergencies",
        (
            ("recall", lambda tally: tally.share(Outcome.RIGHT)),
            (
                "answered or offered",
                lambda tally: tally.share(Outcome.WRONG, Outcome.OFFERED, Outcome.OFFERED_OTHERS),
            ),
            ("refused", lambda tally: tally.share(Outcome.REFUSED)),
            ("taken for a command", lambda tally: tally.share(Outcome.COMMAND)),
        ),
    ),
    Wanted.COMMAND: (
        "Commands",
        (
            ("right", lambda tally: tally.share(Outcome.RIGHT)),
            ("another command", lambda tally: tally.share(Outcome.COMMAND)),
            (
                "taken for a question",
                lambda tally: tally.share(
                    Outcome.WRONG, Outcome.OFFERED, Outcome.OFFERED_OTHERS, Outcome.REFUSED
                ),
            ),
            _ESCALATED,
        ),
    ),
}


def timing(evaluation: Evaluation) -> str:
    """A sentence: how long one question took."""
    tally = Tally(evaluation.results)
    what = "From recording to reply" if evaluation.spoken else "From question to reply"
    return f"{what}: p50 {tally.took_ms(0.5):.0f} ms, p95 {tally.took_ms(0.95):.0f} ms."


def _by_kind(results: Sequence[Result], *, spoken: bool) -> dict[str, Tally]:
    def key(result: Result) -> str:
        question = result.question
        return f"{question.kind}, {question.condition}" if spoken else question.kind

    groups = grouped(results, key)
    if len(groups) > 1:
        groups["all"] = Tally(tuple(results))
    return groups


def _by_voice(answerable: Tally) -> Sheet:
    def key(result: Result) -> str:
        return f"{result.question.voice}, {result.question.condition}"

    groups = dict(sorted(grouped(answerable.results, key).items()))
    columns = (_N, _WORD_ERRORS, _FIRST, _FOUND, _WRONG, _UNHEARD)
    return _sheet("Questions that have an answer, by voice", "voice", groups, columns)


def by_confidence(results: Sequence[Result]) -> dict[str, Tally]:
    """Answers and emergencies by how sure the assistant was; groups without any are left out."""
    groups: dict[str, Tally] = {}
    for low, high in itertools.pairwise(_CONFIDENCES):
        among = [
            each
            for each in results
            if each.question.wanted in {Wanted.ANSWER, Wanted.EMERGENCY} or each.outcome is not Outcome.RIGHT
            if each.outcome in _ASSERTED and low <= each.confidence < high
        ]
        if among:
            groups[f"{low:.2f} to {min(high, 1.0):.2f}"] = Tally(tuple(among))
    return groups


def _reliability(results: Sequence[Result]) -> Sheet:
    """Whether what is said surely is right more often."""
    groups = by_confidence(results)
    columns: tuple[Column, ...] = (_N, ("right", lambda tally: tally.share(Outcome.RIGHT)))
    return _sheet("Answers and emergencies, by how sure the assistant was", "confidence", groups, columns)


def _confusions(results: Sequence[Result]) -> Sheet:
    """What was given in the place of what, the commonest first."""
    counted = Counter(
        (_wanted(each), each.given)
        for each in results
        if each.outcome not in {Outcome.RIGHT, Outcome.OFFERED, Outcome.UNHEARD}
    )
    rows = tuple(
        (wanted, given, str(count))
        for (wanted, given), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        if count > 1
    )
    return Sheet(
        "What was taken for what, more than once", ("right", "given", "times"), rows[:_MOST_CONFUSIONS]
    )


def _wanted(result: Result) -> str:
    question = result.question
    return ", ".join(sorted(question.accept)) or question.wanted.value


def _by_writer(answerable: Tally) -> Sheet:
    """Another writer is another person: how far the figures differ is how far they may for the next one."""
    groups = dict(sorted(grouped(answerable.results, lambda result: result.question.writer).items()))
    columns = (_N, _FIRST, _FOUND, _WRONG, _ESCALATED)
    return _sheet("Questions that have an answer, by writer", "writer", groups, columns)


def _beside_searches(answerable: Tally, *, spoken: bool) -> Sheet:
    columns: list[Column] = [_N, _FIRST, _FOUND]
    for name, _ in answerable.results[0].peers:
        columns.append((f"{name} first", _peer_column(name, 1)))
        columns.append((f"{name} in three", _peer_column(name, 3)))
    groups = _by_kind(answerable.results, spoken=spoken)
    return _sheet("The same questions, beside plain searches", "kind", groups, columns)


def _peer_column(name: str, places: int) -> Callable[[Tally], object]:
    return lambda tally: tally.peer_share(name, places)


def _sheet(title: str, first: str, groups: dict[str, Tally], columns: Iterable[Column]) -> Sheet:
    columns = tuple(columns)
    rows = tuple((name, *(str(figure(tally)) for _, figure in columns)) for name, tally in groups.items())
    return Sheet(title, (first, *(header for header, _ in columns)), rows)
