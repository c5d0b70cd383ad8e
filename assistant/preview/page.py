"""The local chat page: its files, its events and its posts, for people on this machine."""

import asyncio
import hmac
import json
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from aiohttp import web

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.page_view import event_view, message_view
from assistant.preview.people import Person
from assistant.preview.received import InlineResult
from assistant.preview.world import Event, Message

MAX_BODY_BYTES = 25 * 1024 * 1024
"""The biggest recording or file that the page takes: a little over what a bot may fetch, so that it can
refuse."""

_STATIC = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,31}\Z")
_BYTE_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)\Z")
_HEARTBEAT_S = 15.0

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "media-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_page(app: web.Application, api: LoopbackBotApi) -> None:
    """Serve the page and what it needs. Raises OSError when a file of the page is missing."""
    page = _Page(api)
    app.on_shutdown.append(page.end)
    app.router.add_get("/", page.secured(page.document("index.html")))
    app.router.add_get("/pair", page.secured(page.document("pair.html")))
    for path in sorted(_STATIC.iterdir()):
        if path.suffix in _TYPES:
            app.router.add_get(f"/static/{path.name}", page.secured(page.document(path.name)))
    app.router.add_get("/preview/session", page.secured(page.session))
    app.router.add_get("/preview/events", page.events)
    app.router.add_get("/preview/files/{file_id}", page.secured(page.file))
    app.router.add_post("/preview/text", page.secured(page.guarded(page.take_text)))
    app.router.add_post("/preview/recording", page.secured(page.guarded(page.take_recording)))
    app.router.add_post("/preview/press", page.secured(page.guarded(page.take_press)))
    app.router.add_post("/preview/inline", page.secured(page.guarded(page.take_inline_query)))
    app.router.add_post("/preview/share", page.secured(page.guarded(page.take_shared_result)))


class _PostRefusedError(Exception):
    """A post that cannot be carried out; the text is a sentence for the person, with what to do."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class _Page:
    def __init__(self, api: LoopbackBotApi) -> None:
        self._api = api
        self._world = api.world
        # Only a page that this server sent can read the token, so only it can post.
        self._token = secrets.token_urlsafe(24)
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._offered: dict[int, list[InlineResult]] = {}

    def secured(self, handler: _Handler) -> _Handler:
        """The handler, with security headers on what it answers."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = await handler(request)
            response.headers.update(SECURITY_HEADERS)
            return response

        return answer

    def guarded(self, handler: _Handler) -> _Handler:
        """A handler for posts from the page alone; what it refuses becomes a sentence in JSON."""

        async def answer(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("X-Preview-Token", "")
            if not hmac.compare_digest(given.encode(), self._token.encode()):
                return _sentence("This page is out of date. Reload it and try again.", 403)
            try:
                return await handler(request)
            except _PostRefusedError as refusal:
                return _sentence(refusal.sentence, refusal.status)

        return answer

    def document(self, name: str) -> _Handler:
        """A handler that serves one of the page's own files."""
        path = _STATIC / name
        body = path.read_bytes()

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8")

        return answer

    async def session(self, request: web.Request) -> web.StreamResponse:
        """Everything that the page needs to begin: who speaks, the bot, what was said, and the token for
        posts."""
        try:
            person = self._person(request)
        except _PostRefusedError as refusal:
            return _sentence(refusal.sentence, refusal.status)
        profile, bot = self._world.profile, self._world.bot
        commands = profile.commands
        return web.json_response(
            {
                "token": self._token,
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
        try:
            person = self._person(request)
        except _PostRefusedError as refusal:
            return _sentence(refusal.sentence, refusal.status)
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        headers = SECURITY_HEADERS | {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        # The token tells the page whether this is still the server that it began with.
        await response.write(f"event: hello\ndata: {json.dumps({'token': self._token})}\n\n".encode())
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
            return _sentence("This recording is no longer kept.", 404)
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
        person, posted = await self._posted(request)
        try:
            await person.send_text(str(posted.get("text", "")))
        except ValueError:
            sentence = "A message needs 1 to 4096 characters. Change it and send it again."
            raise _PostRefusedError(sentence) from None
        return web.json_response({})

    async def take_recording(self, request: web.Request) -> web.StreamResponse:
        """The person recorded something (`name` is absent) or attached an audio file."""
        person = self._person(request)
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise _PostRefusedError("That file is over 25 megabytes. Choose a shorter recording.", 413)
        data = bytearray()
        async for chunk in request.content.iter_chunked(256 * 1024):
            data += chunk
            if len(data) > MAX_BODY_BYTES:
                raise _PostRefusedError("That file is over 25 megabytes. Choose a shorter recording.", 413)
        if not data:
            raise _PostRefusedError("The recording is empty. Check the microphone and try again.")
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
        person, posted = await self._posted(request)
        message = self._world.message(person.id, _number(posted, "message_id"))
        if message is None:
            raise _PostRefusedError("That message is gone. Use the newest one, or the menu.", 410)
        data = _callback_data(message, _number(posted, "row"), _number(posted, "column"))
        person.press_data(person.look(message), data)
        return web.json_response({})

    async def take_inline_query(self, request: web.Request) -> web.StreamResponse:
        """The person typed the bot's name and some words, as in another chat."""
        person, posted = await self._posted(request)
        try:
            results = await person.inline(str(posted.get("query", ""))[:256])
        except TimeoutError:
            raise _PostRefusedError("The assistant did not answer in time. Try again.", 504) from None
        self._offered[person.id] = results
        return web.json_response(
            {"results": [{"title": each.title, "description": each.description} for each in results]}
        )

    async def take_shared_result(self, request: web.Request) -> web.StreamResponse:
        """The person chose one of the inline results last offered."""
        person, posted = await self._posted(request)
        results, index = self._offered.get(person.id, []), _number(posted, "index")
        if index >= len(results):
            raise _PostRefusedError("That result is gone. Search again.", 410)
        await person.share(results[index])
        return web.json_response({})

    async def _posted(self, request: web.Request) -> tuple[Person, dict[str, Any]]:
        person = self._person(request)
        try:
            posted = await request.json()
        except ValueError:
            posted = None
        if not isinstance(posted, dict):
            raise _PostRefusedError("The page sent something unreadable. Reload it and try again.")
        return person, posted

    def _person(self, request: web.Request) -> Person:
        name = request.query.get("as", "you").strip()
        if not _NAME.match(name):
            raise _PostRefusedError("A name has 1 to 32 letters, digits, spaces or hyphens.")
        return self._api.person(name[0].upper() + name[1:])


def _callback_data(message: Message, row: int, column: int) -> str:
    keyboard = message.wire.get("reply_markup", {}).get("inline_keyboard", [])
    if row < len(keyboard) and column < len(keyboard[row]) and "callback_data" in keyboard[row][column]:
        return str(keyboard[row][column]["callback_data"])
    raise _PostRefusedError("That button is gone. Use the newest message, or the menu.", 410)


def _sse(event: Event | None) -> bytes:
    """An event in the form of server-sent events; None becomes a comment that keeps the connection open."""
    if event is None:
        return b": still here\n\n"
    return f"id: {event.number}\ndata: {json.dumps(event_view(event))}\n\n".encode()


def _number(posted: dict[str, Any], name: str) -> int:
    value = posted.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _PostRefusedError("The page sent something unreadable. Reload it and try again.")
    return value


def _sentence(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers=SECURITY_HEADERS)
