"""`assistant run`: Telegram with a token, else the local chat page."""

from typing import Annotated

import typer

from assistant.cli.preview import serve_page
from assistant.cli.stop_signals import stop_signals
from assistant.cli.terminal import finish, out, start
from assistant.settings import Settings

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


def run(
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="What this machine does, of several that share a server: receive, answer, hear or keep. "
            "Can be given several times. Left out: ASSISTANT_ROLES, which is everything."
        ),
    ] = None,
) -> None:
    """Run the bot: in Telegram when BOT_TOKEN is set, else on the local chat page."""
    settings = start(serving=True, roles=",".join(role) if role else None)
    if settings.bot_token is None:
        out.print("BOT_TOKEN is not set, so the local chat page runs instead of Telegram.")
        finish(serve_page(settings, settings.preview_port))
    else:
        finish(_run_telegram(settings))


async def _run_telegram(settings: Settings) -> None:
    from assistant.bot import run_bot

    async with stop_signals() as stop:
        await run_bot(settings, stop)
