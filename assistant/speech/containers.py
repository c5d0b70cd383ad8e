"""What kind of file bytes are, by how they begin: never by what somebody calls them.

A playlist, a stream description or any other text names further places to read from, so nothing that is text
is a kind here, and no file is ever left to a decoder's own guess.
"""

from collections.abc import Callable
from typing import Final

HEAD_BYTES: Final = 16_384
"""So much of the beginning is enough to tell."""

_ASF: Final = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_PACK: Final = bytes.fromhex("000001ba")
"""How an MPEG program stream begins, as on a DVD."""
_PACKETS: Final = 5
"""So many packets of a transport stream are looked at."""
_ATOMS: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
"""What a file of MP4, 3GP or QuickTime can begin with, after four bytes of length."""
_MPEG_KBITS: Final = {
    # By version (MPEG-1, or what came after) and layer, ISO/IEC 11172-3 and 13818-3; 0 for the invalid.
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_MPEG_RATES_HZ: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def demuxer_of(data: bytes) -> str | None:
    """The name of libavformat's demuxer for these bytes; None for what is not sound of a known kind.

    The first HEAD_BYTES are enough. That a file begins like sound does not say that it holds any.
    """
    for demuxer, begins in _KINDS:
        if begins(data):
            return demuxer
    return None


def _is_wav(data: bytes) -> bool:
    return data[:4] in {b"RIFF", b"RF64"} and data[8:12] == b"WAVE"


def _is_avi(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"AVI "


def _is_transport_stream(data: bytes) -> bool:
    """Whether it is packets of MPEG-TS (ISO/IEC 13818-1, 2.4.3.2), bare or as camcorders store them."""
    return any(_are_packets(data[first:], size) for first, size in ((0, 188), (4, 192)))


def _are_packets(data: bytes, size: int) -> bool:
    # A sync byte, and further on two bits that say "not scrambled" and two that are never both 0.
    marks = list(zip(data[::size], data[3::size], strict=False))[:_PACKETS]
    return len(marks) == _PACKETS and all(mark == 0x47 and 0x10 <= kind < 0x40 for mark, kind in marks)


def _is_aiff(data: bytes) -> bool:
    return data[:4] == b"FORM" and data[8:12] in {b"AIFF", b"AIFC"}


def _is_mp3(data: bytes) -> bool:
    return data.startswith(b"ID3") or _in_frames(data, _mpeg_frame_bytes)


def _is_aac(data: bytes) -> bool:
    return _in_frames(data, _adts_frame_bytes)


def _in_frames(data: bytes, frame_bytes: Callable[[bytes], int]) -> bool:
    """Whether a whole frame stands first and another begins behind it: two bytes alone begin many a text."""
    first = frame_bytes(data[:8])
    return bool(first and frame_bytes(data[first : first + 8]))


def _mpeg_frame_bytes(header: bytes) -> int:
    """The length of the MPEG audio frame with that header; 0 for what is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = (header[1] >> 3) & 3, 4 - ((header[1] >> 1) & 3)
    rates_hz, rate = _MPEG_RATES_HZ.get(version), (header[2] >> 2) & 3
    kbits = _MPEG_KBITS.get((1 if version == 3 else 2, layer))
    if rates_hz is None or kbits is None or rate == 3:
        return 0
    samples = 576 if layer == 3 and version != 3 else 1152
    bits = kbits[header[2] >> 4] * 1000
    return samples // 8 * bits // rates_hz[rate] + ((header[2] >> 1) & 1) if bits else 0


def _adts_frame_bytes(header: bytes) -> int:
    """The length of the AAC frame with that header; 0 for what is none."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or (header[2] >> 2) & 15 > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else 0


_KINDS: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    ("ogg", lambda data: data.startswith(b"OggS")),
    ("matroska", lambda data: data.startswith(b"\x1a\x45\xdf\xa3")),
    ("mov", lambda data: data[4:8] in _ATOMS),
    ("wav", _is_wav),
    ("avi", _is_avi),
    ("aiff", _is_aiff),
    ("caf", lambda data: data.startswith(b"caff")),
    ("flac", lambda data: data.startswith(b"fLaC")),
    ("amr", lambda data: data.startswith(b"#!AMR")),
    ("asf", lambda data: data.startswith(_ASF)),
    ("mpeg", lambda data: data.startswith(_PACK)),
    ("mpegts", _is_transport_stream),
    ("mp3", _is_mp3),
    ("aac", _is_aac),
)
