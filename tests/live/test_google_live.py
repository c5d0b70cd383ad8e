"""The real Google services: does their protocol still hold?"""

import pytest

from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile
from assistant.speech.stt.google_recognizer import GoogleRecognizer
from assistant.speech.tts.gtts_voice import GttsVoice
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Heard

pytestmark = pytest.mark.live

SCRIPT = Script("", ("Where is the nearest railway station?",), "en", {})


async def test_google_speaks() -> None:
    voice = GttsVoice(None, 20.0)
    try:
        spoken = await voice.synthesize(SCRIPT, Speed.NORMAL)
    finally:
        await voice.close()
    assert 1.0 < spoken.seconds < 6.0


async def test_google_hears_the_local_voice() -> None:
    voice, engine = HibariVoice(), GoogleRecognizer(None, 20.0)
    try:
        note = encode_voice_note(await voice.synthesize(SCRIPT, Speed.NORMAL))
        heard = await engine.recognize(decode(AudioFile(note, "audio/ogg"), max_s=30))
    finally:
        await voice.close()
        await engine.close()
    assert isinstance(heard, Heard)
    assert "station" in heard.text.lower()
