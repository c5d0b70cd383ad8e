"""A place that nothing leaves unnoticed: what runs in it, child processes too, is overheard and searched."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from tests.faults.canaries import Canaries

_OUTPUTS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """`folder` is for data; temporary files go into it by themselves."""

    folder: Path
    _output: BinaryIO

    def told(self, canaries: Canaries, *more: str) -> list[str]:
        """The canaries in all that was printed or logged until now, and in `more`."""
        return canaries.told_in([self.output(), *more])

    def left(self, canaries: Canaries) -> list[str]:
        """The files that hold one."""
        return canaries.left_in(self.folder)

    def output(self) -> str:
        """Everything that was printed or logged until now, by this process and its children."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")


@contextlib.contextmanager
def enclosed() -> Iterator[Enclosure]:
    """For one run. What was printed comes out on standard error at its end."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        enclosure = Enclosure(Path(folder), output)
        try:
            with _temporary_files_in(temporary), _printed_into(output):
                yield enclosure
        finally:
            sys.stderr.write(enclosure.output())


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    told, chosen = os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = chosen
        if told is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = told


@contextlib.contextmanager
def _printed_into(output: BinaryIO) -> Iterator[None]:
    # By the descriptors, which libraries in C and child processes write to; and by Python's own streams,
    # which need not be these descriptors: pytest puts others in their place.
    kept = {descriptor: os.dup(descriptor) for descriptor in _OUTPUTS}
    text = os.fdopen(os.dup(output.fileno()), "w", buffering=1, encoding="utf-8")
    try:
        for descriptor in _OUTPUTS:
            os.dup2(output.fileno(), descriptor)
        with text, contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for descriptor, copy in kept.items():
            os.dup2(copy, descriptor)
            os.close(copy)
