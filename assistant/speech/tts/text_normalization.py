"""From written to spoken: text fit to be read aloud, and the pauses around it. The same for every voice."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.errors import SpeechError
from assistant.speech.sound import Samples
from assistant.speech.tts.script import Script
from assistant.speech.tts.units import rates_in_full

TITLE_PAUSE_S = 0.6
PARAGRAPH_PAUSE_S = 0.45
LINE_PAUSE_S = 0.3
"""After a line within a paragraph: the items of a list are lines."""
MOST_CHARACTERS = 20_000
"""About 20 minutes of speech; far above the longest answer."""

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
# A bare domain counts with the endings that people write; "e.g.this" or "p.5" is none.
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\bmailto:\S+|\S+@\S+\.[a-z]{2,}\S*"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|org|net|info|gov|edu|int|io|me|eu|uk|de|fr|es|us|ca|au|ch|nl)\b(?:[/?#:]\S*)?",
    re.IGNORECASE,
)
_AT = re.compile(r"\s*@\s*")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_MARKS = re.compile(r"[\[\]{}<>*_`#~^|\\•‣⁃·]")
# What is written short and said in full. A full stop that may also end the sentence stays with it.
_SHORT_FORMS = (
    (re.compile(r"\be\.\s?g\.,?", re.IGNORECASE), "for example"),
    (re.compile(r"\bi\.\s?e\.,?", re.IGNORECASE), "that is"),
    (re.compile(r"\betc\.(?=\s+[a-z]|[,;:)])"), "and so on"),
    (re.compile(r"\betc\b"), "and so on"),
    (re.compile(r"\bvs\b\.?", re.IGNORECASE), "versus"),
    (re.compile(r"\bapprox\.", re.IGNORECASE), "about"),
    (re.compile(r"\bNo\.\s?(?=\d)"), "number "),
    (re.compile(r"\bpp?\.\s?(?=\d)"), "page "),
    (re.compile(r"\bfig\.\s?(?=\d)", re.IGNORECASE), "figure "),
    (re.compile(r"\+/-|±"), " plus or minus "),
    (re.compile(r"(?:≥|>=)\s*(?=\d)"), " at least "),
    (re.compile(r"(?:≤|<=)\s*(?=\d)"), " at most "),
    (re.compile(r">\s*(?=\d)"), " more than "),
    (re.compile(r"<\s*(?=\d)"), " less than "),
    (re.compile(r"[≈~]\s*(?=\d)"), " about "),
    (re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)"), " by "),
    (re.compile(r"&"), " and "),
)
_PHONE = re.compile(
    r"\b(call|text|dial|ring|phone) (\d{3,5}(?: \d{2,4})*)\b|\b(is|on|at) (\d{3,5}(?: \d{2,4})+)\b",
    re.IGNORECASE,
)
"""A number to call is said digit by digit: nobody dials "nine hundred and eighty-eight"."""
_OPENING = re.compile(r"\s*\(\s*")
_CLOSING = re.compile(r"\s*\)")
_WORD_SLASH = re.compile(r"(?<=[^\W\d_])\s*/\s*(?=[^\W\d_])")
_AND_OR = re.compile(r"\band/or\b", re.IGNORECASE)
_OTHER_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")
_QUOTES = re.compile(r"[\"“”„«»]|(?<!\w)['‘‚’]|['’](?!\w)")
_QUOTED_END = re.compile(r"[.?!](?=[\"”»]\s+[a-z])")
"""Of a quotation in mid-sentence, such as a title that is a question: the voice would stop there."""
_DOUBLED = re.compile(r"([,;:])(?:\s*[,;:])+")
_BEFORE_STOP = re.compile(r"\s*[,;:]\s*(?=[.!?]|$)")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE = re.compile(r"\s+(?=[,.;:!?])")
_UNSPEAKABLE = frozenset({"So", "Sk", "Sm", "Me", "Cn", "Co", "Cs", "Cc", "Cf"})
"""Pictures, arrows and what cannot be seen (Unicode's general categories)."""
_SPOKEN_SIGNS = frozenset("+<>=±×≈≥≤|~°©®^")
"""Of those kinds, but taken care of below or said by every voice."""
_ALPHABETS = ("LATIN", "FULLWIDTH LATIN", "MICRO SIGN", "GREEK", "MODIFIER LETTER", "FEMININE", "MASCULINE")
_DRESSING = frozenset("\ufe0e\ufe0f\u203c\u2049\u3030\u303d")
"""Variation selectors, and the few emoji that Unicode counts as punctuation."""


def prepare(text: str) -> str:
    """One line of plain text to read aloud: no markup, brackets, quotation marks, addresses or pictures.

    What stood in brackets is kept between commas; `a/b` is read "a or b", and `mg/dl` "milligrams per
    decilitre". Nothing that an engine could take
    as a command, such as an inline pronunciation, is left.
    """
    text = "".join(
        " " if _is_unspeakable(character) else character for character in unicodedata.normalize("NFC", text)
    )
    text = rates_in_full(_PHONE.sub(_digit_by_digit, _ADDRESS.sub(" ", _LINK.sub(r"\1", text))))
    for pattern, replacement in (
        (_AT, " at "),
        (_TAG, " "),
        *_SHORT_FORMS,
        (_MARKS, " "),
        (_AND_OR, "and or"),
        (_WORD_SLASH, " or "),
        (_OTHER_SLASH, " "),
        (_OPENING, ", "),
        (_CLOSING, ", "),
        (_QUOTED_END, ""),
        (_QUOTES, ""),
        (_SPACES, " "),
        (_SPACE_BEFORE, ""),
        (_DOUBLED, r"\1"),
        (_BEFORE_STOP, ""),
    ):
        text = pattern.sub(replacement, text)
    return text.strip(" ,;:")


def _digit_by_digit(found: re.Match[str]) -> str:
    word, number = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{word} {', '.join(' '.join(group) for group in number.split())}"


def _is_unspeakable(character: str) -> bool:
    if character.isspace() or character in _SPOKEN_SIGNS:
        return False
    return character in _DRESSING or unicodedata.category(character) in _UNSPEAKABLE


def _going_on(line: str, marks: str = ",:") -> str:
    """The prepared line, with the comma or colon at its end if it has one: what follows belongs to it."""
    mark = line.rstrip()[-1:]
    prepared = prepare(line)
    return prepared + mark if prepared and mark and mark in marks else prepared


def passages(script: Script) -> Iterator[tuple[str, float]]:
    """What to read, each with the seconds of silence after it: the title first, then the paragraphs.

    The lines of a paragraph, such as the items of a list, are passages with a shorter silence between them.
    Every passage ends like a sentence, so that the voice falls; but for a line that ends with a comma or a
    colon, after which it goes on. Raises SpeechError when there is nothing to
    say or far too much.
    """
    if len(script.title) + sum(map(len, script.paragraphs)) > MOST_CHARACTERS:
        raise SpeechError(f"more than {MOST_CHARACTERS} characters to read")
    spoken = [(prepare(script.title), TITLE_PAUSE_S)]
    for paragraph in script.paragraphs:
        *lines, last = paragraph.splitlines() or [""]
        spoken += [(_going_on(line), LINE_PAUSE_S) for line in lines]
        spoken.append((_going_on(last, ":"), PARAGRAPH_PAUSE_S))
    spoken = [(text, pause) for text, pause in spoken if any(map(str.isalnum, text))]
    if not spoken:
        raise SpeechError("nothing to say")
    for place, (text, pause) in enumerate(spoken, start=1):
        is_last = place == len(spoken)
        if is_last:
            text = text.rstrip(",:")
        ended = text if text[-1] in ".!?…,:" else text + "."
        yield ended, 0.0 if is_last else pause


def problem_in(script: Script) -> str | None:
    """Why a voice of a Latin alphabet cannot speak all of this; None: it can."""
    try:
        text = " ".join(passage for passage, _ in passages(script))
    except SpeechError as error:
        return f"{error}"
    strange = {
        each for each in text if each.isalpha() and not unicodedata.name(each, "").startswith(_ALPHABETS)
    }
    return f"the voice does not know {' '.join(sorted(strange)[:10])}" if strange else None


def joined(parts: Sequence[tuple[Samples, float]]) -> Samples:
    """Passages one after the other, with their pauses; all at one sample rate. At least one part."""
    rate_hz = parts[0][0].sample_rate_hz
    pieces = []
    for samples, pause_s in parts:
        pieces += [samples.pcm, np.zeros(int(pause_s * rate_hz), np.int16)]
    return Samples(np.concatenate(pieces), rate_hz)
