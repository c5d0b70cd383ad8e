"""Audio files in and voice notes out. PyAV and its exceptions stop here and in `filters.py`.

A sender controls every byte, the MIME type and the declared duration. So the container is one of a short
list (`containers.py`), told by the bytes, and is named to the decoder instead of guessed by it (a guessed
container has read local files and hung on a text file), only audio codecs of a short list may run, and
samples are counted while decoding.
"""

from collections.abc import Iterator
from io import BytesIO

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from assistant.errors import SpeechError
from assistant.speech.containers import demuxer_of
from assistant.speech.sound import AudioFile, Samples


class UnreadableAudio(SpeechError):  # noqa: N818 - named for what the recording is, like UnheardReason
    """Not audio of a known kind, or too broken to read."""


class _OverlongError(Exception):
    """Lasts longer than the limit; decoding stopped there."""


_CODECS = (
    "opus,libopus,vorbis,mp2,mp2float,mp3,mp3float,aac,ac3,flac,alac,amrnb,amrwb,"
    "wmav1,wmav2,wmapro,wmavoice,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,pcm_s8,pcm_u8,pcm_alaw,pcm_mulaw,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le"
)
_OPTIONS = {
    # This holds for what looks at the streams; what decodes is asked in `_refuse_odd`.
    "codec_whitelist": _CODECS,
    "protocol_whitelist": "none",  # nothing but the bytes in hand, whatever the file refers to
    "probesize": "1000000",
    "analyzeduration": "2000000",
}
_RATES_HZ = range(4_000, 192_001)
_MOST_CHANNELS = 8
_CANCELLED = 0.25
"""Below this share of the louder channel's level the sum of two channels has lost what was said: they are out
of phase, as two microphones of one telephone can be."""

VOICE_NOTE_RATE_HZ = 48_000
_FRAMES_AT_ONCE = 4_096
_VOICE_NOTE_OPTIONS = {"b": "40000", "application": "voip", "vbr": "on", "compression_level": "5"}
"""The effort is half of what the encoder can take: of speech at this rate nobody hears the rest, and whoever
asked waits for it."""


def decode(file: AudioFile, *, max_s: float, sample_rate_hz: int = 16_000) -> Samples:
    """The first audio stream of a file, as mono int16 at `sample_rate_hz`. Blocks: call it off the event
    loop.

    The bytes choose the container, whatever they are called. A file cut short gives what is there, and one
    that lasts longer than `max_s` seconds its beginning. Two channels that cancel each other out give the
    louder one. Raises UnreadableAudio for anything that is not mostly good audio.
    """
    demuxer = demuxer_of(file.data)
    if demuxer is None:
        raise UnreadableAudio("not a known kind of audio file")
    parts: list[NDArray[np.int16]] = []
    is_whole = True
    try:
        with av.open(BytesIO(file.data), "r", format=demuxer, options=_OPTIONS) as opened:
            parts.extend(_decoded(opened, max_s, sample_rate_hz))
    except _OverlongError:
        # What came before the limit is in `parts`.
        is_whole = False
    except (FFmpegError, ValueError, EOFError, MemoryError, OverflowError, NotImplementedError) as error:
        # PyAV raises plain Python errors too for parameters that it cannot take.
        raise UnreadableAudio(f"the {demuxer} file cannot be read ({type(error).__name__})") from None
    if not any(len(part) for part in parts):
        raise UnreadableAudio(f"the {demuxer} file holds no sound")
    return Samples(_mono(np.concatenate(parts)), sample_rate_hz, is_whole)


def _mono(channels: NDArray[np.int16]) -> NDArray[np.int16]:
    """One channel, of one or two, given one row a sample."""
    if channels.shape[1] == 1:
        return channels[:, 0]
    sound = channels.astype(np.float32)
    both = sound.mean(axis=1)
    levels = np.sqrt(np.mean(sound * sound, axis=0))
    if np.sqrt(np.mean(both * both)) < _CANCELLED * levels.max():
        return np.ascontiguousarray(channels[:, int(levels.argmax())])
    mixed: NDArray[np.int16] = np.rint(both).astype(np.int16)
    return mixed


