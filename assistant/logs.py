"""Log lines: the event and its numbers, never a person's words, name or the bot's token."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import PurePath
from typing import Any

import structlog

from assistant.settings import Settings

# The shape of a Telegram bot token. Nothing logs one on purpose; libraries put request addresses into
# their error texts, and those hold it.
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")


_OURS = ("assistant", "handlers")
_FRAMES = 6
_LONGEST = 200


def only_events(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keeps what a log line may say: of an error its kind and place, of a library's line its beginning.

    The text of an error, and what a library adds to its first line, may hold somebody's words.
    """
    error = _error_in(event.pop("exc_info", None))
    if error is not None:
        event["error"] = type(error).__name__
        frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
        event["where"] = " < ".join(f"{PurePath(each.filename).name}:{each.lineno}" for each in frames)
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        event["logger"] = record.name
        if record.name.partition(".")[0] in _OURS:
            return _EXTRAS(_logger, _method, event)
        event["event"] = str(event["event"]).partition("\n")[0][:_LONGEST]
    return event


_EXTRAS = structlog.stdlib.ExtraAdder()


def _error_in(exc_info: object) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case None | False:
            return None
        case _:
            return sys.exc_info()[1]


def hide_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces anything that looks like a bot token, in every text of a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _TOKEN.sub("<token>", value)
    return event


def configure_logging(settings: Settings) -> None:
    """Sends this program's lines, and its libraries' warnings, to standard error in one shape."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_events,
        hide_tokens,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    # Libraries log requests and texts below WARNING; those lines are never wanted here.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
