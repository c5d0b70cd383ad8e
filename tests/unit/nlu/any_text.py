"""Texts that nobody thought of: what a property test about words draws from."""

import string
import unicodedata
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from assistant.nlu.words import bounded, plain

NOISE_LENGTH = 10_000
"""Characters. No message that a person means is as long."""

_ODD = [
    *"\x00\x07\x1b\x7f\u00a0\u00ad\u0301\u061c\u200b\u200d\u200e\u200f\u202a\u202e\u2028\u2066\ufe0f\ufeff\ufffd",
    *"ŉıİßſﬁ½№™①㍱ﷺ",
    *"אבגدعמךقلب",
    *"你好प्रश्नคำถามвопрос",
    *"🙂🩺👩‍⚕️🇬🇧",
    "\ud800",  # JSON can carry half a pair
]
_WRITTEN = string.ascii_letters + string.digits + " '’%-.,;:!?/\n"
_SHORT = (
    *("is", "it", "a", "the", "to", "of", "and", "can", "do", "you", "my", "i", "not", "now", "two", "one"),
    *("he", "she", "was", "what", "how", "why", "who", "when", "cant", "u", "ppl", "calcium", "pain", "skin"),
    *("lump", "doctor", "cure", "calcinosis", "universal", "diagnos", "tretment", "sklero", "derma"),
)

_characters = st.one_of(
    st.characters(exclude_categories=()), st.sampled_from(_ODD), st.sampled_from(list(_WRITTEN))
)
_words = st.lists(
    st.sampled_from(_SHORT) | st.text(string.ascii_lowercase, min_size=1, max_size=14), max_size=40
)
_repeated = st.builds(
    lambda piece, times: piece * times, st.text(_characters, min_size=1, max_size=12), st.integers(2, 400)
)

any_text = st.one_of(
    st.text(_characters, max_size=200),
    st.text(_WRITTEN, max_size=200),
    _words.map(" ".join),
    _repeated,
    st.integers(100, 3_000).map("pneumono".__mul__),
    st.text(string.digits + " ", max_size=60),
)
"""Unicode of all kinds, keys hit at random, words in no order, one thing repeated, endless words, digits."""

any_plain_text = any_text.map(lambda text: plain(bounded(text)))
"""The same as the stages after `plain` see it."""

wordless_text = st.text(
    st.characters(categories=["P", "S", "Z", "C"], exclude_characters=string.printable)
    | st.sampled_from([*string.punctuation.replace("%", ""), *string.whitespace, *"אבدعמ你好вопрос🙂🩺"]),
    max_size=300,
).filter(lambda text: not _has_latin(text))
"""Empty or blank text, punctuation, signs, other scripts: no Latin letter and no digit, however written."""


def _noise(seed: int, spaces: int) -> str:
    signs = Random(seed)  # noqa: S311  # noise, not a secret
    if spaces < 0:
        return "".join(chr(signs.randrange(0x110000)) for _ in range(NOISE_LENGTH))
    return "".join(signs.choices(string.ascii_lowercase + " " * spaces, k=NOISE_LENGTH))


noise = st.builds(_noise, st.integers(0, 2**32), st.integers(-2, 8))
"""10,000 characters drawn at random: any at all, or letters with more or fewer blanks between them."""


def _has_latin(text: str) -> bool:
    """Whether signs such as "™", "①" or a letter in a circle hide a letter or a digit."""
    return any(sign.isascii() and sign.isalnum() for sign in unicodedata.normalize("NFKD", text).casefold())


def examples(number: int) -> settings:
    """So many examples, the same ones in every run: a failure comes from a change, not from luck."""
    return settings(max_examples=number, deadline=None, derandomize=True)
