"""What people say and send, made when it is needed: no recording is kept in the project."""

import asyncio
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from tests.evaluation.speak import recorded, spoken_by

RATE_HZ: Final = 16_000
_LEAD_S: Final = 0.3

# A session description names where to fetch a stream from: a decoder that guesses formats goes there.
SDP_TEXT: Final = (
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
)


class Mouth:
    """Speaks as a person would into a phone. Each sentence is spoken once and then kept in memory.

    `name`: which of the voices of `tests.evaluation.speak`; None for the assistant's own.
    """

    def __init__(self, name: str | None = None) -> None:
        self._voice = HibariVoice()
        self._name = name
        self._spoken: dict[str, bytes] = {}

    async def voice_note(self, words: str) -> bytes:
        """The words as OGG/Opus, with a moment of quiet around them."""
        if words not in self._spoken:
            self._spoken[words] = await self._recorded(words)
        return self._spoken[words]

    async def _recorded(self, words: str) -> bytes:
        if self._name is not None:
            sound = await spoken_by(words, self._name, self._voice)
            return await asyncio.to_thread(recorded, sound)
        samples = await self._voice.synthesize(Script(words, (), "en", {}), Speed.NORMAL)
        return await asyncio.to_thread(encode_voice_note, _with_quiet(samples))

    async def close(self) -> None:
        """Free the voice."""
        await self._voice.close()


async def flite_voice_note(program: str, words: str, folder: Path, *, voice: str = "slt") -> bytes:
    """The words by a voice that is not the assistant's own."""
    wav = folder / "spoken.wav"
    await asyncio.to_thread(
        subprocess.run, [program, "-voice", voice, "-t", words, "-o", str(wav)], check=True, timeout=60
    )
    data = await asyncio.to_thread(wav.read_bytes)
    samples = await asyncio.to_thread(decode, AudioFile(data, "audio/wav"), max_s=60)
    return await asyncio.to_thread(encode_voice_note, _with_quiet(samples))


def silence(seconds: float) -> bytes:
    """A voice note of nothing."""
    return encode_voice_note(Samples(np.zeros(int(seconds * RATE_HZ), np.int16), RATE_HZ))


def followed_by_silence(voice_note: bytes, seconds: float) -> bytes:
    """The same words, and then nothing for a long time."""
    samples = decode(AudioFile(voice_note, "audio/ogg"), max_s=60, sample_rate_hz=RATE_HZ)
    return encode_voice_note(
        Samples(np.concatenate([samples.pcm, np.zeros(int(seconds * RATE_HZ), np.int16)]), RATE_HZ)
    )


def noise(seconds: float) -> bytes:
    """A voice note of wind in the microphone: the same every time."""
    wind = np.random.default_rng(11).normal(0, 0.2, int(seconds * RATE_HZ))
    return encode_voice_note(_sampled(wind))


def as_mp4(voice_note: bytes) -> bytes:
    """The same sound in an MP4 file, as a video note has it."""
    samples = decode(AudioFile(voice_note, "audio/ogg"), max_s=60)
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.pcm.reshape(1, -1), "s16", "mono")
        frame.sample_rate = RATE_HZ
        resampler = av.AudioResampler("fltp", "mono", RATE_HZ, frame_size=stream.codec_context.frame_size)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def _sampled(sound: NDArray[np.floating]) -> Samples:
    return Samples((np.clip(sound, -1, 1) * 32767).astype(np.int16), RATE_HZ)


def _with_quiet(samples: Samples) -> Samples:
    quiet = np.zeros(int(_LEAD_S * samples.sample_rate_hz), np.int16)
    return Samples(np.concatenate([quiet, samples.pcm, quiet]), samples.sample_rate_hz)
