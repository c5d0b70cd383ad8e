"""A Bot API server for this machine alone: what the real bot talks to in the local page and in the tests."""

import asyncio
import hmac
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from assistant.preview.bookkeeping import Bookkeeping
from assistant.preview.broken_answers import cut, drip, failure, send_half
from assistant.preview.faults import Fault, FaultPlan, FloodGate, FloodLimits
from assistant.preview.people import Group, Person
from assistant.preview.rules.methods import METHODS
from assistant.preview.rules.parameters import MAX_UPLOAD_BYTES, RawRequest, decode, read_request
from assistant.preview.rules.refusals import RequestRefusedError, too_many_requests
from assistant.preview.sending import Sending
from assistant.preview.world import ChatAction, World

_MOST_CALLS = 200_000
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that the bot made. `status` 0 means that it never got an answer."""

    method: str
    parameters: dict[str, Any]
    """Decoded as the method's table says, or as they came when they do not fit it. A file is an Upload,
    which shows its size and not its bytes."""
    status: int
    response: Any
    at: float
    """Seconds on the monotonic clock when the request came in."""
    retry_after: int = 0
    """How many seconds a planned 429 asked to wait."""


class LoopbackBotApi:
    """Telegram's Bot API on 127.0.0.1, strict where Telegram is strict, with people who can be played by a
    test.

    Unknown methods and parameters, bad markup, wrong file ids and sizes are refused in Telegram's words. Use
    it as an asynchronous context manager, or call `start` and `stop`. `page` (`page.add_page`) adds the local
    chat page. `clock` gives Unix time in seconds and may be moved by a test.
    """

    def __init__(
        self,
        *,
        token: str = "1:TEST",  # noqa: S107 - a made-up token, good on this machine only
        bot_name: str = "Health Assistant",
        bot_username: str = "health_assistant_bot",
        page: Callable[[web.Application, "LoopbackBotApi"], None] | None = None,
        clock: Callable[[], float] = time.time,
        flood: FloodLimits | None = None,
    ) -> None:
        self.token = token
        self.world = World(_bot(token, bot_name, bot_username), clock)
        self.calls: list[Call] = []
        """Every request, oldest first; the oldest are let go after very many."""
        self.faults = FaultPlan()
        self._flood = FloodGate(flood)
        self._methods = _table(Sending(self.world), Bookkeeping(self.world))
        self._page = page
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self._people: dict[int, Person] = {}
        self.port = 0

    @property
    def base_url(self) -> str:
        """The address to give a bot instead of Telegram's."""
        return f"http://{_HOST}:{self.port}"

    @property
    def page_url(self) -> str:
        """The address of the local chat page."""
        return f"http://{_HOST}:{self.port}/"

    @property
    def chat_actions(self) -> list[ChatAction]:
        """Every "typing", "recording" and so on that the bot showed."""
        return self.world.chat_actions

    def person(self, name: str, *, language_code: str | None = "en", username: str | None = None) -> Person:
        """Somebody with a private chat with the bot. The same name gives the same person."""
        user = self.world.user(name, language_code, username)
        if user.id not in self._people:
            self._people[user.id] = Person(self.world, user)
        return self._people[user.id]

    def group(self, title: str, members: list[Person]) -> Group:
        """A new group of these people and the bot, which reads every message in it."""
        return Group(self.world, self.world.group(title, [member.user for member in members]))

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; 0 takes any free port. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=MAX_UPLOAD_BYTES, middlewares=[self._only_this_machine])
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        if self._page is not None:
            self._page(app, self)
        # A request address holds the token, so nothing is written about requests.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, port)
        self._stopping.clear()
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening. The world stays, so the server may start again, on the same port too."""
        self._stopping.set()
        self.world.updates.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def stopping(self) -> asyncio.Event:
        """Set while the server ends, so that long answers end too."""
        return self._stopping

    async def __aenter__(self) -> Self:
        if self._runner is None:
            await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @web.middleware
    async def _only_this_machine(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Refuse what another web page sends here: by a name of its own bound to this address, or across
        origins."""
        hosts = {f"{name}:{self.port}" for name in (_HOST, "localhost")}
        origin = request.headers.get("Origin")
        if (
            request.headers.get("Host", "").lower() not in hosts
            or (origin is not None and origin.removeprefix("http://") not in hosts)
            or (
                request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
                and request.headers.get("Sec-Fetch-Mode") != "navigate"
            )
        ):
            refusal = RequestRefusedError(403, "Forbidden: this server answers its own machine alone")
            return web.json_response(refusal.body(), status=403)
        response: web.StreamResponse = await handler(request)
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        method = request.match_info["method"]
        fault = self.faults.take(method)
        given: dict[str, Any] = {}
        try:
            self._check_token(request)
            raw = await read_request(request)
            given, misfit = _decoded(method, raw)
            if fault is not None and fault.kind not in ("lost", "drip"):
                return await self._fail(request, fault, Call(method, given, 0, None, at))
            if misfit is not None:
                raise misfit
            result = await self._carry_out(method, given)
            status, body = 200, {"ok": True, "result": result}
        except RequestRefusedError as refusal:
            status, body = refusal.code, refusal.body()
        if fault is not None and fault.kind == "lost":
            self._note(Call(method, given, 0, body, at))
            return cut(request)
        self._note(Call(method, given, status, body, at))
        response = web.json_response(body, status=status)
        return response if fault is None else await drip(request, response.body, status)

    def _check_token(self, request: web.Request) -> None:
        if not hmac.compare_digest(request.match_info["token"].encode(), self.token.encode()):
            raise RequestRefusedError(401, "Unauthorized")

    async def _carry_out(self, method: str, given: dict[str, Any]) -> Any:
        if method.startswith("send") and method != "sendChatAction" and isinstance(given["chat_id"], int):
            wait_s = self._flood.wait_s(given["chat_id"], time.monotonic())
            if wait_s:
                raise too_many_requests(wait_s)
        result = self._methods[method](given)
        return await result if inspect.isawaitable(result) else result

    async def _download(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        path = request.match_info["path"]
        fault = self.faults.take("download")
        if fault is not None and fault.kind not in ("lost", "drip"):
            return await self._fail(request, fault, Call("download", {"path": path}, 0, None, at))
        try:
            self._check_token(request)
        except RequestRefusedError as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        stored = self.world.files.by_path(path)
        status = 404 if stored is None else 200
        self._note(Call("download", {"path": path}, status, None, at))
        if stored is None:
            return web.json_response(RequestRefusedError(404, "Not Found").body(), status=404)
        if fault is not None and fault.kind == "lost":
            return await send_half(request, stored.data)
        if fault is not None:
            return await drip(request, stored.data, 200)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _note(self, call: Call) -> None:
        self.calls.append(call)
        if len(self.calls) > _MOST_CALLS:
            del self.calls[: _MOST_CALLS // 10]

    async def _fail(self, request: web.Request, fault: Fault, call: Call) -> web.StreamResponse:
        if fault.kind == "hang":
            self._note(call)
            await self._stopping.wait()
            return cut(request)
        if fault.kind == "reset":
            self._note(call)
            return cut(request)
        response = failure(fault)
        wait_s = fault.retry_after if response.status == 429 else 0
        self._note(Call(call.method, call.parameters, response.status, response.text, call.at, wait_s))
        return response


def _decoded(method: str, raw: RawRequest) -> tuple[dict[str, Any], RequestRefusedError | None]:
    """The parameters as the method takes them; as they came, and why, when it does not take them like
    that."""
    as_they_came = {**raw.fields, **raw.files}
    if method not in METHODS:
        return as_they_came, RequestRefusedError(404, "Not Found: method not found")
    try:
        return decode(raw, METHODS[method]), None
    except RequestRefusedError as refusal:
        return as_they_came, refusal


def _bot(token: str, name: str, username: str) -> dict[str, Any]:
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": name,
        "username": username,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _table(sending: Sending, books: Bookkeeping) -> dict[str, Callable[[dict[str, Any]], Any]]:
    table: dict[str, Callable[[dict[str, Any]], Any]] = {
        "logOut": books.refuse_to_log_out,
        "close": books.refuse_to_log_out,
    }
    for method in METHODS.keys() - table.keys():
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)
        table[method] = getattr(sending, name, None) or getattr(books, name)
    return table
