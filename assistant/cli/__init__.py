"""The command line, one file a command.

Exit codes: 0 done, 1 it failed while running, 2 what was given cannot be used.
"""

import typer

from assistant.cli.ask import ask
from assistant.cli.audio import audio
from assistant.cli.backup import backup
from assistant.cli.check import check
from assistant.cli.evaluate import evaluate
from assistant.cli.health import health
from assistant.cli.preview import preview
from assistant.cli.questions import questions
from assistant.cli.report import report
from assistant.cli.restore import restore
from assistant.cli.run import run
from assistant.cli.speak import speak
from assistant.cli.topic import topic
from assistant.cli.train import train

app = typer.Typer(
    name="assistant",
    help="Answers questions about a rare illness from vetted text: typed or spoken, read or heard.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, preview, ask, speak, check, health, evaluate, train, backup, restore, questions, report):
    app.command()(command)
app.add_typer(audio, name="audio")
app.add_typer(topic, name="topic")


def main() -> None:
    """The console script."""
    app()
