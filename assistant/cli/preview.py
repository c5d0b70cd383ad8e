"""`assistant preview`: the real bot on a chat page of this machine."""

import secrets
from typing import Annotated

import typer

from assistant.cli.stop_signals import stop_signals
from assistant.cli.terminal import finish, out, start
from assistant.settings import Settings

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def preview(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes any free one.")
    ] = None,
) -> None:
    """Try the real bot on a local chat page: no token, no Telegram, nothing leaves this machine."""
    settings = start(serving=True)
    finish(serve_page(settings, settings.preview_port if port is None else port))


async def serve_page(settings: Settings, port: int) -> None:
    """The bot, talking to a Bot API of this machine that has a page. Returns when it was told to stop."""
    from assistant.app import run_bot
    from assistant.preview.bot_api import LoopbackBotApi
    from assistant.preview.page import add_page

    # A token for this run alone: the page and the bot meet nowhere but on this machine.
    token = f"1:{secrets.token_urlsafe(24)}"
    api = LoopbackBotApi(token=token, page=add_page)
    await api.start(port=port)
    try:
        async with stop_signals() as stop:
            out.print(f"Open {api.page_url} in a browser. Stop with Ctrl+C.")
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
            )
    finally:
        await api.stop()
