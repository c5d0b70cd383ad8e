"""One process that starts as the assistant does, answers questions, and tells what it took.

A job comes as JSON on standard input; one object goes out when the first question could be asked, and
one with the figures at the end.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_WARMING_UP = 10
"""Questions asked first that do not count."""


def main() -> None:
    """Does the job on standard input."""
    job = json.load(sys.stdin)
    if job["one_core"]:
        # Before the imports: threads that libraries start inherit it.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from assistant.library.loading import load_library
    from assistant.nlu.assembly import build_interpreter

    cache_dir = Path(job["cache_dir"])
    library = load_library(Path(job["content_dir"]), cache_dir=cache_dir)
    interpreter = build_interpreter(library, cache_dir)
    # As the bot does: what is loaded now stays to the end.
    gc.collect()
    gc.freeze()
    _say({"cpu_s": time.process_time()})
    asked = [_asked(interpreter, each) for each in (*job["questions"][:_WARMING_UP], *job["questions"])]
    interpreter.shut_down()
    _say({"asked": asked[len(asked) - len(job["questions"]) :], "peak_mib": peak_memory_mib()})


def peak_memory_mib(pid: int | str = "self") -> float:
    """The most memory a process has held, by the kernel's count (VmHWM).

    `getrusage` would not do: a child's figure there begins with its parent's.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell the process's peak memory")


def _asked(interpreter: Any, question: dict[str, Any]) -> dict[str, Any]:
    from assistant.nlu.intents import Answer, Choice
    from assistant.nlu.interpreter import Context

    context = Context(topic=question["topic_in_hand"])
    started, cpu_before = time.perf_counter(), time.process_time()
    intent = interpreter.meaning_of(question["text"], context)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu_before
    offered = [intent.entry] if isinstance(intent, Answer) else []
    offered += intent.entries if isinstance(intent, Choice) else []
    found = not set(question["accept"]).isdisjoint(map(str, offered))
    return {
        "sort": question["sort"],
        "seconds": seconds,
        "cpu_s": cpu_s,
        "right": found and isinstance(intent, Answer),
        "found": found,
    }


def _say(fact: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
