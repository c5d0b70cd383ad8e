"""The whole program calls nobody but its Bot API server, and leaves nothing outside its own folders."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant.cli import app
from assistant.preview.bot_api import LoopbackBotApi
from tests.journeys.house import PATIENCE_S
from tests.journeys.program import Program
from tests.journeys.recordings import Mouth
from tests.journeys.witness import Witness, looking_on

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.process,
    pytest.mark.needs("strace"),
]

_ROOT = Path(__file__).parents[2]


async def test_a_bot_that_reads_hears_and_speaks_calls_telegram_alone(
    tmp_path: Path, mouth: Mouth, learnt: Path
) -> None:
    async with LoopbackBotApi() as api, looking_on(tmp_path) as witness:
        program = Program(
            tmp_path, api, under=witness.under, **witness.environment, TMPDIR=str(_folder(tmp_path, "tmp"))
        )
        shutil.copytree(learnt, program.data / learnt.name)
        try:
            await program.start()
            person = api.person("Passer-by")
            await person.send_text("what causes it?")
            assert await person.receive(PATIENCE_S)
            await person.send_voice(await mouth.voice_note("What causes it?"))
            assert await person.receive(PATIENCE_S)
            assert await program.end() == 0, "".join(program.output)
        finally:
            await program.kill_if_running()
        port = urlsplit(api.base_url).port
        assert port is not None
        assert witness.findings(ports={port}, folders=[program.data, tmp_path / "tmp"]) == []


_QUESTION = {"id": "1", "text": "what causes it?", "kind": "section", "accept": ["causes"]}
_COMMANDS: tuple[tuple[str, str], ...] = (
    ("check", ""),
    ("ask|what causes it?", ""),
    ("audio|build|--speed|normal", "data/recordings/*"),
    ("speak|faq-cure|-o|cure.ogg", ""),
    ("evaluate|questions.jsonl|--save|charts", ""),
    ("preview|--port|{port}", "data/heartbeat"),
    ("health", ""),
    ("questions", ""),
    ("report", ""),
    ("topic|export|calcinosis-universalis|answers.xlsx", ""),
    ("backup", ""),
    ("restore", ""),
    ("train|--check", ""),
)
"""The words of each, and the file at which it is interrupted, where it would go on for long or for ever."""


async def test_no_command_calls_anybody(tmp_path: Path, learnt: Path) -> None:
    names = {command.callback.__name__ for command in app.registered_commands if command.callback}
    names |= {str(group.name) for group in app.registered_groups}
    assert names == {"run", *(words.split("|")[0] for words, _ in _COMMANDS)}
    folder = _folder(tmp_path, "work")
    shutil.copytree(learnt, folder / "data" / learnt.name)
    (folder / "questions.jsonl").write_text(json.dumps(_QUESTION))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    commands = [(words.format(port=port).split("|"), until) for words, until in _COMMANDS]
    async with looking_on(tmp_path) as witness:
        ended = await asyncio.to_thread(_run, witness, folder, json.dumps(commands))
        found = witness.findings(ports={port}, folders=[folder])
    assert ended.returncode == 0, ended.stderr
    codes = json.loads(ended.stdout.splitlines()[-1])
    assert codes.pop("audio build --speed normal") in (1, 130), "interrupted"
    assert set(codes.values()) == {0}, ended.stderr
    assert len(codes) == len(_COMMANDS) - 1
    assert found == []


async def test_the_witness_sees_a_call_and_a_file(tmp_path: Path) -> None:
    """The control: a library that tells its maker would be seen."""
    program = (
        "import pathlib, urllib.request\n"
        "(pathlib.Path.home() / 'deviceid').touch()\n"
        "try: urllib.request.urlopen('http://telemetry.example/', timeout=5)\n"
        "except OSError: pass"
    )
    async with looking_on(tmp_path) as witness:
        command = [*witness.under, sys.executable, "-c", program]
        await asyncio.to_thread(
            subprocess.run, command, check=True, env={"PATH": os.environ["PATH"], **witness.environment}
        )
        found = " ".join(witness.findings(ports=set(), folders=[]))
    assert "telemetry.example" in found
    assert "deviceid" in found


def _folder(inside: Path, name: str) -> Path:
    folder = inside / name
    folder.mkdir()
    return folder


def _run(witness: Witness, folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), **witness.environment}
    environment["TMPDIR"] = str(_folder(folder, "tmp"))
    command = [*witness.under, sys.executable, "-m", "tests.journeys.every_command", commands]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
