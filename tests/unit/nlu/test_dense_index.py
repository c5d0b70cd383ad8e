"""What is worked out of texts is kept between starts, and losing it costs only time."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.library.entries import Library
from assistant.nlu.index.dense import (
    BestOfGroups,
    MiniLmEncoder,
    ShippedVectors,
    VectorCache,
    Vectors,
    mean_of_best,
    ship,
)
from assistant.nlu.index.minilm import DIMENSIONS
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.training.tuning import shipped_tuning

TEXTS = ("one", "two")
WORKED_OUT = np.array([1.5, -2.0])


class Counting:
    """Makes the numbers, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> NDArray[np.float64]:
        self.times += 1
        return WORKED_OUT


def test_what_follows_from_texts_is_worked_out_once(encoder: MiniLmEncoder, tmp_path: Path) -> None:
    make = Counting()
    for _ in range(2):
        found = VectorCache(encoder, tmp_path).derived("alarm", TEXTS, make)
        assert (found == WORKED_OUT).all()
    assert make.times == 1


def test_of_other_texts_it_is_worked_out_anew_and_takes_the_place(
    encoder: MiniLmEncoder, tmp_path: Path
) -> None:
    make = Counting()
    cache = VectorCache(encoder, tmp_path)
    cache.derived("alarm", TEXTS, make)
    cache.derived("alarm", (*TEXTS, "three"), make)
    assert make.times == 2
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"not numbers", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_counts_as_absent(encoder: MiniLmEncoder, tmp_path: Path, damage: bytes) -> None:
    make = Counting()
    cache = VectorCache(encoder, tmp_path)
    cache.derived("alarm", TEXTS, make)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert (cache.derived("alarm", TEXTS, make) == WORKED_OUT).all()
    assert make.times == 2
    assert np.load(kept).tolist() == WORKED_OUT.tolist()


def test_without_a_folder_or_where_it_cannot_be_written_it_is_made_each_time(
    encoder: MiniLmEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make = Counting()
    assert (VectorCache(encoder, None).derived("alarm", TEXTS, make) == WORKED_OUT).all()
    no_folder = tmp_path / "file"
    no_folder.write_text("", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert (VectorCache(encoder, no_folder).derived("alarm", TEXTS, make) == WORKED_OUT).all()
    assert make.times == 2
    assert "vectors not kept" in caplog.messages


def test_means_of_the_best_of_groups_are_those_of_each_group() -> None:
    scores = np.random.default_rng(3).normal(size=40).astype(np.float32)
    groups = [np.arange(0, 20), np.array([20, 39]), np.array([], dtype=np.int64), np.arange(21, 39)]
    found = BestOfGroups(groups).means(scores)
    np.testing.assert_allclose(found, [mean_of_best(scores[group]) for group in groups], rtol=1e-5)


def test_what_is_shipped_is_found_and_nearly_as_it_was_made(tmp_path: Path) -> None:
    made = np.random.default_rng(7).normal(size=(len(TEXTS), DIMENSIONS)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    by_text = dict(zip(TEXTS, made, strict=True))
    ship(TEXTS, lambda texts: np.stack([by_text[text] for text in texts]), tmp_path / "vectors.npy")
    shipped = ShippedVectors(tmp_path / "vectors.npy")
    assert all(text in shipped for text in TEXTS)
    assert "another" not in shipped
    found = VectorCache(_Nothing(), None, shipped).encode(TEXTS)  # type: ignore[arg-type] # it is not asked
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

    variant = "none"

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert not texts
        return np.zeros((0, DIMENSIONS), dtype=np.float32)


def test_the_content_that_comes_with_the_program_needs_no_vector_of_its_own(
    library: Library, encoder: MiniLmEncoder, shipped: ShippedVectors
) -> None:
    """`assistant train` writes them anew."""
    silent = _Silent(encoder)
    Pipeline(library, silent, shipped_tuning(), shipped=shipped).shut_down()
    assert silent.asked == []


class _Silent(MiniLmEncoder):
    """The encoder given, and what it was asked."""

    def __init__(self, encoder: MiniLmEncoder) -> None:
        self.id, self.variant, self.ranked_words = encoder.id, encoder.variant, encoder.ranked_words  # type: ignore[method-assign]
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
