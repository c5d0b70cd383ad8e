"""What is worked out of texts is kept between starts, and losing it costs only time."""

import logging
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.nlu.index.dense import BestOfGroups, MiniLmEncoder, VectorCache, mean_of_best

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
