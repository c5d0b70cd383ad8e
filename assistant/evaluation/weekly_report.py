"""What was asked, found, missed and of help, week by week and answer by answer: the numbers of the report."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.library.entries import EntryRef, Library
from assistant.reply_kind import ReplyKind
from assistant.storage.question_report import AskedQuestion
from assistant.storage.tallies import HELPED, NOT_HELPED, Tally, WeeklyTally


@dataclass(frozen=True, slots=True)
class Week:
    """One week of everybody together, from its Monday."""

    monday: date
    answered: int
    offered: int
    """Questions to which two or three answers were offered."""
    missed: int
    """Questions that no answer fits."""
    emergencies: int
    unheard: int
    helped: int
    not_helped: int

    @property
    def asked(self) -> int:
        """Questions proper: emergencies, commands and what was not heard are none."""
        return self.answered + self.offered + self.missed


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """One answer in all these weeks; what people said of it is about the text that it has today."""

    ref: EntryRef
    title: str
    asked: int
    opened: int
    """From a list or by a button, and not in answer to a question."""
    helped: int
    not_helped: int
    earlier_feedback: int
    """How often people said so, either way, of earlier texts of it."""


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """All that the page shows."""

    weeks: tuple[Week, ...]
    """The newest first."""
    answers: tuple[OneAnswer, ...]
    """What did not help most often first, then what was asked most."""
    unanswered: tuple[AskedQuestion, ...]
    """The words of people who agreed that they are kept, where no answer fitted."""


def weekly_report(
    tallies: Iterable[WeeklyTally], asked: Iterable[AskedQuestion], library: Library
) -> WeeklyReport:
    """The numbers. Pure."""
    by_week: dict[date, Counter[str]] = {}
    by_tally: Counter[Tally] = Counter()
    for each in tallies:
        by_week.setdefault(each.week, Counter())[each.tally.kind] += each.times
        by_tally[each.tally] += each.times
    return WeeklyReport(
        weeks=tuple(_week(monday, by_week[monday]) for monday in sorted(by_week, reverse=True)),
        answers=_answers(by_tally, library),
        unanswered=tuple(each for each in asked if each.outcome is ReplyKind.NOT_COVERED),
    )


def _week(monday: date, counts: Counter[str]) -> Week:
    return Week(
        monday=monday,
        answered=counts[ReplyKind.ANSWER],
        offered=counts[ReplyKind.CHOICE],
        missed=counts[ReplyKind.NOT_COVERED],
        emergencies=counts[ReplyKind.EMERGENCY],
        unheard=counts[ReplyKind.UNHEARD],
        helped=counts[HELPED],
        not_helped=counts[NOT_HELPED],
    )


def _answers(counts: Counter[Tally], library: Library) -> tuple[OneAnswer, ...]:
    answers = []
    for topic in library.topics.values():
        for entry in topic.entries.values():
            name = str(entry.ref)
            own = Counter[str]()
            earlier = 0
            for tally, times in counts.items():
                if tally.answer != name:
                    continue
                if tally.kind in (HELPED, NOT_HELPED) and tally.version != entry.version:
                    earlier += times
                else:
                    own[tally.kind] += times
            answers.append(
                OneAnswer(
                    entry.ref,
                    entry.title,
                    own[ReplyKind.ANSWER],
                    own[ReplyKind.COMMAND],
                    own[HELPED],
                    own[NOT_HELPED],
                    earlier,
                )
            )
    answers.sort(key=lambda each: (-each.not_helped, -each.asked, -each.opened))
    return tuple(answers)
