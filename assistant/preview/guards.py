"""What stands between the pages of this machine and everybody else: headers, a token for posts, refusals."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS: Final = {
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
TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""The files of a page."""


class PostRefusedError(Exception):
    """A request that cannot be carried out; the text is a sentence for the person, with what to do."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class Guard:
    """Guards one page. `token` is told to that page alone, and only who has it can post."""

    def __init__(self) -> None:
        # Only a page that this server sent can read it.
        self.token = secrets.token_urlsafe(24)

    def secured(self, handler: Handler) -> Handler:
        """The handler, with security headers on what it answers; what it refuses is a sentence in JSON."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                response = await handler(request)
            except PostRefusedError as refusal:
                response = sentence(refusal.sentence, refusal.status)
            response.headers.update(SECURITY_HEADERS)
            return response

        return answer

    def guarded(self, handler: Handler) -> Handler:
        """A secured handler for posts from the page alone."""

        async def answer(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("X-Preview-Token", "")
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                raise PostRefusedError("This page is out of date. Reload it and try again.", 403)
            return await handler(request)

        return self.secured(answer)


def document(path: Path) -> Handler:
    """A handler that serves one of a page's own files. Raises OSError when it is missing."""
    body = path.read_bytes()

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=TYPES[path.suffix], charset="utf-8")

    return answer


async def posted(request: web.Request) -> dict[str, Any]:
    """The JSON object that the page sent."""
    try:
        value = await request.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise PostRefusedError("The page sent something unreadable. Reload it and try again.")
    return value


def sentence(text: str, status: int) -> web.Response:
    """What went wrong, for the page to show."""
    return web.json_response({"error": text}, status=status)
