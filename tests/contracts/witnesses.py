"""What watches the whole suite: a bot makes no request that Telegram's own description does not allow, and
says nothing that would be lost on somebody who hears it, or sees little of it.

Imported by the first test that could send or say something, and not before: it brings aiogram with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Utterance
from assistant.preview.bot_api import LoopbackBotApi
from assistant.speech.tts.script import Recording, Script, Speed
from assistant.speech.tts.service import TextToSpeech
from tests.contracts.accessible_suite import Listener
from tests.contracts.outgoing_requests import Witness

_SENDS_WRONG_REQUESTS_ON_PURPOSE: Final = "tests/unit/preview/"
"""The tests of the server itself; everywhere else a wrong request is a fault of the bot."""
_SAYS_ANYTHING: Final = ("tests/unit/preview/", "tests/browser/", "tests/speech/", "tests/contracts/")
"""Tests of the server, the page and the voice, which send and say what no assistant would, on purpose."""


@contextmanager
def watching(witness: Witness) -> Iterator[Witness]:
    """The witness watches every loopback Bot API that starts meanwhile."""
    start = LoopbackBotApi.start

    async def start_watched(self: LoopbackBotApi, port: int = 0) -> LoopbackBotApi:
        witness.watch(self)
        return await start(self, port)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoopbackBotApi, "start", start_watched)
        yield witness
    # What a server that outlives the tests was asked while it was stopped.
    assert witness.problems() == []


def check_requests(request: pytest.FixtureRequest, witness: Witness) -> None:
    """Fails the test whose bot asked for what Telegram does not offer."""
    if _SENDS_WRONG_REQUESTS_ON_PURPOSE in request.path.as_posix():
        witness.look_away()
    else:
        assert witness.problems() == []


@contextmanager
def listening(listener: Listener) -> Iterator[Listener]:
    """Hears every message that reaches a loopback Bot API meanwhile, every reply of a conversation, and every
    script that goes to a studio."""
    start, respond, record = LoopbackBotApi.start, DialogueProcessor.respond, TextToSpeech.record

    async def start_heard(self: LoopbackBotApi, port: int = 0) -> LoopbackBotApi:
        listener.watch(self)
        return await start(self, port)

    async def respond_heard(
        self: DialogueProcessor, person_id: int, utterance: Utterance, **more: Any
    ) -> Reply:
        reply = await respond(self, person_id, utterance, **more)
        listener.hear_reply(reply)
        return reply

    async def record_heard(self: TextToSpeech, script: Script, speed: Speed) -> Recording:
        listener.hear_script(script)
        return await record(self, script, speed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoopbackBotApi, "start", start_heard)
        patch.setattr(DialogueProcessor, "respond", respond_heard)
        patch.setattr(TextToSpeech, "record", record_heard)
        yield listener
    assert listener.findings() == []


def check_words(request: pytest.FixtureRequest, listener: Listener) -> None:
    """Fails the test whose bot said what would be lost on somebody."""
    if request.node.get_closest_marker("says_anything") or any(
        place in request.path.as_posix() for place in _SAYS_ANYTHING
    ):
        listener.look_away()
    else:
        findings = listener.findings()
        assert findings == [], "\n".join(findings)
