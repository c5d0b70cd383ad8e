"""How a planned fault looks on the wire."""

import asyncio
from typing import Any

from aiohttp import web

from assistant.preview.faults import Fault
from assistant.preview.rules.refusals import RequestRefusedError, too_many_requests

_HTML_ERROR = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
_DRIP_BYTES = 16
_DRIP_S = 0.1


def failure(fault: Fault) -> web.Response:
    """What a server or a proxy answers instead of carrying the request out."""
    if fault.kind in ("429html", "502html"):
        status, title = (
            (429, "429 Too Many Requests") if fault.kind == "429html" else (502, "502 Bad Gateway")
        )
        headers = {"Retry-After": str(fault.retry_after)} if status == 429 else {}
        return web.Response(
            text=_HTML_ERROR.format(title), status=status, content_type="text/html", headers=headers
        )
    refusals = {
        "400": RequestRefusedError(400, fault.description),
        "401": RequestRefusedError(401, "Unauthorized"),
        "404": RequestRefusedError(404, "Not Found"),
        "429": too_many_requests(fault.retry_after),
        "500": RequestRefusedError(500, "Internal Server Error"),
    }
    refusal = refusals[fault.kind]
    return web.json_response(refusal.body(), status=refusal.code)


def cut(request: web.Request) -> web.Response:
    """Cut the connection; the response that aiohttp wants goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def send_half(request: web.Request, body: bytes) -> web.StreamResponse:
    """Promise the whole body, send half of it and cut the connection."""
    response = web.StreamResponse()
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    cut(request)
    return response


async def drip(request: web.Request, body: Any, status: int) -> web.StreamResponse:
    """The whole body, a few bytes at a time."""
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    for start in range(0, len(body), _DRIP_BYTES):
        await response.write(body[start : start + _DRIP_BYTES])
        await asyncio.sleep(_DRIP_S)
    return response
