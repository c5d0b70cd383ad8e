"""Runs the trained encoder: one look at a text gives its vector, what is asked, and how alarming it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.nlu.index.labels import Kinds

Vectors = NDArray[np.float32]

DIMENSIONS: Final = 384
MAX_TOKENS: Final = 128
"""Longer texts are looked at in parts."""
WORDS: Final = "words"
VECTOR: Final = "vector"
INTENTS: Final = "intents"
ALARMS: Final = "alarms"
"""What goes into the graph, and what comes out."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """Where the words' embeddings lie in a file: whole numbers of eight bits, and a scale for each row."""

    words: int
    numbers_at: int
    scales_at: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the encoder makes of one text."""

    vector: Vectors
    """Of unit length."""
    intents: Vectors
    """The belief in each of `Kinds.intents`; together 1."""
    alarms: Vectors
    """The belief in each of `Kinds.alarms`; together 1."""


class Encoder:
    """The trained network. Each text is worked out by itself, so what is seen depends on that text alone."""

    def __init__(
        self, graph: Path, id_: str, kinds: Kinds, words: Path, table: WordTable, tokenizer: Path
    ) -> None:
        """`words`: the file that `table` is about, read as it is wanted and shared between processes."""
        options = onnxruntime.SessionOptions()
        # A question is too short to share out, and threads wait for each other.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(graph),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],
        )
        self.id = id_
        self.kinds = kinds
        shape = (table.words, DIMENSIONS)
        self._numbers = np.memmap(words, dtype=np.int8, mode="r", offset=table.numbers_at, shape=shape)
        self._scales = np.memmap(
            words, dtype=np.float32, mode="r", offset=table.scales_at, shape=(table.words, 1)
        )
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def see(self, text: str) -> Seen:
        """What the encoder makes of a text, which is plain with names masked."""
        tokens = self._tokenizer.encode(text).ids
        words = self._numbers[tokens] * self._scales[tokens]
        vector, intents, alarms = self._session.run([VECTOR, INTENTS, ALARMS], {WORDS: words[None]})
        return Seen(vector[0], intents[0], alarms[0])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of unit length for each text."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self.see(text).vector for text in texts])

    @cached_property
    def ranked_words(self) -> dict[str, int]:
        """The whole words of the model's vocabulary, which is ordinary English; the commonest has rank 0."""
        vocabulary = self._tokenizer.get_vocab()
        words = sorted((word for word in vocabulary if word.isalpha()), key=vocabulary.__getitem__)
        return {word: rank for rank, word in enumerate(words)}
