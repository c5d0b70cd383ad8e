"""Whisper that keeps what it nearly wrote, and can listen a second time at little cost.

Encoding the sound takes most of the time; writing it down takes little. So a second reading with
another prompt reuses the encoded sound, and the runners-up of every search are kept.
"""

import math
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import TranscriptionOptions, get_compression_ratio
from numpy.typing import NDArray

from assistant.text import words_in

_TOKENS_PER_SECOND: Final = 15
"""Twice what the fastest speech takes. Without a bound, a second of noise may become one word over and over,
for five seconds."""
_FEWEST_TOKENS: Final = 30
_FRAMES_PER_SECOND: Final = 50
"""Of encoded sound."""
_MARGIN_S: Final = 0.5
_MOST_SCORED: Final = 24
_ENDS_LOOKED_AT: Final = 4
"""Of so many, the likeliest, it is asked whether more would be written after them."""
_MORE_TOKENS: Final = 3
LEAST_SCORE: Final = -12.0
"""Log probability from which on nothing is told apart: one in 160,000."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to write down a stretch of sound; `avg_logprob` as faster-whisper reckons it."""

    text: str
    tokens: list[int]
    avg_logprob: float
    compression_ratio: float

    @property
    def confidence(self) -> float:
        """Geometric mean of the tokens' probabilities."""
        return math.exp(min(0.0, self.avg_logprob))


@dataclass(frozen=True, slots=True)
class _Window:
    """Up to thirty seconds of sound as the model heard them."""

    encoded: Any
    """A `ctranslate2.StorageView`: that package ships no types."""
    tokenizer: Tokenizer
    options: TranscriptionOptions
    readings: tuple[Hypothesis, ...]


