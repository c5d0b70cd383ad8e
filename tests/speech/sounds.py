"""Made-up sounds for the speech tests."""

from fractions import Fraction
from io import BytesIO

import av
import numpy as np
from numpy.typing import NDArray

from assistant.speech.sound import Samples

RATE_HZ = 16_000


def tone(frequency_hz: float, seconds: float, *, level: float = 0.4, rate_hz: int = RATE_HZ) -> Samples:
    """A pure tone."""
    return sampled(level * np.sin(2 * np.pi * frequency_hz * _time(seconds, rate_hz)), rate_hz)


def silence(seconds: float) -> Samples:
    """Nothing at all."""
    return sampled(np.zeros(int(seconds * RATE_HZ)))


def white_noise(seconds: float, level: float) -> Samples:
    """The same noise every time."""
    return sampled(np.random.default_rng(7).normal(0, level, int(seconds * RATE_HZ)))


def music() -> Samples:
    """Eight chords, plucked one after the other."""
    time = _time(1.0, RATE_HZ)
    chords = []
    for root in (262, 330, 392, 523, 440, 349, 294, 247):
        chord = sum(np.sin(2 * np.pi * root * step * time) for step in (1, 1.26, 1.5))
        chords.append(0.2 * chord * np.exp(-3 * time))
    return sampled(np.concatenate(chords))


def sampled(sound: NDArray[np.floating], rate_hz: int = RATE_HZ) -> Samples:
    """Numbers between -1 and 1 as samples."""
    return Samples((np.clip(sound, -1, 1) * 32767).astype(np.int16), rate_hz)


def file_of(
    samples: Samples, muxer: str, codec: str, *, with_picture: bool = False, title: str | None = None
) -> bytes:
    """The sound in a container of any kind, which may have a title; `with_picture` adds a video stream before
    it, as a video note has."""
    buffer = BytesIO()
    with av.open(buffer, "w", format=muxer) as out:
        if title is not None:
            out.metadata["title"] = title
        if with_picture:
            video = out.add_stream("mpeg4", rate=25)
            video.width = video.height = 64
            video.pix_fmt = "yuv420p"
        rate = 48_000 if codec in ("libopus", "ac3") else samples.sample_rate_hz
        stream = out.add_stream(codec, rate=rate, layout="mono")
        if codec.startswith("wma"):
            stream.codec_context.bit_rate = 64_000  # its encoder has no default
        if with_picture:
            for number in range(max(1, int(samples.seconds * 25))):
                picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number % 255, np.uint8), "rgb24")
                out.mux(video.encode(picture))
            out.mux(video.encode(None))
        frame = av.AudioFrame.from_ndarray(samples.pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate = samples.sample_rate_hz
        resampler = av.AudioResampler(
            stream.codec_context.format, "mono", rate, frame_size=stream.codec_context.frame_size or None
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def opus_of_silence(minutes: float) -> bytes:
    """Silence in OGG/Opus, its few packets repeated: minutes of sound in a few kilobytes, made in no time."""
    buffer = BytesIO()
    with av.open(buffer, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=48_000, layout="mono", format="s16")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), "s16", "mono")
        frame.sample_rate = 48_000
        frame.pts = 0
        packets = [bytes(packet) for packet in (*stream.encode(frame), *stream.encode(None)) if packet.size]
        for number in range(int(minutes * 60 * 50)):
            packet = av.Packet(packets[0])
            packet.stream, packet.time_base = stream, Fraction(1, 48_000)
            packet.pts = packet.dts = number * 960
            packet.duration = 960
            out.mux(packet)
    return buffer.getvalue()


def _time(seconds: float, rate_hz: int) -> NDArray[np.float64]:
    return np.arange(int(seconds * rate_hz)) / rate_hz
