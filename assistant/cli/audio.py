"""`assistant audio build`: all recordings, made ahead of time."""

from typing import Annotated

import typer

from assistant.cli.terminal import finish, out, progress_bar, start
from assistant.settings import Settings
from assistant.speech.tts.script import Speed

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


audio = typer.Typer(help="Prepare recordings of the answers.", no_args_is_help=True)


@audio.command("build")
def build(
    speeds: Annotated[
        list[Speed] | None, typer.Option("--speed", help="May be repeated. All three if left out.")
    ] = None,
) -> None:
    """Render the recordings of all answers ahead of time; started again, it goes on where it stopped."""
    finish(_build_audio(start(), speeds or list(Speed)))


async def _build_audio(settings: Settings, speeds: list[Speed]) -> None:
    from assistant.app import open_tts

    async with open_tts(settings) as (tts, parts):
        wanted = [(script, speed) for _, script in parts for speed in speeds]
        missing = [pair for pair in wanted if not tts.has(*pair)]
        with progress_bar("Recording") as progress:
            done = len(wanted) - len(missing)
            progress(done, len(wanted))
            for number, (script, speed) in enumerate(missing, start=done + 1):
                await tts.record(script, speed)
                progress(number, len(wanted))
    out.print(f"{len(wanted)} recordings, {len(missing)} of them new.")
