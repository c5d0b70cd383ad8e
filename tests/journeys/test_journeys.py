"""Whole journeys, each made by voice alone, by buttons alone and by typing alone: the table, row by row."""

import pytest

from tests.journeys.ears import Ears
from tests.journeys.house import House
from tests.journeys.several import JOURNEYS_OF_SEVERAL
from tests.journeys.table import Journey, Mode
from tests.journeys.travelling import Traveller, ways

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("journey", "mode"),
    [pytest.param(journey, mode, id=f"{journey.name}, {mode}") for journey, mode in ways()],
)
async def test_the_whole_journey(journey: Journey, mode: Mode, house: House, ears: Ears) -> None:
    await Traveller(house, ears).makes(journey, mode)


@pytest.mark.parametrize(
    ("journey", "mode"),
    [
        pytest.param(journey, mode, id=f"{journey.name}, {mode}")
        for journey, mode in ways(JOURNEYS_OF_SEVERAL)
    ],
)
async def test_the_whole_journey_with_two_illnesses(
    journey: Journey, mode: Mode, house_of_two: House, ears: Ears
) -> None:
    await Traveller(house_of_two, ears).makes(journey, mode)
