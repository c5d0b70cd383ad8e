"""Reads the questions of spoken.jsonl aloud: `python tests/evaluation/speak.py FOLDER`.

Writes one voice note for each question and condition, and a `manifest.jsonl` for `assistant evaluate
FOLDER/manifest.jsonl --spoken`. The same questions make the same recordings. It needs the programs espeak-ng
and flite, which the assistant itself does not.

Conditions: `clean`; `10db`, with white or pink noise at a tenth of the speech's power; `room`, somebody far
from a telephone in a hard room, with pink noise at 15 dB.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed

QUESTIONS = Path(__file__).with_name("spoken.jsonl")
RATE_HZ = 16_000
CONDITIONS = ("clean", "10db", "room")
VOICES = (
    "espeak:en-gb-x-rp",
    "flite:awb",
    "espeak:en-us+m3",
    "hibari:deeper",
    "flite:kal16",
    "espeak:en-gb-scotland+f4",
    "hibari:higher",
)
"""Taken in turn. The last part is the program's own name of the voice; of hibari's one voice, its pitch."""
UNTUNED_VOICES = (
    "flite:slt",
    "flite:rms",
    "espeak:en-us+f3",
    "espeak:en-gb-x-gbcwmd",
    "festival:kal_diphone",
    "festival:cmu_us_slt_arctic_hts",
)
"""Voices that spoke none of the recordings by which anything was set."""
_RESAMPLED = {"deeper": 0.86, "higher": 1.13}
_WORDS_A_MINUTE = 150
_TELEPHONE_HZ = (300, 3400)
_ECHO_S = 0.25
"""The time in which the room's echo falls by 60 dB."""
_LONGEST_S = 60.0

Sound = NDArray[np.float64]


async def speak(folder: Path) -> int:
    """Writes everything into `folder`; the number of recordings."""
    lines = []
    voice = HibariVoice()
    try:
        for number, question in enumerate(_questions()):
            name = VOICES[number % len(VOICES)]
            said = await spoken_by(question["text"], name, voice)
            for condition in CONDITIONS:
                file = f"{question['id']}-{condition}.ogg"
                heard = under(condition, said, np.random.default_rng(number))
                (folder / file).write_bytes(await asyncio.to_thread(recorded, heard))
                lines.append({**question, "file": file, "voice": name, "condition": condition})
    finally:
        await voice.close()
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return len(lines)


def every_voice() -> tuple[str, ...]:
    """Tuned to or not, by turns; festival's where that program is installed."""
    others = [each for each in UNTUNED_VOICES if shutil.which("text2wave") or "festival" not in each]
    pairs = zip_longest(others, VOICES)
    return tuple(each for pair in pairs for each in pair if each is not None)


def _questions() -> Iterator[dict[str, Any]]:
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


async def spoken_by(text: str, name: str, voice: HibariVoice) -> Sound:
    """The words, said by the voice of that name."""
    maker, _, which = name.partition(":")
    if maker == "hibari":
        samples = await voice.synthesize(Script("", (text,), "en", {}), Speed.NORMAL)
        # Played faster or slower, it sounds higher or deeper, as another person.
        return _at_rate(samples, samples.sample_rate_hz * _RESAMPLED[which])
    program = {
        "espeak": ["espeak-ng", "-v", which, "-s", str(_WORDS_A_MINUTE), "--stdout", "--", text],
        "flite": ["flite", "-voice", which, "-t", text, "-o", "/dev/stdout"],
        "festival": ["text2wave", "-eval", f"(voice_{which})", "-o", "/dev/stdout"],
    }[maker]
    spoken = text.encode() if maker == "festival" else b""
    done = await asyncio.to_thread(subprocess.run, program, input=spoken, check=True, capture_output=True)
    samples = decode(AudioFile(done.stdout, "audio/wav"), max_s=_LONGEST_S)
    return _at_rate(samples, samples.sample_rate_hz)


def _at_rate(samples: Samples, played_hz: float) -> Sound:
    """At RATE_HZ, with a third of a second of silence around it."""
    sound = samples.pcm / 32768.0
    times = np.arange(0, len(sound) / played_hz, 1 / RATE_HZ)
    return np.pad(np.interp(times * played_hz, np.arange(len(sound)), sound), RATE_HZ // 3)


def under(condition: str, said: Sound, random: np.random.Generator) -> Sound:
    match condition:
        case "clean":
            return said
        case "10db":
            return said + _noise(said, 10, random, pink=bool(random.integers(2)))
        case "room":
            length = int(_ECHO_S * RATE_HZ)
            echo = 0.05 * random.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
            echo[0] = 1.0
            far = np.convolve(said, echo)[: len(said)]
            return _band(far + _noise(far, 15, random, pink=True))
        case _:
            raise ValueError(condition)


def _noise(said: Sound, below_db: float, random: np.random.Generator, *, pink: bool) -> Sound:
    """Noise with that much less power than the parts in which somebody speaks."""
    noise = random.standard_normal(len(said))
    if pink:
        spectrum = np.fft.rfft(noise)
        noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(said))
    loud = said[np.abs(said) > 0.02 * np.max(np.abs(said))]
    level = np.sqrt(np.mean(loud**2) / np.mean(noise**2)) * 10 ** (-below_db / 20)
    return np.asarray(noise * level)


def _band(sound: Sound) -> Sound:
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum[(hz < _TELEPHONE_HZ[0]) | (hz > _TELEPHONE_HZ[1])] = 0
    return np.fft.irfft(spectrum, len(sound))


def recorded(sound: Sound) -> bytes:
    """The sound as a voice note."""
    return encode_voice_note(as_samples(sound))


def as_samples(sound: Sound) -> Samples:
    """The sound as it would be decoded, as loud as every other."""
    peak = 0.7 / max(1e-9, float(np.max(np.abs(sound))))
    return Samples((sound * peak * 32767).astype(np.int16), RATE_HZ)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{asyncio.run(speak(target))} recordings in {target}\n")
