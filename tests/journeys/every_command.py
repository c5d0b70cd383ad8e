"""Runs commands of the command line one after the other in one process, so that one look sees them all.

Started with a JSON list of `[words, file]`. Where a file is named, the command goes on until it is there, and
is then interrupted, as by Ctrl+C. Prints how each ended, as one JSON object.
"""

import json
import signal
import sys
import threading
import time
from pathlib import Path

from assistant.cli import app

_LOOK_EVERY_S = 0.05


def main() -> None:
    """Run them, in the working folder."""
    # What a shell starts in the background ignores it, and so does everything that that starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ends: dict[str, object] = {}
    for words, until in json.loads(sys.argv[1]):
        if until:
            threading.Thread(target=_interrupt_when, args=(Path(), until), daemon=True).start()
        try:
            app(words)
        except SystemExit as end:
            ends[" ".join(words)] = end.code
    sys.stdout.write(f"\n{json.dumps(ends)}\n")


def _interrupt_when(folder: Path, pattern: str) -> None:
    while not any(folder.glob(pattern)):
        time.sleep(_LOOK_EVERY_S)
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
