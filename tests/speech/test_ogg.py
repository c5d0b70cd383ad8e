"""Is a kept voice note whole?"""

import pytest
import sounds

from assistant.speech.audio import UnreadableAudio, encode_voice_note
from assistant.speech.tts.ogg import duration_s

NOTE = encode_voice_note(sounds.white_noise(2.5, 0.2))


def test_a_whole_note_tells_its_length() -> None:
    assert duration_s(NOTE) == pytest.approx(2.5, abs=0.03)


@pytest.mark.parametrize("kept", [0, 1, 27, 47, 200, len(NOTE) // 2, len(NOTE) - 1])
def test_a_note_cut_anywhere_is_noticed(kept: int) -> None:
    with pytest.raises(UnreadableAudio):
        duration_s(NOTE[:kept])


@pytest.mark.parametrize("at", range(0, len(NOTE), max(1, len(NOTE) // 40)))
def test_one_changed_bit_is_noticed(at: int) -> None:
    damaged = bytearray(NOTE)
    damaged[at] ^= 0x10
    with pytest.raises(UnreadableAudio):
        duration_s(bytes(damaged))


def test_a_note_without_its_last_page_is_noticed() -> None:
    with pytest.raises(UnreadableAudio):
        duration_s(NOTE[: NOTE.rindex(b"OggS")])
