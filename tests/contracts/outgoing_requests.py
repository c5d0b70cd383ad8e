"""Watches every loopback Bot API of the suite, and finds what Telegram's own description would not allow."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.preview.bot_api import Call, LoopbackBotApi
from assistant.preview.rules.parameters import Upload
from tests.contracts.bot_api_document import BotApiDocument

_UNAUTHORISED = 401


class Witness:
    """Remembers every server that was started, and how far its requests have been looked at.

    One that has stopped is let go once it has been looked at.
    """

    def __init__(self, document: BotApiDocument) -> None:
        self._document = document
        self._servers: dict[int, tuple[LoopbackBotApi, int]] = {}

    def watch(self, server: LoopbackBotApi) -> None:
        """Look at this server's requests from now on. Watching twice is not an error."""
        self._servers.setdefault(id(server), (server, 0))

    def look_away(self) -> None:
        """Take every request so far as seen, whatever it was."""
        self._fresh()

    def problems(self) -> list[str]:
        """What is wrong with the requests since the last look, each said once."""
        return list(dict.fromkeys(problems_in(self._fresh(), self._document)))

    def _fresh(self) -> list[Call]:
        found = [call for server, seen in self._servers.values() for call in server.calls[seen:]]
        self._servers = {
            key: (server, len(server.calls))
            for key, (server, _) in self._servers.items()
            if not server.stopping.is_set()
        }
        return found


def problems_in(calls: Iterable[Call], document: BotApiDocument) -> Iterator[str]:
    """What is wrong with these requests.

    Left out are downloads, which are no methods, and requests without the bot's token: those are not read.
    """
    for call in calls:
        if call.method != "download" and call.status != _UNAUTHORISED:
            yield from _least(document, call.method, {k: _plain(v) for k, v in call.parameters.items()})


def _least(document: BotApiDocument, method: str, given: Mapping[str, Any]) -> list[str]:
    """The problems of a request whose parameters may still be JSON in strings.

    The server notes what it carried out with the types that Telegram reads, and all else as it came.
    """
    parameters = dict(given)
    for name, value in given.items():
        decoded = {**parameters, name: _from_json(value)}
        if len(document.problems(method, decoded)) < len(document.problems(method, parameters)):
            parameters = decoded
    return document.problems(method, parameters)


def _plain(value: Any) -> Any:
    return value.data if isinstance(value, Upload) else value


def _from_json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
