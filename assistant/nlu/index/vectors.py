"""Vectors of the library's own texts: those that come with the program, and a file that keeps the others."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.files import written_whole
from assistant.nlu.index.encoder import DIMENSIONS, Vectors

log = logging.getLogger(__name__)

_ROW: Final = np.dtype([("key", "<u8"), ("vector", "<f2", (DIMENSIONS,))])
_SHIPPED_ROW: Final = np.dtype([("key", "<u8"), ("scale", "<f4"), ("vector", "i1", (DIMENSIONS,))])
"""Half the size of a kept row, and as near: the cosine of two texts moves in the fourth digit."""
_MOST: Final = 127
_FILES: Final = "vectors-*.npy"
_WRITTEN_AT_ONCE: Final = 4_096


class Encodes(Protocol):
    """Whatever makes vectors of texts; `id` names it, and changes with every vector that it makes."""

    id: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        ...


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
        self, encoder: Encodes, cache_dir: Path | None, shipped: ShippedVectors | None = None
    ) -> None:
        """What is `shipped` is neither worked out nor kept."""
        self._encoder = encoder
        self._shipped = shipped
        self._path = cache_dir / _FILES.replace("*", encoder.id) if cache_dir else None
        self._stored = self._read()
        self._keys = np.ascontiguousarray(self._stored["key"])
        self._fresh: dict[int, NDArray[np.float16]] = {}
        self._used: set[int] = set()
        self.encoder_id = encoder.id

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
