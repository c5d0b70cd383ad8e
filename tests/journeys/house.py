"""The whole assistant in this process, and people who visit it: only what they receive can be asserted on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from assistant.bot import run_bot
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.page import add_page
from assistant.preview.people import Group, Person
from assistant.preview.received import Received
from assistant.settings import Settings
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from tests.journeys.recordings import Mouth
from tests.shipped_sentences import shipped_sentences

PATIENCE_S: Final = 180.0
"""How long a person waits for a message. Generous: the machine may be busy, and nothing here is a race."""

_numbers = count(1)

_ILLNESS = "Calcinosis Universalis"


class House:
    """A bot with a data folder of its own. It may be closed and opened again: that is a restart."""

    def __init__(self, folder: Path, api: LoopbackBotApi, mouth: Mouth, **settings: Any) -> None:
        self.folder = folder
        self.api = api
        self.mouth = mouth
        self.settings = settings
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "assistant.db"

    @property
    def artefacts(self) -> Path:
        """What the assistant works out once from the content."""
        return self.folder / "artefacts"

    async def open(self) -> None:
        """Start the bot as `assistant run` does, in this process."""
        self._stop = asyncio.Event()
        settings = Settings(
            _env_file=None,
            **{
                "bot_token": SecretStr(self.api.token),
                "bot_api_base": self.api.base_url,
                "database_url": f"sqlite+aiosqlite:///{self.database}",
                "data_dir": self.folder,
                "ops_port": None,
                **self.settings,
            },
        )
        self._running = asyncio.create_task(run_bot(settings, self._stop))

    async def close(self) -> None:
        """Stop the bot as SIGTERM does; whatever it raised is raised here."""
        self._stop.set()
        if self._running is not None:
            await self._running
            self._running = None

    async def while_running(self, waiting: Any) -> Any:
        """The result of `waiting`; a bot that ends meanwhile has failed, and its error is raised at once."""
        wait = asyncio.ensure_future(waiting)
        if self._running is not None:
            await asyncio.wait({wait, self._running}, return_when=asyncio.FIRST_COMPLETED)
            if self._running.done() and not wait.done():
                wait.cancel()
                self._running.result()
                raise RuntimeError("the bot has stopped")
        return await wait

    async def is_done(self) -> None:
        """Wait until everything sent to the bot has been dealt with, and nothing more will come of it."""
        async with asyncio.timeout(PATIENCE_S):
            # Only the database knows, and it tells nobody.
            while await asyncio.to_thread(self._has_work):  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.02)

    def _has_work(self) -> bool:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM inbox WHERE state IN ('waiting', 'running')"
            ).fetchone()
        return bool(count)

    def visitor(self, *, language_code: str | None = "en") -> "Visitor":
        """Somebody whom the bot has never met."""
        name = f"Visitor {next(_numbers)}"
        return Visitor(self, self.api.person(name, language_code=language_code))


@asynccontextmanager
async def open_house(
    folder: Path, mouth: Mouth, *, page: bool = False, **settings: Any
) -> AsyncIterator[House]:
    """A house that serves already: nobody else pays for its start. `page`: with the local chat page."""
    async with LoopbackBotApi(page=add_page if page else None) as api:
        house = House(folder, api, mouth, **settings)
        await house.open()
        await house.visitor().types("help")
        yield house
        await house.close()


class Visitor:
    """Somebody who types, presses and speaks, and then reads or hears what comes."""

    def __init__(self, house: House, person: Person) -> None:
        self._house = house
        self.person = person

    @property
    def id(self) -> int:
        """The person's number, which is their private chat's too."""
        return self.person.id

    async def receives(self) -> Received:
        """The next message."""
        received: Received = await self._house.while_running(self.person.receive(PATIENCE_S))
        return received

    async def types(self, text: str) -> Received:
        """Write, and read the reply."""
        await self.person.send_text(text)
        return await self.receives()

    async def presses(self, label: str) -> Received:
        """Press the newest button with these words, and read the reply; the button stops spinning."""
        press = await self.person.press(label)
        received = await self.receives()
        await self._house.while_running(press.answer(PATIENCE_S))
        return received

    async def says(self, words: str) -> Received:
        """Say it in a voice message, and read the reply; it begins with what was heard."""
        await self.person.send_voice(await self._house.mouth.voice_note(words))
        return await self.receives()

    async def says_and_hears(self, words: str) -> tuple[Received, Received]:
        """Say it, and take the written reply and the voice note after it."""
        return await self.says(words), await self.receives()

    async def hears_nothing_more(self) -> None:
        """Whatever was sent before this has been received: the next message answers the next question."""
        reply = await self.types("/help")
        assert title_of(reply) == say("help-title"), f"one message too many: {reply.words!r}"

    def mentions(self, words: str, group: Group) -> Any:
        """Write to the bot by its name in a group."""
        return self.person.send_text(words, chat=group)


def title_of(received: Received) -> str:
    """The words in bold, without the illness that an answer's title begins with; nothing when none are."""
    return marked(received, "bold").removeprefix(f"{_ILLNESS}: ")


def footer_of(received: Received) -> str:
    """The words in italics; nothing when there are none."""
    return marked(received, "italic")


def marked(received: Received, kind: str) -> str:
    """The first words with that formatting. Offsets count UTF-16 units."""
    units = received.words.encode("utf-16-le")
    for entity in received.entities:
        if entity["type"] == kind:
            begin = entity["offset"] * 2
            return units[begin : begin + entity["length"] * 2].decode("utf-16-le")
    return ""


def seconds_of(received: Received) -> float:
    """How long a voice note lasts, by decoding it as OGG/Opus."""
    assert received.kind in ("voice", "audio"), received.words
    data = received.audio()
    assert data[:4] == b"OggS"
    assert data[28:36] == b"OpusHead"
    return decode(AudioFile(data, "audio/ogg"), max_s=600).seconds


def say(message_id: str, **arguments: str | int) -> str:
    """A sentence of the assistant's own, from the file that editors keep."""
    return shipped_sentences().say(message_id, **arguments)


VAGUE: Final = (
    "does it run in families",
    "what about the muscles",
    "and the skin",
    "what about my children",
    "do I have it",
    "what makes it worse or better",
)
"""Questions that could mean several things. Which of them the assistant asks back about is its own affair."""


async def asks_which_is_meant(visitor: Visitor) -> Received:
    """Types vague questions until one is answered with a choice, and returns that choice."""
    for question in VAGUE:
        reply = await visitor.types(question)
        if say("choice-ask") in reply.words:
            return reply
    raise AssertionError(f"none of {len(VAGUE)} vague questions was answered with a choice")
