"""What is worked out of texts is kept between starts, and losing it costs only time."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.library.entries import Library
from assistant.nlu.index.encoder import DIMENSIONS, Encoder, Vectors
from assistant.nlu.index.vectors import ShippedVectors, VectorCache, ship
from assistant.nlu.training.embedding import own_texts

TEXTS = ("one", "two")


def test_what_is_shipped_is_found_and_nearly_as_it_was_made(tmp_path: Path) -> None:
    made = np.random.default_rng(7).normal(size=(len(TEXTS), DIMENSIONS)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    by_text = dict(zip(TEXTS, made, strict=True))
    ship(TEXTS, lambda texts: np.stack([by_text[text] for text in texts]), tmp_path / "vectors.npy")
    shipped = ShippedVectors(tmp_path / "vectors.npy")
    assert all(text in shipped for text in TEXTS)
    assert "another" not in shipped
    found = VectorCache(_Nothing(), None, shipped).encode(TEXTS)
    assert ((found * made).sum(axis=1) > 0.9995).all()


@pytest.mark.parametrize("damage", [None, b"", b"not numbers", b"\x93NUMPY\x01\x00"])
def test_without_what_is_shipped_or_where_it_is_damaged_nothing_is_found(
    tmp_path: Path, damage: bytes | None
) -> None:
    if damage is not None:
        (tmp_path / "vectors.npy").write_bytes(damage)
    assert "one" not in ShippedVectors(tmp_path / "vectors.npy")


class _Nothing:
    """An encoder that must not be asked for anything."""

    id = "none"

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert not texts
        return np.zeros((0, DIMENSIONS), dtype=np.float32)


def test_the_content_that_comes_with_the_program_needs_no_vector_of_its_own(
    library: Library, encoder: Encoder, shipped: ShippedVectors
) -> None:
    """`assistant train --vectors` writes them anew."""
    assert [text for text in own_texts(library, encoder) if text not in shipped] == []


def test_the_shipped_vectors_are_those_of_the_shipped_network(
    library: Library, encoder: Encoder, shipped: ShippedVectors
) -> None:
    texts = list(own_texts(library, encoder))[::97]
    found = VectorCache(_Nothing(), None, shipped).encode(texts)
    assert ((found * encoder.encode(texts)).sum(axis=1) > 0.999).all()


class CountingEncoder:
    """Stands before the real encoder and counts what it is asked."""

    def __init__(self, real: Encoder) -> None:
        self.id, self._real, self.asked = real.id, real, 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return self._real.encode(texts)


def test_vectors_are_kept_and_a_damaged_file_is_made_again(encoder: Encoder, tmp_path: Path) -> None:
    counting = CountingEncoder(encoder)
    for expected, texts in ((2, ["one", "two"]), (2, ["one", "two"]), (3, ["one", "three"])):
        cache = VectorCache(counting, tmp_path)
        cache.encode(texts)
        cache.save()
        assert counting.asked == expected
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"PK\x03\x04 not an archive")
    cache = VectorCache(counting, tmp_path)
    cache.encode(["one"])
    cache.save()
    assert counting.asked == 4
    assert [file.name for file in tmp_path.iterdir()] == [kept.name]


def test_a_folder_that_cannot_be_written_costs_only_time(encoder: Encoder, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    cache = VectorCache(encoder, blocked / "folder")
    assert cache.encode(["one"]).shape == (1, 384)
    cache.save()
