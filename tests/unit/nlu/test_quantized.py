"""Products in whole numbers come to almost what floats come to, and depend on each row alone."""

from pathlib import Path

import numpy as np
import pytest

from assistant.nlu.index import dense, quantized
from assistant.nlu.index.dense import Gallery, MiniLmEncoder, VectorCache
from assistant.nlu.index.quantized import WholeProduct, multiplies_exactly

pytestmark = pytest.mark.model

TEXTS = (
    "What helps against the pain?",
    "a cure",
    "my aunt " * 40,
    "zzz",
    "Is it hereditary, or does it just come?",
)


@pytest.fixture
def floats(monkeypatch: pytest.MonkeyPatch) -> MiniLmEncoder:
    """The encoder of a processor that cannot multiply whole numbers exactly."""
    monkeypatch.setattr(dense, "multiplies_exactly", lambda: False)
    return MiniLmEncoder()


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: MiniLmEncoder) -> None:
    together = encoder.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert (encoder.encode([text])[0] == vector).all()


@pytest.mark.skipif(not multiplies_exactly(), reason="this processor multiplies floats in any case")
def test_vectors_made_of_floats_are_kept_apart_and_training_is_shared(
    encoder: MiniLmEncoder, floats: MiniLmEncoder, tmp_path: Path
) -> None:
    assert encoder.variant != floats.variant
    assert encoder.id == floats.id
    for each in (floats, encoder):
        cache = VectorCache(each, tmp_path)
        cache.encode(TEXTS)
        cache.save()
        (kept,) = tmp_path.iterdir()
        assert each.variant in kept.name


def test_a_product_in_whole_numbers_is_near_the_exact_one_and_each_row_its_own() -> None:
    chance = np.random.default_rng(7)
    matrix = chance.normal(size=(384, 500)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=0)
    rows = matrix.T[:5] + 0.02 * chance.normal(size=(5, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    product = WholeProduct(matrix)
    found = product(rows)
    if multiplies_exactly():
        assert np.abs(found - rows @ matrix).max() < 0.01
    for number, row in enumerate(rows):
        assert (product(row[None]) == found[number]).all()


def test_nothing_times_anything_is_nothing() -> None:
    product = WholeProduct(np.zeros((384, 3), dtype=np.float32))
    assert (product(np.zeros((2, 384), dtype=np.float32)) == 0).all()
    assert product(np.zeros((0, 384), dtype=np.float32)).shape == (0, 3)


def test_a_gallery_compares_alike_with_and_without_whole_numbers(
    encoder: MiniLmEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = Gallery(VectorCache(encoder, None))
    rows = gallery.hang(TEXTS)
    asked = encoder.encode(["What can be done about pain?", "Who gets it?"])
    whole = gallery.likeness(asked)
    monkeypatch.setattr(dense, "multiplies_exactly", lambda: False)
    exact = gallery.likeness(asked)
    assert np.abs(whole - exact).max() < 0.01
    more = gallery.hang(["Something new"])
    monkeypatch.undo()
    assert gallery.likeness(asked).shape == (2, len(rows) + len(more))


def test_a_processor_that_cuts_sums_is_told_from_one_that_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cutting:
        def run(self, *_: object) -> list[np.ndarray]:
            # Two products of 255 and 127 together, cut at 16 bits, and so on for all pairs.
            return [np.full((1, 64), 32 * (2**15 - 1), dtype=np.int32)]

    monkeypatch.setattr(quantized, "session", lambda _: Cutting())
    multiplies_exactly.cache_clear()
    assert not multiplies_exactly()
    multiplies_exactly.cache_clear()
