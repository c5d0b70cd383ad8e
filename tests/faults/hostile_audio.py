"""Files that nobody with good intentions sends, made from a seed: the same number is the same file."""

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from assistant.speech.audio import encode_flac
from assistant.speech.sound import AudioFile, Samples
from tests.faults.harness import CANARIES
from tests.speech import sounds

_RATE_HZ = 16_000
_MIMES = (
    *("audio/ogg", "audio/webm", "video/mp4", "audio/mpeg", "audio/wav", "audio/flac", "audio/aac"),
    *("audio/amr", "audio/x-m4a", "audio/opus", "application/ogg", "video/quicktime"),
    *("application/sdp", "application/vnd.apple.mpegurl", "text/plain", "", "AUDIO/OGG; codecs=opus"),
)
_MAGICS = (
    *(b"OggS", b"ID3", b"RIFF\0\0\1\0WAVE", b"RF64\0\0\1\0WAVE", b"fLaC", b"#!AMR\n", b"\x1a\x45\xdf\xa3"),
    *(
        b"\0\0\0\x18ftyp",
        b"FORM\0\0\1\0AIFF",
        b"caff\0\1\0\0",
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    ),
)
_MAGICS_WEAK = (b"\xff\xfb", b"\xff\xf1", b"\0\0\0\x10moov")
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Lures:
    """What a file asks the decoder to touch. Whoever touches one of them is noticed (`canary.py`)."""

    file: Path
    port: int

    @property
    def addresses(self) -> tuple[str, ...]:
        """The same two places, in all the ways to name them."""
        host = f"127.0.0.1:{self.port}"
        return (
            *(str(self.file), f"file:{self.file}", f"file://{self.file}", f"concat:{self.file}|{self.file}"),
            *(f"subfile,,start,0,end,9,,:{self.file}", f"crypto+file:{self.file}", f"cache:{self.file}"),
            *(f"http://{host}/x.ogg", f"tcp://{host}", f"hls+http://{host}/x.m3u8", f"rtmp://{host}/x"),
            *(f"rtsp://{host}/x", f"ftp://{host}/x", f"async:http://{host}/x", f"tls://{host}"),
        )


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file, and the name of the idea behind it."""

    kind: str
    file: AudioFile


def hostile_files(count: int, seed: int, lures: Lures) -> Iterator[Hostile]:
    """`count` files, every kind in turn."""
    kinds = tuple(_KINDS.items())
    for number in range(count):
        name, make = kinds[number % len(kinds)]
        dice = random.Random(f"{seed}:{number}")  # noqa: S311 - files from a seed, not secrets
        data, mime = make(dice, lures)
        yield Hostile(name, AudioFile(data, mime))


@cache
def _sound_files() -> tuple[tuple[bytes, str], ...]:
    """A second and a half of a changing sound in every container that is accepted and can be written.

    Somebody's name is their title, where they have one.
    """
    time = np.arange(int(1.5 * _RATE_HZ)) / _RATE_HZ
    sound = sounds.sampled(0.4 * np.sin(2 * np.pi * (200 + 300 * time) * time))
    named = partial(sounds.file_of, sound, title=CANARIES.name)
    return (
        (named("ogg", "libopus"), "audio/ogg"),
        (named("webm", "libopus"), "audio/webm"),
        (named("mp4", "aac"), "audio/mp4"),
        (named("mp4", "aac", with_picture=True), "video/mp4"),
        (named("mp3", "libmp3lame"), "audio/mpeg"),
        (named("wav", "pcm_s16le"), "audio/wav"),
        (named("adts", "aac"), "audio/aac"),
        (named("caf", "alac"), "audio/x-caf"),
        (named("aiff", "pcm_s16be"), "audio/aiff"),
        (named("asf", "wmav2"), "audio/x-ms-wma"),
        (named("avi", "libmp3lame", with_picture=True), "video/x-msvideo"),
        (named("mpegts", "ac3"), "video/mp2t"),
        (named("vob", "mp2", with_picture=True), "video/mpeg"),
        (encode_flac(sound), "audio/flac"),
    )


def _good(dice: random.Random) -> tuple[bytes, str]:
    return dice.choice(_sound_files())


def _ogg(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    """A voice note changed inside, with its checksums made right again: the decoder gets to see it."""
    data, mime = _sound_files()[0]
    return _with_ogg_checksums(_changed(dice, data)), mime


def _mutated(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    data, mime = _good(dice)
    return _changed(dice, data), mime


def _changed(dice: random.Random, data: bytes) -> bytes:
    """One to eight small wounds."""
    wounded = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(max(1, len(wounded)))
        # Headers decide more than what follows them.
        if dice.random() < 0.5:
            at = min(at, dice.randrange(300))
        length = dice.choice((1, 2, 4, 8, 64, 700))
        match dice.randrange(6):
            case 0:
                wounded[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                wounded[at : at + 4] = struct.pack(dice.choice(("<I", ">I")), dice.choice(_EXTREMES))
            case 2:
                del wounded[at : at + length]
            case 3:
                wounded[at:at] = wounded[at : at + length]
            case 4:
                wounded[at:at] = dice.randbytes(length)
            case _:
                wounded[at : at + length] = bytes(min(length, max(0, len(wounded) - at)))
    return bytes(wounded)


def _with_ogg_checksums(data: bytes) -> bytes:
    mended = bytearray(data)
    at = mended.find(b"OggS")
    while at >= 0 and at + 27 <= len(mended):
        table = mended[at + 27 : at + 27 + mended[at + 26]]
        end = at + 27 + len(table) + sum(table)
        if end <= len(mended):
            mended[at + 22 : at + 26] = bytes(4)
            mended[at + 22 : at + 26] = struct.pack("<I", _ogg_crc(mended[at:end]))
        at = mended.find(b"OggS", at + 4)
    return bytes(mended)


@cache
def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)


def _ogg_crc(page: bytes | bytearray) -> int:
    table, crc = _crc_table(), 0
    for byte in page:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ table[(crc >> 24) ^ byte]
    return crc


def _truncated(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    data, mime = _good(dice)
    # Nothing at all, a few bytes, or anything up to all but one.
    return data[: dice.choice((0, dice.randrange(80), dice.randrange(len(data))))], mime


def _spliced(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    """The beginning of one kind of file and the rest of another."""
    (one, mime), (other, _) = _good(dice), _good(dice)
    return one[: dice.randrange(len(one))] + other[dice.randrange(len(other)) :], mime


def _mislabelled(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    return _good(dice)[0], dice.choice(_MIMES)


def _noise(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    magic = dice.choice((*_MAGICS, *_MAGICS_WEAK, b""))
    return magic + dice.randbytes(dice.choice((0, 1, 30, 2_000, 60_000))), dice.choice(_MIMES)


def _disguised(dice: random.Random, text: str) -> tuple[bytes, str]:
    """As it is, or behind the first bytes of something accepted."""
    return dice.choice((b"", b"", *_MAGICS)) + text.encode(), dice.choice(_MIMES)


def _session_description(dice: random.Random, lures: Lures) -> tuple[bytes, str]:
    port = dice.choice((lures.port, 0, 65535))
    return _disguised(
        dice,
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 96\n"
        f"a=rtpmap:96 opus/48000/2\na=control:{dice.choice(lures.addresses)}\n",
    )


def _playlist(dice: random.Random, lures: Lures) -> tuple[bytes, str]:
    address = dice.choice(lures.addresses)
    return _disguised(
        dice,
        dice.choice(
            (
                f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n",
                f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{address}"\n#EXTINF:9,\n{address}\n',
                f'#EXTM3U\n#EXT-X-MAP:URI="{address}"\n#EXTINF:9,\n{address}\n',
                f"ffconcat version 1.0\nfile '{address}'\nduration 9\n" * dice.choice((1, 500)),
                f'<MPD><Period><AdaptationSet><BaseURL>{address}</BaseURL><Representation id="a"/>'
                "</AdaptationSet></Period></MPD>",
                f"[playlist]\nFile1={address}\nNumberOfEntries=1\n",
                f'<smil><body><audio src="{address}"/></body></smil>',
                f";FFMETADATA1\n[STREAM]\nsrc={address}\n",
            )
        ),
    )


def _reference(dice: random.Random, lures: Lures) -> tuple[bytes, str]:
    """An MP4 file whose sound is said to lie elsewhere."""
    address = dice.choice(lures.addresses).encode() + b"\0"
    data = dice.choice((_sound_files()[2][0], _sound_files()[3][0]))
    if dice.random() < 0.5:
        box = _box(b"url ", bytes(4) + address)
    else:  # a Macintosh alias, with the path as its second kind of name
        path = str(lures.file).encode()
        alias = bytes(10) + bytes(140) + struct.pack(">hH", 18, len(path)) + path + struct.pack(">hH", -1, 0)
        box = _box(b"alis", bytes(4) + alias)
    dref = _box(b"dref", bytes(4) + struct.pack(">I", 1) + box)
    return _with_box_replaced(data, b"dref", dref), dice.choice(("audio/mp4", "video/quicktime"))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _with_box_replaced(data: bytes, wanted: bytes, new: bytes) -> bytes:
    made, at = b"", 0
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size < 8:
            break
        box = data[at : at + size]
        if name == wanted:
            box = new
        elif name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
            box = _box(name, _with_box_replaced(box[8:], wanted, new))
        made, at = made + box, at + size
    return made + data[at:]


def _forged(dice: random.Random, _: Lures) -> tuple[bytes, str]:
    """Rates, channels and lengths that no recording has."""
    rate = dice.choice((0, 1, 3_999, 4_000, 192_000, 192_001, 2**31 - 1, 2**32 - 1))
    channels = dice.choice((0, 1, 2, 8, 9, 255, 65_535))
    if dice.random() < 0.3:
        head = b"OpusHead" + struct.pack(
            "<BBHIhB", 1, channels % 256, 312, rate, -1, dice.choice((0, 0, 1, 255))
        )
        page = b"OggS\0\2" + bytes(8) + b"abcd" + bytes(8) + bytes([1, len(head)]) + head
        return _with_ogg_checksums(page + _sound_files()[0][0][47:]), "audio/ogg"
    bits, form = (
        dice.choice((0, 1, 8, 16, 24, 32, 64, 65_535)),
        dice.choice((0, 1, 3, 6, 7, 85, 0xFFFE, 0xFFFF)),
    )
    says = dice.choice((0, 1, 4_000, 2**31 - 1, 2**32 - 1))
    align = max(0, min(65_535, channels * bits // 8))
    layout = struct.pack("<HHIIHH", form, channels, rate, min(2**32 - 1, rate * align), align, bits)
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout + b"data" + struct.pack("<I", says)
    body = dice.randbytes(dice.choice((0, 7, 4_000, 60_000)))
    return b"RIFF" + struct.pack("<I", says) + b"WAVE" + chunks + body, "audio/wav"


@cache
def _bombs() -> tuple[tuple[bytes, str], ...]:
    hour = Samples(np.zeros(3_600 * _RATE_HZ, np.int16), _RATE_HZ)
    return (
        (sounds.opus_of_silence(20), "audio/ogg"),
        (sounds.opus_of_silence(300), "audio/ogg"),
        (encode_flac(hour), "audio/flac"),
        (b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(1_000_000), "audio/mpeg"),
        (b"ID3\4\0\0\0\x0f\x7f\x76APIC\x7f\x7f\x7f\x7f\0\0" * 20_000, "audio/mpeg"),
        (
            b"\x1a\x45\xdf\xa3\x01" + b"\xff" * 7 + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 * 20_000,
            "audio/webm",
        ),
        (b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\xff" * 100_000, "audio/webm"),
        (_nested(b"moov", 5_000), "audio/mp4"),
        (_box(b"ftyp", b"M4A \0\0\0\0") + _nested(b"udta", 5_000), "audio/mp4"),
        (b"OggS\0\2" + bytes(20) + b"\xff" * 256 + bytes(2_000_000), "audio/ogg"),
        (b"#!AMR\n" + b"\x3c" + bytes(3_000_000), "audio/amr"),
        (b"\xff\xf1\x50\x80\x01\x1f\xfc" * 300_000, "audio/aac"),
        (b"\xff\xfb\x90\x64" * 500_000, "audio/mpeg"),
        (b"fLaC\x04\xff\xff\xff" + struct.pack("<II", 2**32 - 1, 2**32 - 1) * 200_000, "audio/flac"),
    )


def _nested(name: bytes, depth: int) -> bytes:
    """Boxes in boxes."""
    return b"".join(struct.pack(">I", 8 * (depth - level)) + name for level in range(depth))


def _bomb(dice: random.Random, lures: Lures) -> tuple[bytes, str]:
    """Small files that say they are huge, or are."""
    data, mime = dice.choice(_bombs())
    if dice.random() < 0.5:
        return data, mime
    return _changed(dice, data), mime


_KINDS: dict[str, Callable[[random.Random, Lures], tuple[bytes, str]]] = {
    "OGG changed, checksums right": _ogg,
    "changed": _mutated,
    "cut short or empty": _truncated,
    "two spliced": _spliced,
    "mislabelled": _mislabelled,
    "noise": _noise,
    "SDP": _session_description,
    "HLS, ffconcat and other lists": _playlist,
    "MP4 that refers elsewhere": _reference,
    "forged rates": _forged,
    "bomb": _bomb,
}
KINDS: Sequence[str] = tuple(_KINDS)
