"""Rare words said right: phonemes from the library, put into the text as the local voice takes them."""

import re
from collections.abc import Mapping

_SIBILANTS = ("s", "z", "ʃ", "ʒ", "ʧ", "ʤ")
_VOICELESS = ("p", "t", "k", "f", "θ")
_SAFE = re.compile(r"[^\s/()\[\]][^/()\[\]]*")


def pronounced(text: str, pronunciations: Mapping[str, str]) -> str:
    """The text with `[word](/phonemes/)` for every known word in it, whatever its case.

    Whole words only, and their plurals and possessives, whose ending gets the sound that English gives it.
    `text` is prepared text without brackets (`text_normalization.prepare`); phonemes that could break
    out of the notation are left out.
    """
    known = {word.lower(): phonemes for word, phonemes in pronunciations.items() if _SAFE.fullmatch(phonemes)}
    if not known:
        return text
    words = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w'’-])({words})(['’]s|s['’]|es|s|['’](?!\w))?(?!\w)", re.IGNORECASE)

    def marked(found: re.Match[str]) -> str:
        phonemes = known[found[1].lower()]
        if found[2] and "s" in found[2].lower():
            phonemes += _s_sound(phonemes)
        return f"[{found[0]}](/{phonemes}/)"

    return pattern.sub(marked, text)


def _s_sound(phonemes: str) -> str:
    """How a plural or possessive s sounds after these phonemes."""
    if phonemes.endswith(_SIBILANTS):
        return "ᵻz"
    return "s" if phonemes.endswith(_VOICELESS) else "z"
