"""Is what Whisper wrote down what somebody said? It always writes something, fluent and sure of itself.

The thresholds were set on synthetic voices reading questions about the illness (clean, and with noise at 10
dB), against silence, noise, hum, music and speech in twelve other languages, heard by the English tiny model
with a listening prompt. Without a prompt the probabilities are lower, and more is turned away.
"""

import math
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Protocol

from assistant.speech.sound import Samples
from assistant.speech.stt.audibility import is_loud
from assistant.text import cut_at, words_in
from assistant.transcript import Heard, Unheard, UnheardReason

LEAST_CONFIDENCE = 0.42
"""Geometric mean of the tokens' probabilities. Below it hardly a word is right. For some way above it many
words are wrong, and speech in other languages gets that far too; but where several such readings mean the
same, they are right often enough to ask back (`assistant.nlu.stages.nbest_fusion`).
"""
_LEAST_LOGPROB_OF_A_SEGMENT = -1.0
_MOST_COMPRESSION = 2.4
"""Whisper's own limit (`compression_ratio_threshold`): text that zlib shrinks more than this is a loop."""
_LEAST_DISTINCT = 0.4
_LOOP_WORDS = 8
"""Short loops, which zlib hardly shrinks: eight words or more, of which less than two fifths differ."""
_LEAST_KEPT = 0.5
_ECHO_WORDS = 6
_ECHO_SHARE = 0.6
_STOCK_CONFIDENCE = 0.75
_STOCK_PHRASES = frozenset(
    {
        "thank you",
        "thank you very much",
        "thank you so much",
        "thank you for watching",
        "thanks for watching",
        "thank you very much for watching",
        "please subscribe",
        "see you next time",
        "see you in the next video",
        "bye",
        "bye bye",
        "you",
        "so",
        "okay",
        "the end",
    }
)
"""What Whisper makes of noise: closing words of the videos that it learnt from."""


class Segment(Protocol):
    """The part of faster-whisper's segment that is looked at here."""

    @property
    def text(self) -> str: ...
    @property
    def tokens(self) -> list[int]: ...
    @property
    def avg_logprob(self) -> float: ...
    @property
    def compression_ratio(self) -> float: ...


def judged(segments: Sequence[Segment], prompt: str, samples: Samples) -> Heard | Unheard:
    """The words, when they may be acted on.

    Confidence is exp(mean log probability of a token), the geometric mean of the tokens' probabilities, over
    all segments that count. UNCLEAR: below LEAST_CONFIDENCE, loops, a copy of the prompt, or stock phrases
    that are not said clearly. Without speech: SILENT when the recording is quiet, UNCLEAR when it is not.
    """
    if not any(words_in(segment.text) for segment in segments):
        return Unheard(UnheardReason.UNCLEAR if is_loud(samples) else UnheardReason.SILENT)
    kept = [
        segment
        for segment in segments
        if segment.avg_logprob >= _LEAST_LOGPROB_OF_A_SEGMENT and not is_loop(segment)
    ]
    text = " ".join(segment.text.strip() for segment in kept).strip()
    tokens = _tokens(kept)
    if not words_in(text) or tokens < _LEAST_KEPT * _tokens(segments):
        return Unheard(UnheardReason.UNCLEAR)
    confidence = math.exp(
        min(0.0, sum(segment.avg_logprob * max(1, len(segment.tokens)) for segment in kept) / tokens)
    )
    if confidence < LEAST_CONFIDENCE or _is_echo(text, prompt) or _is_stock(text, confidence):
        return Unheard(UnheardReason.UNCLEAR)
    return Heard(text, confidence, samples.seconds)


def _tokens(segments: Sequence[Segment]) -> int:
    return sum(max(1, len(segment.tokens)) for segment in segments)


def is_loop(segment: Segment, least_words: int = _LOOP_WORDS) -> bool:
    """Whether it says the same over and over, in `least_words` or more: what Whisper does when at a loss."""
    words = words_in(segment.text)
    few = len(words) >= least_words and len(set(words)) < _LEAST_DISTINCT * len(words)
    return few or segment.compression_ratio > _MOST_COMPRESSION


def _is_echo(text: str, prompt: str) -> bool:
    """Whether most of the text is one run of words out of the prompt."""
    said, given = words_in(text), words_in(prompt)
    run = SequenceMatcher(None, said, given, autojunk=False).find_longest_match().size
    return run >= _ECHO_WORDS and run >= _ECHO_SHARE * len(said)


def _is_stock(text: str, confidence: float) -> bool:
    if confidence >= _STOCK_CONFIDENCE:
        return False
    sentences = [" ".join(words_in(part)) for part in cut_at(".,!", text)]
    return all(sentence in _STOCK_PHRASES for sentence in sentences if sentence)
