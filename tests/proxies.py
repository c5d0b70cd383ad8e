"""Proxies on loopback, an HTTP and a SOCKS5 one, that lead every name to one port of this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """A running proxy. `asked`: the hosts and ports that somebody wanted to speak to."""

    url: str
    asked: list[str] = field(default_factory=list)


@asynccontextmanager
async def http_proxy(port: int) -> AsyncIterator[Proxy]:
    """Opens tunnels (CONNECT), and passes on what is asked in full; both lead to `port`. Wants a password."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        if b"proxy-authorization: basic bmftztp3b3jk" not in head.lower():
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        proxy.asked.append(target.decode() if method == b"CONNECT" else urlsplit(target.decode()).netloc)
        upstream, downstream = await asyncio.open_connection("127.0.0.1", port)
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            downstream.write(head)
        await _joined(reader, writer, upstream, downstream)

    async with _listening(serve) as at:
        proxy = Proxy(f"http://name:word@127.0.0.1:{at}")
        yield proxy


@asynccontextmanager
async def socks_proxy(port: int) -> AsyncIterator[Proxy]:
    """SOCKS5 (RFC 1928) without a password. Takes names alone: whoever resolves them itself is refused."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _, command, _, kind = await reader.readexactly(4)
        if (command, kind) != (1, 3):
            writer.write(b"\x05\x08\x00\x01" + bytes(6))
            return
        name = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        wanted = int.from_bytes(await reader.readexactly(2))
        proxy.asked.append(f"{name}:{wanted}")
        upstream, downstream = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await _joined(reader, writer, upstream, downstream)

    async with _listening(serve) as at:
        proxy = Proxy(f"socks5://127.0.0.1:{at}")
        yield proxy


PROXIES = (http_proxy, socks_proxy)


@asynccontextmanager
async def _listening(serve: object) -> AsyncIterator[int]:
    running: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)  # type: ignore[operator] # one of the two above
        await _closed(writer)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.create_task(served(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        # A connection that outlives its event loop is found by the collector in the middle of another test.
        await asyncio.gather(*running)


async def _joined(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream: asyncio.StreamReader,
    downstream: asyncio.StreamWriter,
) -> None:
    ways = {asyncio.create_task(_pumped(reader, downstream)), asyncio.create_task(_pumped(upstream, writer))}
    _, open_ones = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in open_ones:
        way.cancel()
    await asyncio.wait(ways)
    await _closed(downstream)


async def _closed(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        writer.close()
        await writer.wait_closed()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
