"""The content while somebody edits it: a changed file is served at once, a broken one is told of."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.app import Services, read_sentences
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.errors import ContentError, Problem
from assistant.library.checking import report_on
from assistant.library.entries import Library
from assistant.library.loading import LoadResult, read_content
from assistant.nlu.command_names import unknown_commands
from assistant.nlu.pipeline import Pipeline
from assistant.settings import Settings

_LOOK_EVERY_S: Final = 0.25

Files = dict[str, tuple[int, int]]
"""Of each file when it was changed, in nanoseconds, and its size."""


@dataclass(frozen=True, slots=True)
class ContentState:
    """What the check found when a file was changed last, and whether that content is what is served."""

    number: int
    """One more with every change."""
    looked_at: datetime
    problems: tuple[Problem, ...] = ()
    """While there is one, the last content without any is served."""
    unfinished: tuple[Problem, ...] = ()
    """What is to be done to drafts, which are not served."""
    warnings: tuple[Problem, ...] = ()


class LiveContent:
    """Follows the files of one language."""

    def __init__(self, settings: Settings, content_dir: Path, language: str = "en") -> None:
        self.content_dir = content_dir
        self.folder = content_dir / language
        self._settings = settings
        self._language = language
        self._seen: Files = {}
        self._news = asyncio.Condition()
        self._sentences: MessageCatalogue | None = None
        self.loaded = LoadResult(None, ())
        self.library: Library | None = None
        """What is served."""
        self.state = ContentState(0, datetime.now(UTC))

    async def follow(self, services: Services) -> None:
        """Look again and again, and have every sound change served. Ends when it is cancelled."""
        serving, self.library = services.interpreter, services.library
        self._seen = await asyncio.to_thread(_files_in, self.folder)
        await self._tell(*await asyncio.to_thread(self._looked_at))
        try:
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                files = await asyncio.to_thread(_files_in, self.folder)
                if files == self._seen:
                    continue
                self._seen = files
                loaded, state = await asyncio.to_thread(self._looked_at)
                if loaded.library is not None and self._sentences is not None and not state.problems:
                    serving = await self._serve(services, loaded.library, self._sentences, serving)
                await self._tell(loaded, state)
        finally:
            if serving is not services.interpreter:
                await serving.close()

    async def after(self, number: int) -> ContentState:
        """The state, as soon as it is another one than that."""
        async with self._news:
            await self._news.wait_for(lambda: self.state.number != number)
        return self.state

    def _looked_at(self) -> tuple[LoadResult, ContentState]:
        loaded = read_content(self.content_dir, self._language)
        report = report_on(loaded, self.folder)
        problems = (*report.problems, *unknown_commands(loaded, self.folder))
        try:
            self._sentences = read_sentences(self._settings)
        except ContentError as error:
            problems += error.problems
        found = (problems, report.unfinished, report.warnings)
        return loaded, ContentState(self.state.number + 1, datetime.now(UTC), *found)

    async def _serve(
        self, services: Services, library: Library, sentences: MessageCatalogue, serving: Pipeline
    ) -> Pipeline:
        renewed = await serving.for_content(library)
        services.dialogue.renew(library, renewed, sentences)
        self.library = library
        if serving is not services.interpreter:  # that one is closed by whoever opened it
            await serving.close()
        return renewed

    async def _tell(self, loaded: LoadResult, state: ContentState) -> None:
        """Let everybody know, once that is served which can be."""
        async with self._news:
            self.loaded, self.state = loaded, state
            self._news.notify_all()


def _files_in(folder: Path) -> Files:
    return dict(_walk(str(folder)))


def _walk(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        with os.scandir(folder) as found:
            entries = [each for each in found if not each.name.startswith(".")]
    except FileNotFoundError:
        return  # removed just now; the next look sees the whole
    for each in entries:
        if each.is_dir():
            yield from _walk(each.path)
            continue
        try:
            status = each.stat()
        except FileNotFoundError:
            continue
        yield each.path, (status.st_mtime_ns, status.st_size)
