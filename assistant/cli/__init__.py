"""The command line. Exit codes: 0 done, 1 it failed while running, 2 what was given cannot be used."""

import asyncio
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from assistant.cli.backup import backup, restore
from assistant.cli.evaluate import evaluate
from assistant.cli.questions import questions
from assistant.cli.terminal import FAILED, UNUSABLE, err, finish, out, progress_bar, refuse, start, write_line
from assistant.cli.train import train
from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.speech.tts.script import Script, Speed

if TYPE_CHECKING:
    from assistant.asking import Asker

# The rooms are imported inside the commands: `assistant --help` should wait for no model and no Telegram.

app = typer.Typer(
    name="assistant",
    help="Answers questions about a rare illness from vetted text: typed or spoken, read or heard.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
audio_app = typer.Typer(help="Prepare recordings of the answers.", no_args_is_help=True)
app.add_typer(audio_app, name="audio")
app.command()(evaluate)
app.command()(train)
app.command()(backup)
app.command()(restore)
app.command()(questions)


@app.command()
def run() -> None:
    """Run the bot: in Telegram when BOT_TOKEN is set, else on the local chat page."""
    settings = start(serving=True)
    if settings.bot_token is None:
        out.print("BOT_TOKEN is not set, so the local chat page runs instead of Telegram.")
        finish(_preview(settings, settings.preview_port))
    else:
        finish(_run_telegram(settings))


@app.command()
def preview(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes any free one.")
    ] = None,
) -> None:
    """Try the real bot on a local chat page: no token, no Telegram, nothing leaves this machine."""
    settings = start(serving=True)
    finish(_preview(settings, settings.preview_port if port is None else port))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    audio: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="A recording of the question instead."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read {"text": ...} or {"audio": path} lines from standard input; write one object a line.',
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also show what spoke for each answer, what was mended, and the scores."
        ),
    ] = False,
) -> None:
    """Ask one question, typed or recorded, and print what the bot would say."""
    given = sum((question is not None, audio is not None, as_jsonl))
    if given != 1:
        refuse("Give one of: a question in quotes, --audio FILE, or --jsonl with lines on standard input.")
    settings = start()
    if as_jsonl:
        finish(_ask_lines(settings, explain))
    else:
        finish(_ask_once(settings, question, audio, as_json, explain))


@app.command()
def speak(
    answer: Annotated[str, typer.Argument(help="An answer id, such as symptoms or faq-cure.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The OGG file to write.")],
    speed: Annotated[Speed, typer.Option(help="How fast to speak.")] = Speed.NORMAL,
) -> None:
    """Write the spoken form of one answer to an OGG file."""
    finish(_speak(start(), answer, output, speed))


@app.command()
def check() -> None:
    """Check the content: every problem at once, and the reading grade of every answer."""
    from assistant.library.checking import check as check_content
    from assistant.library.loading import content_folder

    settings = start()
    report = check_content(settings.content_dir or content_folder())
    table = Table("File", "Reading grade", title="Flesch-Kincaid, names of the illness left out")
    for path, grade in report.grades.items():
        table.add_row(_shown(path), f"{grade:.1f}")
    out.print(table)
    for warning in report.warnings:
        err.print(f"warning: {warning}")
    for problem in report.problems:
        err.print(str(problem))
    if report.problems:
        err.print(f"{len(report.problems)} problem(s). Nothing is served until they are mended.")
        raise typer.Exit(UNUSABLE)
    out.print(f"{len(report.grades)} answers, no problems.")


@app.command()
def health() -> None:
    """Exit 0 while the running bot is receiving updates, 1 when it is not. For container health checks."""
    from assistant.operations.heartbeat import LIMIT_S, heartbeat_age_s

    age_s = heartbeat_age_s(start())
    if age_s is None:
        err.print("No bot has run with this data folder.")
        raise typer.Exit(FAILED)
    out.print(f"Updates were last received {age_s:.0f} s ago.")
    if age_s > LIMIT_S:
        raise typer.Exit(FAILED)


@audio_app.command("build")
def build_audio(
    speeds: Annotated[
        list[Speed] | None, typer.Option("--speed", help="May be repeated. All three if left out.")
    ] = None,
) -> None:
    """Render the recordings of all answers ahead of time; started again, it goes on where it stopped."""
    finish(_build_audio(start(), speeds or list(Speed)))


def main() -> None:
    """The console script."""
    app()


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@asynccontextmanager
async def _stop_signals() -> AsyncIterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set, so that what is running can finish."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def _run_telegram(settings: Settings) -> None:
    from assistant.app import run_bot

    async with _stop_signals() as stop:
        await run_bot(settings, stop)


async def _preview(settings: Settings, port: int) -> None:
    from assistant.app import run_bot
    from assistant.preview.bot_api import LoopbackBotApi

    # A token for this run alone: the page and the bot meet nowhere but on this machine.
    token = f"1:{secrets.token_urlsafe(24)}"
    api = LoopbackBotApi(token=token, page=True)
    await api.start(port=port)
    try:
        async with _stop_signals() as stop:
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


@asynccontextmanager
async def _asker(settings: Settings, explains: bool) -> AsyncIterator["Asker"]:
    from assistant.app import open_services
    from assistant.asking import Asker
    from assistant.storage.store import IN_MEMORY

    async with open_services(settings, database_url=IN_MEMORY) as services:
        yield Asker(services, explains=explains)


async def _ask_once(
    settings: Settings, question: str | None, audio: Path | None, as_json: bool, explains: bool
) -> None:
    from assistant.explaining import lines_of

    async with _asker(settings, explains) as asker:
        asked = await asker.ask_audio(audio) if audio is not None else await asker.ask(question or "")
    if as_json:
        write_line(asked.as_dict())
        return
    if asked.heard is not None:
        out.print(f'I heard: "{asked.heard}"\n')
    out.print(asked.text)
    if asked.explain is not None:
        out.print(f"\n{asked.outcome}, confidence {asked.confidence:.2f}", *lines_of(asked.explain), sep="\n")


async def _ask_lines(settings: Settings, explains: bool) -> None:
    from assistant.asking import answer_lines

    bad_lines = 0
    async with _asker(settings, explains) as asker:
        async for answered in answer_lines(asker, sys.stdin):
            bad_lines += "error" in answered
            write_line(answered)
    if bad_lines:
        raise SettingsError(f"{bad_lines} line(s) could not be used; each has an object with its error.")


async def _speak(settings: Settings, answer: str, output: Path, speed: Speed) -> None:
    from assistant.app import open_tts

    async with open_tts(settings) as (tts, parts):
        scripts: dict[str, Script] = {}
        for ref, part in parts:
            whole = scripts.setdefault(ref.entry, part)
            if whole is not part:
                paragraphs = (*whole.paragraphs, part.title, *part.paragraphs)
                scripts[ref.entry] = replace(whole, paragraphs=paragraphs)
        if answer not in scripts:
            raise SettingsError(f"There is no answer {answer!r}. There are: {', '.join(scripts)}.")
        recording = await tts.record(scripts[answer], speed)
    await asyncio.to_thread(output.write_bytes, recording.ogg)
    out.print(f"{output}: {recording.seconds:.1f} s")


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
