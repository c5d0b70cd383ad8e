"""A reply written down with what it changes: after a crash it is sent as it is, and nothing is done twice."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from pydantic import TypeAdapter, ValidationError

from assistant.dialogue.reply import Reply
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.storage.store import Unit
from assistant.transcript import Unheard

_VERSION: Final = 1
"""Raise it when a written reply can no longer be read as it is; an older one is then worked out anew."""

_INTENTS: Final[Mapping[str, TypeAdapter[Any]]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Answer, Choice, NotCovered, Emergency, Command, Unheard)
}
_REPLY: Final = TypeAdapter(Reply)


class Outbox(Protocol):
    """What somebody did is answered: whoever brought it has this written down."""

    async def keep(self, unit: Unit, reply: Reply) -> None:
        """Write the reply down in the transaction that keeps what it changes, before any of that is done.

        Raises StorageError.
        """


def written(reply: Reply) -> dict[str, Any]:
    """The reply, fit for JSON."""
    fields: dict[str, Any] = _REPLY.dump_python(
        reply,
        mode="json",
        exclude={"intent"},
        exclude_defaults=True,
        # The library's mappings are read-only ones, which pydantic writes only as something unknown.
        fallback=dict,
        warnings=False,
    )
    return {"version": _VERSION, "meaning": _written_intent(reply.intent), "fields": fields}


def read_back(kept: Mapping[str, Any]) -> Reply | None:
    """The reply that was written down; None when this version cannot read it. Never raises."""
    try:
        if kept["version"] != _VERSION:
            return None
        intent = _read_intent(kept["meaning"])
        reply: Reply = _REPLY.validate_python({**kept["fields"], "intent": intent})
    except (KeyError, TypeError, ValueError, ValidationError):
        return None
    return reply


def _written_intent(intent: Intent | Unheard | None) -> list[Any] | None:
    if intent is None:
        return None
    name = type(intent).__name__
    return [name, _INTENTS[name].dump_python(intent, mode="json")]


def _read_intent(kept: list[Any] | None) -> Intent | Unheard | None:
    if kept is None:
        return None
    # The meanings look alike without their names, so each is read as what it was.
    kind, value = kept
    intent: Intent | Unheard = _INTENTS[kind].validate_python(value)
    return intent
