"""The local chat page: its files, its events and its posts, for people on this machine."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

from aiohttp import web

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.guards import (
    SECURITY_HEADERS,
    TYPES,
    Guard,
    PostRefusedError,
    document,
    posted,
    sentence,
)
from assistant.preview.page_view import event_view, message_view
from assistant.preview.people import Person
from assistant.preview.received import InlineResult
from assistant.preview.world import Event, Message

MAX_BODY_BYTES = 25 * 1024 * 1024
"""The biggest recording or file that the page takes: a little over what a bot may fetch, so that it can
refuse."""

_STATIC = Path(__file__).parent / "static"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,31}\Z")
_BYTE_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)\Z")
_HEARTBEAT_S = 15.0


def add_page(app: web.Application, api: LoopbackBotApi) -> None:
    """Serve the page and what it needs. Raises OSError when a file of the page is missing."""
    page = _Page(api)
    app.on_shutdown.append(page.end)
    app.router.add_get("/", page.guard.secured(document(_STATIC / "index.html")))
    app.router.add_get("/pair", page.guard.secured(document(_STATIC / "pair.html")))
    for path in sorted(_STATIC.iterdir()):
        if path.suffix in TYPES:
            app.router.add_get(f"/static/{path.name}", page.guard.secured(document(path)))
    app.router.add_get("/preview/session", page.guard.secured(page.session))
    app.router.add_get("/preview/events", page.guard.secured(page.events))
    app.router.add_get("/preview/files/{file_id}", page.guard.secured(page.file))
    app.router.add_post("/preview/text", page.guard.guarded(page.take_text))
    app.router.add_post("/preview/recording", page.guard.guarded(page.take_recording))
    app.router.add_post("/preview/press", page.guard.guarded(page.take_press))
    app.router.add_post("/preview/inline", page.guard.guarded(page.take_inline_query))
    app.router.add_post("/preview/share", page.guard.guarded(page.take_shared_result))


class _Page:
    def __init__(self, api: LoopbackBotApi) -> None:
        self._api = api
        self._world = api.world
        self.guard = Guard()
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._offered: dict[int, list[InlineResult]] = {}

    async def session(self, request: web.Request) -> web.StreamResponse:
        """Everything that the page needs to begin: who speaks, the bot, what was said, and the token for
        posts."""
        person = self._person(request)
        profile, bot = self._world.profile, self._world.bot
        commands = profile.commands
        return web.json_response(
            {
                "token": self.guard.token,
                "person": person.name,
                "bot": profile.name.get("") or bot["first_name"],
                "username": bot["username"],
                "description": profile.description.get("", ""),
                "commands": commands.get(("all_private_chats", "")) or commands.get(("default", ""), []),
                "messages": [message_view(message) for message in self._world.history(person.id)],
                "after": self._world.events[-1].number if self._world.events else 0,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: what becomes visible to this person after the event named last."""
        person = self._person(request)
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        headers = SECURITY_HEADERS | {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        # The token tells the page whether this is still the server that it began with.
        await response.write(f"event: hello\ndata: {json.dumps({'token': self.guard.token})}\n\n".encode())
        following = self._follow(person, int(after) if after.isdigit() else 0)
        async with aclosing(following):
            async for event in following:
                await response.write(_sse(event))
        return response

    async def _follow(self, person: Person, after: int) -> AsyncGenerator[Event | None, None]:
        """Events for this person as they happen, None as a sign of life, until the server stops."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._world.listeners.append(queue.put_nowait)
        self._queues.add(queue)
        try:
            for event in [event for event in self._world.events if event.number > after]:
                after = event.number
                if self._shows(person, event):
                    yield event
            while True:
                try:
                    happened = await asyncio.wait_for(queue.get(), _HEARTBEAT_S)
                except TimeoutError:
                    yield None
                    continue
                if happened is None:
                    return
                if happened.number > after and self._shows(person, happened):
                    yield happened
        finally:
            self._queues.discard(queue)
            self._world.listeners.remove(queue.put_nowait)

    async def end(self, _app: web.Application) -> None:
        """Let everybody who follows events go: the server ends."""
        for queue in self._queues:
            queue.put_nowait(None)

    def _shows(self, person: Person, event: Event) -> bool:
        # The page shows the private chat alone.
        return event.chat_id == person.id and self._world.sees(person.user, event)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a recording; parts of it too, so that a player can jump."""
        stored = self._world.files.by_id(request.match_info["file_id"])
        if stored is None:
            return sentence("This recording is no longer kept.", 404)
        data, status, headers = stored.data, 200, {"Accept-Ranges": "bytes"}
        asked = _BYTE_RANGE.match(request.headers.get("Range", ""))
        if asked is not None and int(asked[1]) < len(data):
            first = int(asked[1])
            last = min(int(asked[2]), len(data) - 1) if asked[2] else len(data) - 1
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            data, status = data[first : last + 1], 206
        content_type = stored.mime_type.partition(";")[0].strip()
        if not re.match(r"(?:audio|video)/[a-z0-9.+-]+\Z", content_type):
            # Whatever a bot sent as a document is downloaded, never shown as part of this page.
            content_type = "application/octet-stream"
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=data, status=status, headers=headers, content_type=content_type)

    async def take_text(self, request: web.Request) -> web.StreamResponse:
        """The person wrote something."""
        person, told = await self._posted(request)
        try:
            await person.send_text(str(told.get("text", "")))
        except ValueError:
            raise PostRefusedError(
                "A message needs 1 to 4096 characters. Change it and send it again."
            ) from None
        return web.json_response({})

    async def take_recording(self, request: web.Request) -> web.StreamResponse:
        """The person recorded something (`name` is absent) or attached an audio file."""
        person = self._person(request)
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise PostRefusedError("That file is over 25 megabytes. Choose a shorter recording.", 413)
        data = bytearray()
        async for chunk in request.content.iter_chunked(256 * 1024):
            data += chunk
            if len(data) > MAX_BODY_BYTES:
                raise PostRefusedError("That file is over 25 megabytes. Choose a shorter recording.", 413)
        if not data:
            raise PostRefusedError("The recording is empty. Check the microphone and try again.")
        seconds = request.query.get("seconds", "0")
        seconds_s = int(seconds) if re.match(r"[0-9]{1,6}\Z", seconds) else 0
        name = request.query.get("name")
        mime_type = request.headers.get("Content-Type", "application/octet-stream")
        if name is None:
            await person.send_voice(bytes(data), seconds=seconds_s, mime_type=mime_type)
        elif mime_type.startswith("audio/"):
            await person.send_audio(bytes(data), seconds=seconds_s, mime_type=mime_type, file_name=name[:128])
        else:
            await person.send_document(bytes(data), mime_type=mime_type, file_name=name[:128])
        return web.json_response({})

    async def take_press(self, request: web.Request) -> web.StreamResponse:
        """The person pressed a button, named by its place in the message's keyboard."""
        person, told = await self._posted(request)
        message = self._world.message(person.id, _number(told, "message_id"))
        if message is None:
            raise PostRefusedError("That message is gone. Use the newest one, or the menu.", 410)
        data = _callback_data(message, _number(told, "row"), _number(told, "column"))
        person.press_data(person.look(message), data)
        return web.json_response({})

    async def take_inline_query(self, request: web.Request) -> web.StreamResponse:
        """The person typed the bot's name and some words, as in another chat."""
        person, told = await self._posted(request)
        try:
            results = await person.inline(str(told.get("query", ""))[:256])
        except TimeoutError:
            raise PostRefusedError("The assistant did not answer in time. Try again.", 504) from None
        self._offered[person.id] = results
        return web.json_response(
            {"results": [{"title": each.title, "description": each.description} for each in results]}
        )

    async def take_shared_result(self, request: web.Request) -> web.StreamResponse:
        """The person chose one of the inline results last offered."""
        person, told = await self._posted(request)
        results, index = self._offered.get(person.id, []), _number(told, "index")
        if index >= len(results):
            raise PostRefusedError("That result is gone. Search again.", 410)
        await person.share(results[index])
        return web.json_response({})

    async def _posted(self, request: web.Request) -> tuple[Person, dict[str, Any]]:
        return self._person(request), await posted(request)

    def _person(self, request: web.Request) -> Person:
        name = request.query.get("as", "you").strip()
        if not _NAME.match(name):
            raise PostRefusedError("A name has 1 to 32 letters, digits, spaces or hyphens.")
        return self._api.person(name[0].upper() + name[1:])


def _callback_data(message: Message, row: int, column: int) -> str:
    keyboard = message.wire.get("reply_markup", {}).get("inline_keyboard", [])
    if row < len(keyboard) and column < len(keyboard[row]) and "callback_data" in keyboard[row][column]:
        return str(keyboard[row][column]["callback_data"])
    raise PostRefusedError("That button is gone. Use the newest message, or the menu.", 410)


def _sse(event: Event | None) -> bytes:
    """An event in the form of server-sent events; None becomes a comment that keeps the connection open."""
    if event is None:
        return b": still here\n\n"
    return f"id: {event.number}\ndata: {json.dumps(event_view(event))}\n\n".encode()


def _number(posted: dict[str, Any], name: str) -> int:
    value = posted.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PostRefusedError("The page sent something unreadable. Reload it and try again.")
    return value
