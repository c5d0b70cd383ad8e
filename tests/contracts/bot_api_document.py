"""Checks requests against the machine-readable description of the Bot API.

`bot_api.json` is Paul Larsen's `telegram-bot-api-spec` (MIT, see `bot_api.LICENSE`) without the prose:
methods and types, their fields, and what each may hold, one to a line.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).with_name("bot_api.json")

_ARRAY = "Array of "
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}


class BotApiDocument:
    """Telegram's own description of its methods and types."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._methods: Mapping[str, Any] = document["methods"]
        self._types: Mapping[str, Any] = document["types"]

    @classmethod
    def read(cls) -> "BotApiDocument":
        """The description."""
        return cls(json.loads(DOCUMENT.read_text(encoding="utf-8")))

    @property
    def types(self) -> Mapping[str, Any]:
        """Every type by its name, with its fields or its subtypes."""
        return self._types

    def problems(self, method: str, parameters: Mapping[str, Any]) -> list[str]:
        """What is wrong with a request; parameters are decoded, and an uploaded file is given as bytes."""
        if method not in self._methods:
            return [f"{method}: there is no such method"]
        return self._object(method, self._methods[method], parameters)

    def _object(self, where: str, described: Mapping[str, Any], value: Mapping[str, Any]) -> list[str]:
        fields = {field["name"]: field for field in described.get("fields", ())}
        found = [f"{where}: unknown {name}" for name in value if name not in fields]
        for name, field in fields.items():
            if name in value:
                found += self._value(f"{where}.{name}", field["types"], value[name])
            elif field["required"]:
                found.append(f"{where}: {name} is missing")
        return found

    def _value(self, where: str, types: list[str], value: Any) -> list[str]:
        """No problems when the value fits one of the types; else those of the type it fits best."""
        attempts = [self._typed(where, name, value) for name in types]
        return min(attempts, key=len)

    def _typed(self, where: str, name: str, value: Any) -> list[str]:
        wrong = [f"{where}: not {name}"]
        if name in _PLAIN:
            fits = isinstance(value, _PLAIN[name]) and (name == "Boolean" or not isinstance(value, bool))
            return [] if fits else wrong
        if name == "InputFile":
            return [] if isinstance(value, bytes) else wrong
        if name.startswith(_ARRAY):
            if not isinstance(value, list):
                return wrong
            inner = name.removeprefix(_ARRAY)
            return [
                problem
                for at, item in enumerate(value)
                for problem in self._typed(f"{where}[{at}]", inner, item)
            ]
        described = self._types[name]
        if described.get("subtypes"):
            return self._value(where, described["subtypes"], value)
        return self._object(where, described, value) if isinstance(value, Mapping) else wrong
