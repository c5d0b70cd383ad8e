"""Updates that are broken in every way, and everybody else's waits meanwhile."""

import asyncio
import copy
import random
import time
from collections.abc import Iterator
from typing import Any, Final

from assistant.preview.people import Person
from tests.faults.harness import CANARIES, WRITTEN, Row, asked, dealt_with, program_and_telegram, secrecy

_MOST_S: Final = 2.0
_TYPES: Final = (None, True, -1, 2**70, 0.5, "words", [], {}, [[]], {"id": {}})
_DEPTH: Final = 300
_HUGE: Final = 100_000


async def broken(*, updates: int, seed: int = 1) -> list[Row]:
    """Sends broken updates, and asks for help all the time as somebody else."""
    chance = random.Random(seed)  # noqa: S311 - the same damage in every run
    async with program_and_telegram(ASSISTANT_MESSAGES_PER_MINUTE="100000") as (api, program):
        await program.start()
        other = api.person(CANARIES.name)
        await wait_for_help(other)
        for number, update in zip(range(updates), damaged(chance), strict=False):
            api.world.updates.push_raw(update)
            if number % 50 == 0:
                await asyncio.sleep(0)
        waits = []
        while api.world.updates.pending or len(waits) < 10:
            waits.append(await wait_for_help(other))
        await dealt_with(api, program)
        [(dead,)] = asked(program, "SELECT count(*) FROM inbox WHERE state = 'dead'")
        secret = await secrecy(program, "Broken updates", f"{updates} broken updates")
        code = await program.end()
    figure = f"longest wait {max(waits):.2f} s of {len(waits)}; {dead} given up; exit code {code}"
    return [
        Row(
            "Broken updates: everybody else is answered within 2 s",
            figure,
            f"{updates} broken updates",
            max(waits) <= _MOST_S and code == 0,
        ),
        secret,
    ]


async def wait_for_help(person: Person) -> float:
    """Seconds until the help arrives. Raises TimeoutError after a minute."""
    began = time.monotonic()
    await person.send_text("/help")
    await person.receive(60)
    return time.monotonic() - began


def damaged(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Updates with one field missing, retyped, deep or huge, for ever."""
    person = {"id": 4242, "is_bot": False, "first_name": CANARIES.name}
    message = {"message_id": 1, "date": 1, "chat": {"id": 4242, "type": "private"}, "from": person}
    sound = {"file_id": "x", "file_unique_id": "x", "duration": 1}
    whole: tuple[dict[str, Any], ...] = (
        {"message": message | {"text": WRITTEN, "entities": [{"type": "bold", "offset": 0, "length": 2}]}},
        {"message": message | {"voice": sound}},
        {
            "callback_query": {
                "id": "1",
                "from": person,
                "chat_instance": "1",
                "data": "x",
                "message": message,
            }
        },
        {"inline_query": {"id": "1", "from": person, "query": WRITTEN, "offset": ""}},
        {"my_chat_member": {"chat": message["chat"], "from": person, "date": 1}},
    )
    while True:
        update = copy.deepcopy(chance.choice(whole))
        parent, key = chance.choice(list(_places(update)))
        match chance.randrange(4):
            case 0:
                del parent[key]
            case 1:
                parent[key] = copy.deepcopy(chance.choice(_TYPES))
            case 2:
                parent[key] = _deep()
            case _:
                parent[key] = "x" * _HUGE
        yield update


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def _deep() -> list[Any]:
    nested: list[Any] = []
    for _ in range(_DEPTH):
        nested = [nested]
    return nested
