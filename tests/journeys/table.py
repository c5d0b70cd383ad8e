"""The kinds of things in the table of journeys, and the table as Markdown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assistant.preview.received import Received
from tests.journeys.house import say, seconds_of, title_of

VOICES_A_MINUTE: Final = 10
"""So many voice messages may one person send in a minute: no journey by voice needs more."""


_NOTHING: Final = "nothing to do"


class Mode(StrEnum):
    """The one way in which a whole journey is made."""

    VOICE = "by voice"
    BUTTONS = "by buttons"
    TYPING = "by typing"


class From(StrEnum):
    """How somebody who only listens comes to know what to say."""

    THEMSELVES = "themselves"
    """A question, or an answer, in their own words."""
    LAST_REPLY = "last reply"
    """The last reply told them to say it."""
    BEFORE = "before"
    """An earlier reply of the same journey told them to say it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words to say."""

    words: str
    known: From


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the last message, or, `in_menu`, a command of Telegram's own menu."""

    label: str
    in_menu: bool = False


def own(words: str) -> Spoken:
    """Somebody's own words."""
    return Spoken(words, From.THEMSELVES)


def told(words: str) -> Spoken:
    """What the last reply told them to say."""
    return Spoken(words, From.LAST_REPLY)


def recalled(words: str) -> Spoken:
    """What an earlier reply told them to say."""
    return Spoken(words, From.BEFORE)


def tap(message_id: str, **arguments: str | int) -> Pressed:
    """The button with that label of the assistant's own."""
    return Pressed(say(message_id, **arguments))


def tap_title(title: str) -> Pressed:
    """The button with the title of an answer."""
    return Pressed(title)


def menu(command: str) -> Pressed:
    """A command in Telegram's own menu."""
    return Pressed(command, in_menu=True)


@dataclass(frozen=True, slots=True)
class Came:
    """What came back: the messages, and what the last of their recordings says."""

    messages: tuple[Received, ...]
    said: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.words!r}, to press: {self.buttons}, said: {self.said}"

    @property
    def words(self) -> str:
        """All that can be read."""
        return "\n\n".join(message.words for message in self.messages)

    @property
    def title(self) -> str:
        """The title of the first message."""
        return title_of(self.messages[0])

    @property
    def about(self) -> str:
        """The title of the recording, or else of the message."""
        return title_of(self.voice) if self.voice else self.title

    @property
    def buttons(self) -> list[str]:
        """The buttons of the last message that has any."""
        return self.with_buttons.buttons

    @property
    def with_buttons(self) -> Received:
        """The last message that has buttons; the last of all when none has."""
        return next((each for each in reversed(self.messages) if each.buttons), self.messages[-1])

    @property
    def voice(self) -> Received | None:
        """The recording, if one came."""
        return next((each for each in self.messages if each.kind in ("voice", "audio")), None)


@dataclass(frozen=True, slots=True)
class Then:
    """What must be true afterwards, in words for the table. `holds` gets what came, and what came before."""

    words: str
    holds: Callable[[Came, Sequence[Came]], bool]

    def __and__(self, other: "Then") -> "Then":
        return Then(
            f"{self.words}; {other.words}",
            lambda came, before: self.holds(came, before) and other.holds(came, before),
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to do, in each of the three ways, and what is then so."""

    then: Then
    voice: tuple[Spoken, ...]
    buttons: tuple[Pressed, ...]
    """None at all where nothing stands in the way of a button: it is never misheard."""
    typing: tuple[str, ...]
    after_restart: bool = False
    """Whether the assistant was stopped and started before it, as happens when somebody comes back later."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A whole task of somebody new: nothing stands before it, and all of it is done in one way."""

    name: str
    stages: tuple[Stage, ...]


def opens(title: str) -> Then:
    """That title stands over the reply."""
    return Then(f"“{title}” is open", lambda came, before: came.title == title)


def opens_part(title: str, number: int, count: int) -> Then:
    """The recording begins with the name of that part."""
    one, of = (say("number-in-words", number=each) for each in (number, count))
    name = say("part-name", title=title, number=one, count=of)
    return Then(f"“{name}” is heard", lambda came, before: name in " ".join(came.said))


def shows(message_id: str) -> Then:
    """The title that the assistant gives to that menu."""
    return opens(say(message_id))


def reads(message_id: str, **arguments: str | int) -> Then:
    """That sentence can be read."""
    sentence = say(message_id, **arguments)
    return Then(sentence, lambda came, before: sentence in came.words)


def offers(label: str) -> Then:
    """There is a button with that label."""
    return Then(f"“{label}” can be chosen", lambda came, before: label in came.buttons)


def lists(name: str) -> Then:
    """That name can be read in the list."""
    return Then(f"“{name}” stands in the list", lambda came, before: name in came.words)


def offers_not(label: str) -> Then:
    """There is no button with that label."""
    return Then(f"“{label}” is not listed", lambda came, before: label not in came.buttons)


def is_no_longer_menu() -> Then:
    """There is not more to choose from than after the message before."""
    return Then(
        "there is not more to choose from",
        lambda came, before: len(came.buttons) <= len(before[-1].buttons),
    )


def turns_page() -> Then:
    """The same list, but other names."""
    return Then(
        "the list goes on",
        lambda came, before: came.title == before[-1].title and came.buttons[0] != before[-1].buttons[0],
    )


def is_heard() -> Then:
    """A recording came."""
    return Then("it is heard", lambda came, before: came.voice is not None)


def is_silent() -> Then:
    """No recording came."""
    return Then("no voice comes", lambda came, before: came.voice is None)


def lasts(longer: bool) -> Then:
    """The recording is longer, or shorter, than the one before that was about the same."""

    def holds(came: Came, before: Sequence[Came]) -> bool:
        same = [each for each in before if each.about == came.about and each.voice]
        if not same or came.voice is None or same[-1].voice is None:
            return False
        now, then = seconds_of(came.voice), seconds_of(same[-1].voice)
        return now > 1.1 * then if longer else then > 1.1 * now

    return Then("it is heard more slowly" if longer else "it is heard faster", holds)


def as_markdown(journeys: Iterable[Journey]) -> str:
    """The table, as it stands in docs/voice.md."""
    lines = ["| Journey | By voice | By buttons | By typing | Afterwards |", "|---|---|---|---|---|"]
    for journey in journeys:
        for number, stage in enumerate(journey.stages):
            cells = (
                f"**{journey.name}**" if number == 0 else "",
                ", then ".join(map(_spoken, stage.voice)) or _NOTHING,
                ", then ".join(map(_pressed, stage.buttons)) or _NOTHING,
                ", then ".join(stage.typing) or _NOTHING,
                f"later, after a restart: {stage.then.words}" if stage.after_restart else stage.then.words,
            )
            lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _spoken(step: Spoken) -> str:
    match step.known:
        case From.THEMSELVES:
            return f"“{step.words}”"
        case From.LAST_REPLY:
            return f"**{step.words}**"
        case From.BEFORE:
            return f"*{step.words}*"


def _pressed(step: Pressed) -> str:
    return f"/{step.label} in the menu" if step.in_menu else f"[{step.label}]"
