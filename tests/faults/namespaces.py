"""Hosts of their own for nodes: network namespaces with one cable each, which can be cut. Linux, and root."""

import ctypes
import os
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_NETWORK: Final = "10.213"
_CLONE_NEWNET: Final = 0x40000000
_NOBODY: Final = "02:00:00:00:00:ff"


class NoNamespacesError(Exception):
    """Why no network namespace can be made here."""


class Host:
    """A namespace whose only way out is a cable to this machine, which is at `here`; gone with the block."""

    def __init__(self, number: int) -> None:
        self.name = f"assistant-{os.getpid()}-{number}"
        self._cable = f"as{os.getpid() % 100_000}n{number}"
        self._far_end = f"{self._cable}f"
        self.here = f"{_NETWORK}.{number}.1"
        """This machine, as the host sees it."""
        self.there = f"{_NETWORK}.{number}.2"
        """The host, as this machine sees it."""

    def __enter__(self) -> Self:
        _ip("netns", "add", self.name)
        try:
            _ip("link", "add", self._cable, "type", "veth", "peer", "name", self._far_end)
            _ip("link", "set", self._far_end, "netns", self.name)
            _ip("addr", "add", f"{self.here}/30", "dev", self._cable)
            _ip("link", "set", self._cable, "up")
            self._in("addr", "add", f"{self.there}/30", "dev", self._far_end)
            self._in("link", "set", self._far_end, "up")
            self._in("link", "set", "lo", "up")
        except NoNamespacesError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The cable goes with either of its ends.
        _ip("netns", "del", self.name)

    @property
    def entering(self) -> tuple[str, ...]:
        """The words that start a program there."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        """Nothing goes either way, and nobody is told."""
        _ip("link", "set", self._cable, "down")

    def deafen(self) -> None:
        """What the host sends arrives; what is sent to it goes nowhere, and nobody is told."""
        _ip("neigh", "replace", self.there, "lladdr", _NOBODY, "dev", self._cable, "nud", "permanent")

    def mend(self) -> None:
        """Both ways are as they were."""
        _ip("link", "set", self._cable, "up")
        _ip("neigh", "flush", "dev", self._cable, "nud", "permanent")
        # Both ends think that the other is not there.
        _ip("neigh", "flush", "dev", self._cable)
        self._in("neigh", "flush", "dev", self._far_end)

    def slow_down(self) -> None:
        """300 ms and 5 of 100 packets lost, each way. NoNamespacesError where the kernel cannot do that."""
        for way in (("tc",), (*self.entering, "tc")):
            end = self._cable if way == ("tc",) else self._far_end
            _run(*way, "qdisc", "replace", "dev", end, "root", "netem", "delay", "300ms", "loss", "5%")

    def listening(self, port: int) -> socket.socket:
        """A socket of this process that listens there, at its loopback."""
        # A namespace is a thread's: this one goes there and ends.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(self._listen, port).result()

    def _listen(self, port: int) -> socket.socket:
        with Path("/var/run/netns", self.name).open() as there:
            if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), _CLONE_NEWNET):
                raise NoNamespacesError(f"setns: {os.strerror(ctypes.get_errno())}")
        return socket.create_server(("127.0.0.1", port))

    def _in(self, *words: str) -> None:
        _ip("-n", self.name, *words)


def _ip(*words: str) -> None:
    _run("ip", *words)


def _run(*words: str) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoNamespacesError(f"{words[0]}: {error.strerror}") from None
    if done.returncode != 0:
        raise NoNamespacesError(f"{words[0]}: {done.stderr.strip()}")
