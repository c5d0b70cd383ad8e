"""Runs commands of the command line one after the other in one process, so that one look sees them all.

Started with a JSON list of `[words, file]`. Where a file is named, the command goes on until it is there, and
is then interrupted, as by Ctrl+C, and again as people do when nothing happens. Prints how each ended, as one
JSON object.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from assistant.cli import app

_LOOK_EVERY_S = 0.05
_AGAIN_AFTER_S = 10.0


def main() -> None:
    """Run them, in the working folder."""
    ends: dict[str, object] = {}
    for words, until in json.loads(sys.argv[1]):
        ended = threading.Event()
        if until:
            threading.Thread(target=_interrupt_when, args=(Path(), until, ended), daemon=True).start()
        try:
            app(words)
        except SystemExit as end:
            ends[" ".join(words)] = end.code
        ended.set()
    sys.stdout.write(f"\n{json.dumps(ends)}\n")


def _interrupt_when(folder: Path, pattern: str, ended: threading.Event) -> None:
    while not any(folder.glob(pattern)):
        time.sleep(_LOOK_EVERY_S)
    while not ended.is_set():
        os.kill(os.getpid(), signal.SIGINT)
        ended.wait(_AGAIN_AFTER_S)


if __name__ == "__main__":
    main()
