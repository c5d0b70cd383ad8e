"""The other side of `process.py`: a process that reads recordings, or hears them, and can do nothing else.

Its standard input is a socket. The first message on it says what to do; the answer to it is `ready`, or which
setting is wrong. Then it has given up files, sockets and all but some memory, and serves one message after
the other. Recordings and words are in memory alone.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import UnreadableAudio, decode, encode_flac, encode_voice_note
from assistant.speech.sandbox.limits import allow_processor_s, confine, end_with_parent
from assistant.speech.sandbox.protocol import next_message, packed
from assistant.speech.sound import AudioFile, Samples
from assistant.transcript import Heard

_MOST_BYTES = 120_000_000
"""More than the biggest file and the longest recording that the settings allow."""
_MIB = 2**20
_READING_BYTES = 96 * _MIB
_HEARING_BYTES = 1536 * _MIB
"""Mostly address space that the engines reserve for their threads, and do not fill."""

Worker = Callable[[dict[str, Any], bytes], Awaitable[tuple[dict[str, Any], bytes]]]


def main() -> None:
    """Serves until the socket is closed."""
    end_with_parent()
    asyncio.run(_serve(socket.socket(fileno=0)))


async def _serve(connection: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        order, _ = await next_message(reader, most_bytes=0)
        try:
            worker = await _WORKERS[order["work"]](order)
        except SettingsError as error:
            writer.write(packed({"wrong_setting": str(error)}))
            await writer.drain()
            return
        writer.write(packed({"ready": True}))
        tasks: set[asyncio.Task[None]] = set()
        while True:
            question, body = await next_message(reader, most_bytes=_MOST_BYTES)
            task = asyncio.create_task(_answer(worker, question, body, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            del body
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the parent has closed, which is how it says that this is over
    finally:
        writer.close()


async def _answer(
    worker: Worker, question: dict[str, Any], body: bytes, writer: asyncio.StreamWriter
) -> None:
    try:
        answer, content = await worker(question, body)
    except UnreadableAudio as error:
        answer, content = {"unreadable": str(error)}, b""
    except SpeechError as error:
        answer, content = {"failed": str(error)}, b""
    except Exception as error:  # noqa: BLE001 - a hostile file must not find an error that nobody thought of
        answer, content = {"unreadable": f"reading it failed ({type(error).__name__})"}, b""
    writer.write(packed({"id": question["id"], **answer}, content))
    await writer.drain()


async def _reader(order: dict[str, Any]) -> Worker:
    _try_every_format()
    confine(more_bytes=_READING_BYTES + round(order["max_s"] * 256_000), no_children=True)

    async def read(question: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        # Blocks the loop: one file after the other, so that it is clear which one ended the process.
        allow_processor_s(question["processor_s"])
        samples = decode(AudioFile(body, question["mime_type"]), max_s=question["max_s"])
        return {"rate_hz": samples.sample_rate_hz, "is_whole": samples.is_whole}, samples.pcm.tobytes()

    return read


def _try_every_format() -> None:
    """Runs the code once, so that nothing remains to be imported."""
    tone = Samples((np.sin(np.arange(4800) / 8) * 8000).astype(np.int16), 48_000)
    for file in (AudioFile(encode_voice_note(tone), "audio/ogg"), AudioFile(encode_flac(tone), "audio/flac")):
        decode(file, max_s=1.0)
    for broken in (b"OggS", b"RIFF    WAVE", b"\0\0\0\x18ftypM4A ", b"caff", b"FORM    AIFF"):
        try:
            decode(AudioFile(broken + bytes(200), None), max_s=1.0)
        except UnreadableAudio:
            continue


async def _hearer(order: dict[str, Any]) -> Worker:
    if order["proxy"]:
        os.environ["HTTPS_PROXY"] = order["proxy"]
    # Loaded here alone: the process that reads files does without.
    from assistant.speech.stt.whisper_recognizer import WhisperRecognizer

    engine = WhisperRecognizer(
        order["model"], order["prompt"], order["threads"], second_prompt=order["second_prompt"]
    )
    await engine.warm_up()
    confine(more_bytes=_HEARING_BYTES, no_children=False)

    async def hear(question: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        allow_processor_s(question["processor_s"])
        samples = Samples(np.frombuffer(body, np.int16), question["rate_hz"])
        heard = await engine.recognize(samples, question["expected"])
        if not isinstance(heard, Heard):
            return {"unheard": heard.reason.value}, b""
        return {
            "text": heard.text,
            "confidence": heard.confidence,
            "seconds": heard.seconds,
            "alternatives": heard.alternatives,
            "confidences": heard.confidences,
        }, b""

    return hear


_WORKERS: dict[str, Callable[[dict[str, Any]], Awaitable[Worker]]] = {"read": _reader, "hear": _hearer}
