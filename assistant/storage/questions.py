"""What people asked, of those alone who agreed that it is kept, so that editors learn what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update

from assistant.reply_kind import ReplyKind
from assistant.storage.tables import questions
from assistant.storage.transaction import Transaction

KEPT_DAYS: Final = 90
"""How long a question stays. People are told this number when they are asked."""

MOST_OF_ONE: Final = 1000
"""Questions of one person; the oldest goes when there are more, so that nobody can fill the disk."""

LONGEST: Final = 1000
"""Characters of one question; an editor needs no more of a story."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `answer` is the one that was given, or the first of those offered, `topic/answer`."""

    words: str
    spoken: bool
    outcome: ReplyKind
    answer: str | None


class Questions:
    """The questions that are kept, in one transaction. Every method raises StorageError.

    Nothing here asks whether somebody agreed: whoever calls `keep` has made sure.
    """

    def __init__(self, transaction: Transaction, now: Callable[[], datetime]) -> None:
        self._transaction = transaction
        self._now = now
        self.erased: set[int] = set()
        """Whose questions this transaction has erased; the store then clears their traces in its files."""

    async def keep(self, person_id: int, question: Question) -> None:
        """Keep a question of somebody who is kept already, and let go of what is too much."""
        await self._transaction.execute(
            insert(questions).values(
                person=person_id,
                words=_fit_to_keep(question.words),
                spoken=question.spoken,
                outcome=question.outcome.value,
                answer=question.answer,
                asked_at=self._now(),
            )
        )
        newest = (
            select(questions.c.id)
            .where(questions.c.person == person_id)
            .order_by(questions.c.id.desc())
            .limit(1)
            .offset(MOST_OF_ONE - 1)
            .scalar_subquery()
        )
        await self._transaction.execute(
            delete(questions).where(questions.c.person == person_id, questions.c.id < newest)
        )

    async def erase(self, person_id: int) -> None:
        """Erase all questions of that person, here and in every copy."""
        await self._transaction.execute(delete(questions).where(questions.c.person == person_id))
        self.erased.add(person_id)

    async def mend_stamps(self) -> None:
        """What a clock that has been set back since stamped in the future is of today: it stays no longer."""
        now = self._now()
        await self._transaction.execute(
            update(questions).where(questions.c.asked_at > now).values(asked_at=now)
        )

    async def purge(self) -> int:
        """Erase what is older than 90 days; returns how many questions."""
        result = await self._transaction.execute(
            delete(questions).where(questions.c.asked_at < self._now() - timedelta(days=KEPT_DAYS))
        )
        return result.rowcount


def _fit_to_keep(words: str) -> str:
    # Half a character, as a broken client sends it, cannot be written down, and PostgreSQL takes no NUL.
    return words[:LONGEST].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
