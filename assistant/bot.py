"""Runs the bot: updates in by polling or by webhook, replies out, and what goes on beside."""

import asyncio
import gc
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from assistant.app import (
    Services,
    backups_of,
    has_backups,
    in_background,
    open_services,
    open_store,
    read_sentences,
)
from assistant.clock import set_by_s, warn_when_set
from assistant.dialogue.prepared_scripts import scripts_to_have_ready
from assistant.errors import AssistantError, DamagedDatabaseError, SettingsError
from assistant.operations.health import Health
from assistant.operations.heartbeat import beat, heartbeat_file
from assistant.operations.metrics import Metrics
from assistant.operations.server import Operations
from assistant.operations.watching import (
    watch_backups,
    watch_clock,
    watch_machines,
    watch_receiving,
    watch_services,
)
from assistant.queue.purging import purge_hourly
from assistant.queue.table import queue_in
from assistant.queue.updates import Handler, Inflow, ServesNobody, Source
from assistant.queue.worker import QueueWorker
from assistant.settings import Settings
from assistant.speech.stt.service import SpeechToText
from assistant.speech.tts.preparation import prepare
from assistant.storage.counting import write_down_every_minute
from assistant.storage.durability.schedule import back_up_daily
from assistant.storage.erasures import erase_when_asked
from assistant.storage.membership import Duty, Membership, OnlyMachine, Role, has_duty, on_duty
from assistant.storage.pace import SharedPace
from assistant.storage.store import Store
from assistant.tracing import observed

if TYPE_CHECKING:
    from aiogram import Bot


_QUIET_S = 10.0
"""When nobody has come for so long, there is time to prepare."""
_log = structlog.get_logger(__name__)