def _decoded(opened: InputContainer, max_s: float, sample_rate_hz: int) -> Iterator[NDArray[np.int16]]:
    """Blocks of samples, a column for each of one or two channels. Stops at the first end, whole or torn."""
    if not opened.streams.audio:
        raise UnreadableAudio("the file has no audio stream")
    stream = opened.streams.audio[0]
    _refuse_odd(stream)
    count = min(2, stream.codec_context.channels)
    resampler = av.AudioResampler("s16", "mono" if count == 1 else "stereo", sample_rate_hz)
    seconds = 0.0
    for frame in _frames(opened, stream):
        # Counted before resampling: a lying sample rate must not make a block swell.
        seconds += frame.samples / frame.sample_rate
        if seconds > max_s:
            raise _OverlongError
        frame.pts = None
        for converted in resampler.resample(frame):
            yield converted.to_ndarray().reshape(-1, count).astype(np.int16, copy=False)
    if seconds:
        for converted in resampler.resample(None):
            yield converted.to_ndarray().reshape(-1, count).astype(np.int16, copy=False)


def _refuse_odd(stream: AudioStream) -> None:
    if stream.codec_context is None or stream.codec_context.name not in _CODECS.split(","):
        raise UnreadableAudio("an audio codec that is not accepted")
    if (
        stream.codec_context.sample_rate not in _RATES_HZ
        or not 1 <= stream.codec_context.channels <= _MOST_CHANNELS
    ):
        raise UnreadableAudio("an odd sample rate or number of channels")


def _frames(opened: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame]:
    """Decoded frames; broken packets are skipped, but they must stay the minority."""
    good = bad = 0
    packets = opened.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError:
            break  # a torn end: what came before it counts
        except IndexError:
            # In MPEG streams a further one may turn up late, which PyAV does not know. It is stepped over.
            packets = opened.demux(stream)
            continue
        if packet is None:
            break
        try:
            frames = packet.decode()
        except FFmpegError:
            bad += 1
            continue
        good += bool(frames)
        for frame in frames:
            if frame.sample_rate not in _RATES_HZ:
                raise UnreadableAudio("an odd sample rate")
            yield frame
    if bad > good:
        raise UnreadableAudio("most of the file is broken")


def encode_voice_note(samples: Samples) -> bytes:
    """OGG/Opus, mono, 48 kHz, about 40 kbit/s: what Telegram shows as a voice bubble. Blocks.

    The same samples give the same bytes. Raises SpeechError when the encoder fails.
    """
    try:
        return _encode(samples, "ogg", "libopus", VOICE_NOTE_RATE_HZ, _VOICE_NOTE_OPTIONS)
    except (FFmpegError, ValueError) as error:
        raise SpeechError(f"the voice note could not be encoded ({type(error).__name__})") from None


def encode_flac(samples: Samples) -> bytes:
    """FLAC at the samples' own rate. Blocks. Raises SpeechError when the encoder fails."""
    try:
        return _encode(samples, "flac", "flac", samples.sample_rate_hz, {})
    except (FFmpegError, ValueError) as error:
        raise SpeechError(f"the recording could not be encoded ({type(error).__name__})") from None


def _encode(samples: Samples, muxer: str, codec: str, rate_hz: int, options: dict[str, str]) -> bytes:
    buffer = BytesIO()
    # Bit-exact: no encoder version in the tags and no random serial number, so the same speech is one file.
    with av.open(buffer, "w", format=muxer, options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream(codec, rate=rate_hz, options=options)
        if not isinstance(stream, AudioStream):
            raise TypeError(f"{codec} is no audio codec")
        stream.codec_context.layout = "mono"
        stream.codec_context.format = "s16"
        size = stream.codec_context.frame_size or _FRAMES_AT_ONCE
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz, frame_size=size)
        position = 0
        for source in (*_frames_of(samples), None):
            for block in resampler.resample(source):
                block.pts = position
                position += block.samples
                out.mux(stream.encode(block))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def _frames_of(samples: Samples) -> Iterator[av.AudioFrame]:
    for start in range(0, len(samples.pcm), _FRAMES_AT_ONCE):
        block = np.ascontiguousarray(samples.pcm[start : start + _FRAMES_AT_ONCE]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, "s16", "mono")
        frame.sample_rate = samples.sample_rate_hz
        yield frame
