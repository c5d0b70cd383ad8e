"""The queue as a table: updates are stored before whoever sent them is told, so that none is lost."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    TextClause,
    Update,
    and_,
    bindparam,
    cast,
    delete,
    func,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from assistant.errors import TakenOverError
from assistant.queue.retry_policy import (
    FAILURES,
    HELD_BACK_FOR,
    KEPT_FOR,
    LONGEST_REST,
    PAUSES,
    STARTS,
    SUSPECT,
    UNDELIVERED_FOR,
    rest_after_crashes,
    rest_undelivered,
)
from assistant.queue.updates import Arrival, Claimed
from assistant.storage.store import Unit
from assistant.storage.tables import DEAD, DONE, RUNNING, WAITING, inbox
from assistant.storage.transaction import Transaction

MAX_BODY: Final = 1_000_000
"""Characters of JSON. Real updates stay far below; a longer one is not kept."""

_UNKNOWN: Final = 0
"""The source of what an earlier version stored."""

_CLAIMED: Final = (
    *(inbox.c.id, inbox.c.source, inbox.c.update_id, inbox.c.chat, inbox.c.person, inbox.c.spoken),
    *(inbox.c.body, inbox.c.failures, inbox.c.received_at),
    # As text: what is damaged must not stop those beside it from being claimed.
    cast(inbox.c.answer, Text).label("answer"),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """How the queue stands. `oldest_s`: how long the oldest update that is not settled has waited."""

    waiting: int
    spoken: int
    """How many of those that wait are to be listened to."""
    running: int
    dead: int
    oldest_s: float


class QueueTable:
    """The queue in one transaction. Every method raises StorageError when the database fails.

    Settling an update that is no longer there (`People.forget` may have erased it while it ran), or that
    another machine than `worker` has by now, does nothing.
    """

    def __init__(
        self, transaction: Transaction, now: Callable[[], datetime], worker: int | None = None
    ) -> None:
        self._transaction = transaction
        self._now = now
        self._worker = worker
        # Where there are several machines, what was taken over meanwhile is not this one's to change.
        self._mine = (inbox.c.state == RUNNING, *(() if worker is None else (inbox.c.worker == worker,)))

    async def put(self, arrivals: Sequence[Arrival], *, most_spoken: int | None = None) -> int:
        """Store updates as they came; returns how many were new.

        An update that is there already is not stored again: a settled one stays for 48 hours, until `purge`.
        One that JSON cannot express, or that is far too long, is stored with an empty body. When
        `most_spoken` that are to be listened to wait already, a further one is stored among what takes no
        time, for somebody to be told before it is put off.
        """
        rows = [self._row(arrival) for arrival in arrivals]
        if not rows:
            return 0
        if most_spoken is not None:
            await self._bound(rows, most_spoken)
        result = await self._transaction.execute(_PUT, rows)
        return len(result.all())

    async def _bound(self, rows: Sequence[dict[str, Any]], most_spoken: int) -> None:
        spoken = [row for row in rows if row["spoken"]]
        if not spoken:
            return
        waiting = select(func.count()).where(inbox.c.state == WAITING, inbox.c.spoken)
        room = max(0, most_spoken - int((await self._transaction.execute(waiting)).scalar_one()))
        for row in spoken[room:]:
            row["spoken"] = False

    def _row(self, arrival: Arrival) -> dict[str, Any]:
        now = self._now()
        row = {"source": arrival.source, "update_id": arrival.number, "received_at": now, "due_at": now}
        row |= {"starts": 0, "failures": 0}
        try:
            body = json.dumps(arrival.body, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            body = None
        is_kept = body is not None and len(body) <= MAX_BODY
        keys = {"chat": arrival.chat, "person": arrival.person, "spoken": arrival.spoken and is_kept}
        return row | keys | {"state": WAITING, "body": body if is_kept else None, "settled_at": None}

    async def claim(self) -> Claimed | None:
        """Begin the oldest update that is due, unless one of its chat or person runs or came before it.

        None: there is none at the moment.
        """
        return next(iter(await self.claim_several(1)), None)

    async def claim_several(
        self, limit: int, *, spoken: int | None = None, typed: bool = True, source: int | None = None
    ) -> tuple[Claimed, ...]:
        """Begin up to `limit` updates at once, oldest first, each as `claim` would.

        With `spoken`, at most so many of them are to be listened to. These come first, so that neither kind
        can keep the other waiting for ever; the rest is for what is typed and pressed, if `typed`. Only those
        of `source`, if it is given. What was damaged on the disk comes with an empty body: whoever handles it
        can still say in its chat that it cannot be answered.
        """
        if spoken is None:
            return await self._claim(limit, None, source)
        listened_to = await self._claim(min(limit, spoken), True, source) if spoken > 0 else ()
        left = limit - len(listened_to)
        return listened_to + (await self._claim(left, False, source) if left and typed else ())

    async def _claim(self, limit: int, spoken: bool | None, source: int | None) -> tuple[Claimed, ...]:
        claimed = await self._transaction.execute(
            _claiming(spoken, is_of_one_source=source is not None),
            {"by": self._now(), "most": limit, "of_source": source, "by_worker": self._worker},
        )
        return tuple(
            Claimed(
                row.id,
                Arrival(row.source, row.update_id, row.chat, row.person, row.spoken, _read(row.body) or {}),
                row.failures,
                row.received_at,
                _read(row.answer),
            )
            for row in sorted(claimed.all(), key=lambda row: int(row.id))
        )

    async def answered(self, stored_id: int, answer: Mapping[str, Any]) -> None:
        """Keep what is to be sent for a running update, in the write that does all that the update changes.

        Taken up again after a crash, the update comes with it. Settling erases it together with the body.
        TakenOverError: another machine has it, so that nothing of that write may be kept.
        """
        kept = await self._transaction.execute(
            _answering(is_of_one_machine=self._worker is not None),
            {"which": stored_id, "of_worker": self._worker, "reply": dict(answer)},
        )
        if kept.first() is None and self._worker is not None:
            raise TakenOverError("The update is another machine's by now.")

    async def done(self, *stored_ids: int) -> None:
        """These updates are dealt with: their bodies, chats and persons are erased at once."""
        await self._settle(stored_ids, DONE)

    async def bury(self, stored_id: int) -> None:
        """The update can never be dealt with: it becomes dead, and nothing of it is kept but its number."""
        await self._settle((stored_id,), DEAD)

    async def _settle(self, stored_ids: Sequence[int], state: str) -> None:
        await self._transaction.execute(
            _settling(is_of_one_machine=self._worker is not None),
            {"which": list(stored_ids), "of_worker": self._worker, "ended": state, "at": self._now()},
        )

    async def fail(self, stored_id: int) -> float | None:
        """Count a failure: the seconds until the update is due again, or None: it is dead, or gone."""
        found = await self._transaction.execute(
            select(inbox.c.failures).where(inbox.c.id == stored_id, *self._mine)
        )
        failures = found.scalar_one_or_none()
        if failures is None:
            return None
        if failures + 1 >= FAILURES:
            await self.bury(stored_id)
            return None
        pause = PAUSES[failures]
        await self._wait_again(stored_id, pause, failures=failures + 1)
        return pause.total_seconds()

    async def postpone(self, stored_id: int, *, tried_for: timedelta, patiently: bool) -> float | None:
        """Try again later without counting it, because the answer could not be delivered.

        The pause grows with the update's age, from five seconds to five minutes. Returns its seconds, or
        None: the update is gone, or dead after an hour. `tried_for`: how long anything has been tried, for
        an update may have waited for the program itself. `patiently`: nobody can be reached, so none dies.
        """
        found = await self._transaction.execute(
            select(inbox.c.received_at).where(inbox.c.id == stored_id, *self._mine)
        )
        received_at: datetime | None = found.scalar_one_or_none()
        if received_at is None:
            return None
        age = self._now() - received_at
        if min(age, tried_for) > UNDELIVERED_FOR and not patiently:
            await self.bury(stored_id)
            return None
        pause = rest_undelivered(age)
        await self._wait_again(stored_id, pause)
        return pause.total_seconds()

    async def release(self, stored_id: int) -> None:
        """The update was interrupted through no fault of its own: it waits again, due at once."""
        await self._wait_again(stored_id, timedelta())

    async def put_off(self, stored_id: int) -> None:
        """The update waits again, now to be listened to; what its chat types meanwhile overtakes it."""
        await self._wait_again(stored_id, timedelta(), spoken=True, late=True)

    async def hold_back(self, stored_id: int) -> float:
        """The update waits again, and holds up nobody; the seconds until it is due."""
        await self._wait_again(stored_id, HELD_BACK_FOR, late=True)
        return HELD_BACK_FOR.total_seconds()

    async def _wait_again(self, stored_id: int, pause: timedelta, **changes: Any) -> None:
        # The process outlived this start, so it is not one of those that count against the update.
        await self._transaction.execute(
            update(inbox)
            .where(inbox.c.id == stored_id, *self._mine)
            .values(state=WAITING, due_at=self._now() + pause, starts=inbox.c.starts - 1, **changes)
        )

    async def was_no_crash(self, stored_ids: Sequence[int]) -> None:
        """Whoever had these was taken for gone, and lives: that start counts against none of them."""
        if stored_ids:
            await self._transaction.execute(
                update(inbox)
                .where(inbox.c.id.in_(stored_ids), inbox.c.state.in_((WAITING, RUNNING)), inbox.c.starts > 0)
                .values(starts=inbox.c.starts - 1)
            )

    async def end_pauses(self) -> None:
        """Whatever waits is due now; what was running at several crashes, in five minutes at the latest."""
        now = self._now()
        latest = now + LONGEST_REST
        await self._transaction.execute(update(inbox).where(inbox.c.due_at > latest).values(due_at=latest))
        await self._transaction.execute(
            update(inbox)
            .where(inbox.c.state == WAITING, inbox.c.due_at > now, inbox.c.starts < SUSPECT)
            .values(due_at=now)
        )

    async def depth(self) -> int:
        """How many updates wait or run."""
        found = await self._transaction.execute(
            select(func.count()).select_from(inbox).where(inbox.c.state.in_((WAITING, RUNNING)))
        )
        return int(found.scalar_one())

    async def dead(self) -> int:
        """How many updates of the last 48 hours could not be dealt with."""
        found = await self._transaction.execute(
            select(func.count()).select_from(inbox).where(inbox.c.state == DEAD)
        )
        return int(found.scalar_one())

    async def survey(self, source: int | None = None) -> Survey:
        """How many updates stand where, and how long the oldest has waited; cheap, whatever is settled.

        Only those of `source`, if it is given: what waits for another one is no work for this program.
        """
        theirs = () if source is None else (inbox.c.source == source,)
        found = await self._transaction.execute(
            select(
                inbox.c.state,
                func.count().label("number"),
                func.count().filter(inbox.c.spoken).label("spoken"),
                func.min(inbox.c.received_at).label("since"),
            )
            .where(inbox.c.state.in_((WAITING, RUNNING)), *theirs)
            .group_by(inbox.c.state)
        )
        unsettled = {row.state: row for row in found}
        numbers = {state: row.number for state, row in unsettled.items()}
        now = self._now()
        return Survey(
            waiting=numbers.get(WAITING, 0),
            spoken=unsettled[WAITING].spoken if WAITING in unsettled else 0,
            running=numbers.get(RUNNING, 0),
            dead=await self.dead(),
            # Not less than nothing, whatever clock has stamped it.
            oldest_s=max([0.0, *((now - row.since).total_seconds() for row in unsettled.values())]),
        )

    async def adopt(self, source: int) -> None:
        """What an earlier version stored, without saying whose it is, is this source's."""
        ours = select(inbox.c.update_id).where(inbox.c.source == source)
        await self._transaction.execute(
            update(inbox)
            .where(inbox.c.source == _UNKNOWN, inbox.c.update_id.not_in(ours))
            .values(source=source)
        )

    async def requeue_running(self) -> tuple[float, ...]:
        """At start: what a crash left running waits again, and old pauses end; each one's rest in seconds."""
        await self.end_pauses()
        return await self.take_over(true())

    async def take_over(self, gone: ColumnElement[bool] | TextClause) -> tuple[float, ...]:
        """What is running on machines that are `gone` waits again; each one's rest in seconds.

        An update that was running at several crashes may be their cause. It rests before it is begun again.
        After too many all that it holds is erased, so that nothing is left to do but to say so in its chat;
        where even that ends in a crash, it becomes dead.
        """
        now = self._now()
        found = await self._transaction.execute(
            select(inbox.c.id, inbox.c.starts, inbox.c.body.is_(None).label("is_empty"))
            .where(inbox.c.state == RUNNING, gone)
            .with_for_update(skip_locked=True)
        )
        rests: list[float] = []
        for row in found.all():
            if row.starts >= STARTS and row.is_empty:
                await self._transaction.execute(
                    _settling(is_of_one_machine=False), {"which": [row.id], "ended": DEAD, "at": now}
                )
                continue
            emptied = {"body": None, "answer": None, "spoken": False} if row.starts >= STARTS else {}
            rest = rest_after_crashes(row.starts)
            rests.append(rest.total_seconds())
            await self._transaction.execute(
                update(inbox)
                .where(inbox.c.id == row.id)
                .values(state=WAITING, due_at=now + rest, worker=None, **emptied)
            )
        return tuple(rests)

    async def mend_stamps(self) -> None:
        """What was stamped in the future, by a clock that was wrong, is of today: it stays no longer."""
        now = self._now()
        for column in (inbox.c.received_at, inbox.c.settled_at):
            await self._transaction.execute(update(inbox).where(column > now).values({column: now}))

    async def purge(self) -> int:
        """Delete what was settled more than 48 hours ago; returns how many rows."""
        result = await self._transaction.execute(
            delete(inbox).where(inbox.c.settled_at < self._now() - KEPT_FOR)
        )
        return result.rowcount

    async def purge_others(self, source: int) -> int:
        """Delete what has waited more than 48 hours for a source that is not `source`; how many rows."""
        old = inbox.c.received_at < self._now() - KEPT_FOR
        others = inbox.c.source.not_in((source, _UNKNOWN))
        result = await self._transaction.execute(delete(inbox).where(others, old))
        return result.rowcount


