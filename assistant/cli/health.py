"""`assistant health`: whether the running bot receives updates."""

import typer

from assistant.cli.terminal import FAILED, err, out, start

# The rooms are imported when they are used: `assistant --help` should wait for no model and no Telegram.


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
