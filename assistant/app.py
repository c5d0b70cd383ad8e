"""The composition root: settings in, running assistant out. Every object is made here, and nowhere else."""

import asyncio
import gc
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from assistant.clock import set_by_s, warn_when_set
from assistant.dialogue.prepared_scripts import scripts_of_answers, scripts_to_have_ready
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.errors import AssistantError, DamagedDatabaseError, Problem, SettingsError
from assistant.library.checking import problems_of
from assistant.library.entries import EntryRef, Library
from assistant.library.loading import LoadResult, content_folder, load_library
from assistant.library.serving import serving
from assistant.models import require_as_shipped
from assistant.nlu.assembly import build_interpreter
from assistant.nlu.command_names import unknown_commands
from assistant.nlu.intents import Intent, NotCovered
from assistant.nlu.interpreter import Context, Interpreter
from assistant.nlu.pipeline import Pipeline
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
from assistant.speech.sandbox.client import MODELS, SandboxedDecoder, SandboxedWhisper
from assistant.speech.stt.biasing_prompt import listening_prompt, second_prompt
from assistant.speech.stt.google_recognizer import GOOGLE as GOOGLE_EARS
from assistant.speech.stt.google_recognizer import GoogleRecognizer
from assistant.speech.stt.service import ROUNDING_S, SpeechToText
from assistant.speech.tts.gtts_voice import GOOGLE as GOOGLE_VOICE
from assistant.speech.tts.gtts_voice import GttsVoice
from assistant.speech.tts.hibari_voice import MODEL as VOICE_MODEL
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.preparation import prepare
from assistant.speech.tts.script import Script
from assistant.speech.tts.service import TextToSpeech
from assistant.speech.tts.text_normalization import problem_in
from assistant.storage.counting import Uncounted, write_down_every_minute
from assistant.storage.durability.backups import Backups
from assistant.storage.durability.recovery import database_of, open_kept
from assistant.storage.durability.schedule import back_up_daily
from assistant.storage.durability.server_backups import ServerBackups
from assistant.storage.erasures import erase_when_asked
from assistant.storage.membership import Duty, Membership, OnlyMachine, Role, has_duty, on_duty
from assistant.storage.pace import SharedPace
from assistant.storage.store import IN_MEMORY, Store, file_of, is_server
from assistant.storage.tallies import Tally
from assistant.tracing import observed

if TYPE_CHECKING:
    from aiogram import Bot


_LANGUAGE = "en"
_QUIET_S = 10.0
"""When nobody has come for so long, there is time to prepare."""
_log = structlog.get_logger(__name__)


def read_library(settings: Settings) -> Library:
    """The library of the configured content folder, with the topics that are to be served.

    Raises ContentError with every problem that `assistant check` finds: what it says is not served is not.
    SettingsError for a topic that does not exist.
    """
    library = load_library(
        settings.content_dir or content_folder(), _LANGUAGE, _artefacts(settings), problems_with
    )
    try:
        return serving(library, settings.topics)
    except SettingsError as error:
        raise SettingsError(f"ASSISTANT_TOPICS: {error}") from None


def problems_with(loaded: LoadResult, folder: Path) -> tuple[Problem, ...]:
    """All that keeps content from being served, which was read from the `folder` of its language."""
    return (*problems_of(loaded, folder), *unknown_commands(loaded, folder))


async def unspoken_answers(settings: Settings, library: Library) -> dict[EntryRef, str]:
    """The answers that can be served and not be spoken, and why. Raises ContentError."""
    async with await Store.open(IN_MEMORY) as store:
        dialogue = make_dialogue(settings, library, UnderstandsNothing(), store, read_sentences(settings))
        scripts = scripts_of_answers(dialogue, library)
    return {ref: problem for ref, script in scripts if (problem := problem_in(script)) is not None}


def _artefacts(settings: Settings) -> Path:
    """What is made from the content and kept between starts; it can be removed at any time."""
    return settings.data_dir / "artefacts"


def read_sentences(settings: Settings) -> MessageCatalogue:
    """What the assistant itself says. Raises ContentError when the file is missing or broken."""
    return MessageCatalogue.load(settings.content_dir or content_folder(), _LANGUAGE)


def make_stt(
    settings: Settings,
    library: Library,
    *,
    prompted: bool = True,
    on_replaced: Callable[[], None] = lambda: None,
) -> SpeechToText:
    """The ears: Whisper on this machine, and Google beside it when the operator turned that on.

    `prompted`: whether Whisper is told the library's words; without, an evaluation shows what that is worth.
    `on_replaced` is told when a process that hears had to be replaced.
    """
    prompt = listening_prompt(library) if prompted else ""
    local = SandboxedWhisper(
        settings.whisper_model,
        prompt=prompt,
        threads=settings.speech_threads,
        second_prompt=second_prompt(library) if prompted else "",
        proxy=settings.proxy_for(MODELS),
        on_replaced=on_replaced,
    )
    decoder = SandboxedDecoder(max_s=settings.max_voice_s + ROUNDING_S, on_replaced=on_replaced)
    cloud = None
    if settings.recognizer == "google":
        endpoint = settings.google_speech_endpoint or GOOGLE_EARS
        cloud = GoogleRecognizer(endpoint, proxy=settings.proxy_for(endpoint))
    return SpeechToText(decoder, local, cloud, max_voice_s=settings.max_voice_s)


