"""Serves what the queue holds: takes updates from the table, in order for each chat, and settles them."""

import asyncio
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any, Final, assert_never

import structlog

from assistant.backoff import Backoff
from assistant.errors import DamagedDatabaseError, LeftToOthersError, StorageError, TakenOverError
from assistant.operations.metrics import Metrics, Settled
from assistant.queue.memory_fallback import MemoryFallback
from assistant.queue.purging import purge
from assistant.queue.retry_policy import FAILURES
from assistant.queue.table import QueueTable, queue_in
from assistant.queue.updates import NOT_STORED, Arrival, Claimed, Handled, Handler, Inflow, Source
from assistant.storage.membership import Membership, OnlyMachine, Role
from assistant.storage.store import Store, Unit

_log = structlog.get_logger(__name__)

HANDLING_S: Final = 300.0
"""A handler that takes longer has hung: its chat must not wait for ever."""

STOPPING_S: Final = 25.0
_LOOK_EVERY_S: Final = 1.0
"""How often a machine looks whether others are gone."""
_CLEAR_AGAIN_S: Final = 1.0
"""Who reads the database, such as a backup, keeps its journal from being emptied meanwhile."""
_REBUILD_EVERY_S: Final = 30.0
_REBUILD_SHARE: Final = 0.001
"""The share of the time that may go into rebuilding the database's file: a big one takes seconds."""

