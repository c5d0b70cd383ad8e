"""One running assistant for all journeys that need no restart: its models are loaded once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.library.serving import FIRST
from tests.journeys.ears import Ears
from tests.journeys.house import House, Visitor, open_house
from tests.journeys.recordings import Mouth
from tests.shipped import SECOND

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
    tmp_path_factory: pytest.TempPathFactory, mouth: Mouth, ears: Ears, watched: object
) -> AsyncIterator[House]:
    async with open_house(tmp_path_factory.mktemp("house"), mouth) as house:
        yield house


@_shared
async def house_of_two(
    tmp_path_factory: pytest.TempPathFactory, mouth: Mouth, ears: Ears, watched: object
) -> AsyncIterator[House]:
    """The same, with a second illness served."""
    async with open_house(
        tmp_path_factory.mktemp("house of two"), mouth, topics=f"{FIRST},{SECOND}"
    ) as house:
        yield house


@_shared
async def learnt(house: House) -> Path:
    """What the assistant works out once from the content; a copy saves every other bot that work."""
    return house.artefacts


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.visitor()