class NBestWhisper(WhisperModel):  # type: ignore[misc] # the package ships no type information
    """A WhisperModel that remembers the windows of each thread's last transcription."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._of_thread = threading.local()

    def begin(self, seconds: float) -> None:
        """Forgets this thread's last recording; the next one lasts so long."""
        self._of_thread.windows = []
        self._of_thread.most_tokens = round(_FEWEST_TOKENS + _TOKENS_PER_SECOND * seconds)

    @property
    def _windows(self) -> list[_Window]:
        windows: list[_Window] | None = getattr(self._of_thread, "windows", None)
        if windows is None:
            self._of_thread.windows = windows = []
        return windows

    def generate_with_fallback(
        self,
        encoder_output: Any,
        prompt: list[int],
        tokenizer: Tokenizer,
        options: TranscriptionOptions,
    ) -> tuple[Any, float, float, float]:
        """Replaces faster-whisper's own search: all of the beam is kept, and there is no fallback."""
        result, readings = self._search(encoder_output, prompt, tokenizer, options)
        self._windows.append(_Window(encoder_output, tokenizer, options, readings))
        best = readings[0]
        return result, best.avg_logprob, 0.0, best.compression_ratio

    def readings(self) -> tuple[Hypothesis, ...]:
        """What the last recording may be, best first; nothing for one of more than one window, or none."""
        return self._windows[0].readings if len(self._windows) == 1 else ()

    def listened_again(self, prompt: str) -> tuple[Hypothesis, ...]:
        """The last recording's readings under another prompt; nothing for one of more than one window."""
        if len(self._windows) != 1:
            return ()
        window = self._windows[0]
        before = window.tokenizer.encode(" " + prompt.strip())
        tokens = self.get_prompt(window.tokenizer, before, without_timestamps=True)
        return self._search(window.encoded, tokens, window.tokenizer, window.options)[1]

    def scores(self, texts: Sequence[str], seconds: float) -> tuple[float, ...]:
        """The log probability that the last recording, of so many `seconds`, is written just like each of
        `texts`, under no prompt; LEAST_SCORE for what cannot be among the likeliest. Nothing for a recording
        of more than one window.

        Only the encoded sound is looked at, and not the silence after it: a tenth of a second for all.
        """
        if len(self._windows) != 1 or not texts:
            return ()
        window = self._windows[0]
        tokens = [self.hf_tokenizer.encode(f" {text}", add_special_tokens=False).ids for text in texts]
        frames = min(window.encoded.shape[1], round((seconds + _MARGIN_S) * _FRAMES_PER_SECOND))
        sound = np.asarray(window.encoded)[:, :frames]
        start = [*window.tokenizer.sot_sequence, window.tokenizer.no_timestamps]
        first = self._first_token(sound, start)
        # The first token alone bounds the whole.
        order = sorted(range(len(texts)), key=lambda place: -first[tokens[place][0]])
        kept = [place for place in order[:_MOST_SCORED] if first[tokens[place][0]] > LEAST_SCORE]
        scores = [LEAST_SCORE] * len(texts)
        if kept:
            found = self.model.align(
                StorageView.from_array(np.ascontiguousarray(np.repeat(sound, len(kept), axis=0))),
                start,
                [tokens[place] for place in kept],
                frames,
            )
            for place, each in zip(kept, found, strict=True):
                score = float(np.log(np.maximum(each.text_token_probs, 1e-9)).sum())
                scores[place] = max(score, LEAST_SCORE)
        # Who says "number one" may be heard to write "No. 1", and that begins just like a "No.".
        for place in sorted(kept, key=lambda place: -scores[place])[:_ENDS_LOOKED_AT]:
            if words_in(self._completed(window.encoded, start, tokens[place])) != words_in(texts[place]):
                scores[place] = LEAST_SCORE
        return tuple(scores)

    def _completed(self, encoded: Any, start: list[int], tokens: list[int]) -> str:
        """What is written by whoever begins like that: nothing more, where nothing but silence is left."""
        result = self.model.generate(
            encoded,
            [[*start, *tokens]],
            beam_size=1,
            max_length=len(start) + len(tokens) + _MORE_TOKENS,
            suppress_tokens=[],
        )[0]
        text: str = self.hf_tokenizer.decode(result.sequences_ids[0])
        return text

    def _first_token(self, sound: NDArray[np.float32], start: list[int]) -> NDArray[np.float64]:
        """The log probability of each token to be the first."""
        result = self.model.generate(
            StorageView.from_array(np.ascontiguousarray(sound)),
            [start],
            beam_size=1,
            max_length=len(start) + 1,
            return_logits_vocab=True,
            suppress_blank=False,
            suppress_tokens=[],
        )[0]
        logits = np.asarray(result.logits[0], dtype=np.float64).reshape(-1)
        above = logits - logits.max()
        log_probabilities: NDArray[np.float64] = above - math.log(float(np.exp(above).sum()))
        return log_probabilities

    def _search(
        self,
        encoded: Any,
        prompt: Sequence[int],
        tokenizer: Tokenizer,
        options: TranscriptionOptions,
    ) -> tuple[Any, tuple[Hypothesis, ...]]:
        most_tokens: int = getattr(self._of_thread, "most_tokens", int(self.max_length))
        result = self.model.generate(
            encoded,
            [list(prompt)],
            beam_size=options.beam_size,
            num_hypotheses=options.beam_size,
            patience=options.patience,
            length_penalty=options.length_penalty,
            repetition_penalty=options.repetition_penalty,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            max_length=min(len(prompt) + most_tokens, self.max_length),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=options.suppress_blank,
            suppress_tokens=options.suppress_tokens,
            max_initial_timestamp_index=round(options.max_initial_timestamp / self.time_precision),
        )[0]
        readings = tuple(
            _reading(tokens, score, tokenizer, options)
            for tokens, score in zip(result.sequences_ids, result.scores, strict=True)
        )
        return result, readings


def _reading(
    tokens: list[int], score: float, tokenizer: Tokenizer, options: TranscriptionOptions
) -> Hypothesis:
    text = tokenizer.decode(tokens).strip()  # leaves timestamps out
    # As faster-whisper does it: the end of the text counts as a token.
    mean = score * len(tokens) ** options.length_penalty / (len(tokens) + 1)
    return Hypothesis(text, tokens, mean, get_compression_ratio(text))


def distinct(readings: Iterable[Hypothesis], besides: str, most: int) -> tuple[Hypothesis, ...]:
    """The readings that differ in words from `besides` and from each other, the surest first."""
    seen = {tuple(words_in(besides)), ()}
    kept = []
    for reading in sorted(readings, key=lambda reading: -reading.avg_logprob):
        words = tuple(words_in(reading.text))
        if words not in seen:
            seen.add(words)
            kept.append(reading)
    return tuple(kept[:most])