def _read(text: str | None) -> dict[str, Any] | None:
    """The JSON object that was written down; None where there is none, or none any more."""
    try:
        found = json.loads(text or "")
    except (TypeError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def queue_in(unit: Unit) -> QueueTable:
    """The queue as this transaction sees it."""
    return QueueTable(unit.transaction, unit.now, unit.worker)


# Statements of every turn are made once, for each kind: putting one together takes longer than the database
# needs for it.

_PUT: Final = insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)


def _running(*, is_of_one_machine: bool) -> Update:
    theirs = (inbox.c.worker == bindparam("of_worker"),) if is_of_one_machine else ()
    return update(inbox).where(inbox.c.state == RUNNING, *theirs)


@cache
def _answering(*, is_of_one_machine: bool) -> ReturningUpdate[Any]:
    """Keeps the `reply` of the update `which`, while it runs, and runs on `of_worker`."""
    return (
        _running(is_of_one_machine=is_of_one_machine)
        .where(inbox.c.id == bindparam("which"))
        .values(answer=bindparam("reply"))
        .returning(inbox.c.id)
    )


@cache
def _settling(*, is_of_one_machine: bool) -> Update:
    """Ends those of the updates `which` that run, and run on `of_worker`: nothing that was said is kept."""
    return (
        _running(is_of_one_machine=is_of_one_machine)
        .where(inbox.c.id.in_(bindparam("which", expanding=True)))
        .values(
            state=bindparam("ended"),
            body=null(),
            answer=null(),
            chat=null(),
            person=null(),
            settled_at=bindparam("at"),
        )
    )


