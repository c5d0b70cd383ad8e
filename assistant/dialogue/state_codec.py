"""A person to what the store keeps of them, and back."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.dialogue.person import Memory, Person, Preferences

_Part = TypeVar("_Part", bound=BaseModel)

_VERSION: Final = 1
"""Raise it when an older state can no longer be read as it is, and say here how to read the older one."""


def state_of(person: Person) -> dict[str, Any]:
    """What is kept of `person`, fit for JSON."""
    return {"version": _VERSION, **person.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)}


def person_from(person_id: int, state: Mapping[str, Any] | None) -> Person:
    """The person whose state was kept. What cannot be read starts afresh; it never raises.

    Choices outlive a memory that cannot be read: they are read apart from it.
    """
    fresh = Person(id=person_id)
    if state is None or state.get("version") != _VERSION:
        return fresh
    language = state.get("language")
    return Person(
        id=person_id,
        language=language if isinstance(language, str) and language else fresh.language,
        preferences=_read(Preferences, state.get("preferences")),
        memory=_read(Memory, state.get("memory")),
    )


def _read(kind: type[_Part], kept: object) -> _Part:
    if kept is None:
        return kind()
    try:
        return kind.model_validate(kept)
    except ValidationError:
        return kind()
