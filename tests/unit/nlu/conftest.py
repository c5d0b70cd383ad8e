"""The real library and its interpreter, made once: loading the model takes seconds."""

from collections.abc import Iterator

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder, ShippedVectors
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.entity_masking import EntityMask, names_of
from assistant.nlu.training.artifact import shipped_vectors_path
from assistant.nlu.training.tuning import shipped_tuning
from tests.shipped import shipped_library


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="session")
def encoder() -> MiniLmEncoder:
    return MiniLmEncoder()


@pytest.fixture(scope="session")
def shipped(encoder: MiniLmEncoder) -> ShippedVectors:
    return ShippedVectors(shipped_vectors_path("en", encoder.id))


@pytest.fixture(scope="session")
def interpreter(library: Library, encoder: MiniLmEncoder, shipped: ShippedVectors) -> Iterator[Pipeline]:
    made = Pipeline(library, encoder, shipped_tuning(), shipped=shipped)
    yield made
    made.shut_down()


@pytest.fixture(scope="session")
def name_mask(library: Library, encoder: MiniLmEncoder) -> EntityMask:
    known = encoder.known_words()
    return EntityMask(name for topic in library.topics.values() for name in names_of(topic, known))