@cache
def _claiming(spoken: bool | None, *, is_of_one_source: bool) -> ReturningUpdate[Any]:
    """Claims the next in turn: at most `most` that are due `by` then, and `of_source`."""
    return (
        update(inbox)
        .where(inbox.c.id.in_(_next_in_turn(spoken, is_of_one_source=is_of_one_source)))
        .values(state=RUNNING, starts=inbox.c.starts + 1, worker=bindparam("by_worker"))
        .returning(*_CLAIMED)
    )


def _next_in_turn(spoken: bool | None, *, is_of_one_source: bool) -> Select[int]:
    """The ids of the rows to claim, no two of them of one chat or person. `spoken` None: of either kind.

    Chats and people with a running update are few, so they are looked up first; only a row that passes is
    compared with the ones before it. On a server, what another machine is just claiming is passed over: as
    nobody sees it run yet, those after it still wait for it.
    """
    ahead = inbox.alias()

    def is_free(key: str) -> ColumnElement[bool]:
        busy = select(inbox.c[key]).where(inbox.c.state == RUNNING, inbox.c[key].is_not(None))
        earlier = (
            select(ahead.c.id)
            .where(ahead.c[key] == candidate.c[key], ahead.c.state == WAITING, ahead.c.id < candidate.c.id)
            # What waits for another source, or is put off, holds up nobody.
            .where(ahead.c.source == candidate.c.source, or_(~ahead.c.late, candidate.c.spoken))
            .exists()
        )
        return or_(candidate.c[key].is_(None), and_(candidate.c[key].not_in(busy), ~earlier))

    candidate = inbox.alias()
    kind = () if spoken is None else (candidate.c.spoken.is_(spoken),)
    theirs = (candidate.c.source == bindparam("of_source"),) if is_of_one_source else ()
    free = (
        select(candidate.c.id, candidate.c.chat, candidate.c.person)
        .where(
            candidate.c.state == WAITING,
            candidate.c.due_at <= bindparam("by"),
            is_free("chat"),
            is_free("person"),
        )
        .where(*kind, *theirs)
        .order_by(candidate.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=candidate)
    )
    # Worked out once: a server might else lock more than it claims.
    found = free.cte("free").prefix_with("MATERIALIZED", dialect="postgresql")
    before = found.alias()
    # One that was put off holds up nobody, so another of its chat may have been found beside it.
    same = or_(before.c.chat == found.c.chat, before.c.person == found.c.person)
    return select(found.c.id).where(~select(before.c.id).where(before.c.id < found.c.id, same).exists())
