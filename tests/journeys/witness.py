"""Sees whom a program calls and what it leaves behind, its native code and its children included."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

_CALLS: Final = "connect,sendto,sendmsg,sendmmsg"
_WRITES: Final = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
_MACHINE: Final = re.compile(r"sa_family=AF_INET6?, .*?(?:htons\((\d+)\)).*?\"([0-9a-fA-F.:]+)\"")
_PATH: Final = re.compile(r"\"(/[^\"]*)\"")
_NOWHERE: Final = ("/dev/", "/proc/")


class Witness:
    """Whom a program may call is on `ports` of this machine; what it may write, in `folders`.

    `home` is empty, and `proxy` takes every call that heeds the settings for one; strace looks on, so that
    none escapes that does not.
    """

    def __init__(self, folder: Path, proxy: int, called: list[str]) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self._trace = folder / "trace"
        self._called = called
        address = f"http://127.0.0.1:{proxy}"
        self.environment = {
            "HOME": str(self.home),
            **dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), address),
            # What Python writes beside its own files is no doing of the program's.
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def under(self) -> Sequence[str]:
        """What to start the program with, so that it is looked at."""
        words = ["strace", "-D", "-f", "-qq", "-y", "-s", "256", "-e", "signal=none", "-o", str(self._trace)]
        words += ["--seccomp-bpf", "-e", f"trace={_CALLS},{_WRITES}"]
        return words

    def findings(self, *, ports: set[int], folders: Sequence[Path]) -> list[str]:
        """What was called or written that may not be."""
        found = [f"asked the proxy for {each}" for each in self._called]
        found += [f"left {path.relative_to(self.home)} in the home folder" for path in self.home.rglob("*")]
        for line in self._trace.read_text(errors="replace").splitlines():
            found += _calls(line, ports)
            found += _writes(line, [str(folder.resolve()) for folder in folders])
        return found


@asynccontextmanager
async def looking_on(folder: Path) -> AsyncIterator[Witness]:
    """A witness, with a proxy that listens and lets nobody through."""
    called: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.append((await reader.readline()).decode("latin-1").strip())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield Witness(folder, server.sockets[0].getsockname()[1], called)


def _calls(line: str, ports: set[int]) -> list[str]:
    return [
        f"called {host}:{port}"
        for port, host in _MACHINE.findall(line)
        if not (host == "127.0.0.1" and int(port) in ports)
    ]


def _writes(line: str, folders: Sequence[str]) -> list[str]:
    name = re.search(r"\b(\w+)\(", line)
    if name is None or name[1] in _CALLS.split(",") or " = -1 " in line:
        return []
    if name[1].startswith("open") and not re.search(r"O_(CREAT|WRONLY|RDWR|TRUNC)", line):
        return []
    return [
        f"wrote {path}"
        for path in _PATH.findall(line)
        if not path.startswith((*_NOWHERE, *(f"{folder}/" for folder in folders))) and path not in folders
    ]
