"""Somebody on a journey of the table: which steps there are in each mode, and who takes them."""

from collections.abc import Sequence
from typing import assert_never

from assistant.preview.received import Received
from tests.journeys.ears import Ears, keywords, plain
from tests.journeys.house import House, Visitor
from tests.journeys.journeys import JOURNEYS, is_long_at_the_page
from tests.journeys.table import Came, From, Journey, Mode, Pressed, Spoken, Stage

Step = Spoken | Pressed | str


def steps(stage: Stage, mode: Mode) -> tuple[Step, ...]:
    """What to do in that mode; nothing where nothing is to be done."""
    match mode:
        case Mode.VOICE:
            return stage.voice
        case Mode.BUTTONS:
            return stage.buttons
        case Mode.TYPING:
            return stage.typing


def ways(journeys: Sequence[Journey] = JOURNEYS) -> list[tuple[Journey, Mode]]:
    """Every journey in every mode in which it can be made."""
    return [
        (journey, mode)
        for journey in journeys
        for mode in Mode
        if any(steps(stage, mode) for stage in journey.stages)
    ]


def page_as_markdown() -> str:
    """Which journeys are made at the local page too, as it stands in docs/voice.md."""
    made = ways()
    lines = [
        "| At the page | by microphone alone | by keyboard alone, buttons | by keyboard alone, typing |",
        "|---|---|---|---|",
    ]
    for journey in JOURNEYS:
        cells = [
            ("with `make journeys`" if is_long_at_the_page(journey, mode) else "in every run")
            if (journey, mode) in made
            else "nothing to do"
            for mode in Mode
        ]
        lines.append(f"| {' | '.join([journey.name, *cells])} |")
    return "\n".join(lines) + "\n"


class Traveller:
    """Somebody on a journey, who does nothing but what their way of going allows."""

    def __init__(self, house: House, ears: Ears) -> None:
        self.house = house
        self.visitor: Visitor = house.visitor()
        self._ears = ears
        self._told: frozenset[str] = frozenset()
        self._known: frozenset[str] = frozenset()
        self.came: list[Came] = []
        """All replies so far."""

    async def makes(self, journey: Journey, mode: Mode) -> None:
        """Make the whole journey; after each stage, what the table says must be so."""
        for stage in journey.stages:
            if not steps(stage, mode):
                continue
            if stage.after_restart:
                await self.comes_back_later()
            for step in steps(stage, mode):
                await self.go(step)
            *before, came = self.came
            assert stage.then.holds(came, before), f"not so: {stage.then.words}; but {came}"

    async def go(self, step: Step) -> None:
        """Take one step and wait for all that comes of it."""
        self._must_be_able_to(step)
        await self.does(step)
        messages = [await self.visitor.receives()]
        await self.house.while_running(self.house.is_done())
        messages += [await self.visitor.receives() for _ in range(self.visitor.person.unread)]
        assert self.visitor.person.alerts == [], "nothing is said in a toast"
        await self.takes_in(messages)
        self.came.append(self._heard(Came(tuple(messages))))

    async def does(self, step: Step) -> None:
        """Do it, as people do in Telegram."""
        person = self.visitor.person
        match step:
            case Spoken(words=words):
                await person.send_voice(await self.house.mouth.voice_note(words))
            case Pressed(label=label, in_menu=True):
                await person.send_text(f"/{label}")
            case Pressed(label=label):
                await person.press(label, message=self.came[-1].with_buttons)
            case str():
                await person.send_text(step)
            case _:
                assert_never(step)

    async def takes_in(self, messages: Sequence[Received]) -> None:
        """Read and hear what came; nothing to do where it is in Telegram's hands."""

    async def comes_back_later(self) -> None:
        """The assistant stops and starts meanwhile."""
        await self.house.close()
        await self.house.open()

    def _must_be_able_to(self, step: Step) -> None:
        match step:
            case Spoken():
                self._must_know(step)
            case Pressed(label=label, in_menu=True):
                menu = self.house.api.world.profile.commands["default", ""]
                assert label in [each["command"] for each in menu], f"/{label} is not in the menu"
            case Pressed(label=label):
                last = self.came[-1]
                assert label in last.buttons, f"{label!r} cannot be pressed, only {last.buttons}"
            case str():
                assert not step.startswith("/"), "nobody needs to type a slash"
            case _:
                assert_never(step)

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
