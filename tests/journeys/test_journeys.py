"""Whole journeys, each made by voice alone, by buttons alone and by typing alone: the table, row by row."""

from typing import Final, assert_never

import pytest

from tests.journeys.ears import Ears, keywords, plain
from tests.journeys.house import House, Visitor
from tests.journeys.journeys import JOURNEYS
from tests.journeys.table import (
    Came,
    From,
    Journey,
    Mode,
    Pressed,
    Spoken,
    Stage,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Traveller:
    """Somebody on a journey, who does nothing but what their way of going allows."""

    def __init__(self, house: House, ears: Ears) -> None:
        self._house = house
        self._visitor: Visitor = house.visitor()
        self._ears = ears
        self._told: frozenset[str] = frozenset()
        self._known: frozenset[str] = frozenset()
        self.came: list[Came] = []
        """All replies so far."""

    async def go(self, step: Spoken | Pressed | str) -> None:
        """Take one step and wait for all that comes of it."""
        person = self._visitor.person
        match step:
            case Spoken():
                self._must_know(step)
                await person.send_voice(await self._house.mouth.voice_note(step.words))
            case Pressed(label=label, in_menu=True):
                menu = self._house.api.world.profile.commands["default", ""]
                assert label in [each["command"] for each in menu], f"/{label} is not in the menu"
                await person.send_text(f"/{label}")
            case Pressed(label=label):
                last = self.came[-1]
                assert label in last.buttons, f"{label!r} cannot be pressed, only {last.buttons}"
                await person.press(label, message=last.with_buttons)
            case str():
                assert not step.startswith("/"), "nobody needs to type a slash"
                await person.send_text(step)
            case _:
                assert_never(step)
        messages = [await self._visitor.receives()]
        await self._house.while_running(self._house.is_done())
        messages += [await self._visitor.receives() for _ in range(person.unread)]
        assert person.alerts == [], "nothing is said in a toast"
        self.came.append(self._heard(Came(tuple(messages))))

    def _must_know(self, step: Spoken) -> None:
        match step.known:
            case From.LAST_REPLY:
                known = self._told
            case From.BEFORE:
                known = self._known
            case From.THEMSELVES:
                return
        assert plain(step.words) in known, f"nobody was told to say {step.words!r}, only {sorted(known)}"

    def _heard(self, came: Came) -> Came:
        if came.voice is None:
            return came
        came = Came(came.messages, self._ears.hear(came.voice.audio()))
        self._told = keywords(came.said)
        self._known |= self._told
        return came

    async def comes_back_later(self) -> None:
        """The assistant stops and starts meanwhile."""
        await self._house.close()
        await self._house.open()


def steps(stage: Stage, mode: Mode) -> tuple[Spoken | Pressed | str, ...]:
    match mode:
        case Mode.VOICE:
            return stage.voice
        case Mode.BUTTONS:
            return stage.buttons
        case Mode.TYPING:
            return stage.typing


_WAYS: Final = [
    pytest.param(journey, mode, id=f"{journey.name}, {mode}")
    for journey in JOURNEYS
    for mode in Mode
    if any(steps(stage, mode) for stage in journey.stages)
]


@pytest.mark.parametrize(("journey", "mode"), _WAYS)
async def test_the_whole_journey(journey: Journey, mode: Mode, house: House, ears: Ears) -> None:
    traveller = Traveller(house, ears)
    for stage in journey.stages:
        if not steps(stage, mode):
            continue
        if stage.after_restart:
            await traveller.comes_back_later()
        for step in steps(stage, mode):
            await traveller.go(step)
        *before, came = traveller.came
        assert stage.then.holds(came, before), f"not so: {stage.then.words}; but {came}"
