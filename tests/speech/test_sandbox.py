"""Reading and hearing in processes of their own: what they cannot do, and what happens when they end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import sounds

from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import UnreadableAudio, encode_voice_note
from assistant.speech.sandbox.client import SandboxedDecoder, SandboxedWhisper
from assistant.speech.sound import AudioFile
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Heard, Unheard, UnheardReason

pytestmark = pytest.mark.process

NOTE = AudioFile(encode_voice_note(sounds.tone(300, 1.0)), "audio/ogg")

PROBE = """
import socket, subprocess, sys, threading
from pathlib import Path
import numpy as np
from assistant.speech.sandbox.limits import allow_processor_s, confine

def refused(action):
    try:
        action()
    except (OSError, MemoryError, RuntimeError):
        return True
    return False

confine(more_bytes=64 * 2**20, no_children=True)
attempts = {
    "read": lambda: Path(sys.argv[1]).read_bytes(),
    "write": lambda: Path(sys.argv[1]).write_bytes(b"x"),
    "socket": lambda: socket.socket(),
    "program": lambda: subprocess.run(["/bin/true"]),
    "memory": lambda: np.ones(2**28),
}
sys.stdout.write(" ".join(name for name, action in attempts.items() if not refused(action)) + "\\n")
sys.stdout.flush()
allow_processor_s(0.1)
while True:
    pass
"""


@pytest.fixture
async def decoder() -> AsyncIterator[SandboxedDecoder]:
    decoder = SandboxedDecoder(max_s=10)
    yield decoder
    await decoder.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not enforce all of these limits")
async def test_a_confined_process_opens_nothing_starts_nothing_and_takes_no_more_than_its_share(
    tmp_path: Path,
) -> None:
    file = tmp_path / "private"
    file.write_bytes(b"words")
    probe = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROBE, str(file), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await probe.communicate()
    assert output.decode().split() == [], "this was possible"
    assert probe.returncode == -signal.SIGXCPU, "an endless loop was not ended"
    assert file.read_bytes() == b"words"


async def test_a_recording_is_read_in_the_other_process(decoder: SandboxedDecoder) -> None:
    samples = await decoder.decode(NOTE, max_s=10)
    assert samples.seconds == pytest.approx(1.0, abs=0.1)
    assert decoder.pid != os.getpid()


async def test_the_other_process_knows_no_settings(
    decoder: SandboxedDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "secret")
    await decoder.warm_up()
    assert "BOT_TOKEN" not in psutil.Process(decoder.pid).environ()


async def test_what_is_wrong_with_a_recording_is_told_as_without_a_process(decoder: SandboxedDecoder) -> None:
    assert not (await decoder.decode(NOTE, max_s=0.5)).is_whole
    with pytest.raises(UnreadableAudio):
        await decoder.decode(AudioFile(b"OggS and no more", "audio/ogg"), max_s=10)
    first = decoder.pid
    await decoder.decode(NOTE, max_s=10)
    assert decoder.pid == first, "a bad file alone ends no process"


async def test_a_process_that_is_killed_is_replaced_before_anybody_asks() -> None:
    replaced = asyncio.Event()
    decoder = SandboxedDecoder(max_s=10, on_replaced=replaced.set)
    await decoder.warm_up()
    first = decoder.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await replaced.wait()
    samples = await decoder.decode(NOTE, max_s=10)
    assert samples.seconds == pytest.approx(1.0, abs=0.1)
    assert decoder.pid != first
    await decoder.close()


async def test_a_spare_that_was_ready_before_takes_the_place_of_a_process_that_is_killed() -> None:
    others = set(psutil.Process().children())  # those of an assistant that other tests share
    decoder = SandboxedDecoder(max_s=10)
    for _ in range(2):
        await decoder.warm_up()
        first = decoder.pid
        assert first is not None
        spare = await spare_of(decoder)
        os.kill(first, signal.SIGKILL)
        while decoder.pid == first:
            await decoder.decode(NOTE, max_s=10)
        assert decoder.pid == spare
    await decoder.close()
    assert set(psutil.Process().children()) <= others


async def test_a_spare_that_is_killed_is_replaced_and_nobody_notices() -> None:
    decoder = SandboxedDecoder(max_s=10)
    await decoder.warm_up()
    first = decoder.pid
    assert first is not None
    spare = await spare_of(decoder)
    os.kill(spare, signal.SIGKILL)
    assert await spare_of(decoder, besides=spare) != spare
    await decoder.decode(NOTE, max_s=10)
    assert decoder.pid == first
    await decoder.close()


async def spare_of(decoder: SandboxedDecoder, *, besides: int = 0) -> int:
    """The id of the process that is ready to take over, once there is one."""
    async with asyncio.timeout(60):
        # Nobody is told when it is ready.
        while (spare := decoder._helper._spare) is None or spare.pid == besides:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return spare.pid


async def test_a_file_that_ends_the_process_is_unreadable_and_the_next_one_is_read(
    decoder: SandboxedDecoder,
) -> None:
    await decoder.warm_up()
    assert decoder.pid is not None
    os.kill(decoder.pid, signal.SIGSTOP)  # it cannot answer before the crash
    reading = asyncio.create_task(decoder.decode(NOTE, max_s=10))
    await asyncio.sleep(0)
    os.kill(decoder.pid, signal.SIGSEGV)
    os.kill(decoder.pid, signal.SIGCONT)
    with pytest.raises(UnreadableAudio, match="ended the process"):
        await reading
    assert (await decoder.decode(NOTE, max_s=10)).seconds > 0


async def test_a_file_that_keeps_the_process_busy_is_given_up(decoder: SandboxedDecoder) -> None:
    await decoder.warm_up()
    assert decoder.pid is not None
    os.kill(decoder.pid, signal.SIGSTOP)
    with pytest.raises(UnreadableAudio, match="too long"):
        await decoder.decode(NOTE, max_s=10)
    assert (await decoder.decode(NOTE, max_s=10)).seconds > 0


async def test_closing_leaves_no_process_behind() -> None:
    decoder = SandboxedDecoder(max_s=10)
    await decoder.warm_up()
    pid = decoder.pid
    assert pid is not None
    await decoder.close()
    assert not psutil.pid_exists(pid)
    with pytest.raises(SpeechError):
        await decoder.decode(NOTE, max_s=10)


async def test_a_model_that_cannot_be_loaded_is_a_wrong_setting_there_too(tmp_path: Path) -> None:
    engine = SandboxedWhisper(str(tmp_path), "", 1)
    with pytest.raises(SettingsError, match=r"model\.bin"):
        await engine.warm_up()
    await engine.close()


async def test_two_who_speak_while_the_process_is_killed_are_both_heard(local_voice: HibariVoice) -> None:
    engine = SandboxedWhisper("", "They ask about the garden.", 1, "Next. Go back.")
    await engine.warm_up()
    script = Script("", ("Please water the garden tomorrow.",), "en", {})
    spoken = await local_voice.synthesize(script, Speed.NORMAL)
    hearing = [asyncio.create_task(engine.recognize(spoken)) for _ in range(2)]
    await asyncio.sleep(0)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    for heard in await asyncio.gather(*hearing):
        assert isinstance(heard, Heard)
        assert "garden" in heard.text.lower()
    assert await engine.recognize(sounds.silence(1.0)) == Unheard(UnheardReason.SILENT)
    await engine.close()
