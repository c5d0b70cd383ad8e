"""The real library and its interpreter, made once: loading the model takes seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.entity_masking import EntityMask, names_of
from assistant.nlu.training.tuning import shipped_tuning
from tests.shipped import shipped_library


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="session")
def encoder() -> MiniLmEncoder:
    return MiniLmEncoder()


@pytest.fixture(scope="session")
def vector_folder(vectors: Path) -> Path:
    return vectors


@pytest.fixture(scope="session")
def interpreter(library: Library, encoder: MiniLmEncoder, vector_folder: Path) -> Iterator[Pipeline]:
    made = Pipeline(library, encoder, shipped_tuning(), vector_folder)
    yield made
    made.shut_down()


@pytest.fixture(scope="session")
def name_mask(library: Library, encoder: MiniLmEncoder) -> EntityMask:
    known = encoder.known_words()
    return EntityMask(name for topic in library.topics.values() for name in names_of(topic, known))
