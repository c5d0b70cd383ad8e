"""Audio files in: what people send is decoded, what attackers send is not."""

import struct
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
import sounds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.speech.audio import UnreadableAudio, decode, encode_flac, encode_voice_note
from assistant.speech.containers import HEAD_BYTES, demuxer_of
from assistant.speech.sound import AudioFile, Samples

TONE = sounds.tone(440, 2.0)


def loudest_frequency_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples.pcm.astype(float)))
    return float(np.argmax(spectrum) * samples.sample_rate_hz / len(samples.pcm))


@pytest.mark.parametrize(
    ("muxer", "codec", "mime_type"),
    [
        ("ogg", "libopus", "audio/ogg"),
        ("webm", "libopus", "audio/webm;codecs=opus"),
        ("matroska", "libopus", "video/x-matroska"),
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("ipod", "aac", "audio/mp4"),
        ("ipod", "aac", "audio/x-m4a"),
        ("mov", "aac", "video/quicktime"),
        ("adts", "aac", "audio/aac"),
        ("wav", "pcm_s16le", "audio/x-wav"),
        ("flac", "flac", "audio/flac"),
        ("wav", "pcm_s16le", "Audio/WAV"),
        ("mp4", "aac", "application/octet-stream"),
        ("3gp", "aac", None),
        ("caf", "pcm_s16be", None),
        ("caf", "alac", "audio/x-caf"),
        ("aiff", "pcm_s16be", "audio/aiff"),
        ("aiff", "pcm_s16be", "text/plain"),
        ("asf", "wmav2", "audio/x-ms-wma"),
        ("asf", "wmav1", "application/pdf"),
        ("adts", "aac", None),
        ("avi", "libmp3lame", "video/x-msvideo"),
        ("avi", "pcm_s16le", None),
        ("avi", "adpcm_ms", "audio/wav"),
        ("avi", "ac3", None),
        ("mpegts", "aac", "video/mp2t"),
        ("mpegts", "mp2", "text/vnd.trolltech.linguist"),
        ("mpegts", "ac3", None),
        ("mpeg", "mp2", "video/mpeg"),
        ("vob", "ac3", None),
        ("mp2", "mp2", "audio/mpeg"),
    ],
)
def test_what_people_record_with_is_decoded(muxer: str, codec: str, mime_type: str | None) -> None:
    heard = decode(AudioFile(sounds.file_of(TONE, muxer, codec), mime_type), max_s=90)
    assert heard.sample_rate_hz == 16_000
    assert heard.pcm.dtype == np.int16
    assert heard.seconds == pytest.approx(2.0, abs=0.15)  # AAC adds its priming
    assert loudest_frequency_hz(heard) == pytest.approx(440, abs=3)


@pytest.mark.parametrize(
    ("muxer", "codec"), [("mp4", "aac"), ("avi", "libmp3lame"), ("mpegts", "aac"), ("vob", "mp2")]
)
def test_a_film_gives_its_sound(muxer: str, codec: str) -> None:
    heard = decode(AudioFile(sounds.file_of(TONE, muxer, codec, with_picture=True), None), max_s=90)
    assert heard.seconds == pytest.approx(2.0, abs=0.15)
    assert loudest_frequency_hz(heard) == pytest.approx(440, abs=3)


def test_a_codec_that_is_not_on_the_list_does_not_run() -> None:
    with pytest.raises(UnreadableAudio, match="codec that is not accepted"):
        decode(AudioFile(sounds.file_of(TONE, "wav", "adpcm_yamaha"), None), max_s=90)


