"""The composition root: settings in, every room out. Every object is made here, or in `bot`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from assistant.dialogue.prepared_scripts import scripts_of_answers
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.errors import AssistantError, Problem, SettingsError
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
from assistant.operations.metrics import Metrics
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
from assistant.speech.tts.script import Script
from assistant.speech.tts.service import TextToSpeech
from assistant.speech.tts.text_normalization import problem_in
from assistant.storage.counting import Uncounted
from assistant.storage.durability.backups import Backups
from assistant.storage.durability.recovery import database_of, open_kept
from assistant.storage.durability.server_backups import ServerBackups
from assistant.storage.store import IN_MEMORY, Store, file_of, is_server
from assistant.storage.tallies import Tally

_LANGUAGE = "en"
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
            await stack.enter_async_context(in_background(hearing=stt.warm_up()))
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


@asynccontextmanager
async def in_background(**works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
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
