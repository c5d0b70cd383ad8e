"""Loopback servers that speak as Google's speech services do, for tests without a network.

Both count what they are asked and can be told to misbehave; each runs in a thread of its own.
"""

import base64
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import av
import numpy as np

Reply = Callable[[BaseHTTPRequestHandler, "GoogleService"], None]


@dataclass
class Request:
    """One request as it arrived."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class GoogleService:
    """A running service. Misbehaviours queued in `next_replies` are used up one by one before it behaves
    again."""

    base: str
    requests: list[Request] = field(default_factory=list)
    next_replies: deque[Reply] = field(default_factory=deque)
    transcript: str = "what is the weather like"
    confidence: float = 0.93
    hanging: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def speech_endpoint(self) -> str:
        """What `GoogleRecognizer` takes."""
        return f"{self.base}/speech-api/v2/recognize"


def refuse(status: int, headers: dict[str, str] | None = None) -> Reply:
    """An HTTP error with a page that nobody should parse."""

    def reply(handler: BaseHTTPRequestHandler, _: GoogleService) -> None:
        _send(
            handler, status, "text/html", b"<html>Our systems have detected unusual traffic</html>", headers
        )

    return reply


def answer(body: bytes, kind: str = "application/json") -> Reply:
    """200 with this body, whatever was asked."""
    return lambda handler, _: _send(handler, 200, kind, body)


def hang(handler: BaseHTTPRequestHandler, service: GoogleService) -> None:
    """Says nothing until the test is over."""
    service.hanging.wait(30)
    handler.close_connection = True


def trickle(handler: BaseHTTPRequestHandler, service: GoogleService) -> None:
    """A byte at a time, for as long as the test lasts: no read ever times out."""
    handler.send_response(200)
    handler.end_headers()
    while not service.hanging.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def drop(handler: BaseHTTPRequestHandler, _: GoogleService) -> None:
    """Closes the connection without an answer."""
    handler.close_connection = True


def mp3_tone(seconds: float, frequency_hz: float = 440.0) -> bytes:
    """An MP3 as Google sends it: mono, 24 kHz, no header of its own."""
    rate = 24_000
    tone = 0.3 * np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * rate)) / rate)
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as out:
        stream = out.add_stream("libmp3lame", rate=rate, layout="mono", format="s16p")
        stream.bit_rate = 64_000
        pcm = (tone * 32767).astype(np.int16)
        for start in range(0, len(pcm), stream.codec_context.frame_size or 576):
            block = pcm[start : start + (stream.codec_context.frame_size or 576)].reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, "s16p", "mono")
            frame.sample_rate = rate
            frame.pts = start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def spoken_text(request: Request) -> str:
    """What a batchexecute request asks to have read."""
    return str(_rpc(request)[0])


def spoken_language(request: Request) -> str:
    """The language that a batchexecute request names."""
    return str(_rpc(request)[1])


def _rpc(request: Request) -> list[object]:
    envelope = json.loads(parse_qs(request.body.decode())["f.req"][0])
    name, parameters = envelope[0][0][0], json.loads(envelope[0][0][1])
    if name != "jQ1olc":
        raise ValueError("not the request that reads a text aloud")
    return list(parameters)


def _speech_v2(handler: BaseHTTPRequestHandler, service: GoogleService) -> None:
    """Two lines of JSON: an empty result first, as Google does, then the words."""
    request = service.requests[-1]
    if not request.body.startswith(b"fLaC") or "x-flac" not in request.headers.get("Content-Type", ""):
        _send(handler, 400, "text/html", b"Bad Request")
        return
    result = {
        "alternative": [{"transcript": service.transcript, "confidence": service.confidence}],
        "final": True,
    }
    lines = [{"result": []}, {"result": [result], "result_index": 0}]
    _send(handler, 200, "application/json", "\n".join(map(json.dumps, lines)).encode() + b"\n")


def _translate_tts(handler: BaseHTTPRequestHandler, service: GoogleService) -> None:
    """A tone as long as the text, inside the envelope of Google Translate's batchexecute."""
    request = service.requests[-1]
    if request.path != "/_/TranslateWebserverUi/data/batchexecute":
        _send(handler, 404, "text/html", b"not found")
        return
    text = spoken_text(request)
    if len(text) > 100:
        _send(handler, 400, "text/html", b"too long")
        return
    audio = base64.b64encode(mp3_tone(0.06 * len(text))).decode()
    inner = json.dumps([audio])
    line = json.dumps([["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]], separators=(",", ":"))
    _send(
        handler,
        200,
        "application/json",
        f')]}}\'\n\n{len(line)}\n{line}\n25\n[["e",4,null,null,99]]\n'.encode(),
    )


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    kind: str,
    body: bytes,
    headers: dict[str, str] | None = None,
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def _serving(behaves: Reply) -> Iterator[GoogleService]:
    counting = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with counting:
                service.requests.append(Request(url.path, parse_qs(url.query), dict(self.headers), body))
                reply = service.next_replies.popleft() if service.next_replies else behaves
                service.at_once += 1
                service.most_at_once = max(service.most_at_once, service.at_once)
            try:
                reply(self, service)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the caller gave up: that is what some tests are about
            finally:
                with counting:
                    service.at_once -= 1

        def log_message(self, *_: object) -> None:
            """Silent: pytest shows what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service = GoogleService(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        service.hanging.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def google_speech() -> Iterator[GoogleService]:
    """The speech v2 service: FLAC in, two lines of JSON out."""
    with _serving(_speech_v2) as service:
        yield service


@contextmanager
def google_voice() -> Iterator[GoogleService]:
    """Google Translate's voice as gTTS 2.5.4 asks for it: batchexecute in, base64 MP3 in an envelope out."""
    with _serving(_translate_tts) as service:
        yield service
