"""The real library and its interpreter, made once."""

from collections.abc import Iterator

import pytest

from assistant.library.entries import Library
from assistant.nlu.assembly import build_encoder
from assistant.nlu.index.artefact import vectors_path
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.entity_masking import EntityMask, names_of
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds
from tests.shipped import shipped_library


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return build_encoder("en")


@pytest.fixture(scope="session")
def shipped() -> ShippedVectors:
    return ShippedVectors(vectors_path("en"))


@pytest.fixture(scope="session")
def interpreter(library: Library, encoder: Encoder, shipped: ShippedVectors) -> Iterator[Pipeline]:
    made = Pipeline(library, encoder, Thresholds(), shipped=shipped)
    yield made
    made.shut_down()


@pytest.fixture(scope="session")
def name_mask(library: Library, encoder: Encoder) -> EntityMask:
    known = encoder.ranked_words.keys()
    return EntityMask(name for topic in library.topics.values() for name in names_of(topic, known))
