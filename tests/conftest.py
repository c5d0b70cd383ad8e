"""What holds for the whole suite: a bot makes no request that Telegram's own description does not allow, and
says nothing that would be lost on somebody who hears it, or sees little of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from filelock import FileLock

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Utterance
from assistant.library.loading import content_folder, load_library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.training.tuning import shipped_tuning
from assistant.preview.bot_api import LoopbackBotApi
from assistant.speech.tts.script import Recording, Script, Speed
from assistant.speech.tts.service import TextToSpeech
from tests.contracts.accessible_suite import SpeechToText, preambles
from tests.contracts.bot_api_document import BotApiDocument
from tests.contracts.outgoing_requests import Witness

_SENDS_WRONG_REQUESTS_ON_PURPOSE = "tests/unit/preview/"
"""The tests of the server itself; everywhere else a wrong request is a fault of the bot."""
_SAYS_ANYTHING: Final = ("tests/unit/preview/", "tests/browser/", "tests/speech/", "tests/contracts/")
"""Tests of the server, the page and the voice, which send and say what no assistant would, on purpose."""
_LISTENER: Final = pytest.StashKey[SpeechToText]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that shows what was looked at."""
    parser.addoption(
        "--accessibility",
        action="store_true",
        help="show how many messages were checked for accessibility, and what was found, by rule",
    )


def pytest_configure(config: pytest.Config) -> None:
    """One listener for the whole run, and the mark for tests that say odd things on purpose."""
    config.stash[_LISTENER] = SpeechToText(preambles())
    config.addinivalue_line(
        "markers", "says_anything(reason): its messages are made up, and not checked for accessibility"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what takes minutes, unless it is asked for."""
    if "long" in str(config.getoption("-m")).split():
        return
    skip = pytest.mark.skip(reason="takes minutes; run `make journeys`")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table, when it is asked for."""
    if config.getoption("--accessibility"):
        terminalreporter.section("accessibility of all that was sent and said")
        for line in config.stash[_LISTENER].table():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def vectors(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the vectors of the content's texts, which take most of an assistant's first start.

    They are worked out once, by the first of the processes that run tests side by side, and kept from one run
    to the next, each under the digest of its text: none is ever out of date.
    """
    folder = tmp_path_factory.mktemp("vectors")
    cache = getattr(pytestconfig, "cache", None)
    kept = Path(cache.mkdir("vectors")) if cache else folder
    with FileLock(kept / "making.lock"):
        library = load_library(content_folder())
        made = kept / f"made-{library.fingerprint[:16]}"
        if not made.exists():
            Pipeline(library, MiniLmEncoder(), shipped_tuning(), kept).shut_down()
            made.touch()
    copy_vectors(kept, folder)
    return folder


def copy_vectors(source: Path, target: Path) -> None:
    """Copies them whole or not at all: other runs may be reading."""
    target.mkdir(parents=True, exist_ok=True)
    for file in source.glob("vectors-*.npy"):
        part = target / f".{file.name}.{os.getpid()}"
        shutil.copyfile(file, part)
        part.replace(target / file.name)


@pytest.fixture(scope="session", autouse=True)
def watched() -> Iterator[Witness | None]:
    """Watches every loopback Bot API that starts; None where Telegram's description is not present."""
    document = BotApiDocument.read()
    if document is None:
        yield None
        return
    witness = Witness(document)
    start = LoopbackBotApi.start

    async def start_watched(self: LoopbackBotApi, port: int = 0) -> LoopbackBotApi:
        witness.watch(self)
        return await start(self, port)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoopbackBotApi, "start", start_watched)
        yield witness
    # What a server that outlives the tests was asked while it was stopped.
    assert witness.problems() == []


@pytest.fixture(autouse=True)
def _requests_are_as_telegram_describes(
    request: pytest.FixtureRequest, watched: Witness | None
) -> Iterator[None]:
    yield
    if watched is None:
        return
    if _SENDS_WRONG_REQUESTS_ON_PURPOSE in request.path.as_posix():
        watched.look_away()
    else:
        assert watched.problems() == []


@pytest.fixture(scope="session", autouse=True)
def listened(pytestconfig: pytest.Config) -> Iterator[SpeechToText]:
    """Hears every message that reaches a loopback Bot API, every reply of a conversation, and every script
    that goes to a studio."""
    stt = pytestconfig.stash[_LISTENER]
    start, respond, record = LoopbackBotApi.start, DialogueProcessor.respond, TextToSpeech.record

    async def start_heard(self: LoopbackBotApi, port: int = 0) -> LoopbackBotApi:
        stt.watch(self)
        return await start(self, port)

    async def respond_heard(
        self: DialogueProcessor, person_id: int, utterance: Utterance, **more: Any
    ) -> Reply:
        reply = await respond(self, person_id, utterance, **more)
        stt.hear_reply(reply)
        return reply

    async def record_heard(self: TextToSpeech, script: Script, speed: Speed) -> Recording:
        stt.hear_script(script)
        return await record(self, script, speed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoopbackBotApi, "start", start_heard)
        patch.setattr(DialogueProcessor, "respond", respond_heard)
        patch.setattr(TextToSpeech, "record", record_heard)
        yield stt
    assert stt.findings() == []


@pytest.fixture(autouse=True)
def _everybody_can_follow(request: pytest.FixtureRequest, listened: SpeechToText) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("says_anything") or any(
        place in request.path.as_posix() for place in _SAYS_ANYTHING
    ):
        listened.look_away()
    else:
        findings = listened.findings()
        assert findings == [], "\n".join(findings)