async def run_bot(
    settings: Settings,
    stop: asyncio.Event,
    beside: Callable[[Services], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Serves Telegram until `stop` is set; then finishes what is running and leaves the rest stored.

    `beside` is more to do meanwhile, with what is served.

    Raises SettingsError when there is no token, when Telegram refuses it, or when a port is taken, and
    DamagedDatabaseError when the database turns out to be damaged: the next start mends it.
    """
    if settings.bot_token is None:
        raise SettingsError("BOT_TOKEN is empty: write the token from @BotFather into .env.")
    if settings.bot_api_files is not None and not os.access(settings.bot_api_files, os.R_OK | os.X_OK):
        raise SettingsError("ASSISTANT_BOT_API_FILES: there is no such folder, or it cannot be read.")
    token = settings.bot_token.get_secret_value()
    operations = Operations(Health(), Metrics())
    async with AsyncExitStack() as stack:
        if settings.ops_port is not None:
            await stack.enter_async_context(operations.listening(settings.ops_host, settings.ops_port))
        stack.enter_context(observed(operations.metrics.stage_took))
        roles = _roles(settings)
        services = None
        if roles & {Role.ANSWER, Role.HEAR}:
            services = await stack.enter_async_context(
                open_services(settings, will_hear=Role.HEAR in roles, metrics=operations.metrics)
            )
        store = services.store if services else await stack.enter_async_context(open_store(settings))
        membership = await stack.enter_async_context(_membership(settings, store))
        machine = _Machine(settings, roles, store, membership, operations.metrics, services)
        watch_services(
            operations,
            # Warm already, this costs nothing; where what hears has ended, it waits for the next one.
            hearing=services.stt.warm_up if services and Role.HEAR in roles else _nothing_to_say,
            store=store.prove_writable,
            count_inbox=_inbox_counter(machine, token),
        )
        if Role.KEEP in roles and has_backups(settings):
            watch_backups(operations, backups_of(settings).stamped_at)
        watch_clock(operations, set_by_s)
        watch_machines(operations, [role.name.lower() for role in roles], partial(_counted, membership))
        more = {} if beside is None or services is None else {"beside": beside(services)}
        async with in_background(**more):
            await _serve(machine, token, operations, stop)


@dataclass(frozen=True, slots=True)
class _Machine:
    """One process: the only one, or one of several that share a database."""

    settings: Settings
    roles: frozenset[Role]
    store: Store
    membership: Membership
    metrics: Metrics
    services: Services | None
    """None: it answers nobody itself, and has loaded nothing for that."""

    def on_duty(self, duty: Duty, work: Callable[[], Coroutine[Any, Any, None]]) -> Coroutine[Any, Any, None]:
        """That work, on one machine of all."""
        return on_duty(self.membership, duty, work) if self.membership.is_shared else work()


def _roles(settings: Settings) -> frozenset[Role]:
    return frozenset(Role[name.upper()] for name in settings.named_roles)


@asynccontextmanager
async def _membership(settings: Settings, store: Store) -> AsyncIterator[Membership]:
    if not store.is_shared:
        yield OnlyMachine(store)
        return
    # psycopg is there with the extra `scale` alone.
    from assistant.storage.dialects.postgres_session import OneOfSeveral

    membership = OneOfSeveral(
        store,
        settings.database_direct_url or settings.database_url,
        roles=_roles(settings),
        lease_s=settings.lease_s,
    )
    try:
        yield membership
    finally:
        await membership.leave()


def _counted(membership: Membership) -> dict[str, int]:
    return {role.name.lower(): count for role, count in membership.nodes.items()}


async def _nothing_to_say() -> None:
    """About what this machine does not do."""


async def _serve(machine: _Machine, token: str, operations: Operations, stop: asyncio.Event) -> None:
    # aiogram is slow to import: `assistant ask` and `assistant check` do without it.
    from handlers.bot import make_bot
    from handlers.chat_migration import move
    from handlers.dispatcher import USED_UPDATES
    from handlers.output.pacing import SharedSending
    from handlers.profile import introduce

    settings, services, membership = machine.settings, machine.services, machine.membership
    shared = SharedPace(machine.store) if membership.is_shared else None
    async with make_bot(
        token,
        base=settings.bot_api_base,
        files=settings.bot_api_files,
        proxy=settings.proxy_for(settings.bot_api_base),
        on_gone=_gone_marker(machine.store),
        on_moved=partial(move, machine.store),
        metrics=machine.metrics,
        pace=SharedSending(shared, settings.sends_per_second) if shared else None,
    ) as bot:
        worker = QueueWorker(
            machine.store,
            _handler(bot, services, shared) if services else ServesNobody(),
            _source(bot, machine, list(USED_UPDATES)),
            workers=settings.workers,
            membership=membership,
            types=Role.ANSWER in machine.roles,
            hears=Role.HEAR in machine.roles,
            voices_waiting=settings.voices_waiting,
            metrics=machine.metrics,
        )
        watch_receiving(operations, worker)

        def is_reached() -> bool:
            return worker.reached_at is not None

        works: dict[str, Coroutine[Any, Any, None]] = {
            "heartbeat": beat(lambda: worker.reached_at, heartbeat_file(settings)),
            "clock": warn_when_set(),
        }
        if Role.KEEP in machine.roles:
            sentences = services.sentences if services else read_sentences(settings)
            kept: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
                "introduction": partial(introduce, bot, sentences),
                "purging": partial(purge_hourly, worker.purge, is_reached=is_reached),
                **_daily_backup(settings, machine.metrics, is_reached),
            }
            if membership.is_shared:
                kept["erasing"] = partial(erase_when_asked, machine.store, backups_of(settings))
            works |= {name: machine.on_duty(Duty.KEEPING, work) for name, work in kept.items()}
        # What is loaded now stays to the end; the collector need not look through it again and again.
        gc.freeze()
        gc.enable()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_stopped_by(stop, _damage(machine.store)))
            if services:
                works["counting"] = write_down_every_minute(services.store, services.uncounted)
                works["preparation"] = prepare(
                    services.tts,
                    partial(scripts_to_have_ready, services.dialogue, services.library, services.sentences),
                    partial(worker.idle_for, _QUIET_S),
                )
                if Role.HEAR in machine.roles:
                    await stack.enter_async_context(_stopped_by(stop, _hearing(services.stt)))
            await stack.enter_async_context(in_background(**works))
            topics = services.library.topics.values() if services else ()
            _log.info("ready", answers=sum(len(topic.entries) for topic in topics), roles=settings.roles)
            await worker.run(stop)


def _handler(bot: "Bot", services: Services, shared: SharedPace | None) -> Handler:
    from handlers.bounds import Bounds
    from handlers.dispatcher import build_dispatcher
    from handlers.update_handler import UpdateHandler

    settings = services.settings
    limits = Bounds(
        messages_per_minute=settings.messages_per_minute,
        voices_per_minute=settings.voices_per_minute,
        max_voice_s=settings.max_voice_s,
        max_voice_bytes=settings.max_voice_bytes,
    )
    dispatcher = build_dispatcher(services, limits, shared=shared)
    return UpdateHandler(bot, dispatcher, dispatcher["responder"].send_again, dispatcher["notices"].apologise)


def _inbox_counter(machine: _Machine, token: str) -> Callable[[], Awaitable[None]]:
    # A token begins with its bot's number; one that does not is refused soon after.
    number = token.partition(":")[0]
    bot_id = int(number) if number.isdecimal() else None

    async def count_inbox() -> None:
        if Role.KEEP not in machine.roles:
            # Counted once for all machines, by those that keep.
            return
        async with machine.store.read() as unit:
            machine.metrics.surveyed(**asdict(await queue_in(unit).survey(bot_id)))

    return count_inbox


def _daily_backup(
    settings: Settings, metrics: Metrics, may_sweep: Callable[[], bool]
) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
    if not has_backups(settings):
        return {}
    backups = backups_of(settings)
    kept = settings.backups_kept
    return {
        "backup": partial(back_up_daily, backups, kept, failed=metrics.backup_failed, may_sweep=may_sweep)
    }


@asynccontextmanager
async def _stopped_by(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `work` beside the block. When it fails, `stop` is set, and the block ends with what it raised."""

    async def stopping() -> None:
        try:
            await work
        except AssistantError:
            stop.set()
            raise

    task = asyncio.create_task(stopping())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _hearing(stt: SpeechToText) -> None:
    # Whoever writes is answered meanwhile, and whoever speaks waits for it.
    await stt.warm_up()
    _log.info("ready to hear")


async def _damage(store: Store) -> None:
    await store.damaged.wait()
    if store.is_shared:
        raise DamagedDatabaseError(
            "The server says that its database is damaged. Look into its log, and put a replica or a backup "
            "in its place."
        )
    # Ended and not mended under way: a start has the file to itself, and a supervisor makes one.
    raise DamagedDatabaseError(
        "The database is damaged. Start again: the damaged file is set aside then, and the newest sound "
        "backup takes its place."
    )


def _source(bot: "Bot", machine: _Machine, kinds: list[str]) -> Callable[[Inflow], Source]:
    """What brings Telegram's updates of these kinds in: long polling, or a webhook when it has an address."""
    from handlers.sources.elsewhere import Elected, Elsewhere
    from handlers.sources.polling import Poller
    from handlers.sources.webhook import MOST_CONNECTIONS, MOST_CONNECTIONS_OF_SEVERAL, Address, Webhook

    settings, metrics, membership = machine.settings, machine.metrics, machine.membership
    if Role.RECEIVE not in machine.roles:
        return lambda inflow: Elsewhere(bot, inflow)
    if not settings.webhook_url:

        def poller(inflow: Inflow) -> Source:
            polling = Poller(bot, inflow, allowed_updates=kinds, metrics=metrics)
            if not membership.is_shared:
                return polling
            return Elected(polling, partial(on_duty, membership, Duty.POLLING))

        return poller
    secret = settings.webhook_secret
    address = Address(
        settings.webhook_url,
        # Nobody else needs to know it, so nobody has to think of one.
        secrets.token_urlsafe(32) if secret is None else secret.get_secret_value(),
        settings.webhook_host,
        settings.webhook_port,
    )
    return lambda inflow: Webhook(
        bot,
        inflow,
        address,
        allowed_updates=kinds,
        metrics=metrics,
        may_register=partial(has_duty, membership, Duty.POLLING),
        most_connections=MOST_CONNECTIONS_OF_SEVERAL if membership.is_shared else MOST_CONNECTIONS,
    )


def _gone_marker(store: Store) -> Callable[[int], Awaitable[None]]:
    async def mark_gone(chat_id: int) -> None:
        async with store.write() as unit:
            await unit.people.mark_gone(chat_id, True)

    return mark_gone