_UNANSWERED: Final = frozenset({Handled.FAILED, Handled.UNDELIVERED, Handled.HELD_BACK, Handled.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class _Finished:
    update: Claimed
    outcome: Handled


class QueueWorker:
    """Serves every update that its source has, at least once, in order for each chat and person.

    An update is committed to the store before its source is told that it arrived; while nothing can be
    stored, as on a full disk, it is answered first, from memory. Chats are served side by side, `workers`
    updates at most at a time, at most half of them to be listened to: what is typed overtakes other people's
    voices. When `voices_waiting` of these wait, what comes beyond is claimed as not spoken, so that somebody
    is told that it is heard LATER. The handler may, in the write of its effects, settle the update by its
    `id` or keep what to send for it (`QueueTable.answered`): taken up again, the update then comes with that
    answer, and nothing is done twice. `source` makes what brings updates in. By `membership` it is one of
    several machines, or the only one; `types` and `hears` say of which kind of updates it claims any.
    """

    def __init__(
        self,
        store: Store,
        handler: Handler,
        source: Callable[[Inflow], Source],
        *,
        workers: int,
        membership: Membership | None = None,
        types: bool = True,
        hears: bool = True,
        voices_waiting: int | None = None,
        metrics: Metrics | None = None,
        stopping_s: float = STOPPING_S,
        handling_s: float = HANDLING_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._store = store
        self._membership = membership or OnlyMachine(store)
        self._membership.when_told(self._wake)
        self._handler = handler
        self._workers = workers
        self._types = types
        # Listening takes seconds: half of the workers are left for what takes none.
        self._most_spoken = (max(1, workers // 2) if types else workers) if hears else 0
        self._voices_waiting = voices_waiting
        self._metrics = metrics or Metrics()
        self._stopping_s = stopping_s
        self._handling_s = handling_s
        self._source = source(self)
        self._backoff = Backoff(sleep, uniform)
        self._unstored = MemoryFallback(self._serve_from_memory, workers=workers)
        self._something_to_do = asyncio.Event()
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._finished: list[_Finished] = []
        self._unclaimed: dict[int, Arrival] = {}
        self._journal_holds = False
        self._file_holds = False
        self._rebuild_at = 0.0
        self._requeued = False
        self._survived: list[int] = []
        self._joined = asyncio.Event()
        self._stopping = False
        self._began = self._served_at = time.monotonic()
        self._works: tuple[asyncio.Task[Any], ...] = ()

    @property
    def reached_at(self) -> float | None:
        """When the source was last in touch, by `time.monotonic()`; None: not yet. For health checks."""
        return self._source.reached_at

    @property
    def is_alive(self) -> bool:
        """Whether both receiving and serving go on. For health checks."""
        return bool(self._works) and not any(task.done() for task in self._works)

    async def idle_for(self, seconds: float) -> None:
        """Returns when nobody has been served for so long: a time for what can be done at any time."""
        while (left_s := self._served_at + seconds - time.monotonic()) > 0 or self._running:  # noqa: ASYNC110 - it is time that is waited for
            await asyncio.sleep(max(left_s, seconds / 2))

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Then running updates get 25 seconds to finish; the rest stays stored.

        The source's other side may be away, also at the start. Raises SettingsError when the source does.
        """
        self._something_to_do.set()
        receiving = asyncio.create_task(self._receive(), name="receiving")
        serving = asyncio.create_task(self._serve(), name="serving")
        self._works = (receiving, serving)
        stopped = asyncio.create_task(stop.wait(), name="stop")
        try:
            ended, _ = await asyncio.wait({receiving, serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled(stopped)
            await _cancelled(receiving)
            await self._wind_down(serving)
            if self._store.damaged.is_set():
                await self._rescue()
        for task in ended:
            task.result()

    async def _receive(self) -> None:
        if self._membership.is_shared:
            # Nothing can be stored before.
            await self._joined.wait()
        await self._source.run()

    async def accept(self, arrivals: Sequence[Arrival]) -> int:
        """Store updates and set a worker on them, or else answer them before this returns; how many were new.

        StorageError: some are neither stored nor answered. Cancelled only when the worker stops: what it has
        claimed by then is found running, and taken up, at the next start.
        """
        fresh = self._unstored.fresh(arrivals)
        try:
            async with self._membership.write() as unit:
                new = await queue_in(unit).put(fresh, most_spoken=self._most_waiting)
                claimed = await self._claim(queue_in(unit))
                if new > len(claimed):
                    await self._membership.tell(unit)
        except DamagedDatabaseError:
            # Serving ends now; whoever sent them keeps them for the next start, which has a sound database.
            raise
        except StorageError as error:
            if self._membership.is_shared:
                # Two machines must not answer one chat from memory. Whoever sent them keeps them.
                raise
            _log.error("updates not stored, answered from memory", error=str(error), count=len(fresh))
            new = len(fresh)
            await self._unstored.serve(fresh)
        else:
            if not self._membership.is_shared:
                self._unclaimed |= {arrival.number: arrival for arrival in fresh}
            self._begin(claimed)
            if not claimed:
                self._something_to_do.set()
        self._metrics.received(new)
        return new

    async def _serve_from_memory(self, arrival: Arrival) -> bool:
        outcome = await self._handle(Claimed(NOT_STORED, arrival))
        if outcome is Handled.UNDELIVERED:
            return False
        self._metrics.settled(Settled.DONE if outcome is Handled.DONE else Settled.DEAD)
        return True

    async def reached(self) -> None:
        """Whatever waited for the other side is tried at once, if the store can be written."""
        try:
            async with self._store.write() as unit:
                await queue_in(unit).end_pauses()
        except StorageError as error:
            # What has just come must not wait for this.
            _log.error("inbox not available", error=str(error))
        await self.purge()
        self._something_to_do.set()

    async def purge(self) -> None:
        """Delete what has been kept long enough. To be called when the source was reached."""
        await purge(self._store, self._source.number, self._metrics.left_out)

    async def _serve(self) -> None:
        """Settle what is finished and begin what is due, each time there is something to do."""
        while not (self._stopping and not self._running and not self._finished):
            await self._until_there_is_something()
            try:
                if self._membership.is_lost or not self._requeued:
                    await self._join()
                await self._turn()
            except StorageError as error:
                _log.error("inbox not available", error=str(error))
                if self._stopping and isinstance(error, DamagedDatabaseError):
                    return
                self._something_to_do.set()
                await self._backoff.rest()
            else:
                self._backoff.over()

    async def _until_there_is_something(self) -> None:
        """For something to do; where there are other machines, for a second at most.

        They may have gone, and they take for gone whoever is silent for long.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_S if self._membership.is_shared else None):
                await self._something_to_do.wait()
        self._something_to_do.clear()

    def _wake(self) -> None:
        self._something_to_do.set()

    async def _join(self) -> None:
        """Claim from now on. What was begun as a machine that counts as gone by now is left to the others."""
        self._requeued = False
        had = [update.id for update in (*self._running.values(), *(e.update for e in self._finished))]
        self._survived += had  # told only when the server can be reached, which may take several tries
        if had:
            _log.warning("taken for gone: updates left to other machines", count=len(had))
            running = tuple(self._running)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            self._finished.clear()
        if self._stopping:
            return
        await self._membership.join()
        async with self._membership.write() as unit:
            queue = queue_in(unit)
            await queue.adopt(self._source.number)
            await queue.was_no_crash(self._survived)
            if self._membership.is_shared:
                rests = await queue.take_over(self._membership.gone)
            else:
                rests = await queue.requeue_running()
        self._survived.clear()
        self._taken_over(rests)
        self._requeued = True
        self._joined.set()

    def _taken_over(self, rests: Sequence[float]) -> None:
        """Says so, and looks at each when it has rested."""
        if rests:
            _log.info("updates taken up again", count=len(rests))
            self._metrics.taken_over(len(rests))
        if suspects := sum(rest > 0 for rest in rests):
            _log.warning("updates that were running at several crashes rest first", count=suspects)
        for rest_s in rests:
            self._wake_in(rest_s)

    async def _turn(self) -> None:
        """One write for all that has happened since the last one: under load many updates share its cost."""
        if not (self._finished or self._free or self._membership.is_shared):
            return
        pauses: list[float] = []
        settled: list[Settled] = []
        known = tuple(self._unclaimed)
        async with self._membership.write() as unit:
            rests = await self._look_at_others(unit)
            # Not before the write's turn: whoever has ended by now is no longer in the way of their next.
            finished = tuple(self._finished)
            for each in finished:
                became, pause_s = await self._settle(queue_in(unit), each)
                settled.append(became)
                if pause_s is not None:
                    pauses.append(pause_s)
            claimed = await self._claim(queue_in(unit))
        # Only now are they settled for certain: had the write failed, they were the next turn's.
        del self._finished[: len(finished)]
        self._taken_over(rests)
        for became in settled:
            self._metrics.settled(became)
        for pause_s in pauses:
            self._wake_in(pause_s)
        if self._free and not (claimed or self._running):
            # Nothing is due: what is left of these came twice, or is of somebody forgotten since, or waits
            # for an earlier one of its chat whose answer was not taken.
            for number in known:
                self._unclaimed.pop(number, None)
        self._begin(claimed)
        self._file_holds |= bool(finished)
        is_quiet = not (self._running or self._membership.is_shared)
        if (finished or self._journal_holds or self._must_rebuild) and is_quiet:
            await self._clear()

    async def _look_at_others(self, unit: Unit) -> tuple[float, ...]:
        """Take over what machines that are gone have left; each one's rest in seconds."""
        if not self._membership.is_shared:
            return ()
        await self._membership.look(unit)
        rests = await queue_in(unit).take_over(self._membership.gone)
        if rests:
            # There may be more than this machine is free for.
            await self._membership.tell(unit)
        return rests

    @property
    def _free(self) -> int:
        return 0 if self._stopping or not self._requeued else self._workers - len(self._running)

    async def _claim(self, queue: QueueTable) -> tuple[Claimed, ...]:
        """As many as may be worked on now. Writes take turns: what the last one claimed has begun already."""
        free = self._free
        if not free or not (self._types or self._most_spoken):
            return ()
        spoken = self._most_spoken - sum(update.arrival.spoken for update in self._running.values())
        with self._metrics.claiming():
            return await queue.claim_several(
                free, spoken=spoken, typed=self._types, source=self._source.number
            )

    @property
    def _most_waiting(self) -> int | None:
        """How many recordings may wait in all, where each machine that hears serves so many."""
        if self._voices_waiting is None:
            return None
        return self._voices_waiting * max(1, self._membership.nodes[Role.HEAR])

    def _begin(self, claimed: Sequence[Claimed]) -> None:
        """Work on them. To be called as soon as the write is over, before anything else is awaited."""
        for update in claimed:
            self._unclaimed.pop(update.arrival.number, None)
            task = asyncio.create_task(self._work(update))
            self._running[task] = update
            task.add_done_callback(self._ended)

    @property
    def _must_rebuild(self) -> bool:
        return self._file_holds and time.monotonic() >= self._rebuild_at

    async def _clear(self) -> None:
        """What people asked, who are all answered, goes from the journal, and now and then from the file."""
        if self._must_rebuild:
            began = time.monotonic()
            self._file_holds = not await self._store.rebuild()
            ended = time.monotonic()
            self._rebuild_at = ended + max(_REBUILD_EVERY_S, (ended - began) / _REBUILD_SHARE)
            # Whoever is answered until then is cleared up after, also when nobody comes any more.
            self._wake_in(self._rebuild_at - ended)
        self._journal_holds = not await self._store.clear_journal()
        if self._journal_holds:
            self._wake_in(_CLEAR_AGAIN_S)

    async def _settle(self, queue: QueueTable, finished: _Finished) -> tuple[Settled, float | None]:
        """Write down how an update ended; the seconds after which it is to be tried again."""
        update = finished.update
        became, pause_s = Settled.DEAD, None
        match finished.outcome:
            case Handled.DONE:
                await queue.done(update.id)
                return Settled.DONE, None
            case Handled.INTERRUPTED:
                await queue.release(update.id)
                return Settled.INTERRUPTED, None
            case Handled.TAKEN_OVER:
                return Settled.INTERRUPTED, None
            case Handled.LATER:
                await queue.put_off(update.id)
                return Settled.POSTPONED, None
            case Handled.HELD_BACK:
                return Settled.POSTPONED, await queue.hold_back(update.id)
            case Handled.UNREADABLE:
                await queue.bury(update.id)
            case Handled.FAILED:
                became, pause_s = Settled.FAILED, await queue.fail(update.id)
            case Handled.UNDELIVERED:
                became = Settled.POSTPONED
                tried_for = timedelta(seconds=time.monotonic() - self._began)
                pause_s = await queue.postpone(update.id, tried_for=tried_for, patiently=self._source.away)
            case never:
                assert_never(never)
        if pause_s is None:
            became = Settled.DEAD
            _log.error("update given up", update_id=update.arrival.number)
        return became, pause_s

    def _wake_in(self, pause_s: float) -> None:
        # A little later than due, so that it is due.
        asyncio.get_running_loop().call_later(pause_s + 0.01, self._something_to_do.set)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._served_at = time.monotonic()
        self._something_to_do.set()

    async def _work(self, update: Claimed) -> None:
        outcome = Handled.INTERRUPTED
        try:
            outcome = await self._handle(update)
        finally:
            self._finished.append(_Finished(update, outcome))

    async def _handle(self, update: Claimed) -> Handled:
        # Every line that is logged on the way, by whichever room or library, says which update it is about.
        with structlog.contextvars.bound_contextvars(update_id=update.arrival.number):
            outcome = await self._tried(update, self._handler.handle)
            is_last = update.id == NOT_STORED or update.failures + 1 >= FAILURES
            if outcome is Handled.UNREADABLE or (outcome is Handled.FAILED and is_last):
                told = await self._tried(update, self._handler.give_up)
                # Nothing is given up in silence: when whoever waits can be reached again, they are told.
                return told if told in (Handled.UNDELIVERED, Handled.TAKEN_OVER) else outcome
            return outcome

    async def _tried(self, update: Claimed, work: Callable[[Claimed], Awaitable[Handled]]) -> Handled:
        try:
            async with asyncio.timeout(self._handling_s):
                return await work(update)
        except TakenOverError:
            _log.warning("update taken over by another machine")
            self._metrics.fenced()
            return Handled.TAKEN_OVER
        except LeftToOthersError as error:
            # Whoever has it when the database is back answers; if that is this machine, then this one.
            _log.error("update not answered yet", error=str(error))
            return Handled.UNDELIVERED
        except Exception as error:  # noqa: BLE001 - whatever a handler lets out, the other updates go on
            _log.error("handler failed", error=type(error).__name__, where=_where(error))
            return Handled.FAILED

    async def _wind_down(self, serving: "asyncio.Task[None]") -> None:
        """Let running updates finish, interrupt those that do not in time, and write down how each ended."""
        self._stopping = True
        self._something_to_do.set()
        await asyncio.wait({serving}, timeout=self._stopping_s)
        if self._running:
            _log.warning("updates interrupted; they are taken up at the next start", count=len(self._running))
            for task in self._running:
                task.cancel()
            # What is not written down now is found running, and taken up, at the next start.
            await asyncio.wait({serving}, timeout=1.0)
        await _cancelled(serving)

    async def _rescue(self) -> None:
        """Answer from memory what the damaged store holds unanswered: the backup that follows lacks it."""
        if self._membership.is_shared:
            return
        cut_short = [each.update.arrival for each in self._finished if each.outcome in _UNANSWERED]
        unanswered = [*cut_short, *self._unclaimed.values()]
        if not unanswered:
            return
        _log.error("updates of the damaged database, answered from memory", count=len(unanswered))
        try:
            async with asyncio.timeout(self._stopping_s):
                await self._unstored.serve(unanswered)
        except (StorageError, TimeoutError):
            _log.error("updates lost with the damaged database: some of them", count=len(unanswered))


async def _cancelled(task: asyncio.Task[Any]) -> None:
    """End a task. What it has raised, if it had ended by itself, stays in it."""
    task.cancel()
    await asyncio.wait({task})


def _where(error: BaseException) -> str:
    """The place in the code that raised: a file's name and a line, and nothing that anybody said."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
