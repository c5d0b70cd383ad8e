"""`assistant preview`: the real bot on a chat page of this machine."""

import os
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.stop_signals import stop_signals
from assistant.cli.terminal import finish, out, start
from assistant.errors import SettingsError
from assistant.settings import Settings

if TYPE_CHECKING:
    from aiohttp.web import Application

    from assistant.editing.desk import Desk

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def preview(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes any free one.")
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="A desk for editors beside it; changed files are served at once.")
    ] = False,
) -> None:
    """Try the real bot on a local chat page: no token, no Telegram, nothing leaves this machine."""
    settings = start(serving=True)
    finish(serve_page(settings, settings.preview_port if port is None else port, edit=edit))


async def serve_page(settings: Settings, port: int, *, edit: bool = False) -> None:
    """The bot, talking to a Bot API of this machine that has a page. Returns when it was told to stop."""
    from assistant.bot import run_bot
    from assistant.preview.bot_api import LoopbackBotApi
    from assistant.preview.page import add_page

    desk = _desk(settings) if edit else None

    def add_pages(app: "Application", api: LoopbackBotApi) -> None:
        add_page(app, api)
        if desk is not None:
            desk.add_to(app)

    # A token for this run alone: the page and the bot meet nowhere but on this machine.
    token = f"1:{secrets.token_urlsafe(24)}"
    api = LoopbackBotApi(token=token, page=add_pages)
    await api.start(port=port)
    try:
        async with stop_signals() as stop:
            out.print(f"Open {api.page_url} in a browser. Stop with Ctrl+C.")
            if desk is not None:
                out.print(f"Edit the answers at {api.page_url}desk")
            await run_bot(
                # What is for an operator is not for this page: no webhook, and no second port.
                Settings.model_validate(
                    {
                        **settings.model_dump(),
                        "bot_token": token,
                        "bot_api_base": api.base_url,
                        "webhook_url": "",
                        "ops_port": None,
                    }
                ),
                stop,
                desk.serve if desk is not None else None,
            )
    finally:
        await api.stop()


def _desk(settings: Settings) -> "Desk":
    """The desk of the content folder. Raises SettingsError for one that nobody may write into."""
    from assistant.editing.desk import Desk
    from assistant.editing.live_content import LiveContent
    from assistant.library.loading import PACKED, content_folder

    folder = settings.content_dir or content_folder()
    # Nobody's work goes into an installed package: its next version would replace it.
    if folder.name == PACKED or not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(
            f"{folder} is not yours to edit: name a folder of your own in ASSISTANT_CONTENT_DIR."
        )
    return Desk(LiveContent(settings, folder))
