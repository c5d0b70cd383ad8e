"""Text as every room reads it: how two are compared, which words one has, where its sentences end."""

import re
import unicodedata
from typing import Final, NamedTuple

_UNSEEN: Final = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff]+"
)
"""Also what makes a picture of a letter: the frame of a keycap, and the choice of a coloured form."""
_FRAMED: Final = re.compile("[\U0001f130-\U0001f189\U0001f1e6-\U0001f1ff]")
_LETTER_AT_END: Final = re.compile(r"\bLETTER ([A-Z])$")
_KEYCAP_TEN: Final = "\U0001f51f"
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_COMPOUND: Final = re.compile(r"[^\W_]+(?:['.,-][^\W_]+)*")
_APOSTROPHES: Final = re.compile(r"[’‘`´']")
_NOT_LATIN: Final = re.compile(r"[^a-z0-9%]+")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’)]*(?=\s+[\"'“‘(]?[^\W_a-z])")
"""A closing sign before a word that begins with anything but a small letter."""


_LOOK_ALIKES: Final = str.maketrans(
    dict(
        zip(
            "авеёкмнорстухіїјѕһԁԛԝьαβγεικνορτυχϲАВЕЁКМНОРСТУХІЇЈЅԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
            "abeekmhopctyxiijshdqwbabyeikvoptuxcABEEKMHOPCTYXIIJSGQWABEZHIKMNOPTYX",
            strict=True,
        )
    )
)
"""Cyrillic and Greek letters that look like Latin ones, after Unicode's table of confusables (UTS 39)."""
_OF_ANOTHER_SCRIPT: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")


class Sentence(NamedTuple):
    """A sentence and where it begins in its text."""

    text: str
    offset: int


def legible(text: str) -> str:
    """`text` as somebody sees it, in plain letters and digits, with single blanks.

    What nobody sees is gone. A letter or digit of another width, in a circle or a frame is that letter or
    digit. A letter of another script that looks like a Latin one is taken for that, unless the text is
    really written in that script.
    """
    text = _FRAMED.sub(_framed_letter, text.replace(_KEYCAP_TEN, "10"))
    text = " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)).split())
    if text.isascii():
        return text
    text = "".join(map(_as_digit, text))
    latin = text.translate(_LOOK_ALIKES)
    return text if _OF_ANOTHER_SCRIPT.search(latin) else latin


def _as_digit(sign: str) -> str:
    """A digit of any script or ornament as the one that it is; anything else as it is."""
    digit = None if sign.isascii() else unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)


def _framed_letter(found: re.Match[str]) -> str:
    letter = _LETTER_AT_END.search(unicodedata.name(found.group(), ""))
    return letter.group(1).lower() if letter else found.group()


def folded(text: str) -> str:
    """`text` as it is compared: case, kinds of apostrophe and the width of gaps make no difference."""
    return " ".join(text.casefold().replace("’", "'").split())


def words_in(text: str, *, compounds: bool = False) -> list[str]:
    """The words of `text`, folded: letters and digits, with apostrophes between them.

    With `compounds`, a hyphenated word and a number with its separators are one word each.
    """
    return (_COMPOUND if compounds else _WORD).findall(folded(text))


def latin_words_in(text: str) -> list[str]:
    """The words of `text` in lower-case letters from a to z without accents, digits and percent signs.

    What stands around an apostrophe becomes one word. Text in another script has none.
    """
    bare = _APOSTROPHES.sub("", text)
    if not bare.isascii():
        parted = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in parted if not unicodedata.combining(letter))
    bare = bare.casefold()
    return [word for word in _NOT_LATIN.sub(" ", bare).split() if word.strip("%")]


def sentences_in(text: str) -> list[Sentence]:
    """The sentences of a written text. What is left without a full stop, such as a bullet, is one too."""
    found, start = [], 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        whole = text[start:end]
        if stripped := whole.strip():
            found.append(Sentence(stripped, start + len(whole) - len(whole.lstrip())))
        start = end
    return found


def cut_at(marks: str, text: str) -> list[str]:
    """The parts of `text` between any of `marks`, whatever stands around them.

    For what people type and recognisers write, where a full stop is the only sign of a sentence's end.
    """
    return re.split(f"[{re.escape(marks)}]+", text)
