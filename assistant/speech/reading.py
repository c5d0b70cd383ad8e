"""From written to spoken: text fit to be read aloud, and the pauses around it. The same for every voice."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.errors import SpeechError
from assistant.speech.values import Samples, Script

TITLE_PAUSE_S = 0.6
PARAGRAPH_PAUSE_S = 0.45
MOST_CHARACTERS = 20_000
"""About 20 minutes of speech; far above the longest answer."""

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_MARKS = re.compile(r"[\[\]{}<>*_`#~^|\\]")
_OPENING = re.compile(r"\s*\(\s*")
_CLOSING = re.compile(r"\s*\)")
_WORD_SLASH = re.compile(r"(?<=[^\W\d_])\s*/\s*(?=[^\W\d_])")
_AND_OR = re.compile(r"\band/or\b", re.IGNORECASE)
_OTHER_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")
_QUOTES = re.compile(r"[\"“”„«»]|(?<!\w)['‘‚’]|['’](?!\w)")
_DOUBLED = re.compile(r"([,;:])(?:\s*[,;:])+")
_BEFORE_STOP = re.compile(r"\s*[,;:]\s*(?=[.!?]|$)")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE = re.compile(r"\s+(?=[,.;:!?])")
_UNSPEAKABLE = frozenset({"So", "Sk", "Cn", "Co", "Cs", "Cc", "Cf"})


def prepare(text: str) -> str:
    """One line of plain text to read aloud: no markup, brackets, quotation marks, addresses or pictures.

    What stood in brackets is kept between commas; `a/b` is read "a or b". Nothing that an engine could take
    as a command, such as an inline pronunciation, is left.
    """
    text = "".join(
        character if character.isspace() or unicodedata.category(character) not in _UNSPEAKABLE else " "
        for character in unicodedata.normalize("NFC", text)
    )
    for pattern, replacement in (
        (_LINK, r"\1"),
        (_ADDRESS, " "),
        (_TAG, " "),
        (_MARKS, " "),
        (_AND_OR, "and or"),
        (_WORD_SLASH, " or "),
        (_OTHER_SLASH, " "),
        (_OPENING, ", "),
        (_CLOSING, ", "),
        (_QUOTES, ""),
        (_SPACES, " "),
        (_SPACE_BEFORE, ""),
        (_DOUBLED, r"\1"),
        (_BEFORE_STOP, ""),
    ):
        text = pattern.sub(replacement, text)
    return text.strip(" ,;:")


def passages(script: Script) -> Iterator[tuple[str, float]]:
    """What to read, each with the seconds of silence after it: the title first, then the paragraphs.

    Every passage ends like a sentence, so that the voice falls. Raises SpeechError when there is nothing to
    say or far too much.
    """
    if len(script.title) + sum(map(len, script.paragraphs)) > MOST_CHARACTERS:
        raise SpeechError(f"more than {MOST_CHARACTERS} characters to read")
    spoken = [(prepare(script.title), TITLE_PAUSE_S)]
    spoken += [(prepare(paragraph), PARAGRAPH_PAUSE_S) for paragraph in script.paragraphs]
    spoken = [(text, pause) for text, pause in spoken if any(map(str.isalnum, text))]
    if not spoken:
        raise SpeechError("nothing to say")
    for place, (text, pause) in enumerate(spoken, start=1):
        ended = text if text[-1] in ".!?…" else text + "."
        yield ended, pause if place < len(spoken) else 0.0


def joined(parts: Sequence[tuple[Samples, float]]) -> Samples:
    """Passages one after the other, with their pauses; all at one sample rate. At least one part."""
    rate_hz = parts[0][0].sample_rate_hz
    pieces = []
    for samples, pause_s in parts:
        pieces += [samples.pcm, np.zeros(int(pause_s * rate_hz), np.int16)]
    return Samples(np.concatenate(pieces), rate_hz)
