"""What people say to a program that is ended meanwhile, and the count of what they got.

What one person gets without any fault is the measure for everybody: they all do the same. `next` moves on by
one part each time, so that doing it twice shows as words that nobody should have got.

Names and questions are canaries: in the end they are looked for in all that the program told and left. One
person in three lets their questions be kept: those are in the database, and nowhere else.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.preview.people import Person
from tests.faults.harness import SPOKEN, SPOKEN_WORD, WRITTEN, Ask, Row, messages_of, secrecy_row, voice_note

_SPOKEN_AND_KEPT: Final = "Does my purple kangaroo bring on the symptoms?"
_WRITTEN_AND_KEPT: Final = "does snorkelwump bring on the symptoms"
_WORDS_HEARD: Final = {SPOKEN: SPOKEN_WORD, _SPOKEN_AND_KEPT: "kangaroo"}

Talks = Sequence[tuple[str, ...]]
TALKS: Final[Talks] = (
    ("/start faq-cure", "/save", "/start symptoms", "next", WRITTEN),
    ("/start faq-cure", "/save", "/start symptoms", "next", SPOKEN),
    ("keep my questions", "yes", "/start symptoms", _WRITTEN_AND_KEPT, _SPOKEN_AND_KEPT),
)
"""What people do, in turn; all talks are of one length. Two in three end with a voice note."""
TYPED: Final[Talks] = (TALKS[0], ("keep my questions", "yes", "/start symptoms", "next", _WRITTEN_AND_KEPT))
"""The same without a voice."""

_EXAMPLES: Final = 3
Message = tuple[str, str]
"""A message's kind and words."""

Voices = Mapping[str, bytes]
"""What is spoken of what people say, as voice notes."""


@dataclass
class Outcome:
    """What a run came to. Everything is counted in messages, but where it says otherwise."""

    updates: int
    people: Sequence[Person] = ()
    lost: int = 0
    strange: int = 0
    """Messages that nobody should have got: something was done twice, or out of order."""
    examples: list[str] = field(default_factory=list)
    """How the first of them begin."""
    repeated: int = 0
    repeated_beyond_flight: int = 0
    """Of those, the ones that were not in flight when the program ended."""
    in_flight: int = 0
    bookmarks_missing: int = 0
    bookmarks_too_many: int = 0
    dead: int = 0
    heard: bool = False
    """Whether the canaries that were spoken were heard: if not, that they are nowhere proves nothing."""
    kept: bool = False
    """Whether every question that was to be kept is in the database, for the same reason."""
    told: list[str] = field(default_factory=list)
    """The canaries in the log and the metrics."""
    left: list[str] = field(default_factory=list)
    """The files that hold a canary, when everybody is answered."""

    def rows(self, name: str, n: str) -> list[Row]:
        """The promises of docs/reliability.md about this."""
        bookmarks = self.bookmarks_missing + self.bookmarks_too_many
        unproven = ["questions that were to be kept are not"] if not self.kept else []
        return [
            Row(
                f"{name}: nothing is lost",
                f"{self.lost} messages lost, {self.dead} given up",
                n,
                not (self.lost or self.dead),
            ),
            Row(
                f"{name}: nothing is done twice",
                f"{bookmarks} bookmarks wrong, {self.strange} odd replies {self.examples or ''}".rstrip(),
                n,
                not (bookmarks or self.strange),
            ),
            Row(
                f"{name}: a reply is repeated once at most, and only in flight",
                f"{self.repeated} repeated, {self.in_flight} updates in flight,"
                f" {self.repeated_beyond_flight} beyond",
                n,
                not self.repeated_beyond_flight,
            ),
            secrecy_row(name, n, self.told, self.left, *unproven, heard=self.heard),
        ]


def _spoken(talks: Talks) -> set[str]:
    return {step for talk in talks for step in talk} & _WORDS_HEARD.keys()


async def voices_of_all(talks: Talks = TALKS) -> Voices:
    """Everything that is spoken."""
    return {words: await voice_note(words) for words in sorted(_spoken(talks))}


def were_heard(expected: Sequence[Counter[Message]], talks: Talks = TALKS) -> bool:
    """Whether what was spoken came back in the replies."""
    replies = "\n".join(words.lower() for talk in expected for _, words in talk)
    return all(_WORDS_HEARD[words] in replies for words in _spoken(talks))


async def reference(
    somebody: Person, talk: Sequence[str], voices: Voices, settled: Callable[[], Awaitable[None]]
) -> Counter[Message]:
    """What a person gets to that talk when nothing fails. `settled` waits until all is dealt with."""
    for step in talk:
        await _do(somebody, step, voices)
        await settled()
    return await messages_of(somebody)


async def send(
    people: Sequence[Person],
    turns: Sequence[int],
    steps: Counter[int],
    voices: Voices,
    rate_per_s: float,
    talks: Talks = TALKS,
) -> None:
    """The next step of these people's talks, by their places in `people`; `steps` counts how far each is."""
    for number in turns:
        await _do(people[number], talks[number % len(talks)][steps[number]], voices)
        steps[number] += 1
        await asyncio.sleep(1 / rate_per_s)


async def _do(person: Person, step: str, voices: Voices) -> None:
    if step in voices:
        await person.send_voice(voices[step])
    else:
        await person.send_text(step)


async def count(
    ask: Ask,
    people: Sequence[Person],
    expected: Sequence[Counter[Message]],
    in_flight: Counter[int],
    outcome: Outcome,
    talks: Talks = TALKS,
) -> None:
    """Writes into `outcome` what these people and the database have in the end."""
    outcome.in_flight = in_flight.total()
    for number, person in enumerate(people):
        got, wanted = await messages_of(person), expected[number % len(talks)]
        outcome.lost += (wanted - got).total()
        extra = got - wanted
        odd = [message for message in extra.elements() if message not in wanted]
        outcome.strange += len(odd)
        outcome.examples += [words[:60] for _, words in odd][: _EXAMPLES - len(outcome.examples)]
        # A reply may be several messages: it was repeated as often as the one repeated most.
        repeated = sum(
            count for message, count in extra.items() if message in wanted and message[0] == "text"
        )
        outcome.repeated += repeated
        outcome.repeated_beyond_flight += max(0, repeated - in_flight[person.id])
    kept = Counter(int(str(person)) for (person,) in ask("SELECT person FROM bookmarks"))
    for number, person in enumerate(people):
        surplus = kept[person.id] - talks[number % len(talks)].count("/save")
        outcome.bookmarks_missing += max(0, -surplus)
        outcome.bookmarks_too_many += max(0, surplus)
    [(dead,)] = ask("SELECT count(*) FROM inbox WHERE state = 'dead'")
    outcome.dead = int(str(dead))
    # Of those who keep theirs, and of the one whom they are measured by.
    everybody = [*talks, *(talks[number % len(talks)] for number in range(len(people)))]
    kept_of = {_WRITTEN_AND_KEPT, _SPOKEN_AND_KEPT}
    asked = sum(step in kept_of for talk in everybody for step in talk)
    outcome.kept = len(ask("SELECT words FROM questions")) == asked
