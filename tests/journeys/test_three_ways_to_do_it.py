"""What needs more than one way at once, or begins with a question: the journeys are in `journeys.py`."""

from typing import Final

import pytest

from tests.journeys.house import House, Visitor, asks_which_is_meant, say, title_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

_TREATMENT: Final = "Treatment"


async def test_an_answer_can_be_listened_to_in_every_way(visitor: Visitor) -> None:
    await visitor.types("/start treatment")
    typed = await visitor.types("listen")
    pressed = await visitor.presses(say("option-listen"))
    said = await visitor.says("Listen to this.")
    assert [each.kind for each in (typed, pressed, said)] == ["voice"] * 3
    assert [title_of(each) for each in (typed, pressed, said)] == [_TREATMENT] * 3
    assert len({each.audio() for each in (typed, pressed, said)}) == 1
    await visitor.hears_nothing_more()


async def test_none_of_a_choice_can_be_meant_in_every_way(house: House) -> None:
    for way in ("types", "presses", "says"):
        visitor = house.visitor()
        await asks_which_is_meant(visitor)
        words = say("option-none-of-these")
        reply = await getattr(visitor, way)(f"{words}." if way == "says" else words)
        assert say("choice-none") in reply.words, way


async def test_one_of_a_choice_can_be_taken_in_every_way(house: House) -> None:
    for way in ("types", "presses", "says"):
        visitor = house.visitor()
        choice = await asks_which_is_meant(visitor)
        second = choice.buttons[1]
        words = {"types": "the second one", "presses": second, "says": "The second one, please."}[way]
        reply = await getattr(visitor, way)(words)
        assert title_of(reply) == second, way
