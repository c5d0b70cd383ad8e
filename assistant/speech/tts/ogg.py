"""Is a stored voice note whole, and how long is it? Read from the pages of the Ogg file (RFC 3533, RFC
7845)."""

import struct
import zlib

from assistant.speech.audio import VOICE_NOTE_RATE_HZ, UnreadableAudio

_PAGE = struct.Struct("<4sBBqIIIB")
_LAST_PAGE = 0x04
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def duration_s(ogg: bytes) -> float:
    """Seconds of an OGG/Opus file with one stream. Raises UnreadableAudio when it is cut short, damaged or
    no such file.

    Every page's checksum is verified, so a single flipped bit is found.
    """
    at, flags, granule = 0, 0, 0
    while at < len(ogg):
        try:
            mark, _, flags, granule, _, _, checksum, segments = _PAGE.unpack_from(ogg, at)
        except struct.error:
            raise UnreadableAudio("the voice note is cut short") from None
        body = at + _PAGE.size + segments
        end = body + sum(ogg[at + _PAGE.size : body])
        if mark != b"OggS" or end > len(ogg):
            raise UnreadableAudio("the voice note is cut short")
        page = ogg[at : at + 22] + b"\0\0\0\0" + ogg[at + 26 : end]
        if _checksum(page) != checksum:
            raise UnreadableAudio("the voice note is damaged")
        at = end
    head = ogg.find(b"OpusHead", 0, 64)
    if head < 0 or not flags & _LAST_PAGE:
        raise UnreadableAudio("the voice note has no beginning or no end")
    (pre_skip,) = struct.unpack_from("<H", ogg, head + 10)
    return max(0.0, float(granule - pre_skip) / VOICE_NOTE_RATE_HZ)


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32: zlib's polynomial, but with mirrored bits, a zero start and no final inversion."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
