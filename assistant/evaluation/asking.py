"""One question in, one flat object out: what `assistant ask` prints, and scripts depend on."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, assert_never

from assistant.app import Services
from assistant.dialogue.prepared_scripts import NOBODY
from assistant.dialogue.reply import kind_of
from assistant.dialogue.turn import remembering
from assistant.dialogue.utterance import Spoken, Typed, Utterance
from assistant.library.naming import AnswerNames, require_topic
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.trace import explain
from assistant.speech.sound import AudioFile
from assistant.transcript import Heard, Unheard

_SECONDS: Final = 3.0
"""As long as a short question takes, where there is no recording."""


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The answer to one question.

    `outcome` is answer, choice, not_covered, emergency, command or unheard. `answer` and `choices` are answer
    ids, written `topic/answer` where several topics are served; `choices` come best first. `confidence` runs
    from 0 to 1 and belongs to the outcome. `text` is what a person would read. `took_ms` counts from the
    question, or the read recording, to the object.
    """

    question: str | None
    heard: str | None
    confidence: float
    outcome: str
    topic: str | None
    answer: str | None
    choices: tuple[str, ...]
    command: str | None
    text: str
    took_ms: float
    explain: dict[str, Any] | None = None
    """Why it was understood so, when that was asked for; see trace.py."""

    def as_dict(self) -> dict[str, Any]:
        """The object as JSON wants it; `explain` stands in it only when it was asked for."""
        return {name: value for name, value in asdict(self).items() if name != "explain" or value is not None}


class Asker:
    """Asks by the way that people's messages take, without Telegram and without a store: each stands alone.

    `explains`: whether each object says why the question was understood so. `topic` is the illness in hand.
    Raises SettingsError for one that is not served.
    """

    def __init__(self, services: Services, *, explains: bool = False, topic: str | None = None) -> None:
        require_topic(services.library, topic)
        self._services = services
        self._explains = explains
        self._names = AnswerNames.in_library(services.library)
        self._asking = remembering(NOBODY, topic=topic) if topic else NOBODY

    async def ask(self, text: str, *, heard: bool = False) -> QuestionResult:
        """The reply to a typed question, or to one that a recogniser wrote down."""
        started = time.perf_counter()
        if heard:
            return await self._replied(Spoken(Heard(text, confidence=1.0, seconds=_SECONDS)), started)
        return await self._replied(Typed(text), started)

    async def ask_audio(self, path: Path) -> QuestionResult:
        """The reply to a spoken question in an audio file. OSError when it cannot be read."""
        file = AudioFile(await asyncio.to_thread(path.read_bytes), None)
        started = time.perf_counter()
        expected = self._services.dialogue.expected_from(self._asking)
        outcome = await self._services.stt.hear(file, cloud_allowed=False, expected=expected)
        return await self._replied(Spoken(outcome), started)

    async def _replied(self, utterance: Utterance, started: float) -> QuestionResult:
        intent, utterance = await self._services.dialogue.understand(self._asking, utterance)
        match utterance:
            case Typed(text=text):
                asked = self._object(text, None, intent, started)
                manner = Manner.TYPED
            case Spoken(outcome=Heard(text=text)):
                asked = self._object(text, text, intent, started)
                manner = Manner.SPOKEN
            case _:
                return self._object(None, None, intent, started)
        if not self._explains:
            return asked
        told = await asyncio.to_thread(
            explain,
            self._services.interpreter,
            text,
            Context(self._asking.memory.topic, None, manner),
            intent,
        )
        return replace(asked, explain=told)

    def _object(
        self, question: str | None, heard: str | None, intent: Intent | Unheard, started: float
    ) -> QuestionResult:
        reply = self._services.dialogue.phrase(intent, self._asking)
        return QuestionResult(
            question=question,
            heard=heard,
            confidence=round(_confidence(intent), 3),
            outcome=kind_of(intent).value,
            **_named(intent, self._names),
            text=reply.plain_text(),
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )


async def answer_lines(asker: Asker, lines: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """One object for each line that is not empty, in order; a line that cannot be used has one with `error`.

    A line is `{"text": "..."}` or `{"audio": "path"}`; with `"heard": true` a text is taken for what a
    recogniser wrote down. Its own words are not repeated in an error: they may
    be somebody's question.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = await _answer_line(asker, line)
        except (ValueError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            yield {"error": f"line {number}: {reason}"}
        else:
            yield asked.as_dict()


async def _answer_line(asker: Asker, line: str) -> QuestionResult:
    try:
        request = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg}, column {error.colno}).") from None
    match request:
        case {"audio": str(path)}:
            return await asker.ask_audio(Path(path))
        case {"text": str(text)}:
            return await asker.ask(text, heard=request.get("heard") is True)
        case _:
            raise ValueError('write {"text": "..."} or {"audio": "path"}.')


def _named(intent: Intent | Unheard, names_of: AnswerNames) -> dict[str, Any]:
    """What stands in the object of a topic, an answer, choices and a command."""
    names: dict[str, Any] = {"topic": None, "answer": None, "choices": (), "command": None}
    match intent:
        case Answer(entry=ref):
            return names | {"topic": ref.topic, "answer": names_of.of(ref)}
        case Choice(entries=refs):
            topics = {ref.topic for ref in refs}
            about = refs[0].topic if len(topics) == 1 else None
            return names | {"topic": about, "choices": tuple(map(names_of.of, refs))}
        case Command(name=name):
            return names | {"command": name.value}
        case _:
            return names


def _confidence(intent: Intent | Unheard) -> float:
    match intent:
        case Answer() | Choice() | NotCovered() | Emergency():
            return intent.confidence
        case Command():
            return 1.0
        case Unheard():
            return 0.0
        case _:
            assert_never(intent)
