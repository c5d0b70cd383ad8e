"""Sound processing by libavfilter: one blocking call for a chain of filters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import av.filter
import numpy as np
from av.audio.frame import AudioFrame
from av.error import FFmpegError
from numpy.typing import NDArray

from assistant.errors import SpeechError
from assistant.speech.sound import Samples


@dataclass(frozen=True, slots=True)
class Filtered:
    """What came out of a chain: mono float32 samples between -1 and 1, and the last frame's metadata."""

    sound: NDArray[np.float32]
    metadata: dict[str, str]


def run_chain(sound: NDArray[np.float32], rate_hz: int, chain: Sequence[tuple[str, str]]) -> Filtered:
    """Sends mono sound through filters, given as (name, arguments), in that order. Blocks.

    The sound comes out mono at `rate_hz` again when the chain ends in a resampler to it. Raises SpeechError
    when a filter is missing or refuses its arguments.
    """
    try:
        return _run(sound, rate_hz, chain)
    except (FFmpegError, ValueError) as error:
        raise SpeechError(f"sound processing failed ({type(error).__name__})") from None


def _run(sound: NDArray[np.float32], rate_hz: int, chain: Sequence[tuple[str, str]]) -> Filtered:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=rate_hz, format="flt", layout="mono", time_base=Fraction(1, rate_hz)
    )
    nodes = [source, *(graph.add(name, arguments) for name, arguments in chain)]
    nodes.append(graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"))
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    parts: list[NDArray[np.float32]] = []
    metadata: dict[str, str] = {}
    step = rate_hz  # one second at a time keeps every filter's own buffers small
    for start in range(0, len(sound), step):
        block = np.ascontiguousarray(sound[start : start + step], dtype=np.float32).reshape(1, -1)
        frame = AudioFrame.from_ndarray(block, "flt", "mono")
        frame.sample_rate = rate_hz
        frame.time_base = Fraction(1, rate_hz)
        frame.pts = start
        graph.push(frame)
        for done in _pull(graph):
            parts.append(done.to_ndarray().reshape(-1).astype(np.float32, copy=False))
            metadata.update(done.metadata)
    graph.push(None)
    for done in _pull(graph):
        parts.append(done.to_ndarray().reshape(-1).astype(np.float32, copy=False))
        metadata.update(done.metadata)
    return Filtered(np.concatenate(parts) if parts else np.zeros(0, np.float32), metadata)


def _pull(graph: av.filter.Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        if isinstance(frame, AudioFrame):
            yield frame


def to_float(samples: Samples) -> NDArray[np.float32]:
    """The samples between -1 and 1."""
    return (samples.pcm.astype(np.float32) / np.float32(32768.0)).astype(np.float32, copy=False)


def to_int16(sound: NDArray[np.float32]) -> NDArray[np.int16]:
    """Rounded to int16; what lies outside -1 to 1 is clipped."""
    pcm: NDArray[np.int16] = np.clip(np.rint(sound * 32768.0), -32768, 32767).astype(np.int16)
    return pcm


def change_tempo(samples: Samples, factor: float) -> Samples:
    """Faster (`factor` above 1) or slower speech with its pitch kept (libavfilter's `atempo`, WSOLA). Blocks.

    `factor` between 0.5 and 2. Raises SpeechError.
    """
    if factor == 1.0 or not len(samples.pcm):
        return samples
    done = run_chain(to_float(samples), samples.sample_rate_hz, [("atempo", f"{factor:g}")])
    return Samples(to_int16(done.sound), samples.sample_rate_hz)