def make_tts(settings: Settings) -> TextToSpeech:
    """The voices, the preferred one first, and where their recordings are kept."""
    local = HibariVoice()
    gtts = GttsVoice(
        settings.gtts_base or None,
        timeout_s=settings.gtts_timeout_s,
        proxy=settings.proxy_for(settings.gtts_base or GOOGLE_VOICE),
    )
    voices = (local, gtts) if settings.synthesizer == "local" else (gtts, local)
    return TextToSpeech(voices, settings.data_dir / "recordings")


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The configured database, for whoever serves people from it. Raises SettingsError or StorageError."""
    async with open_kept(settings.database_url, _backup_folder(settings)) as store:
        yield store


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a running assistant is made of, whoever it talks through."""

    settings: Settings
    library: Library
    sentences: MessageCatalogue
    interpreter: Pipeline
    stt: SpeechToText
    tts: TextToSpeech
    store: Store
    dialogue: DialogueProcessor
    metrics: Metrics
    uncounted: Uncounted


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    database_url: str | None = None,
    prompted: bool = True,
    will_hear: bool = False,
    metrics: Metrics | None = None,
) -> AsyncIterator[Services]:
    """Opens every room, and closes them in the opposite order.

    `prompted` tells the recogniser the library's words; `will_hear` begins to load its model now, beside the
    rest, and not with the first recording: `stt.warm_up()` tells when it is there. The rooms count in
    `metrics`. Raises ContentError, SettingsError or StorageError before anything is served.
    """
    library = read_library(settings)
    sentences = read_sentences(settings)
    metrics = metrics or Metrics()
    async with AsyncExitStack() as stack:
        if database_url is None:
            store = await stack.enter_async_context(open_store(settings))
        else:
            store = await Store.open(database_url)
            stack.push_async_callback(store.close)
        stt = make_stt(settings, library, prompted=prompted, on_replaced=metrics.hearing_restarted)
        stack.push_async_callback(stt.close)
        if will_hear:
            await stack.enter_async_context(_beside(hearing=stt.warm_up()))
        # The voice is loaded later; whoever serves people knows now whether it can be.
        await asyncio.to_thread(require_as_shipped, VOICE_MODEL)
        interpreter = await asyncio.to_thread(build_interpreter, library, _artefacts(settings))
        stack.push_async_callback(interpreter.close)
        tts = make_tts(settings)
        stack.push_async_callback(tts.close)
        uncounted = Uncounted()
        dialogue = make_dialogue(settings, library, interpreter, store, sentences, uncounted.note)
        yield Services(
            settings,
            library,
            sentences,
            interpreter,
            stt,
            tts,
            store,
            dialogue,
            metrics,
            uncounted,
        )


@asynccontextmanager
async def open_tts(
    settings: Settings,
) -> AsyncIterator[tuple[TextToSpeech, list[tuple[EntryRef, Script]]]]:
    """The studio, and what is said for each answer, part by part, in reading order.

    What understands people stays shut: it takes long to open, and longest when the content has just changed.
    Raises ContentError, SettingsError or StorageError.
    """
    library = read_library(settings)
    async with AsyncExitStack() as stack:
        store = await Store.open(IN_MEMORY)
        stack.push_async_callback(store.close)
        await asyncio.to_thread(require_as_shipped, VOICE_MODEL)
        tts = make_tts(settings)
        stack.push_async_callback(tts.close)
        dialogue = make_dialogue(settings, library, UnderstandsNothing(), store, read_sentences(settings))
        yield tts, scripts_of_answers(dialogue, library)


class UnderstandsNothing:
    """For a conversation in which nobody says anything."""

    async def interpret(self, text: str, context: Context) -> Intent:
        return NotCovered()


def make_dialogue(
    settings: Settings,
    library: Library,
    interpreter: Interpreter,
    store: Store,
    sentences: MessageCatalogue,
    counted: Callable[[Tally], None] | None = None,
) -> DialogueProcessor:
    """Whoever talks with people, as the operator has set them up."""
    return DialogueProcessor(
        library,
        interpreter,
        store,
        sentences,
        emergency_number=settings.emergency_number,
        crisis_line=settings.crisis_line,
        cloud_speech_offered=settings.recognizer == "google",
        cloud_voice=settings.synthesizer == "gtts",
        longest_voice_s=settings.max_voice_s,
        backups_kept=settings.backups_kept,
        counted=counted,
    )


def _backup_folder(settings: Settings) -> Path:
    return settings.data_dir / "backups"


def backups_of(settings: Settings) -> Backups:
    """The backups of the configured database. Raises SettingsError for one in memory."""
    if is_server(settings.database_url):
        return ServerBackups(settings.database_url, _backup_folder(settings))
    return Backups(database_of(settings.database_url), _backup_folder(settings))


def has_backups(settings: Settings) -> bool:
    """Whether there is anything to back up: not of a database in memory."""
    return is_server(settings.database_url) or file_of(settings.database_url) is not None


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
        async with _beside(**more):
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
            await stack.enter_async_context(_beside(**works))
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


@asynccontextmanager
async def _beside(**works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `works` in the background for as long as the block lasts; one that fails is logged, not fatal."""
    tasks = [asyncio.create_task(_logged(name, work)) for name, work in works.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _logged(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (AssistantError, OSError) as error:
        _log.warning("background work failed", work=name, error=type(error).__name__)


def _gone_marker(store: Store) -> Callable[[int], Awaitable[None]]:
    async def mark_gone(chat_id: int) -> None:
        async with store.write() as unit:
            await unit.people.mark_gone(chat_id, True)

    return mark_gone