def test_a_stream_that_turns_up_late_is_stepped_over() -> None:
    film = bytearray(sounds.file_of(sounds.tone(440, 25.0), "vob", "mp2"))
    for _ in range(3):
        film[film.rindex(b"\0\0\1\xc0", 0, len(film) * 9 // 10) + 3] = 0xC1
    heard = decode(AudioFile(bytes(film), None), max_s=90)
    assert heard.seconds == pytest.approx(25, abs=1)


def test_a_camcorders_packets_are_read() -> None:
    packets = sounds.file_of(TONE, "mpegts", "ac3")
    stored = b"".join(
        start.to_bytes(4, "big") + packets[start : start + 188] for start in range(0, len(packets), 188)
    )
    heard = decode(AudioFile(stored, None), max_s=90)
    assert loudest_frequency_hz(heard) == pytest.approx(440, abs=3)


def stereo(left: NDArray[np.floating], right: NDArray[np.floating]) -> bytes:
    """A WAV file of these two channels."""
    data = np.stack([left, right], axis=1).astype("<i2").tobytes()
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        1,
        2,
        16_000,
        64_000,
        4,
        16,
        b"data",
        len(data),
    )
    return header + data


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean((samples.pcm / 1.0) ** 2)))


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [(1.0, 1.0, 1.0), (1.0, 0.0, 0.5), (0.0, 1.0, 0.5), (1.0, -1.0, 1.0), (-0.5, 0.6, 0.6)],
    ids=["alike", "left alone", "right alone", "out of phase", "out of phase, not quite alike"],
)
def test_whatever_two_channels_hold_is_heard_in_one(left: float, right: float, share: float) -> None:
    heard = decode(AudioFile(stereo(TONE.pcm * left, TONE.pcm * right), None), max_s=90)
    assert heard.pcm.ndim == 1
    assert heard.seconds == pytest.approx(2.0)
    assert level(heard) == pytest.approx(share * level(TONE), rel=0.02)


def test_an_mp3_without_any_title_is_known_by_its_frames() -> None:
    tagged = sounds.file_of(TONE, "mp3", "libmp3lame")
    length = sum(size << 7 * (3 - place) for place, size in enumerate(tagged[6:10]))
    bare = tagged[10 + length :]
    assert bare.startswith(b"\xff")
    assert decode(AudioFile(bare, None), max_s=90).seconds == pytest.approx(2.0, abs=0.15)


def test_the_beginning_of_a_file_tells_its_kind() -> None:
    for muxer, codec in (
        *(("mp3", "libmp3lame"), ("adts", "aac"), ("asf", "wmav2"), ("mov", "aac")),
        *(("avi", "libmp3lame"), ("mpegts", "aac"), ("mpeg", "mp2")),
    ):
        data = sounds.file_of(TONE, muxer, codec)
        assert demuxer_of(data[:HEAD_BYTES]) == demuxer_of(data) is not None


@pytest.mark.parametrize("claim", [None, "", "application/octet-stream", "audio/mpeg", "audio/wav"])
def test_a_wrong_or_missing_claim_does_no_harm(claim: str | None) -> None:
    assert decode(AudioFile(encode_voice_note(TONE), claim), max_s=90).seconds == pytest.approx(2.0, abs=0.05)


