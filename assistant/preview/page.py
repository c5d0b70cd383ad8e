"""The local chat page."""

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from assistant.preview.bot_api import LoopbackBotApi


def add_page(app: web.Application, api: "LoopbackBotApi") -> None:
    """Serve the page."""
