"""A finished voice note: as loud as the others, and never harsh, measured as it will be played."""

from typing import Final

import structlog

from assistant.speech.audio import VOICE_NOTE_RATE_HZ, UnreadableAudio, decode, encode_voice_note
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.tts.loudness import CEILING_DBTP, measure, normalise

_log = structlog.stdlib.get_logger(__name__)

MOST_DBTP: Final = -1.0
"""EBU R 128: no true peak above this, in what people hear."""
_MARGIN_DB: Final = 0.2
_ROUNDS: Final = 4


def voice_note(samples: Samples) -> bytes:
    """OGG/Opus at -16 LUFS whose decoded true peaks stay at or under -1 dBTP. Blocks. Raises SpeechError.

    Opus adds to peaks, by how much depends on the sound: so the note is decoded and measured, and where a
    peak came out too high it is made again with the limiter set lower by as much. Of speech that costs no
    loudness; hiss as loud as speech would lose some.
    """
    ceiling_dbtp = CEILING_DBTP
    ogg, over_db = b"", 0.0
    for _ in range(_ROUNDS):
        ogg = encode_voice_note(normalise(samples, ceiling_dbtp=ceiling_dbtp))
        over_db = _peak_dbtp(ogg, samples.seconds) - MOST_DBTP
        if over_db <= 0:
            return ogg
        ceiling_dbtp -= over_db + _MARGIN_DB
    _log.warning("voice note with a high peak", over_db=round(over_db, 1))
    return ogg


def _peak_dbtp(ogg: bytes, seconds: float) -> float:
    try:
        played = decode(AudioFile(ogg, "audio/ogg"), max_s=seconds + 5, sample_rate_hz=VOICE_NOTE_RATE_HZ)
    except UnreadableAudio:
        return MOST_DBTP  # too short to hold a sound
    return measure(played).true_peak_dbtp