def test_a_recording_cut_short_gives_what_is_there() -> None:
    ogg = encode_voice_note(sounds.white_noise(6.0, 0.1))
    heard = decode(AudioFile(ogg[: len(ogg) * 2 // 3], "audio/ogg"), max_s=90)
    assert 2.0 < heard.seconds < 5.0


SDP = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"OggS",
        SDP,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n",
        b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ogg\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
        b"OggS" + SDP,
        b"ID3" + SDP,
        b"RIFF\xff\xff\xff\xffWAVE",
        b"RIFF\x10\0\0\0WEBPVP8 " + SDP,
        b"FORM\0\0\1\0AIFF" + SDP,
        b"caff\0\1\0\0" + SDP,
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + SDP,
        b"<ASX version='3.0'><Entry><Ref href='http://127.0.0.1:9/x.wma'/></Entry></ASX>",
        b"RIFF\xff\xff\xff\xffAVI " + SDP,
        b"\0\0\1\xba" + SDP,
        b"\0\0\1\xba" + b"\xff" * 4_000,
        b"G" * 4_000,
        (b"G000" + bytes(184)) * 40,
        (b"G\x40\0\x10" + b"\xff" * 184) * 40,
        b"%PDF-1.7\n" + bytes(400),
        b"\0\0\0\x18ftypheic" + bytes(400),
        b"\x1a\x45\xdf\xa3" + b"\xff" * 400,
        b"\0\0\0\x18ftypM4A " + b"\xff" * 400,
        b"fLaC" + b"\0" * 400,
        b"\xff\xfb" + bytes(range(256)) * 8,
        bytes(range(256)) * 40,
    ],
    ids=lambda data: data[:12].decode("latin-1").encode("unicode_escape").decode(),
)
@pytest.mark.parametrize(
    "claim", [None, "audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/webm", "audio/aac"]
)
def test_rubbish_and_playlists_are_refused(data: bytes, claim: str | None) -> None:
    with pytest.raises(UnreadableAudio):
        decode(AudioFile(data, claim), max_s=90)


def test_a_playlist_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(sounds.file_of(TONE, "wav", "pcm_s16le"))
    for text in (
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"#EXTM3U\n#EXTINF:2,\n{secret}\n#EXT-X-ENDLIST\n",
    ):
        for claim in ("audio/ogg", "audio/mpeg", "application/vnd.apple.mpegurl", "audio/x-mpegurl", None):
            with pytest.raises(UnreadableAudio):
                decode(AudioFile(text.encode(), claim), max_s=90)


def test_twenty_minutes_in_a_small_file_stop_at_the_limit() -> None:
    bomb = sounds.opus_of_silence(20)
    assert len(bomb) < 1_000_000
    beginning = decode(AudioFile(bomb, "audio/ogg"), max_s=90)
    assert 89 <= beginning.seconds <= 90
    assert not beginning.is_whole


def lying_wav(rate_hz: int, declared_bytes: int, data: bytes, bits: int = 16) -> bytes:
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", (36 + declared_bytes) & 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1,
        rate_hz, (rate_hz * bits // 8) & 0xFFFFFFFF, bits // 8, bits, b"data", declared_bytes,
    ) + data  # fmt: skip


def test_a_header_that_declares_gigabytes_gives_only_what_is_there() -> None:
    data = TONE.pcm.tobytes()
    heard = decode(AudioFile(lying_wav(16_000, 0xFFFF_FF00, data), "audio/wav"), max_s=90)
    assert heard.seconds == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("rate_hz", [0, 1, 100, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_absurd_sample_rate_is_refused(rate_hz: int) -> None:
    with pytest.raises(UnreadableAudio):
        decode(AudioFile(lying_wav(rate_hz, 64_000, TONE.pcm.tobytes()), "audio/wav"), max_s=90)


def test_a_file_of_the_longest_length_is_read_whole_and_of_a_longer_one_the_beginning() -> None:
    whole = decode(AudioFile(encode_voice_note(sounds.silence(3.0)), "audio/ogg"), max_s=3.5)
    assert whole.seconds >= 3.0
    assert whole.is_whole
    beginning = decode(AudioFile(encode_voice_note(sounds.silence(4.0)), "audio/ogg"), max_s=3.5)
    assert 3.0 <= beginning.seconds <= 3.5
    assert not beginning.is_whole


GOOD = encode_voice_note(sounds.white_noise(1.0, 0.2))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    spots=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=40),
    cut=st.integers(0, len(GOOD)),
    claim=st.sampled_from([None, "audio/ogg", "audio/mpeg", "video/mp4"]),
)
def test_a_damaged_file_is_decoded_or_refused_and_nothing_else(
    spots: list[tuple[int, int]], cut: int, claim: str | None
) -> None:
    data = bytearray(GOOD)
    for at, value in spots:
        data[at] = value
    try:
        heard = decode(AudioFile(bytes(data[:cut]), claim), max_s=5)
    except UnreadableAudio:
        return
    assert 0 < heard.seconds <= 5.1


def test_a_voice_note_is_mono_opus_in_ogg() -> None:
    with av.open(BytesIO(encode_voice_note(TONE)), format="ogg") as note:
        (stream,) = note.streams
        assert stream.codec_context.name in {"opus", "libopus"}
        assert stream.codec_context.sample_rate == 48_000
        assert stream.codec_context.layout.name == "mono"


def test_the_same_sound_makes_the_same_bytes() -> None:
    assert encode_voice_note(TONE) == encode_voice_note(TONE)


def test_flac_loses_nothing() -> None:
    again = decode(AudioFile(encode_flac(TONE), "audio/flac"), max_s=90)
    assert np.array_equal(again.pcm, TONE.pcm)
