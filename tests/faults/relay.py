"""Stands before several servers as a proxy does: each connection goes to the next one that takes it."""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Sequence
from typing import Final

_TAKEN_S: Final = 2.0
_CHUNK: Final = 65_536

Place = tuple[str, int]
"""A host and a port."""


@contextlib.asynccontextmanager
async def relay(places: Sequence[Place], listening: socket.socket) -> AsyncIterator[int]:
    """Sends on what comes in at `listening`, for as long as the block lasts; gives its port."""
    turns = itertools.cycle(range(len(places)))
    open_now: set[asyncio.StreamWriter] = set()

    async def sent_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        try:
            first = next(turns)
            for number in range(len(places)):
                try:
                    async with asyncio.timeout(_TAKEN_S):
                        there = await asyncio.open_connection(*places[(first + number) % len(places)])
                except (OSError, TimeoutError):
                    continue
                open_now.add(there[1])
                try:
                    await _both_ways((reader, writer), there)
                finally:
                    open_now.discard(there[1])
                    there[1].close()
                return
        finally:
            open_now.discard(writer)
            writer.close()

    server = await asyncio.start_server(sent_on, sock=listening)
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.close()
        for writer in [*open_now]:
            writer.close()


Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _both_ways(here: Pipe, there: Pipe) -> None:
    """Until either side ends."""
    ways = {asyncio.create_task(_copied(a[0], b[1])) for a, b in ((here, there), (there, here))}
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
