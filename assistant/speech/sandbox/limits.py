"""What a process gives up before it touches what strangers sent. POSIX limits alone, no root needed.

With no new descriptor a process can open no file and no socket, so it reads nothing and tells nobody. macOS
has these limits too but does not enforce the one on memory, and has no signal for a parent's death there: a
child ends anyway when its socket is closed.
"""

import contextlib
import ctypes
import math
import resource
import signal
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def end_with_parent() -> None:
    """Ends this process when its parent ends, however that happens, and leaves no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def confine(*, more_bytes: int, no_children: bool) -> None:
    """From here on: no file or socket is opened, nothing is written to a file, no more than `more_bytes` of
    memory are taken on top of what is in use, and with `no_children` no process or thread is begun.

    Cannot be undone. Whatever is to be imported or loaded must be there already.
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if no_children:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # root is exempt from this one
    in_use = _address_space_bytes()
    if in_use is not None:
        with contextlib.suppress(ValueError, OSError):  # a lower limit is in force already, and stays
            resource.setrlimit(resource.RLIMIT_AS, (in_use + more_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def allow_processor_s(seconds: float) -> None:
    """Lets the kernel end this process after about `seconds` more of processor time; whole seconds count."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + seconds)
    if hard == resource.RLIM_INFINITY or soft <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _address_space_bytes() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return None
    return pages * resource.getpagesize()
