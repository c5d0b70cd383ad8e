"""A file and a port that nobody has any business with, and a count of who had. Linux alone: inotify."""

import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.hostile_audio import Lures

_IN_ACCESS, _IN_OPEN = 0x1, 0x20
_IN_NONBLOCK = 0x800


class Canary:
    """Counts every time its file was opened and its port was called or sent to."""

    def __init__(self, folder: Path, listener: socket.socket, datagrams: socket.socket, watch: int) -> None:
        self.lures = Lures(folder / "canary.ogg", listener.getsockname()[1])
        self._listener = listener
        self._datagrams = datagrams
        self._watch = watch

    def touched(self) -> int:
        """How often since the last call."""
        return self._opened() + self._called() + self._sent_to()

    def _opened(self) -> int:
        try:
            return len(os.read(self._watch, 65_536)) // 16
        except BlockingIOError:
            return 0

    def _called(self) -> int:
        calls = 0
        while True:
            try:
                self._listener.accept()[0].close()
            except BlockingIOError:
                return calls
            calls += 1

    def _sent_to(self) -> int:
        sent = 0
        while True:
            try:
                self._datagrams.recvfrom(1)
            except BlockingIOError:
                return sent
            sent += 1


@contextmanager
def canary(folder: Path) -> Iterator[Canary]:
    """A canary whose file lies in `folder`; it has shown that it notices both ways of touching it."""
    (folder / "canary.ogg").write_bytes(b"private")
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(_IN_NONBLOCK)
    name = bytes(folder / "canary.ogg")
    if watch < 0 or libc.inotify_add_watch(watch, name, _IN_ACCESS | _IN_OPEN) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(listener.getsockname())
        listener.setblocking(False)
        datagrams.setblocking(False)
        made = Canary(folder, listener, datagrams, watch)
        _prove(made)
        try:
            yield made
        finally:
            os.close(watch)


def _prove(canary_: Canary) -> None:
    """Touches it in all ways: a count of nothing means something only from who can count."""
    made = canary_.lures
    if canary_.touched():
        raise AssertionError("touched before anybody could")
    made.file.read_bytes()
    if not canary_.touched():
        raise AssertionError("a read file goes unnoticed")
    socket.create_connection(("127.0.0.1", made.port)).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"x", ("127.0.0.1", made.port))
    if canary_.touched() < 2:
        raise AssertionError("a call goes unnoticed")
