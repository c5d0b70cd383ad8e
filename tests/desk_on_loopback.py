"""The editors' desk on this machine, over a copy of the content: without a model and without a voice."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.app import UnderstandsNothing, make_dialogue
from assistant.editing.desk import Desk
from assistant.editing.live_content import LiveContent
from assistant.library.entries import Library
from assistant.library.loading import content_folder, load_library
from assistant.preview import LoopbackBotApi
from assistant.preview.page import add_page
from assistant.settings import Settings
from assistant.speech.tts.script import Script, Speed
from assistant.storage.store import Store
from tests.shipped_sentences import shipped_sentences

SYMPTOMS = "calcinosis-universalis/symptoms"


@dataclass
class Voice:
    """Says nothing; remembers what it was to say."""

    said: list[Script] = field(default_factory=list)

    async def record(self, script: Script, _speed: Speed) -> Any:
        self.said.append(script)
        return SimpleNamespace(key=f"recording-{len(self.said)}", ogg=b"OggS")


class _Understanding:
    async def for_content(self, _library: Library) -> "_Understanding":
        return self

    async def close(self) -> None:
        """There is nothing to close."""


@dataclass
class DeskOnLoopback:
    """What a test works with."""

    api: LoopbackBotApi
    live: LiveContent
    store: Store
    voice: Voice
    services: Any

    @property
    def url(self) -> str:
        return f"{self.api.page_url}desk"

    @property
    def file(self) -> Path:
        """The file of one answer."""
        return self.live.folder / f"{SYMPTOMS}.md"


@asynccontextmanager
async def desk_on_loopback(folder: Path) -> AsyncIterator[DeskOnLoopback]:
    """Runs until the block ends; all files are below `folder`."""
    content = Path(shutil.copytree(content_folder(), folder / "content"))
    settings = Settings(
        content_dir=content, data_dir=folder, database_url=f"sqlite+aiosqlite:///{folder}/desk.db"
    )
    store = await Store.open(settings.database_url)
    library, sentences = load_library(content), shipped_sentences()
    dialogue = make_dialogue(settings, library, UnderstandsNothing(), store, sentences)
    voice = Voice()
    services: Any = SimpleNamespace(
        settings=settings,
        library=library,
        sentences=sentences,
        store=store,
        dialogue=dialogue,
        interpreter=_Understanding(),
        tts=voice,
    )
    live = LiveContent(settings, content)
    desk = Desk(live)

    def add_pages(app: Any, api: LoopbackBotApi) -> None:
        add_page(app, api)
        desk.add_to(app)

    async with LoopbackBotApi(page=add_pages) as api:
        following = asyncio.create_task(desk.serve(services))
        await live.after(0)
        yield DeskOnLoopback(api, live, store, voice, services)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    await store.close()
