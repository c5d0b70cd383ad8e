"""One running assistant for all journeys that need no restart: its models are loaded once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.preview.bot_api import LoopbackBotApi
from tests.conftest import copy_vectors
from tests.journeys.ears import Ears
from tests.journeys.house import House, Visitor
from tests.journeys.recordings import Mouth

# Journeys share one event loop, and so must everything that they share.
_shared = pytest_asyncio.fixture(scope="session", loop_scope="session")


@_shared
async def mouth() -> AsyncIterator[Mouth]:
    mouth = Mouth()
    yield mouth
    await mouth.close()


@pytest.fixture(scope="session")
def ears() -> Iterator[Ears]:
    """Open before the first recording is made, so that they know what each of them says."""
    ears = Ears()
    with ears.open():
        yield ears


@_shared
async def house(
    tmp_path_factory: pytest.TempPathFactory, mouth: Mouth, ears: Ears, watched: object, vectors: Path
) -> AsyncIterator[House]:
    async with LoopbackBotApi() as api:
        house = House(tmp_path_factory.mktemp("house"), api, mouth)
        copy_vectors(vectors, house.artefacts)
        await house.open()
        await house.visitor().types("help")  # It serves: nobody else pays for its start.
        copy_vectors(house.artefacts, vectors)
        yield house
        await house.close()


@_shared
async def learnt(house: House) -> Path:
    """What the assistant works out once from the content; a copy saves every other bot that work."""
    return house.artefacts


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.visitor()
