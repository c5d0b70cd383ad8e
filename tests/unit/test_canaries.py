"""The canaries themselves: found wherever they are told or left, and nowhere else."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults.canaries import Canaries
from tests.faults.enclosure import enclosed

_CANARIES = Canaries("12345:AAH-token-canary", "Quillfeather", ("wobblethorpe",), ("snorkelwump",))


@pytest.mark.parametrize(
    "told",
    ["12345:AAH-token-canary", "/botAAH-TOKEN-canary/", "QUILLFEATHER", "a wobblethorpe!", "snorkelwump"],
)
def test_what_is_told_is_found(told: str) -> None:
    assert _CANARIES.told_in(["ready", f"line {told}"]) != []


def test_what_is_not_told_is_not_found() -> None:
    assert _CANARIES.told_in(["ready", "12345 wobble thorpe"]) == []


def test_what_may_be_kept_is_found_wherever_it_is_but_in_the_database(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    for name in ("assistant.db", "assistant.db-wal", "assistant.db.set-aside-1", "backups/assistant-1.db"):
        (tmp_path / name).write_bytes(b"a snorkelwump")
    assert _CANARIES.left_in(tmp_path) == [
        "assistant.db.set-aside-1: snorkelwump",
        "backups/assistant-1.db: snorkelwump",
    ]


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le"])
def test_what_is_left_in_any_file_is_found(tmp_path: Path, code: str) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "free.page").write_bytes(b"\x00\xff" + "Wobblethorpe".encode(code) + b"\x00")
    (tmp_path / "clean").write_bytes(b"nothing")
    assert _CANARIES.left_in(tmp_path) == ["inner/free.page: wobblethorpe"]


@pytest.mark.parametrize("way", ["python", "descriptor", pytest.param("child", marks=pytest.mark.process)])
def test_whatever_is_printed_in_an_enclosure_is_heard(way: str) -> None:
    with enclosed() as enclosure:
        assert enclosure.told(_CANARIES) == []
        match way:
            case "python":
                print("a wobblethorpe")  # noqa: T201 - this is what is to be heard
            case "descriptor":
                os.write(2, b"a wobblethorpe")
            case _:
                subprocess.run([sys.executable, "-c", "print('a wobblethorpe')"], check=True)
        assert enclosure.told(_CANARIES) == ["wobblethorpe"]
        assert enclosure.told(_CANARIES, "Quillfeather") == ["Quillfeather", "wobblethorpe"]


@pytest.mark.process
def test_temporary_files_of_an_enclosure_and_its_children_are_searched() -> None:
    before = tempfile.gettempdir()
    write = "import tempfile; tempfile.NamedTemporaryFile(delete=False).write(b'a wobblethorpe')"
    with enclosed() as enclosure:
        assert enclosure.left(_CANARIES) == []
        subprocess.run([sys.executable, "-c", write], check=True)
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"a Quillfeather")
        assert len(enclosure.left(_CANARIES)) == 2
    assert tempfile.gettempdir() == before
